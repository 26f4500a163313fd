"""Run the rules of a project on a module: where they match in in-call functions and in what these reach."""

from __future__ import annotations

import ast
import os
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from flake8_incall.diagnostics import Edit, Fix, Position, Span
from flake8_incall.model.calls.discovery import discover
from flake8_incall.model.calls.reach import Reach
from flake8_incall.model.calls.unproved import Analysis, GivenUp
from flake8_incall.model.code.source import split_lines
from flake8_incall.model.code.tree import FunctionNode
from flake8_incall.project_rules.library import SearchTree, matches_itself, span_of
from flake8_incall.project_rules.loading import rules_of
from flake8_incall.project_rules.rule import Config, LoadedRule, RuleFix, RuleSet, marker
from flake8_incall.project_rules.templates import Capture

if TYPE_CHECKING:
    from flake8_incall.model.calls.function import InCallFunction
    from flake8_incall.model.code.module import Module
    from flake8_incall.model.objects.referents import Definition

# Each node may look at all above it, and from there at all below.
_DEEPEST = 250
# What may stand between the end of a definition and that of the node that ast-grep sees there.
_TAIL = re.compile(r"(?:\s|#[^\n]*)*")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r|\n|\Z)")


@dataclass(frozen=True, slots=True)
class Match:
    """A place where a rule of the project matches.

    Attributes:
        rule: The rule.
        span: The place.
        message: The rule's message, filled in.
        fix: What the rule writes there, if it says so.
    """

    rule: LoadedRule
    span: Span
    message: str
    fix: Fix | None

    @property
    def fix_text(self) -> tuple[str, ...]:
        """What the fix writes."""
        return tuple(edit.text for edit in self.fix.edits) if self.fix else ()


class ProjectMatches:
    """The matches of the project's rules in a module, by in-call function.

    Attributes:
        contents: All of them but their lines, by the qualified name of the function.
    """

    def __init__(self, module: Module) -> None:
        self._by_function: dict[InCallFunction, list[Match]] = {}
        self.contents: dict[str, list[object]] = {}
        regions, text = Regions(module), "".join(module.lines)
        if not regions:
            return
        if _is_deep(module):
            for searched in module.fact(discover).functions:
                module.fact(GivenUp).add(searched.node, Analysis.PROJECT_RULES)
            return
        for match, (start, end) in matches_in(text, active_rules(module)):
            function = regions.function_at(start, end)
            if function is not None:
                self._by_function.setdefault(function, []).append(match)
                known = (match.rule.shown, match.rule.severity, match.message, match.fix_text, text[start:end])
                self.contents.setdefault(function.qualified_name, []).append(known)

    def of(self, function: InCallFunction) -> list[Match]:
        """The matches in a function, and in what is reached through it and through none before it."""
        return self._by_function.get(function, [])


def _is_deep(module: Module) -> bool:
    """Whether code is nested so deeply that relations such as `inside` would take minutes."""
    level: list[ast.AST] = [module.tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in module.children[node]]
        if not level:
            return False
    return True


def active_rules(module: Module) -> RuleSet:
    """The rules that are on for a module."""
    options = module.options
    every = rules_of(options)
    kept = tuple(
        rule
        for rule in every.rules
        if rule.severity is not None
        and rule.id not in options.ignore_rules
        and rule.applies_to(module.path, options.root or os.getcwd())
    )
    return every if kept == every.rules else replace(every, rules=kept)


def matches_in(text: str, rules: RuleSet) -> Iterator[tuple[Match, tuple[int, int]]]:
    """Return the matches of some rules in a text, with their places in characters."""
    tree = SearchTree(text)
    places = Places(text)
    for rule in _matching(tree, rules):
        transformed = frozenset(rule.config.get("transform", ()))
        for node in tree.find(rule.config):
            capture = Capture(tree, node, transformed)
            span = (capture.start, capture.end)
            fix = _fix(rule.fix, capture, node, places) if rule.fix else None
            yield Match(rule, places.span(*span), capture.message(rule.message), fix), span


def _matching(tree: SearchTree, rules: RuleSet) -> list[LoadedRule]:
    """The rules that may match somewhere in a text, found in one walk, and one more for rules that share all places."""
    found: list[LoadedRule] = []
    left = rules.rules
    while left:
        nodes = tree.find(rules.combined(left))
        new = tuple(rule for number, rule in enumerate(left) if any(_is_marked(node, number) for node in nodes))
        if not new:
            break
        found += new
        left = tuple(rule for rule in left if rule not in new)
    return found


def _is_marked(node: Any, number: int) -> bool:
    return node.get_match(marker(number)) is not None


def _fix(fix: RuleFix, capture: Capture, node: Any, places: Places) -> Fix:
    first = _sibling(fix.expand_start, node.prev_all)
    last = _sibling(fix.expand_end, node.next_all)
    start = span_of(first)[0] if first is not None else capture.start
    end = span_of(last)[1] if last is not None else capture.end
    text = capture.replacement(fix.template, start)
    span = places.span(start, end) if text else places.span(*places.without_blank_line(start, end))
    return Fix((Edit(span.start, span.end, text),), is_safe=fix.is_safe)


def _sibling(relation: Config | None, siblings: Callable[[], Iterable[Any]]) -> Any:
    """The sibling to which a fix expands the replaced range, the nearest first; `None` without one."""
    if relation is None:
        return None
    stop = relation.get("stopBy", "neighbor")
    rule = {"rule": {key: part for key, part in relation.items() if key != "stopBy"}}
    for sibling in siblings():
        if matches_itself(sibling, rule):
            return sibling
        if stop == "neighbor" or (stop != "end" and matches_itself(sibling, {"rule": stop})):
            return None
    return None


# Where definitions stand


class Regions:
    """The parts of a text that belong to in-call functions, and to what these reach."""

    def __init__(self, module: Module) -> None:
        self._text = "".join(module.lines)
        self._places = Places(self._text)
        self._module = module
        reach = module.fact(Reach)
        self._regions: dict[tuple[int, int], InCallFunction | None] = {}
        for unit in reach.units:
            if isinstance(unit.definition, ast.ClassDef):
                methods = (node for node in unit.definition.body if isinstance(node, FunctionNode))
                self._regions |= {self._span(method): None for method in methods}
        for unit in reach.units:
            self._regions[self._span(unit.definition)] = unit.function

    def __bool__(self) -> bool:
        return bool(self._regions)

    def function_at(self, start: int, end: int) -> InCallFunction | None:
        """The function to which a range belongs, by the innermost definition around it."""
        around = [
            (first, last)
            for first, last in self._regions
            if first <= start < last and (end <= last or _TAIL.fullmatch(self._text, last, end))
        ]
        return self._regions[max(around, key=lambda span: (span[0], -span[1]))] if around else None

    def _span(self, definition: Definition) -> tuple[int, int]:
        start = self._places.offset(self._module.start(definition))
        end = self._places.offset(self._module.end(definition))
        if isinstance(definition, ast.Lambda):
            return start, end
        if definition.decorator_list:
            first = self._places.offset(self._module.start(definition.decorator_list[0]))
            start = self._text.rfind("@", 0, first)
        rest = _REST_OF_LINE.match(self._text, end)
        return start, rest.end() if rest else end


class Places:
    """Offsets of a text as lines and columns, and the other way round; lines as Python counts them."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) for line in split_lines(self._text))]

    def offset(self, place: Position) -> int:
        """Return the offset of a place."""
        return self._starts[place.line - 1] + place.column

    def position(self, offset: int) -> Position:
        """Return the place of an offset."""
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1])

    def without_blank_line(self, start: int, end: int) -> tuple[int, int]:
        """Return a range that is to be deleted, with all of its lines where nothing else stands on them."""
        line_start = self._starts[bisect_right(self._starts, start) - 1]
        number = bisect_right(self._starts, end)
        line_end = self._starts[number] if number < len(self._starts) else len(self._text)
        is_alone = not (self._text[line_start:start].strip() or self._text[end:line_end].strip())
        return (line_start, line_end) if is_alone else (start, end)

    def span(self, start: int, end: int) -> Span:
        """Return the range between two offsets."""
        return Span(self.position(start), self.position(end))
