"""`flake8-incall lsp`: the language server, for editors."""

from __future__ import annotations

import argparse
from importlib.util import find_spec

from flake8_incall.options import OptionError

INSTALL = 'pip install "flake8-incall[lsp]"'
_NOTES = """\
It speaks the language server protocol on standard input and output: an editor starts it. It checks Python files and
function documents while they are being written. Settings come from the folders of the workspace, as for `check`.

exit status:
  0  the editor has ended the session
  1  the editor is gone
  2  the extra `lsp` is not installed
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the verb."""
    parser.epilog = _NOTES
    parser.add_argument("--stdio", action="store_true", help="use standard input and output (default)")


def run(parsed: argparse.Namespace) -> int:
    """Serve one editor.

    Raises:
        OptionError: The language server is not installed.
    """
    for name in ("pygls", "lsprotocol"):
        if find_spec(name) is None:
            raise OptionError(f"the language server needs {name}, which is not installed: {INSTALL}")
    from flake8_incall.server.language_server import serve_standard_streams

    return serve_standard_streams()
