"""Edits of a function's signature."""

from __future__ import annotations

import ast
import tokenize
from collections.abc import Iterator

from flake8_incall.diagnostics import Edit, Position
from flake8_incall.model.code.module import Module
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.model.edits.text import inserted, source

_Token = tuple[str, Position, Position]


def first_parameter(module: Module, function: FunctionNode, text: str, *, is_method: bool) -> Edit | None:
    """Put a parameter before all others, behind `self` in a method.

    Returns:
        The edit; `None` where the parameters begin with `*args` or `**kwargs`.
    """
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if is_method and len(positional) == 1:
        return inserted(module.end(positional[0]), f", {text}")
    if own := positional[int(is_method) :]:
        return inserted(module.start(own[0]), text + _separator(module, own[0]))
    following = _first_token(module, function)
    if following is None or (following[0] == "*" and arguments.vararg is not None) or following[0] == "**":
        return None
    separator = "" if following[0] == ")" else ", "
    return inserted(following[1], text + separator)


def without_parameter(module: Module, function: FunctionNode, parameter: ast.arg) -> Edit | None:
    """Take out a parameter that is not the first, with the comma before it and a `*` that only it stands behind.

    Returns:
        The edit; `None` where anything else stands between it and the parameter before it, such as a comment.
    """
    arguments = function.args
    written = sorted(
        [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *filter(None, (arguments.vararg,))],
        key=module.start,
    )
    place = written.index(parameter)
    if place == 0:
        return None
    start = _end_with_default(module, arguments, written[place - 1])
    end = _end_with_default(module, arguments, parameter)
    between = "".join(source(module, start, module.start(parameter)).split())
    is_alone = arguments.kwonlyargs == [parameter] and arguments.vararg is None
    return Edit(start, end, "") if between == "," or (between == ",*," and is_alone) else None


def without_stars(module: Module, function: FunctionNode, parameter: ast.arg) -> Edit | None:
    """Take out `*args` or `**kwargs` behind another parameter; `None` where keywords need the star."""
    arguments = function.args
    before = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    if parameter is arguments.kwarg and arguments.vararg is not None:
        before.append(arguments.vararg)
    if not before or (parameter is arguments.vararg and arguments.kwonlyargs):
        return None
    last = max(before, key=module.start)
    start = _end_with_default(module, arguments, last)
    between = "".join(source(module, start, module.start(parameter)).split())
    return Edit(start, module.end(parameter), "") if between in (",*", ",**") else None


def without_slash(module: Module, function: FunctionNode) -> Edit | None:
    """Take out the `/` behind the positional-only parameters, with the comma before it."""
    if not function.args.posonlyargs:
        return None
    last = _end_with_default(module, function.args, function.args.posonlyargs[-1])
    slash = next((token for token in _tokens(module, function) if token[0] == "/" and token[1] >= last), None)
    if slash is None or source(module, last, slash[1]).strip() != ",":
        return None
    return Edit(last, slash[2], "")


def with_return_annotation(module: Module, function: FunctionNode, text: str) -> Edit | None:
    """Put a return annotation behind the parameters of a function without one."""
    depth, closed = 0, None
    for mark, _, end in _tokens(module, function):
        depth += (mark in ("(", "[", "{")) - (mark in (")", "]", "}"))
        if mark == ")" and depth == 0:
            closed = end
        elif mark == ":" and depth == 0:
            return inserted(closed, f" -> {text}") if closed is not None else None
    return None


def _first_token(module: Module, function: FunctionNode) -> _Token | None:
    """The first token behind the parenthesis that opens the parameters."""
    depth, is_open = 0, False
    for token in _tokens(module, function):
        if is_open:
            return token
        if token[0] == "(" and depth == 0:
            is_open = True
        depth += (token[0] == "[") - (token[0] == "]")
    return None


def _separator(module: Module, parameter: ast.arg) -> str:
    """What stands between two parameters: a line end where each has a line of its own."""
    start = module.start(parameter)
    before = module.lines[start.line - 1][: start.column]
    return f",\n{before}" if not before.strip() else ", "


def _end_with_default(module: Module, arguments: ast.arguments, parameter: ast.arg) -> Position:
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: dict[ast.arg, ast.expr | None] = dict(
        zip(reversed(positional), reversed(arguments.defaults), strict=False)
    )
    defaults |= dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    default = defaults.get(parameter)
    if default is None:
        return module.end(parameter)
    return module.end(default)


def _tokens(module: Module, function: FunctionNode) -> Iterator[_Token]:
    """The tokens of a function from its `def` on, comments and line ends left out."""
    start = module.start(function)
    lines = iter([module.lines[start.line - 1][start.column :], *module.lines[start.line :]])
    layout = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    try:
        for token in tokenize.generate_tokens(lambda: next(lines, "")):
            if token.type not in layout:
                yield token.string, _place(start, token.start), _place(start, token.end)
    except (tokenize.TokenError, SyntaxError):
        return


def _place(start: Position, place: tuple[int, int]) -> Position:
    line, column = place
    return Position(start.line + line - 1, column + (start.column if line == 1 else 0))
