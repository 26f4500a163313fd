"""The linter's verdict on random functions against what those functions really hand back."""
