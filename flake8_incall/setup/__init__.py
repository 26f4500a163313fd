"""Wire the linter into a project: flake8, pre-commit, ruff and CI. What is there is kept."""
