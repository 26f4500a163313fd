"""Random in-call functions that check a parameter somewhere, somehow, or not, and hand it to a client.

Each test asks for another letter, so that every way through a function can be gone.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from textwrap import indent

LETTERS = "abcd"
FLAGS = ("one", "two", "three")
MOST_STATEMENTS = 4
DEEPEST = 2

HELPERS = """
def has(text, letter):
    if letter in text:
        return True
    return False

def refuse(text, letter):
    if letter in text:
        raise ValueError(letter)

def error_of(text, letter):
    if letter in text:
        return {"status": "error", "message": letter}
    return None

def answer_of(text, letter):
    return letter not in text, "no"

def cleaned(text, letter):
    text = text.strip()
    if letter in text:
        raise ValueError(letter)
    return text

async def fetch(value):
    return await client.get("https://api.example.com", params={"code": value})
"""

# What is done with the letter that a text must not have. `{v}` is the text, `{l}` the letter.
CHECKS = (
    'if "{l}" in {v}: return ERROR',
    'if not ("{l}" not in {v}): return ERROR',
    'if {v}.count("{l}") > 0: return ERROR',
    'if re.search("{l}", {v}): return ERROR',
    'if (found := re.search("{l}", {v})) is not None: return ERROR',
    'found = {v}.find("{l}")\nif found >= 0: return ERROR',
    'if "{l}" in {v}: raise ValueError("{l}")',
    'assert "{l}" not in {v}',
    'if has({v}, "{l}"): return ERROR',
    'refuse({v}, "{l}")',
    'if problem := error_of({v}, "{l}"): return problem',
    'problem = error_of({v}, "{l}")\nif problem is not None: return problem',
    'ok, why = answer_of({v}, "{l}")\nif not ok: return ERROR',
    'ok = True\nif "{l}" in {v}: ok = False\nif not ok: return ERROR',
    'ok = "{l}" not in {v}\nif not ok: return ERROR',
    'problems = []\nif "{l}" in {v}: problems.append("no")\nif problems: return ERROR',
    'problems = {{}}\nif "{l}" in {v}: problems["code"] = "no"\nif problems: return ERROR',
    'problem = "no" if "{l}" in {v} else None\nif problem: return ERROR',
    'match {v}:\n    case text if "{l}" in text: return ERROR',
    'for letter in {v}:\n    if letter == "{l}": return ERROR',
    'if any(letter == "{l}" for letter in {v}): return ERROR',
    'for name, value in (("code", {v}),):\n    if "{l}" in value: return ERROR',
    'bad = [name for name, value in {{"code": {v}}}.items() if "{l}" in value]\nif bad: return ERROR',
    '{v} = "zz" if "{l}" in {v} else {v}',
    'if "{l}" in {v}: {v} = "zz"',
    'try:\n    refuse({v}, "{l}")\nexcept ValueError:\n    return ERROR',
    'try:\n    if "{l}" in {v}: raise ValueError\nexcept ValueError:\n    return ERROR',
    'ok = True\ntry:\n    refuse({v}, "{l}")\nexcept ValueError:\n    ok = False\nif not ok: return ERROR',
    '{v} = cleaned({v}, "{l}")',
)
# They look like checks, and the way goes on whatever they say.
FAILED_CHECKS = (
    'if "{l}" in {v}: logger.warning("odd")',
    'if "{l}" in {v}:\n    pass\nelse:\n    logger.info("fine")',
    'has({v}, "{l}")',
    'error_of({v}, "{l}")',
    'answer_of({v}, "{l}")',
    'ok = "{l}" not in {v}\nlogger.info(ok)',
    'ok = True\nif "{l}" in {v}: ok = False\nif not ok: logger.warning("odd")',
    'try:\n    refuse({v}, "{l}")\nexcept ValueError:\n    pass',
    'try:\n    if "{l}" in {v}: raise ValueError\nexcept ValueError:\n    logger.warning("odd")',
    'for letter in {v}:\n    if letter == "{l}": break',
    'for letter in {v}:\n    if letter == "{l}": continue',
    'match {v}:\n    case text if "{l}" in text: logger.warning("odd")',
    'match {v}:\n    case "{l}": logger.warning("odd")\n    case _: logger.info("fine")',
    "logger.info({v})",
    'other = "zz" if "{l}" in {v} else {v}',
)
DERIVED = (
    "{w} = {v}",
    "{w} = {v}.strip()",
    "{w} = {v}.lower().strip()",
    '{w} = f"{{{v}}}"',
    '{w} = "" + {v}',
    '{w} = {{"code": {v}}}.get("code")',
    '{w} = "".join([{v}])',
    "{w}, other = {v}, 1",
)
_GET = 'await client.get("https://api.example.com", params={{"code": {v}}})'
CALLS = (
    _GET,
    'payload = {{"code": {v}}}\nawait client.post("https://api.example.com", json=payload)',
    'payload = {{}}\npayload["code"] = {v}\nawait client.post("https://api.example.com", json=payload)',
    'payload = dict(code={v})\nawait client.post("https://api.example.com", json=payload)',
    "await fetch({v})",
    "async def later():\n    return await fetch({v})\nawait later()",
    'await asyncio.wait_for(client.get("https://api.example.com", params={{"code": {v}}}), 5)',
    f"for attempt in range(2):\n    {_GET}",
    f"try:\n    {_GET}\nexcept ValueError:\n    return ERROR",
)


class Writer:
    """Writes one function.

    Args:
        seed: What makes it this one.
        again: Whether flags are asked more than once.
    """

    def __init__(self, seed: int, *, again: bool) -> None:
        self._random = Random(seed)
        self._again = again
        self._letters = list(LETTERS)
        self._flags = list(FLAGS)
        self._random.shuffle(self._letters)
        self._variables = ["code"]
        self._count = 0

    def function(self) -> str:
        """The text of the function, with what is around it."""
        body = self._block(0) + "\n" + self._call()
        flags = "".join(f", {flag}: bool" for flag in FLAGS)
        return f"{HELPERS}\nasync def tell(ctx: RunContext, code: str{flags}) -> dict:\n{indent(body, '    ')}\n"

    def _block(self, depth: int) -> str:
        count = self._random.randint(1, MOST_STATEMENTS - depth)
        # What is made in a block may not be there behind it.
        known = list(self._variables)
        text = "\n".join(self._statement(depth) for _ in range(count))
        if depth:
            self._variables = known
        return text

    def _statement(self, depth: int) -> str:
        makers: list[Callable[[int], str]] = [self._check, self._check, self._failed_check, self._derived, self._call]
        if depth < DEEPEST:
            makers += [self._branch, self._test, self._attempt]
        return self._random.choice(makers)(depth)

    def _fill(self, template: str, **more: str) -> str:
        letter = self._letters.pop() if "{l}" in template and self._letters else ""
        if "{l}" in template and not letter:
            return "pass"
        return template.format(v=self._random.choice(self._variables), l=letter, **more)

    def _check(self, _: int = 0) -> str:
        return self._fill(self._random.choice(CHECKS))

    def _failed_check(self, _: int = 0) -> str:
        return self._fill(self._random.choice(FAILED_CHECKS))

    def _call(self, _: int = 0) -> str:
        return self._fill(self._random.choice(CALLS))

    def _derived(self, _: int = 0) -> str:
        self._count += 1
        name = f"text{self._count}"
        text = self._fill(self._random.choice(DERIVED), w=name)
        self._variables.append(name)
        return text

    def _branch(self, depth: int) -> str:
        if not self._flags:
            return "pass"
        flag = self._random.choice(self._flags)
        if not self._again:
            self._flags.remove(flag)
        return f"if {flag}:\n{self._indented(depth)}" + self._otherwise(depth)

    def _test(self, depth: int) -> str:
        head = self._fill('if "{l}" in {v}:')
        return "pass" if head == "pass" else f"{head}\n{self._indented(depth)}" + self._otherwise(depth)

    def _attempt(self, depth: int) -> str:
        ends = ("return ERROR", "pass", 'logger.warning("odd")')
        end = self._random.choice(ends)
        return f"try:\n{self._indented(depth)}\nexcept ValueError:\n    {end}"

    def _otherwise(self, depth: int) -> str:
        return f"\nelse:\n{self._indented(depth)}" if self._random.random() < 0.5 else ""

    def _indented(self, depth: int) -> str:
        return indent(self._block(depth + 1), "    ")
