"""What stands in the module above the function: exceptions, context managers and helpers."""

from __future__ import annotations

from tests.truth.conditions import single_test
from tests.truth.expressions import message, status, text_constant
from tests.truth.writer import Flag, Scope, Writer

REFUSED = "class Refused(Exception):\n    pass"
MISSING = "class Missing(Refused):\n    pass"
EXCEPTIONS = ("ValueError", "KeyError", "RuntimeError", "Refused", "Missing")
HANDLED = (
    *("ValueError", "KeyError", "Refused", "Missing", "RuntimeError"),
    *("LookupError", "(ValueError, KeyError)", "(Refused, LookupError)"),
    *("Exception", "Exception", "ValueError", "KeyError"),
)
BUILDERS = (
    'def {}(status, message=None):\n    body = {{"status": status}}\n'
    '    if message:\n        body["message"] = message\n    return body',
    'def {}(status, **extra):\n    return {{"status": status, **extra}}',
    'def {}(status, *args, message=""):\n    return {{"status": status, "message": message or "None given"}}',
    'def {}(status="success", **extra):\n    body = dict(status=status)\n    body.update(extra)\n    return body',
    'def {}(status, message=None):\n    if message is None:\n        return {{"status": status}}\n'
    '    return {{"status": status, "message": message}}',
)
MUTATORS = (
    'def {}(result):\n    result["message"] = "See above"',
    'def {}(result):\n    result["status"] = "success"\n    return result',
    'def {}(result, text="Sorry"):\n    result.update(status="error", message=text)',
    'def {}(result):\n    result.setdefault("status", "success")\n'
    '    result.setdefault("message", "None")\n    return result',
    'def {}(result, good=True):\n    result["status"] = "success" if good else "error"\n    return result',
    'def {}(result):\n    result.pop("message", None)',
)


def exception(w: Writer, names: str) -> str:
    """Make sure that the exceptions of the module that a text names are defined."""
    if "Refused" in names or "Missing" in names:
        w.module["Refused"] = REFUSED
    if "Missing" in names:
        w.module["Missing"] = MISSING
    return names


def raised(w: Writer) -> str:
    """Write an exception to raise."""
    kind = exception(w, w.pick(EXCEPTIONS))
    return f'{kind}("refused")' if w.likely(0.8) else kind


def raiser(w: Writer) -> str:
    """Define a helper that raises when its flag is true; gives its name."""
    kind = w.pick(EXCEPTIONS)
    name = f"step_{kind.lower()}"
    exception(w, kind)
    w.module[name] = f'def {name}(flag):\n    if flag:\n        raise {kind}("bad step")\n    return "row"'
    return name


def abort(w: Writer) -> str:
    """Define a helper that never returns."""
    exception(w, "Refused")
    w.module["abort"] = 'def abort():\n    raise Refused("never")'
    return "abort"


def built(w: Writer, wanted: str) -> str:
    """Write a call of a helper that builds a result from what it is given."""
    index = w.chance.randrange(len(BUILDERS))
    name = f"respond_{index}"
    w.module[name] = BUILDERS[index].format(name)
    if wanted == "no_status":
        return f'{{"data": {name}("success")}}'
    args = [status(w, wanted)]
    if w.likely(0.2):
        args = [f"status={args[0]}"]
    if wanted == "error" or w.likely(0.2):
        args.append(f"message={message(w)}")
    if w.likely(0.06):
        return f'{name}(*["error"])' if index != 3 else f'{name}(**{{"status": "error", "message": "Sorry"}})'
    return f"{name}({', '.join(args)})"


def mutator(w: Writer) -> str:
    """Define a helper that changes the result it is given; gives its name."""
    index = w.chance.randrange(len(MUTATORS))
    name = f"change_{index}"
    w.module[name] = MUTATORS[index].format(name)
    return name


def status_helper(w: Writer) -> str:
    """Write a call of a helper that tells the status from a flag."""
    other = '"failed"' if "bad_status" in w.faults and w.likely(0.4) else '"error"'
    name = "status_of" if other == '"error"' else "outcome_of"
    w.module[name] = f"def {name}(flag):\n    return {text_constant(w, 'success')} if flag else {other}"
    return f"{name}({single_test(w)})"


def random_helper(w: Writer) -> str:
    """Define a helper of random statements on flags of its own; writes a call of it."""
    name = w.name("look_up")
    flags = ["first", "second"][: w.chance.randint(1, 2)]
    is_async = w.scope.awaits and w.likely(0.2)
    scope = Scope(awaits=is_async, flags={f"{name}.{flag}": Flag(flag, ("True", "False")) for flag in flags})
    spent, w.spent = w.spent, set()
    with w.elsewhere(scope, indent=1) as body:
        w.fill(3)
        if w.scope.open and w.likely(0.8):
            w.line(f"return {w.grammar.value(w)}")
    w.spent = spent
    prefix = "async " if is_async else ""
    w.module[name] = f"{prefix}def {name}({', '.join(flags)}):\n" + "\n".join(body)
    args = [single_test(w) if w.likely(0.75) else w.pick(["True", "False"]) for _ in flags]
    return f"await {name}({', '.join(args)})" if is_async else f"{name}({', '.join(args)})"


def manager(w: Writer, takes: str) -> str:
    """Write a context manager that takes up exceptions of a kind, or none (when `takes` is empty)."""
    if not takes:
        return w.weighted([(3, keeper), (1, null_context)])(w)
    if w.likely(0.5):
        w.module["suppress"] = "from contextlib import suppress"
        kinds = exception(w, takes).strip("()")
        return f"suppress({kinds})"
    if w.likely(0.5):
        w.module["Quiet"] = (
            "class Quiet:\n    def __enter__(self):\n        return self\n\n"
            "    def __exit__(self, kind, error, trace):\n        return True"
        )
        return "Quiet()"
    w.module["contextmanager"] = "from contextlib import contextmanager"
    w.module["calmly"] = "@contextmanager\ndef calmly():\n    try:\n        yield\n    except ValueError:\n        pass"
    return "calmly()"


def keeper(w: Writer) -> str:
    """Write a context manager of the module that lets exceptions through."""
    end = w.pick(["return False", "return None", "pass", "self.closed = True"])
    name = {"return False": "Held", "return None": "Kept", "pass": "Plain"}.get(end, "Closing")
    w.module[name] = (
        f"class {name}:\n    def __enter__(self):\n        return self\n\n"
        f"    def __exit__(self, kind, error, trace):\n        {end}"
    )
    return f"{name}()"


def null_context(w: Writer) -> str:
    """Write the context manager that does nothing."""
    w.module["nullcontext"] = "from contextlib import nullcontext"
    return "nullcontext()"


def async_manager(w: Writer) -> str:
    """Write an asynchronous context manager that lets exceptions through."""
    w.module["Session"] = (
        "class Session:\n    async def __aenter__(self):\n        return self\n\n"
        "    async def __aexit__(self, kind, error, trace):\n        return None"
    )
    return "Session()"
