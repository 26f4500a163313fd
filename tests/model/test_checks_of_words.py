"""What counts as a check of a caller's words, and where it holds."""

from __future__ import annotations

import pytest

from tests.model.spoken import PATH, found, get

GUARDS = [
    "if not code.isalnum(): return {}",
    "if not code or not code.isdigit(): return {}",
    "if not (code and code.isdecimal() and len(code) == 10): return {}",
    "if not code.replace('-', '').isalnum(): return {}",
    "if code not in CITIES: return {}",
    "if code.lower() not in ('a', 'b'): return {}",
    "if code != 'a' and code != 'b': return {}",
    "if '/' in code: return {}",
    "if any(c in '/?#' for c in code): return {}",
    "if not all(c.isalnum() or c == '-' for c in code): return {}",
    "if not set(code) <= set('abc'): return {}",
    "if re.fullmatch(r'[A-Z]+', code) is None: return {}",
    "if not re.match(r'^[A-Z]+$', code): return {}",
    "if re.search(r'[^A-Z]', code): return {}",
    "if not ORDER.fullmatch(code): return {}",
    "match = ORDER.fullmatch(code)\nif match is None: return {}",
    "if not (match := ORDER.fullmatch(code)): return {}",
    "is_fine = code.isalnum()\nif not is_fine: return {}",
    "if not bool(code and code.isalnum()): return {}",
    "is_fine = bool(re.fullmatch(r'[A-Z]+', code))\nif not is_fine: return {}",
    "is_fine = bool(code) and code.isalnum()\nif not is_fine: return {}",
    "error = None\nif not code.isalnum():\n    error = 'no'\nif error: return {}",
    "errors = []\nif not code.isalnum():\n    errors.append('no')\nif errors: return {}",
    "if code and not code.isalnum(): return {}",
    "try:\n    int(code)\nexcept ValueError:\n    return {}",
    "try:\n    number = uuid.UUID(code)\nexcept ValueError:\n    return {}",
    "if not is_valid_order(code): return {}",
    "validate_order(code)",
    "if not code.isalnum(): raise ValueError(code)",
    "assert code.isalnum()",
    "for c in code:\n    if not c.isalnum(): return {}",
    "match code:\n    case 'a' | 'b': pass\n    case _: return {}",
    "code = CITIES.get(code)",
    "try:\n    number = int(code)\nexcept ValueError:\n    number = None\nif number is None: return {}",
    "valid = False\nif code.isalnum(): valid = True\nif not valid: return {}",
    "error = None if code.isalnum() else {'status': 'error'}\nif error: return error",
    "digits = ''.join(filter(str.isdigit, code))\ncode = digits",
    "try:\n    Order(number=code)\nexcept ValueError:\n    return {}",
    "try:\n    State(code)\nexcept ValueError:\n    return {}",
    "code = 'fixed'",
    "code = quote(code)",
    "if not code.isalnum():\n    code = 'unknown'",
    "while not code.isalnum():\n    code = 'x'",
    "if not all(map(str.isalnum, code)): return {}",
    "if False in map(str.isalnum, code): return {}",
    "if sum(map(str.isalnum, code)) != len(code): return {}",
    "is_fine = code.isalnum\nif not is_fine(): return {}",
    "if not getattr(code, 'isalnum')(): return {}",
    "is_fine, why = (True, '') if code.isalnum() else (False, 'no')\nif not is_fine: return {}",
    "if not functools.partial(is_valid_order, code)(): return {}",
    "if not operator.methodcaller('isalnum')(code): return {}",
]


@pytest.mark.parametrize("guard", GUARDS)
def test_a_check_on_the_way(guard: str) -> None:
    assert found(guard + "\n" + get('f"https://api.example.com/orders/{code}"')) == set()


@pytest.mark.parametrize("guard", GUARDS[:20])
def test_a_check_holds_of_text_that_was_put_together_before(guard: str) -> None:
    assert found('url = f"https://api.example.com/orders/{code}"\n' + guard + "\n" + get("url")) == set()


@pytest.mark.parametrize(
    "guard",
    [
        "if not code: return {}",
        "if len(code) > 20: return {}",
        "if not isinstance(code, str): return {}",
        "if not code.startswith('A'): return {}",
        "if not other.isalnum(): return {}",
        "if not LOOSE.fullmatch(code): return {}",
        "if not re.match(r'[A-Z]+', code): return {}",
        "if '@' not in code: return {}",
        "if not code.isalnum(): ctx.log('odd')",
        "if code.isalnum(): return {}",
        "first = code.split('-')[0]\nif not first.isalnum(): return {}",
        "try:\n    int(code)\nexcept ValueError:\n    pass",
        "if other:\n    if not code.isalnum(): return {}",
        "for c in code:\n    if not c.isalnum(): break",
        "code.isalnum()",
        "map(str.isalnum, code)",
        "if not any(map(str.isalnum, code)): return {}",
        "if not all(map(str.isalnum, other)): return {}",
        "if not all(map(str.isprintable, code)): return {}",
        "if True in map(str.isalnum, code): return {}",
        "is_fine, why = (True, '') if code.isalnum() else (False, 'no')\nif not why: ctx.log('odd')",
        "match code:\n    case 'a': return {}\n    case _: pass",
    ],
)
def test_what_is_no_check(guard: str) -> None:
    assert (PATH, "code") in found(guard + "\n" + get('f"https://api.example.com/orders/{code}"'))


def test_a_check_after_the_use_comes_too_late() -> None:
    body = get('f"https://api.example.com/orders/{code}"') + "\nif not code.isalnum(): return {}"
    assert found(body) == {(PATH, "code")}
