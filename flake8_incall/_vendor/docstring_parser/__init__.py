"""The docstring styles of docstring_parser 0.18.0, the package by which LiveKit reads docstrings.

Copied unmodified from https://github.com/rr-/docstring_parser, except this file: `common`, `epydoc`, `google`,
`numpydoc` and `rest`. Licensed under the MIT license, see `LICENSE.md`. The package itself is not imported, because
pydoclint's `docstring_parser_fork` installs another one under the same name.
"""
