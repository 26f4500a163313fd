"""Discovery of the in-call functions of a file, with the reason for each decision."""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.listings import listings
from flake8_incall.model.calls.passed_over import Reason
from flake8_incall.model.calls.registrations import Registered, registrations
from flake8_incall.model.code.mentions import Mentions
from flake8_incall.model.code.paths import is_matched, is_test_file
from flake8_incall.model.code.tree import FunctionNode, uncalled
from flake8_incall.model.objects.decorators import Decorators
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import names_of
from flake8_incall.model.signature.annotations import is_context_name

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

NO_CONTEXT = "no parameter is annotated with LiveKit's `RunContext`"

_MARK = re.compile(r"#\s*incall:\s*(tool|helper)\b", re.IGNORECASE)
# What these make of a function is no tool, whatever it takes.
_MAKE_SOMETHING_ELSE = ("contextlib.", "pytest.", "typing.overload", "typing_extensions.overload")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that is made a tool and is no function that LiveKit can make one of.

    Attributes:
        at: Where it is made a tool.
        what: What it is, as a phrase: "a lambda".
    """

    at: ast.AST
    what: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A function that is not an in-call function.

    Attributes:
        node: Its definition.
        why: Why it is not, as a clause.
        reason: As what the summary counts it; `None` for helpers and ordinary functions, which it does not count.
    """

    node: FunctionNode
    why: str
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found in one file.

    Attributes:
        functions: The in-call functions in source order.
        misfits: What else is made a tool.
        passed_over: The other top-level functions, and what was made a tool and marked as a helper.
    """

    functions: list[InCallFunction] = field(default_factory=list)
    misfits: list[Misfit] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)


def discover(module: Module) -> Discovery:
    """Find the in-call functions of a file."""
    return _in_document(module) if module.is_document else _Search(module).result()


def _in_document(module: Module) -> Discovery:
    """On the platform the first `def` of the text is run, and the rest does not exist."""
    nodes = _top_level(module)
    return Discovery(
        functions=[InCallFunction(module, node, "the first `def` of a function document") for node in nodes[:1]],
        passed_over=[PassedOver(node, "the platform runs only the first `def`") for node in nodes[1:]],
    )


class _Search:
    """The search of one Python file."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._mentions = Mentions(module)
        self._registered = _registered(module)
        self._marks = dict(_marks(module))
        self._top_level = _top_level(module)
        self._is_test = is_test_file(module.path, module.options, "".join(module.lines))

    def result(self) -> Discovery:
        """All that the file has."""
        found = {} if self._is_test else {**self._by_registration(), **self._by_rule}
        for node, mark in self._marks.items():
            if mark == "tool":
                found.setdefault(node, self._function(node, "marked `# incall: tool`"))
        for node in [node for node in found if self._is_marked_helper(node)]:
            del found[node]
        listed = [r for r in self._registered if r.node is None and not self._is_test]
        made = (r.node for r in self._registered if r.node is not None)
        others = sorted({*self._top_level, *self._marks, *made}, key=lambda node: node.lineno)
        return Discovery(
            functions=sorted(found.values(), key=lambda function: function.node.lineno),
            misfits=[Misfit(r.at, r.what) for r in listed],
            passed_over=[self._passed_over(node) for node in others if node not in found],
        )

    def _function(self, node: FunctionNode, reason: str) -> InCallFunction:
        return InCallFunction(self._module, node, reason, is_method=_is_method(self._module, node))

    def _by_registration(self) -> dict[FunctionNode, InCallFunction]:
        """What the file makes a tool."""
        module = self._module
        return {
            r.node: InCallFunction(module, r.node, r.reason, r.registration, _is_method(module, r.node))
            for r in self._registered
            if r.node is not None
        }

    def _is_marked_helper(self, node: FunctionNode) -> bool:
        """Whether its author says that it is a helper. Under `gate` none can say so of what is made a tool."""
        is_tool = node in {r.node for r in self._registered} and self._module.options.profile == "gate"
        return self._marks.get(node) == "helper" and not is_tool

    # Functions without decorator: found by their file or by their signature

    @cached_property
    def _by_rule(self) -> dict[FunctionNode, InCallFunction]:
        registered = {r.node for r in self._registered}
        found = {}
        for node in self._top_level:
            if node not in registered and self._why_not(node) is None:
                found[node] = InCallFunction(self._module, node, self._why)
        return found

    @property
    def _why(self) -> str:
        return "`incall-paths` matches its file" if self._is_matched else "takes a `RunContext`"

    @cached_property
    def _is_matched(self) -> bool:
        return is_matched(self._module.path, self._module.options)

    def _passed_over(self, node: FunctionNode) -> PassedOver:
        if self._is_marked_helper(node):
            return PassedOver(node, "marked `# incall: helper`", Reason.MARKED_HELPER)
        if self._is_test:
            return PassedOver(node, "its file is a test, and `incall-paths` does not match it")
        return self._why_not(node) or PassedOver(node, "its name is private")

    def _why_not(self, node: FunctionNode) -> PassedOver | None:
        """Why an undecorated top-level function is not an in-call function; `None` when it is one."""
        if node.name.startswith("_"):
            return PassedOver(node, "its name is private")
        if self._marks.get(node) == "helper":
            return PassedOver(node, "marked `# incall: helper`", Reason.MARKED_HELPER)
        return self._why_not_by_path(node) if self._is_matched else self._why_not_by_signature(node)

    def _why_not_by_path(self, node: FunctionNode) -> PassedOver | None:
        if node.name == "main":
            return PassedOver(node, "`main` starts a program", Reason.MAIN)
        decorator = self._other_decorator(node)
        if decorator is not None:
            return PassedOver(node, f"decorated with `{decorator}`", Reason.OTHER_DECORATOR)
        if node not in self._with_context and node.name in self._used_by_roots:
            return PassedOver(node, "takes no `RunContext` and is used by functions that do")
        return None

    def _why_not_by_signature(self, node: FunctionNode) -> PassedOver | None:
        if node not in self._with_context:
            return PassedOver(node, NO_CONTEXT)
        if node.name in self._used_by_tools:
            return PassedOver(node, "used by in-call functions of the file")
        if self._registered:
            why = "not decorated, and the file makes its in-call functions with `function_tool`"
            return PassedOver(node, why, Reason.UNDECORATED)
        if self._module.options.profile == "livekit":
            return PassedOver(node, "not decorated with `function_tool`", Reason.UNDECORATED)
        decorator = self._other_decorator(node)
        if decorator is not None:
            return PassedOver(node, f"decorated with `{decorator}`", Reason.OTHER_DECORATOR)
        if node.name not in self._sources:
            return PassedOver(node, "used by in-call functions of the file")
        return None

    def _other_decorator(self, node: FunctionNode) -> str | None:
        """A decorator that makes something else of a function.

        Without a `RunContext` to speak for a tool any decorator does; with one, only those that certainly do.
        """
        for decorator in node.decorator_list:
            known = self._module.fact(Decorators).read(decorator)
            if known.api is not None and known.is_call_kept:
                continue
            called = uncalled(decorator)
            names = names_of(self._module.fact(References).of(called))
            if node not in self._annotated or any(name.startswith(_MAKE_SOMETHING_ELSE) for name in names):
                return f"@{ast.unparse(called)}"
        return None

    @cached_property
    def _annotated(self) -> set[FunctionNode]:
        """The top-level functions with a parameter that is annotated with LiveKit's context, or may well be."""
        return {node for node in self._top_level if InCallFunction(self._module, node, "").is_handed_context}

    @cached_property
    def _with_context(self) -> set[FunctionNode]:
        """The top-level functions that take LiveKit's context, or are meant to: `ctx` without annotation."""
        names = self._module.names
        imported = (binding.target for bindings in names.top.bindings.values() for binding in bindings)
        is_known = bool(self._annotated) or any(map(is_context_name, imported))
        # LiveKit calls these with a context of another kind: `entrypoint_fnc=entrypoint`.
        keywords = self._module.index.nodes(ast.keyword)
        hooks = {k.value.id for k in keywords if isinstance(k.value, ast.Name) and (k.arg or "").endswith("_fnc")}
        unannotated = {
            node
            for node in self._top_level
            if InCallFunction(self._module, node, "").has_unannotated_context
            and node.name not in hooks
            and (is_known or (names.is_snippet and _speaks_of_context(node)))
        }
        return self._annotated | unannotated

    @cached_property
    def _used_by_tools(self) -> set[str]:
        """The names that tools of the file use."""
        nodes = (r.node for r in self._registered if r.node is not None)
        direct = {name for node in nodes for name in self._mentions.of(node)}
        return direct | self._mentions.reached(direct)

    @cached_property
    def _used_by_roots(self) -> set[str]:
        """The names that tools and functions with a context use."""
        return self._used_by_tools | self._mentions.reached(node.name for node in self._with_context)

    @cached_property
    def _sources(self) -> set[str]:
        """The functions with a context that no other of them uses: of each circle one."""
        nodes = [
            node
            for node in self._top_level
            if node in self._with_context
            and not node.name.startswith("_")
            and self._marks.get(node) != "helper"
            and self._other_decorator(node) is None
        ]
        return self._mentions.sources(dict.fromkeys(node.name for node in nodes))


def _registered(module: Module) -> list[Registered]:
    """The functions that the file makes tools, each once."""
    made = module.fact(registrations)
    nodes = {registered.node for registered in made}
    return [*made, *(registered for registered in listings(module) if registered.node not in nodes)]


def _top_level(module: Module) -> list[FunctionNode]:
    """The functions of the module itself, also under `if` and `try`, in source order."""
    bound = (binding.node for bindings in module.names.top.bindings.values() for binding in bindings)
    return sorted((node for node in bound if isinstance(node, FunctionNode)), key=lambda node: node.lineno)


def _is_method(module: Module, node: FunctionNode) -> bool:
    if not isinstance(next(module.index.definitions_around(node), None), ast.ClassDef):
        return False
    return "builtins.staticmethod" not in names_of(module.fact(References).of_all(node.decorator_list))


def _marks(module: Module) -> Iterator[tuple[FunctionNode, str]]:
    """The functions whose `def` has a comment that says what they are, and what it says."""
    if not any(_MARK.search(line) for line in module.lines):
        return
    marked = {}
    for token in tokenize.generate_tokens(iter(module.lines).__next__):
        if token.type == tokenize.COMMENT and (found := _MARK.search(token.string)):
            marked[token.start[0]] = found[1].lower()
    for node in module.index.functions:
        if node.lineno in marked:
            yield node, marked[node.lineno]


def _speaks_of_context(node: FunctionNode) -> bool:
    return "RunContext" in (ast.get_docstring(node, clean=False) or "")
