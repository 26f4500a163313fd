"""What follows from the answer of a test: conditions are values, and to pass a test is to learn about them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from flake8_incall.model.interpreter.intervals import interval
from flake8_incall.model.interpreter.knowledge import Knowledge
from flake8_incall.model.interpreter.operators import truth
from flake8_incall.model.interpreter.state import Doubt, State
from flake8_incall.model.interpreter.values import (
    FALSE,
    NONE,
    TRUE,
    Constant,
    DictShape,
    Entry,
    Reference,
    SequenceShape,
    Symbol,
    Value,
    references,
)

# The one false value of a type.
_FALSE_OF = {
    "builtins.str": Constant(""),
    "builtins.bool": FALSE,
    "builtins.int": Constant(0),
    "builtins.NoneType": NONE,
}
# An `int` between bounds that are no farther apart is one of so many numbers.
_MOST_NUMBERS = 24
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_ENDS_OF_TYPES = {"builtins.bool": frozenset({"builtins.bool", "builtins.int"})}


def assume(state: State, value: Value, answer: bool) -> bool:
    """Take it that a value is true (or false) in a test, and learn what follows.

    Returns:
        Whether that can be. If not, the state is of no further use.
    """
    match value:
        case Constant():
            return bool(value.value) is answer
        case Reference():
            return _assume_size(state, value, answer)
        case Symbol():
            infer = _INFERENCES.get(value.operation)
            if infer is not None and not infer(state, answer, *value.arguments):
                return False
            return _assume_truth(state, value, answer)
        case _:
            return answer


def decide(state: State, value: Value) -> bool | None:
    """Whether a value is true in a test; `None` if it can be either."""
    if isinstance(value, Constant):
        return bool(value.value)
    answers = [answer for answer in (True, False) if assume(state.fork(), value, answer)]
    return answers[0] if len(answers) == 1 else None


def doubt(state: State, value: Value, answer: Doubt) -> None:
    """Remember that a way depends on a value.

    What a join has separated from it is in doubt from now on. And where the value is determined but was not
    worked out, so is the way itself.

    Args:
        state: The way.
        value: The value that it depends on.
        answer: The test, and the answer that the way took.
    """
    if isinstance(value, Symbol) and value.is_determined:
        state.doubts |= {answer}
    if not state.forgotten and not state.doubted:
        return
    things: set[Any] = {*references(value)}
    things |= getattr(value, "leaves", frozenset())
    if not things.isdisjoint(state.doubted):
        state.doubts |= {answer}
    if not things.isdisjoint(state.forgotten):
        state.doubted |= state.forgotten - things


def _assume_truth(state: State, value: Symbol, answer: bool) -> bool:
    if not answer and value.type and state.is_always_true(value.type):
        return False
    knowledge = _derived(state, value)
    knowledge = knowledge and knowledge.assuming_truth(answer)
    if knowledge is not None and value.type == "builtins.bool":
        knowledge = knowledge.assuming_among((TRUE,) if answer else (FALSE,))
    elif knowledge is not None and not answer:
        types = {value.type} if value.type else knowledge.types
        if types and types <= _FALSE_OF.keys():
            knowledge = knowledge.assuming_among(tuple(_FALSE_OF[type_] for type_ in sorted(types)))
    return state.learn(value, knowledge)


def _assume_size(state: State, reference: Reference, answer: bool) -> bool:
    shape = state.heap[reference]
    if isinstance(shape, SequenceShape):
        if shape.is_exact or shape.type in ("builtins.generator", "builtins.iterator"):
            return bool(shape.items) is answer or not shape.is_exact
        if not answer:
            state.heap[reference] = SequenceShape(shape.type, node=shape.node)
        return True
    filled = truth(state, reference)
    if filled is not None:
        return filled is answer
    if not answer:
        state.heap[reference] = DictShape({}, node=shape.node, type=shape.type)
    elif len(shape.entries) == 1 and not shape.is_open:
        [(key, entry)] = shape.entries.items()
        state.heap[reference] = shape.changed({key: Entry(entry.value)})
    return True


# What follows from the answer of each kind of condition


def _not(state: State, answer: bool, operand: Value) -> bool:
    return assume(state, state.resolve(operand), not answer)


def _truth(state: State, answer: bool, operand: Value) -> bool:
    return assume(state, state.resolve(operand), answer)


def _all(state: State, answer: bool, *operands: Value) -> bool:
    return _each(state, operands, answer, stops_at=False)


def _any(state: State, answer: bool, *operands: Value) -> bool:
    return _each(state, operands, answer, stops_at=True)


def _each(state: State, operands: tuple[Value, ...], answer: bool, *, stops_at: bool) -> bool:
    """All operands must be other than `stops_at`, or at least one must be so."""
    resolved = [state.resolve(operand) for operand in operands]
    if answer is not stops_at:
        return all(assume(state, operand, not stops_at) for operand in resolved)
    open_ones = [operand for operand in resolved if decide(state, operand) is not (not stops_at)]
    if len(open_ones) == 1:
        return assume(state, open_ones[0], stops_at)
    return bool(open_ones)


def _equals(state: State, answer: bool, left: Value, right: Value) -> bool:
    left, right = state.resolve(left), state.resolve(right)
    if isinstance(left, Constant):
        left, right = right, left
    if isinstance(left, Constant) and isinstance(right, Constant):
        return bool(left.value == right.value) is answer
    if isinstance(left, Symbol) and isinstance(right, Constant):
        return _among(state, answer, left, right)
    return True


def _among(state: State, answer: bool, value: Value, *constants: Constant) -> bool:
    value = state.resolve(value)
    if isinstance(value, Constant):
        return any(value.value == constant.value for constant in constants) is answer
    if not isinstance(value, Symbol):
        return True
    knowledge = _derived(state, value)
    if value.type == "builtins.bool" and knowledge is not None and knowledge.among is None:
        knowledge = knowledge.assuming_among((TRUE, FALSE))
    if knowledge is not None and answer:
        possible = tuple(c for c in constants if _can_be(value.type, c))
        knowledge = knowledge.assuming_among(possible)
    elif knowledge is not None:
        knowledge = knowledge.assuming_other(constants)
    if not state.learn(value, knowledge):
        return False
    known = state.known(value).constant
    # What a condition is found to be tells of what it is about.
    is_condition = value.operation in _INFERENCES and value.type == "builtins.bool"
    return assume(state, value, bool(known.value)) if is_condition and known is not None else True


def _can_be(type: str, constant: Constant) -> bool:  # noqa: A002
    """Whether an instance of a type can equal a constant."""
    if type in ("", "builtins.object"):
        return True
    if type in ("builtins.int", "builtins.float", "builtins.bool", "builtins.complex", "decimal.Decimal"):
        return constant.kind in (int, float, bool, complex)
    if type in ("builtins.str", "builtins.bytes"):
        return f"builtins.{constant.kind.__name__}" == type
    return constant.value is not None


def _is(state: State, answer: bool, left: Value, right: Value) -> bool:
    left, right = state.resolve(left), state.resolve(right)
    if isinstance(left, Constant):
        left, right = right, left
    if isinstance(left, Constant) and isinstance(right, Constant):
        return (left == right) is answer
    if not isinstance(left, Symbol) or not isinstance(right, Constant):
        return True
    if right.value is None or answer:
        return _among(state, answer, left, right)
    # `x is not True` says nothing about 1.
    return left.type != "builtins.bool" or _among(state, answer, left, right)


def _order(operator: str) -> Callable[..., bool]:
    def infer(state: State, answer: bool, value: Value, bound: Value) -> bool:
        value, bound = state.resolve(value), state.resolve(bound)
        if isinstance(value, Symbol) and isinstance(bound, Constant) and bound.kind in (int, float):
            return _assume_order(state, value, operator if answer else _OPPOSITE[operator], bound.value)
        return True

    return infer


def _assume_order(state: State, value: Symbol, operator: str, bound: float) -> bool:
    known = _derived(state, value)
    if known is not None:
        known = known.assuming_order(operator, bound)
    if not state.learn(value, _counted(known) if value.type == "builtins.int" else known):
        return False
    # The largest is below a bound where all are, and the smallest above it.
    is_about_each = operator[0] == {"max": "<", "min": ">"}.get(value.operation)
    operands = [state.resolve(operand) for operand in value.arguments] if is_about_each else []
    return all(_assume_order(state, o, operator, bound) for o in operands if isinstance(o, Symbol))


def _derived(state: State, value: Symbol) -> Knowledge | None:
    """What is known of a symbol, and what its operands tell of its bounds; `None` if it cannot be."""
    known: Knowledge | None = state.known(value)
    for side, bound in zip("><", interval(state, value), strict=True):
        if known is not None and bound is not None:
            known = known.assuming_order(side + "=" * bound[1], bound[0])
    return known


def _counted(known: Knowledge | None) -> Knowledge | None:
    """The numbers that an `int` between two bounds can be."""
    if known is None or known.low is None or known.high is None or known.among is not None:
        return known
    low, high = math.floor(known.low[0]), math.ceil(known.high[0])
    if high - low > _MOST_NUMBERS:
        return known
    return known.assuming_among(tuple(map(Constant, range(low, high + 1))))


def _instance(state: State, answer: bool, value: Value, types: frozenset[str]) -> bool:
    value = state.resolve(value)
    if not isinstance(value, Symbol):
        return True
    if value.type:
        ends = _ENDS_OF_TYPES.get(value.type, frozenset({value.type}))
        if not ends.isdisjoint(types):
            return answer
        both_plain = value.type.startswith("builtins.") and all(t.startswith("builtins.") for t in types)
        return not answer or not both_plain
    known = state.known(value)
    if known.among == (NONE,):
        return not answer
    return state.learn(value, known.assuming_type(types, answer))


def _has(state: State, answer: bool, reference: Reference, key: Constant, seen: DictShape) -> bool:
    shape = state.dict_at(reference)
    if shape is None or shape is not seen:
        return True
    entry = shape.lookup(key.value)
    if answer and entry is not None:
        state.heap[reference] = shape.with_entry(key.value, entry.value)
    elif not answer:
        state.heap[reference] = shape.without(key.value)
    return True


_INFERENCES: dict[str, Callable[..., bool]] = {
    "not": _not,
    "truth": _truth,
    "all": _all,
    "any of": _any,
    "==": _equals,
    "is": _is,
    "in": _among,
    "has": _has,
    "isinstance": _instance,
    **{operator: _order(operator) for operator in _OPPOSITE},
}
