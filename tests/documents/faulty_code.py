"""Documents with one fault in the code that they hold."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from tests.documents.samples import CODE, HELPER, advanced

# The title, the document, the code of its one finding, and what stands in its text where that begins.
Fault = tuple[str, Any, str, str]


def code() -> Iterator[Fault]:
    """Code of advanced functions."""
    start = "order_status(ctx"
    yield "no code", advanced(""), "CAL009", '"\n}'
    yield "a comment alone", advanced("# later"), "CAL009", "# later"
    yield "another name", advanced(CODE.replace("order_status", "get_status")), "CAL009", "get_status"
    yield "another name, by its letters", advanced(name="orderStatus"), "CAL009", start
    yield "another name, by a hyphen", advanced(name="order-status"), "CAL009", start
    yield "a helper before it", advanced(HELPER + "\n\n" + CODE), "CAL009", "spoken"
    yield "a helper behind it", advanced(CODE + "\n\n" + HELPER), "CAL009", "spoken"
    yield (
        "a function behind it",
        advanced(CODE + "\n\n" + CODE.replace("order_status", "again")),
        "CAL009",
        "again",
    )
    yield "a class alone", advanced("class Orders:\n    pass\n"), "CAL009", "class Orders"
    yield "a lambda", advanced("order_status = lambda ctx: {}\n"), "CAL009", "order_status = lambda"
    yield (
        "not async",
        advanced(CODE.replace("async def", "def").replace("async with", "with")),
        "CAL101",
        "order_status",
    )
    yield (
        "a bracket that is open",
        advanced(CODE.replace('["place"]}', '["place"]')),
        "CAL009",
        '{\\"status\\": \\"success\\"',
    )
    yield "a colon that is missing", advanced(CODE.replace("isdigit():", "isdigit()")), "CAL009", "\\n        return"
    yield (
        "Python 2",
        advanced(
            CODE.replace('    return {"status": "success"', '    print \'done\'\n    return {"status": "success"')
        ),
        "CAL009",
        "print 'done'",
    )
    yield "a return outside", advanced(CODE + "\nreturn 1\n"), "CAL009", "return 1"
    yield "an await outside", advanced("await prepare()\n\n\n" + CODE), "CAL009", "await prepare()"
    yield "a break outside", advanced(CODE.replace("    try:", "    break\n    try:")), "CAL009", "break"
    yield "cut", advanced(CODE[: CODE.rindex('"place"')] + '"pla'), "CAL009", '\\"pla'
    yield "indented by one", advanced("    " + CODE), "CAL009", " async def"
    yield (
        "quotes of a word processor",
        advanced(CODE.replace('"success", "place"', "“success”, “place”")),
        "CAL009",
        "“success”",
    )
    yield "a code fence", advanced(f"```python\n{CODE}```"), "CAL009", "```python"
    yield "a code fence with words", advanced(f"Sure! Here it is:\n```\n{CODE}```\nLet me know."), "CAL009", "```\\n"
    yield "escaped twice", advanced(json.dumps(CODE)[1:-1]), "CAL009", "\\\\n"
    yield "a string in a string", advanced(json.dumps(CODE)), "CAL009", "\\\\n"
    yield (
        "JavaScript",
        advanced("async function order_status(ctx) {\n  return {status: 'success'};\n}"),
        "CAL009",
        "async function",
    )
    yield "an arrow", advanced("const order_status = async (ctx) => {\n  return {};\n}"), "CAL009", "const "
    yield "HTML entities", advanced(CODE.replace('"', "&quot;")), "CAL009", "&quot;"
    yield "HTML", advanced(f"<pre>{CODE}</pre>"), "CAL009", "<pre>"
    yield "prompts", advanced("".join(f">>> {line}\n" for line in CODE.splitlines())), "CAL009", ">>>"
    yield "base64", advanced(base64.b64encode(CODE.encode()).decode()), "CAL009", "YXN5"
    yield "words", advanced("Look up the order and tell where it is."), "CAL009", "up the order"
    yield "a null byte", advanced("\0" + CODE), "CAL009", r"\u0000"
