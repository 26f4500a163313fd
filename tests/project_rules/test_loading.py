"""Rule files: what is wrong with one is a line with its place."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_incall import Engine, Options
from flake8_incall.options import OptionError
from flake8_incall.project_rules import library
from flake8_incall.project_rules.loading import load_rules
from tests.project_rules.conftest import PRINT, Write, body, found

RULE = "id: a\nlanguage: Python\nrule:\n  pattern: f($A)\n"


def of(pattern: str) -> str:
    """The rule with another condition at line 4."""
    return RULE.replace("pattern: f($A)", pattern)


BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)
BAD: dict[str, tuple[str | bytes, str]] = {
    "strange key": (RULE + "zzz: 1\n", "5: rule: unknown key 'zzz'; remove it, or put it below metadata"),
    "unknown key": (RULE + "mesage: x\n", "5: rule: unknown key 'mesage' (did you mean message?)"),
    "no id": ("language: Python\nrule: {pattern: x}\n", "1: rule: has no id"),
    "number as id": (RULE.replace("id: a", "id: 1"), "1: id: expected a string, got a number; put it in quotes"),
    "spaces in id": (RULE.replace("id: a", "id: a b"), "1: id: 'a b' has other characters than"),
    "other language": (RULE.replace("Python", "TypeScript"), "2: language: TypeScript is not supported"),
    "no language": (RULE.replace("language: Python\n", ""), "1: rule: has no language"),
    "no rule": ("id: a\nlanguage: Python\n", "1: rule: has no condition"),
    "rule is text": ("id: a\nlanguage: Python\nrule: f()\n", "3: rule: expected a mapping, got a string"),
    "empty rule": ("id: a\nlanguage: Python\nrule: {}\n", "3: rule: has no condition"),
    "unknown kind": (of("kind: func"), "4: kind: Kind `func` is invalid"),
    "half a pattern": (of("pattern: 'f($A'"), "4: pattern: `f($A` is not valid Python"),
    "part of a statement": (of("pattern: 'except $E: $$$B'"), "4: pattern: `except $E: $$$B` is not valid Python"),
    "two statements": (of('pattern: "a\\nb"'), "4: pattern: Multiple AST nodes are detected"),
    "empty pattern": (of("pattern: ''"), "4: pattern: is empty"),
    "null pattern": (of("pattern:"), "4: pattern: expected a string, got nothing"),
    "no context": (of("pattern: {selector: call}"), "4: pattern: has no context"),
    "selector": (of("pattern: {context: f(x), selector: class_definition}"), "4: pattern: Fails to create"),
    "strictness": (of("pattern: {context: f(x), strictness: hard}"), "4: strictness: expected one of cst"),
    "regex": (of("kind: call\n  regex: '('"), "5: regex: unclosed group"),
    "any kind": (of("regex: x"), "3: rule: matches code of any kind; add a pattern or a kind"),
    "only not": (of("not: {kind: call}"), "3: rule: matches code of any kind"),
    "any of any kind": (of("any: [{kind: call}, {regex: x}]"), "3: rule: matches code of any kind"),
    "no list": (of("any: {kind: call}"), "4: any: expected a list, got a mapping"),
    "empty list": (of("all: []"), "4: all: is empty"),
    "field": (RULE + "  has: {kind: call, field: nope}\n", "5: field: Relational rule contains invalid field nope"),
    "field of follows": (RULE + "  follows: {kind: call, field: body}\n", "5: follows: takes no field"),
    "stopBy": (RULE + "  has: {kind: call, stopBy: ends}\n", "5: stopBy: expected neighbor, end or a rule, got 'ends'"),
    "stopBy outside": (RULE + "  stopBy: end\n", "5: rule: unknown key 'stopBy'"),
    "nthChild": (RULE + "  nthChild: abc\n", "5: nthChild: Illegal character a"),
    "nthChild of no node": (RULE + "  nthChild: 0\n", "5: nthChild: expected a number from 1, or a formula"),
    "nthChild list": (RULE + "  nthChild: [1]\n", "5: nthChild: expected a number from 1, or a formula"),
    "nthChild position": (RULE + "  nthChild: {position: -1}\n", "5: nthChild: expected a number from 1"),
    "nthChild nowhere": (RULE + "  nthChild: {reverse: true}\n", "5: nthChild: expected a number from 1"),
    "nthChild key": (RULE + "  nthChild: {position: 1, rev: true}\n", "5: nthChild: unknown key 'rev'"),
    "child of a rule": (RULE + "  nthChild: {position: 1, ofRule: {kindd: call}}\n", "5: ofRule: unknown key 'kindd'"),
    "range": (RULE + "  range: {start: {line: x}}\n", "5: range: "),
    "no range": (RULE + "  range: 5\n", "5: range: expected a mapping, got a number"),
    "unknown utility": (
        of("matches: is-cal") + "utils:\n  is-call: {kind: call}\n",
        "4: matches: unknown utility rule 'is-cal' (did you mean is-call?)",
    ),
    "utility call": (of("matches: {wrap: {B: {kind: call}}}"), "4: matches: utility rules with arguments"),
    "circle": (of("kind: call\n  matches: x") + "utils: {x: {matches: y}, y: {matches: x}}\n", "3: rule: Rule `"),
    "unused utility": (RULE + "utils:\n  x: {kindd: call}\n", "6: utils x: unknown key 'kindd' (did you mean kind?)"),
    "variable of message": (RULE + "message: $B\n", "5: message: unknown metavariable $B"),
    "near variable": (
        of("pattern: f($NAME)") + "message: $NAM\n",
        "5: message: unknown metavariable $NAM (did you mean",
    ),
    "variable of fix": (RULE + "fix: g($$$C)\n", "5: fix: unknown metavariable $C"),
    "denied variable": (of("kind: call\n  not: {pattern: f($B)}") + "fix: $B\n", "6: fix: $B stands below `not` only"),
    "constraint": (RULE + "constraints:\n  B: {regex: x}\n", "6: constraints: unknown metavariable $B"),
    "regex of constraint": (RULE + "constraints:\n  A:\n    regex: '['\n", "7: regex: unclosed character class"),
    "transform": (RULE + "transform:\n  B: upper($A)\n", "6: transform: unknown transformation 'upper'"),
    "regex of transform": (RULE + "transform:\n  B: {replace: {source: $A, replace: '(', by: ''}}\n", "6: replace: un"),
    "part of transform": (RULE + "transform:\n  B:\n    replace: {source: $A, by: ''}\n", "7: replace: has no replace"),
    "rewrite": (RULE + "transform:\n  B: {rewrite: {source: $A}}\n", "6: transform: rewrite is not supported"),
    "two transforms": (RULE + "transform:\n  B: {replace: 1, convert: 2}\n", "6: transform: expected one of replace"),
    "name of transform": (RULE + "transform:\n  $B: 'substring($A)'\n", "6: transform: '$B' is not the name"),
    "source of transform": (RULE + "transform:\n  B: substring($C, startChar=1)\n", "6: transform: unknown metavar"),
    "no source": (RULE + "transform:\n  B: {substring: {source: $$$}}\n", "6: transform: '$$$' is not a metavariable"),
    "taken by a pattern": (RULE + "transform:\n  A: substring($A, startChar=1)\n", "6: transform: $A is captured"),
    "circle of transforms": (
        RULE + "transform: {B: 'convert($C, toCase=upperCase)', C: 'convert($B, toCase=upperCase)'}\n",
        "5: transform: `",
    ),
    "rewriters": (RULE + "rewriters: []\n", "5: rewriters is not supported"),
    "severity": (RULE + "severity: eror\n", "5: severity: unknown severity 'eror' (did you mean error?)"),
    "severity type": (RULE + "severity: true\n", "5: severity: expected a string, got a boolean"),
    "url": (RULE + "url: wiki\n", "5: url: expected an address such as https://example.com, got 'wiki'"),
    "files": (RULE + "files: '*.py'\n", "5: files: expected a list, got a string"),
    "glob": (RULE + "files:\n  - {globs: x}\n", "6: files: unknown key 'globs' (did you mean glob?)"),
    "safe": (RULE + "fix: x\nmetadata: {fix: maybe}\n", "6: metadata fix: expected safe or unsafe"),
    "fix": (RULE + "fix: {expandEnd: {regex: ','}}\n", "5: fix: has no template"),
    "empty fixes": (RULE + "fix: []\n", "5: fix: is empty"),
    "expansion by utility": (
        RULE + "utils: {u: {kind: call}}\nfix: {template: '', expandEnd: {matches: u}}\n",
        "6: expandEnd: matches is not supported",
    ),
    "no glob": (RULE + "files:\n  - {caseInsensitive: true}\n", "6: files: has no glob"),
    "case": (RULE + "files:\n  - {glob: x, caseInsensitive: 1}\n", "6: caseInsensitive: expected true or false"),
    "expansion": (RULE + "fix: {template: '', expandEnd: {regex: '('}}\n", "5: regex: unclosed group"),
    "label": (RULE + "labels:\n  B: {style: primary}\n", "6: labels: unknown metavariable $B"),
    "key twice": (RULE + "id: b\n", "5: 'id' stands here twice"),
    "id twice": (f"{RULE}---\n{RULE}", "6: id: a is taken by"),
    "half a list": (RULE + "files: [a\n", "5: is not valid YAML: did not find expected ',' or ']'"),
    "tab": (RULE + "\tfix: x\n", "5: is not valid YAML: found a tab character"),
    "code": (RULE + "metadata: !!python/object/apply:os.mkdir [hacked]\n", "5: the tag !!python/object/apply:os.mkdir"),
    "tag": (RULE + "metadata: !x y\n", "5: the tag !x is not supported"),
    "Latin 1": (f"{RULE}message: caf\xe9\n".encode("latin-1"), "5: is not UTF-8 (byte 0xe9)"),
    "null character": (RULE + "message: a\0b\n", "5: is not valid YAML"),
    "alias bomb": (BOMB, "5: has too many values, aliases resolved"),
    "alias of itself": (RULE + "metadata: &m {x: *m}\n", "5: *m refers to itself"),
    "alias of nothing": (RULE + "metadata: *m\n", "5: *m refers to nothing"),
    "deep by aliases": (
        "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 300)),
        "99: is nested too deeply",
    ),
    "deep": (RULE + f"metadata: {'[' * 300}{']' * 300}\n", "5: is nested too deeply"),
    "very deep": (RULE + f"metadata: {'[' * 100_000}\n", "5: is "),
    "scalar": ("hello\n", "1: rule: expected a mapping, got a string"),
    "mapping as key": (RULE + "? {a: b}\n: c\n", "5: a key is not a string"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rule_file_is_an_error_with_its_line(name: str, rules: Write) -> None:
    text, expected = BAD[name]
    with pytest.raises(OptionError) as caught:
        load_rules(str(rules(text)))
    message = str(caught.value)
    assert message.partition("rules.yml:")[2].startswith(expected), message
    assert "\n" not in message
    assert not Path("hacked").exists()


GOOD = {
    "off, unquoted": RULE + "severity: off\n",
    "CRLF": RULE.replace("\n", "\r\n"),
    "byte order mark": "\ufeff" + RULE,
    "money in message": RULE + "message: costs $5, or $a\n",
    "any name of a utility": of("any: [{matches: 'x(y=1)'}, {pattern: f($A)}]") + "utils: {'x(y=1)': {kind: call}}\n",
    "yes is text": of("pattern: yes"),
    "all keys": RULE + "message: $B\nnote: n\nurl: https://x.example\nseverity: hint\n"
    "files: ['*.py', {glob: A, caseInsensitive: true}]\n"
    "ignores: []\nutils: {u: {kind: call}}\nconstraints: {A: {regex: x, matches: u}}\n"
    "metadata: {fix: safe, x: [1, 2.5]}\n"
    "transform: {B: {convert: {source: $A, toCase: upperCase}}}\nfix: {template: $B, expandEnd: {regex: ','}}\n"
    "labels: {A: {style: primary}}\n",
}


@pytest.mark.parametrize("name", GOOD)
def test_good_rule_file_is_loaded(name: str, rules: Write) -> None:
    assert load_rules(str(rules(GOOD[name]))).ids == ("a",)


def test_load_reads_files_below_and_leaves_out_what_is_no_rule(rules: Write) -> None:
    test = "id: a\nvalid: [x]\ninvalid: ['f(1)']\n"
    snapshot = "id: a\nsnapshots: {x: {}}\n"
    second = RULE.replace("id: a", "id: b")
    directory = rules(RULE, deep__b_yaml=second, a_test_yml=test, snap_yml=snapshot, sgconfig_yml="ruleDirs: [x]\n")
    (directory / ".hidden.yml").write_text("nonsense", encoding="utf-8")
    assert load_rules(str(directory)).ids == ("b", "a")


def test_utility_rules_of_all_are_shared(rules: Write) -> None:
    shared = "id: printing\nlanguage: Python\nrule: {any: [{pattern: print($A)}, {matches: other}]}\n"
    other = "id: other\nlanguage: Python\nrule: {pattern: log($A)}\n"
    rule = "id: a\nlanguage: Python\nmessage: $A\nrule: {matches: printing}\n"
    directory = rules(rule, utils__p_yml=shared, utils__o_yml=other)
    assert [one.message for one in found(directory, body("print(1)", "log(2)"))] == ["a: 1", "a: 2"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RULE + "constraints: {A: {regex: x}}\n", "5: utility rule: constraints is not supported"),
        (RULE + "message: x\n", "5: utility rule: unknown key 'message'"),
        (RULE + "utils: {}\n", "5: utility rule: utils is not supported"),
        ("id: a\nlanguage: Python\n", "1: utility rule: has no rule"),
        (f"{RULE}---\n{RULE}", "6: id: a is taken by"),
    ],
)
def test_bad_utility_rule_is_an_error(text: str, expected: str, rules: Write) -> None:
    with pytest.raises(OptionError) as caught:
        load_rules(str(rules(RULE, utils__u_yml=text)))
    assert str(caught.value).partition("u.yml:")[2].startswith(expected)


def test_directory_without_rules_is_an_error(rules: Write) -> None:
    with pytest.raises(OptionError, match=r"no rules in '.*'; add a YAML file"):
        load_rules(str(rules("# nothing\n")))


def test_missing_directory_and_file_are_errors(rules: Write) -> None:
    directory = rules(RULE)
    with pytest.raises(OptionError, match=r"no such directory: '.*gone'"):
        load_rules(str(directory / "gone"))
    with pytest.raises(OptionError, match=r"is not a directory: '.*rules\.yml'; name the directory"):
        load_rules(str(directory / "rules.yml"))


def test_link_to_a_directory_above_is_an_error(rules: Write) -> None:
    directory = rules(RULE)
    (directory / "again").symlink_to(directory, target_is_directory=True)
    with pytest.raises(OptionError, match=r"the link '.*again' leads back to"):
        load_rules(str(directory))


def test_link_to_itself_is_an_error(rules: Write) -> None:
    directory = rules(RULE)
    (directory / "loop.yml").symlink_to(directory / "loop.yml")
    with pytest.raises(OptionError, match=r"loop\.yml: cannot be read: Too many levels"):
        load_rules(str(directory))


def test_file_of_more_than_a_megabyte_is_an_error(rules: Write) -> None:
    with pytest.raises(OptionError, match=r"rules\.yml: is larger than 1 MB"):
        load_rules(str(rules(RULE + "#" * 1_000_000)))


def test_missing_package_is_an_error_with_the_install_line(rules: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "find_spec", lambda name: None if name == "ast_grep_py" else object())
    expected = r'ast-grep-py is not installed; run pip install "flake8-incall\[rules\]"'
    with pytest.raises(OptionError, match=expected):
        Engine(Options(rules=str(rules(RULE))))


def test_engine_reads_changed_rules_when_it_is_created(rules: Write) -> None:
    directory = rules(PRINT)
    text = body("print(1)")
    assert [one.message for one in found(directory, text)] == ["no-print: prints 1"]
    changed = directory / "rules.yml"
    changed.write_text(PRINT.replace("prints", "writes"), encoding="utf-8")
    os.utime(changed, ns=(1, 1))
    assert [one.message for one in found(directory, text)] == ["no-print: writes 1"]
