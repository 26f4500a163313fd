"""Documentation of more than one rule, written from the rules' own."""

from __future__ import annotations

from flake8_incall.rules import REGISTRY

GATE = """\
The gate refuses references to what is not known to be harmless. It reads a file before the file runs; it is no
sandbox, and it does not stop:

- what the host hands over: nothing is known of the methods of `ctx`, of its session and of what `userdata` holds;
- what allowed things can do: send the caller's words to any public host, answer wrongly, fill the memory, loop for
  ever, match a pattern for hours;
- hosts that are told apart only while the function runs: an address that is put together, a public name that resolves
  to a private address, a redirect;
- faults of the interpreter and of the libraries that are let in, and what new versions of these add to them;
- what a module can do that was let in with `incall-allow`;
- a file that was changed after it was checked, or that is loaded from elsewhere;
- flake8 itself honouring `noqa`, and configuration that the author of the code wrote: run
  `flake8-incall check --profile gate --isolated` instead.

So code that may be hostile belongs in a process of its own, with no rights beyond its task.
"""
_SEALED = range(520, 530)


def gate_page() -> str:
    """What the profile `gate` does not stop: what holds for all of it, and the limits of its rules."""
    rules = [REGISTRY.rules[f"CAL{number}"] for number in _SEALED]
    limits = [f"- {rule.code}: {' '.join(rule.parts['Limits'].split())}" for rule in rules if "Limits" in rule.parts]
    return f"{GATE}\nWhat single rules do not see:\n\n" + "\n".join(limits)


TOPICS = {"gate": gate_page}
