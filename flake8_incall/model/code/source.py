"""Python source as the interpreter takes it: its lines, and its tree."""

from __future__ import annotations

import ast
import io
import warnings


def split_lines(text: str) -> list[str]:
    """The lines of a text with their line ends, as Python's tokenizer counts them.

    `str.splitlines` also splits at form feeds, U+2028 and others, which do not end a line of Python.
    """
    return list(io.StringIO(text, newline=""))


def line_end_of(lines: list[str]) -> str:
    """How a text ends its lines, by the first of them."""
    first = lines[0] if lines else ""
    return first[len(first.rstrip("\r\n")) :] or "\n"


def compile_error(tree: ast.Module) -> SyntaxError | None:
    """Why Python refuses a tree that it could parse, such as a `return` outside a function; `None` if it does not.

    An `await` in a function that is not async is none here: what is wrong is the function.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(tree, "", "exec", dont_inherit=True)
        except SyntaxError as error:
            return None if "outside async" in error.msg else error
        except (ValueError, MemoryError, RecursionError):
            return None
    return None


def parse(text: str) -> ast.Module:
    """Parse Python source.

    Python is given the name of no file: it would read the line of a syntax error from that file, which can hold
    something else (the JSON around the code), and count columns in it.

    Raises:
        NewerPythonError: A newer Python version can parse the text.
        SyntaxError: Python cannot parse the text, whatever it raises itself: it has several ways to say so.
    """
    with warnings.catch_warnings():
        # What parses with a warning, such as an invalid escape, parses.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, "")
        except SyntaxError as error:
            from flake8_incall.model.code.python_versions import newer_python_error

            raise newer_python_error(text) or error from None
        except ValueError as error:
            raise SyntaxError(str(error)) from error
        except (MemoryError, RecursionError) as error:
            raise SyntaxError("too deeply nested") from error
