"""`python -m flake8_incall`."""

import sys

from flake8_incall.cli import main

if __name__ == "__main__":
    sys.exit(main())
