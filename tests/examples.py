"""The examples in the rules' documentation, made whole where a body of `...` leaves out what is beside the point."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from flake8_incall.options import Options
from flake8_incall.rules import REGISTRY, Rule

FENCE = re.compile(r"```(python|json)\n(.*?)```", re.DOTALL)
_RULES = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
# Whether the extra `rules` is installed.
CAN_MATCH = find_spec("ast_grep_py") is not None


@contextmanager
def with_rules(options: Options, rule: Rule) -> Iterator[Options]:
    """Options that name the project's own rules of a rule's documentation, if it has some."""
    texts = _RULES.findall(rule.parts.get("Bad", ""))
    if not texts:
        yield options
        return
    with TemporaryDirectory() as folder:
        Path(folder, "rules.yml").write_text("---\n".join(texts), encoding="utf-8")
        yield replace(options, rules=folder)


def examples(part: str) -> Iterator[tuple[Rule, str, str]]:
    """Each fenced example under a title of the rules' documentation: rule, language, text."""
    for _, rule in sorted(REGISTRY.rules.items()):
        if part in rule.parts:
            fences = FENCE.findall(rule.parts[part])
            assert fences, f"{rule.code}: no example under {part}"
            yield from ((rule, language, text) for language, text in fences)


def completed(text: str) -> str:
    """An example whose functions have a body: `...` stands for a docstring and a result that keep the contract."""
    tree = ast.parse(text)
    lines = text.splitlines(keepends=True)
    for node in sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0), reverse=True):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_left_out(node.body):
            place = node.body[0]
            line = lines[place.lineno - 1]
            head, tail = line[: place.col_offset].rstrip(), line[place.col_offset + len("...") :]
            lines[place.lineno - 1] = f"{head}\n{_body(node)}{tail}"
    return "".join(lines)


def _is_left_out(body: list[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Expr) and ast.unparse(body[0]) == "..."


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    indent = " " * (node.col_offset + 4)
    names = [arg.arg for arg in (*node.args.args, *node.args.kwonlyargs) if arg.arg not in ("self", "ctx")]
    documented = ["", "Args:", *(f"    {name}: As the caller said it" for name in names)] if names else []
    lines = ['"""Answer the caller who asks.', *documented, "", "Returns:", "    dict: status and answer", '"""']
    answer = 'f"That is done: ' + ", ".join(f"{{{name}}}" for name in names) + '"' if names else '"That is done"'
    lines.append(f'return {{"status": "success", "answer": {answer}}}')
    return "\n".join(f"{indent}{line}" if line else "" for line in lines)
