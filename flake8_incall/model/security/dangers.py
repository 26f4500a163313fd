"""What in-call code does that it must not: files, processes, evaluation and the like, by the catalogue.

A danger stands where in-call code first names the thing. An alias that is made there is not told again where it is
used; one that is made outside, at the top of the module, is told where in-call code uses it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flake8_incall.catalogue import DANGERS, Api, Catalogue, Condition, Effect
from flake8_incall.model.calls.function import InCallFunction
from flake8_incall.model.calls.reach import Reach, Unit, is_handed_on
from flake8_incall.model.objects.arguments import Written, arguments_of, given, holds, is_object_of, read
from flake8_incall.model.objects.references import References
from flake8_incall.model.objects.referents import (
    Container,
    Contents,
    Instance,
    LocalInstance,
    Namespace,
    Outside,
    names_of,
)
from flake8_incall.model.objects.routes import find_api, routed
from flake8_incall.model.security import introspection
from flake8_incall.model.security.harm import Danger, Harm
from flake8_incall.model.security.words import may_be_dangerous

if TYPE_CHECKING:
    from flake8_incall.model.code.module import Module

_ASK = "use a service or a database"
_IN_MEMORY = ("io.BytesIO", "io.StringIO")
_ATTACHES = re.compile(r"\s*(attach\b|vacuum\b.*\binto\b)|.*\bload_extension\s*\(", re.IGNORECASE | re.DOTALL)
_SQLITE = ("sqlite3.", "aiosqlite.")
# Modules whose classes have names in capitals: `ctypes.CDLL`.
_NATIVE = ("ctypes.", "cffi.")


class Dangers:
    """The dangers of one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._index = module.index
        self._references = module.fact(References)
        self._catalogue: Catalogue = self._references.catalogue
        self._told: set[ast.expr | None] = set()
        self._opened: set[tuple[InCallFunction, ast.expr]] = set()

    @cached_property
    def _reach(self) -> Reach:
        return self._module.fact(Reach)

    def of(self, function: InCallFunction, *harms: Harm) -> Iterator[Danger]:
        """The dangers of a kind that are reached through an in-call function and through none before it."""
        return (danger for danger in self._found.get(function, ()) if danger.harm in harms)

    @cached_property
    def _found(self) -> dict[InCallFunction, list[Danger]]:
        found: dict[InCallFunction, list[Danger]] = {}
        if not may_be_dangerous(self._module):
            return found
        for unit in self._reach.units:
            here = found.setdefault(unit.function, [])
            for node in unit.nodes:
                judge = _JUDGES.get(type(node))
                if judge is not None:
                    here += judge(self, node, unit)
            here += introspection.quoted_annotations(unit, self._module)
        return found

    # Mentions

    def _name(self, node: ast.Name, unit: Unit) -> Iterator[Danger]:
        if not isinstance(node.ctx, ast.Load):
            return
        yield from self._made_on_load(node, unit)
        yield from self._opened_before(node, unit)
        referents = self._references.of(node)
        for referent in referents:
            if isinstance(referent, Outside):
                yield from self._mention(referent, node, unit)
            elif isinstance(referent, Container) and is_handed_on(node, self._references):
                yield from self._contents(referent, node, unit)

    def _made_on_load(self, node: ast.Name, unit: Unit) -> Iterator[Danger]:
        """Checks that are off in a client or context of the module's top, told once, where it is made."""
        for binding in self._references.names.top.bindings.get(node.id, ()):
            made = binding.value
            if made in self._told or binding not in self._references.names.bindings_of(node):
                continue
            yield from self._made(made, unit)
            for store in self._stores_on_load.get(node.id, ()) if made in self._told else ():
                yield from introspection.weakened_by_store(store, unit, self._references)

    def _made_before(self, node: ast.Attribute, unit: Unit) -> Iterator[Danger]:
        """Checks that are off in a client that an object got where no in-call code runs: in `__init__`."""
        for base in self._references.of(node.value):
            if isinstance(base, LocalInstance):
                for made in self._references.members.values(base.definition, node.attr):
                    yield from self._made(made, unit)

    def _opened_before(self, node: ast.expr, unit: Unit) -> Iterator[Danger]:
        """An object on a file that was opened where no in-call code runs, told where in-call code first uses it."""
        for referent in self._references.of(node):
            if not isinstance(referent, Instance) or referent.maker is None:
                continue
            type_ = self._catalogue.type(referent.type.name)
            opener = self._opener(referent.maker) if type_ is not None and type_.on_file else None
            if opener is not None and (unit.function, opener.origin) not in self._opened:
                self._opened.add((unit.function, opener.origin))
                name = self._catalogue.canonical(routed(opener.name, self._catalogue))
                yield Danger("filesystem", node, name, unit, note="it was opened before the call, so " + _ASK)

    def _opener(self, maker: Outside) -> Outside | None:
        """What opened the file that an object is on, unless in-call code did."""
        current: Outside | None = maker
        while current is not None and current.origin not in self._reach.nodes:
            api = self._api(current)
            if api is not None and "filesystem" in api.effects:
                arguments = arguments_of(current.origin, self._references)
                is_harmless = bool(api.harmless) and all(holds(c, arguments, self._references) for c in api.harmless)
                in_memory = arguments is not None and self._is_in_memory(api, arguments)
                return None if is_harmless or in_memory else current
            current = current.maker
        return None

    def _made(self, made: ast.expr | None, unit: Unit) -> Iterator[Danger]:
        if isinstance(made, ast.Call) and made not in self._told and made not in self._reach.nodes:
            self._told.add(made)
            for function in self._references.of(made.func):
                if isinstance(function, Outside) and (api := self._api(function)) is not None:
                    yield from self._insecure(api, made, unit)
                    yield from self._unverified(api, made, unit)

    @cached_property
    def _stores_on_load(self) -> dict[str, list[ast.Attribute]]:
        """By name: `CONTEXT.verify_mode = …` at the top of the module."""
        found: dict[str, list[ast.Attribute]] = {}
        for statement in self._module.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name)) as store]):
                    found.setdefault(name, []).append(store)
        return found

    def _contents(self, container: Container, node: ast.expr, unit: Unit) -> Iterator[Danger]:
        """What a container holds that was filled outside; of one that in-call code fills, it is told there."""
        if container.node in self._reach.nodes:
            return
        for referent in self._references.containers.contents(container):
            if isinstance(referent, Outside) and referent.origin not in self._reach.nodes:
                yield from self._harms(referent, node, None, unit)

    def _mention(self, referent: Outside, node: ast.expr, unit: Unit) -> Iterator[Danger]:
        if referent.origin is not node and referent.origin in self._reach.nodes:
            # Told where the alias is made, unless only its arguments decide.
            api = self._api(referent)
            if api is not None and api.harmless and not self._index.is_named(node):
                yield from self._harms(referent, node, arguments_of(node, self._references), unit)
            return
        if referent.origin is not node and isinstance(node, ast.Name) and self._is_named_inside(node):
            return
        if referent.name.endswith(".__dict__") or self._is_only_looked_at(node) or self._is_told_further_out(node):
            return
        if introspection.is_module(module := routed(referent.name, self._catalogue), self._catalogue):
            yield from introspection.module_handed_on(module, node, unit, self._module)
            return
        arguments = arguments_of(node, self._references)
        api = self._api(referent)
        if api is not None and api.harmless and arguments is None and self._index.is_named(node):
            return
        if api is not None and arguments is None and any(condition.absent for condition in api.insecure):
            yield Danger("insecure", node, api.name, unit)
        if (
            api is not None
            and not self._index.call_of(node) is not None
            and any(condition.absent for condition in api.unverified)
        ):
            yield Danger("unverified", node, api.name, unit, note=api.note)
        yield from self._harms(referent, node, arguments, unit)

    def _attribute(self, node: ast.Attribute, unit: Unit) -> Iterator[Danger]:
        if isinstance(node.ctx, ast.Load):
            yield from introspection.attribute(node, unit, self._references)
            yield from self._made_before(node, unit)
            yield from self._opened_before(node, unit)
            for referent in self._references.of(node):
                if isinstance(referent, Outside):
                    yield from self._mention(referent, node, unit)
                elif isinstance(referent, Container) and is_handed_on(node, self._references):
                    yield from self._contents(referent, node, unit)
        elif isinstance(node.ctx, ast.Store):
            yield from introspection.weakened_by_store(node, unit, self._references)

    def _subscript(self, node: ast.Subscript, unit: Unit) -> Iterator[Danger]:
        if not isinstance(node.ctx, ast.Load):
            return
        yield from introspection.computed_entry(node, unit, self._references)
        for referent in self._references.of(node):
            if isinstance(referent, Outside) and (referent.origin is node or self._is_from_container(node)):
                yield from self._mention(referent, node, unit)

    def _call(self, node: ast.Call, unit: Unit) -> Iterator[Danger]:
        functions = self._references.of(node.func)
        yield from introspection.call(node, unit, self._references)
        if any(isinstance(function, Contents) for function in functions):
            for referent in self._references.of(node):
                if isinstance(referent, Outside) and referent.origin not in self._reach.nodes:
                    yield from self._harms(referent, node, None, unit)
        for referent in self._references.of(node):
            if isinstance(referent, Outside) and referent.origin is node:
                yield from self._mention(referent, node, unit)
        for function in functions:
            if isinstance(function, Outside) and (api := self._api(function)) is not None:
                yield from self._insecure(api, node, unit)
                yield from self._unverified(api, node, unit)
                yield from self._statement(api, node, unit)
                yield from self._file_address(api, node, unit)

    def _class_pattern(self, node: ast.MatchClass, unit: Unit) -> Iterator[Danger]:
        for attribute in introspection.refused_attributes(node.kwd_attrs, self._catalogue):
            yield Danger("introspection", node, attribute, unit)

    # Judgement

    def _api(self, referent: Outside) -> Api | None:
        return find_api(referent.name, self._catalogue)

    def _harms(self, referent: Outside, node: ast.expr, arguments: Written | None, unit: Unit) -> Iterator[Danger]:
        api = self._api(referent)
        if api is None or self._catalogue.is_exception(referent.name) or self._is_told_of_maker(referent):
            return
        name = self._shown(referent, api)
        if api.note and not api.effects and api.name.startswith("os."):
            yield Danger("text", node, name, unit, note=api.note)
        effects = api.effects & DANGERS
        if (
            not effects
            or self._catalogue.has("is-harmless-alone", api.name)
            or self._is_plain_value(referent, api, node)
        ):
            return
        if api.harmless and all(holds(condition, arguments, self._references) for condition in api.harmless):
            return
        for effect in sorted(effects):
            if effect == "filesystem" and arguments is not None and self._is_in_memory(api, arguments):
                continue
            if self._is_argument_of_same(node, effect):
                continue
            if effect == "introspection" and introspection.is_followed(node, self._references):
                continue
            yield Danger(effect, node, name, unit, api.twin, api.note)

    def _shown(self, referent: Outside, api: Api) -> str:
        return self._catalogue.canonical(routed(referent.name, self._catalogue) if api.is_wildcard else api.name)

    def _is_in_memory(self, api: Api, arguments: Written) -> bool:
        """Whether what stands for a path is a buffer, a URL or a database in memory."""
        values = [given(argument, arguments) for argument in api.path]
        passed = [value for value in values if not isinstance(value, str)]
        return bool(passed) and all(self._is_no_path(value) for value in passed)

    def _is_no_path(self, node: ast.expr) -> bool:
        texts = self._references.constants.texts(node)
        if texts is not None:
            return all(text.startswith(("http://", "https://")) or ":memory:" in text for text in texts)
        return is_object_of(node, _IN_MEMORY, self._references)

    def _is_told_of_maker(self, referent: Outside) -> bool:
        """Whether in-call code makes the object of a method by something that is told of already."""
        maker = referent.maker
        if maker is None or maker.origin not in self._reach.nodes:
            return False
        made, used = self._api(maker), self._api(referent)
        if made is None or used is None or made.harmless or not made.effects & DANGERS:
            return False
        return used.is_wildcard or used.effects & DANGERS <= made.effects

    def _insecure(self, api: Api, node: ast.Call, unit: Unit) -> Iterator[Danger]:
        arguments = read(node, self._references)
        for condition in api.insecure:
            if holds(condition, arguments, self._references) and not self._is_set_up_later(api, condition):
                value = given(condition.argument, arguments)
                note = introspection.OLD_VERSION if any("TLSv1" in name for name in condition.names) else ""
                if isinstance(value, str):
                    yield Danger("insecure", node, api.name, unit, note=note)
                    continue
                name = f"{condition.argument.name}={self._module.segment(value)}"
                place = value if self._index.parents[value] in node.keywords else node
                yield Danger("insecure", place, name, unit, note=note)

    def _is_set_up_later(self, api: Api, condition: Condition) -> bool:
        """Whether a context that checks nothing by itself is told to check: `context.verify_mode = CERT_REQUIRED`."""
        if api.name != "ssl.SSLContext" or not condition.absent:
            return False
        stores = (node for node in self._index.nodes(ast.Attribute) if node.attr == "verify_mode")
        values = (parent.value for node in stores if isinstance(parent := self._index.parents[node], ast.Assign))
        return any("ssl.CERT_REQUIRED" in names_of(self._references.of(value)) for value in values)

    def _unverified(self, api: Api, node: ast.Call, unit: Unit) -> Iterator[Danger]:
        arguments = read(node, self._references)
        if any(holds(condition, arguments, self._references) for condition in api.unverified):
            yield Danger("unverified", node, api.name, unit, note=api.note)

    def _file_address(self, api: Api, node: ast.Call, unit: Unit) -> Iterator[Danger]:
        """An address such as `file:///etc/hostname` goes to no service."""
        for argument in api.url:
            value = given(argument, read(node, self._references))
            texts = None if isinstance(value, str) else self._references.constants.texts(value)
            for text in texts or ():
                if not isinstance(value, str) and text.lower().startswith("file:"):
                    yield Danger("filesystem", value, text, unit)

    def _statement(self, api: Api, node: ast.Call, unit: Unit) -> Iterator[Danger]:
        """SQLite opens files by statements too."""
        if not api.name.startswith(_SQLITE):
            return
        for argument in api.sql:
            value = given(argument, read(node, self._references))
            texts = None if isinstance(value, str) else self._references.constants.texts(value)
            for text in texts or ():
                if not isinstance(value, str) and (found := _ATTACHES.match(text)) and "':memory:'" not in text:
                    yield Danger("filesystem", value, " ".join(found[0].upper().split()).rstrip(" ("), unit)

    # Where a mention stands

    def _is_named_inside(self, node: ast.Name) -> bool:
        """Whether in-call code gave the name what it stands for, and so mentioned it before."""
        bindings = self._references.names.bindings_of(node)
        return bool(bindings) and all(binding.node in self._reach.nodes for binding in bindings)

    def _is_argument_of_same(self, node: ast.expr, effect: Effect) -> bool:
        """Whether it is passed to something that is told of for the same: `yaml.load(text, Loader=yaml.Loader)`."""
        call = self._index.call_with(node)
        if call is None:
            return False
        apis = (self._api(function) for function in self._references.of(call.func) if isinstance(function, Outside))
        return any(api is not None and effect in api.effects for api in apis)

    def _is_from_container(self, node: ast.Subscript) -> bool:
        return any(isinstance(base, Container | Contents | Namespace) for base in self._references.of(node.value))

    def _is_plain_value(self, referent: Outside, api: Api, node: ast.expr) -> bool:
        """Whether it is a number or text of a module that is dangerous as a whole: `os.O_RDONLY`."""
        last = referent.name.rpartition(".")[2]
        is_constant = api.is_wildcard and last.isupper() and not referent.name.startswith(_NATIVE)
        return is_constant and not self._index.call_of(node) is not None

    def _is_told_further_out(self, node: ast.expr) -> bool:
        """Whether it is the first part of a longer name that the catalogue knows."""
        parent = self._index.parents[node]
        return isinstance(parent, ast.Attribute) and any(
            isinstance(referent, Outside) and referent.origin is parent and self._api(referent) is not None
            for referent in self._references.of(parent)
        )

    def _is_only_looked_at(self, node: ast.expr) -> bool:
        """Whether it stands where a class is asked for, and nothing is done with it."""
        inner = self._index.through(node, ast.Tuple)
        match self._index.parents[inner]:
            case ast.ExceptHandler() | ast.MatchClass():
                return True
            case ast.Call(func=ast.Name(id="isinstance" | "issubclass"), args=[_, classes]):
                return classes is inner
        return False


_JUDGES: dict[type[ast.AST], Callable[[Dangers, Any, Unit], Iterator[Danger]]] = {
    ast.Name: Dangers._name,
    ast.Attribute: Dangers._attribute,
    ast.Subscript: Dangers._subscript,
    ast.Call: Dangers._call,
    ast.MatchClass: Dangers._class_pattern,
}
