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
GUARD = """\
Where files are loaded with the profile `gate`, two more layers guard what was let in while it runs. The project keeps
452 ways around the check, and runs them with the rules switched off: 86 come through the loader alone, 163 through the
audit hook alone, 84 through both, and none when the rules are asked.

The loader gives the code no builtins but those that are let in, facades in place of modules, and refuses compiled code
that asks an object for what is inside it. It does not stop:

- what the classes that it hands out do with their arguments: certificates from a path, hosts, proxies, a socket's path;
- stores into what the host hands over, and into the classes of libraries;
- texts that are formatted: `"{0.__globals__}".format(...)` shows values of modules, though it hands none out;
- classes that change what Python does with them: metaclasses, `__reduce__`, `__del__`;
- who gets at the facades' own functions, which are Python and have the globals of their modules.

The audit hook denies files, processes, code, native calls and sockets when guarded code is on the stack that asks for
them: directly, or through a module of the interpreter or one that is let in, unless that is its business (the host's
log handlers, HTTP clients, time zones, named tuples). It does not stop:

- what the interpreter does not tell of: the environment, modules that are loaded already, files that OpenSSL and other
  native libraries open, `os.mkfifo`, `os.umask`, `os._exit`;
- functions written in C that others call later: on an executor, in the event loop, at the end of the process;
- connections, which HTTP clients make in tasks of their own: the hosts are judged when the file is read;
- what LiveKit does, and functions and objects that the host hands over, but for processes and native calls of these;
- code that gets at the hook's own module, which is Python too.

It also denies what finalisers of the host do when they happen to run while guarded code is on the stack. A denial ends
the function, is kept in `Guard.denials`, and is a warning of the logger `flake8_incall.guard`.
"""
_SEALED = range(520, 530)


def gate_page() -> str:
    """What the profile `gate` does not stop: all of it, the layers beneath it, and its single rules."""
    rules = [REGISTRY.rules[f"CAL{number}"] for number in _SEALED]
    limits = [f"- {rule.code}: {' '.join(rule.parts['Limits'].split())}" for rule in rules if "Limits" in rule.parts]
    return f"{GATE}\n{GUARD}\nWhat single rules do not see:\n\n" + "\n".join(limits)


TOPICS = {"gate": gate_page}
