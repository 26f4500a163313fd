"""A result is the same result when it is made of a dataclass, a model or a named tuple."""

from __future__ import annotations

import pytest

from flake8_incall import Options, check

HEAD = '''\
import dataclasses
import datetime
import enum
from dataclasses import InitVar, asdict, dataclass, field, replace
from typing import Annotated, Literal, NamedTuple, TypedDict

import attrs
from livekit.agents import RunContext, function_tool
from pydantic import BaseModel, Field, field_validator
from shop import Base, fill


class Status(enum.Enum):
    DONE = "success"
    OPEN = "open"


@dataclass
class Answer:
    status: str
    message: str = ""

    def plain(self):
        return {"status": self.status}

    def whole(self):
        return asdict(self)

    @classmethod
    def failed(cls, text):
        return cls("error", text)


@dataclass(kw_only=True, slots=True)
class Dated(Answer):
    at: datetime.datetime = field(default_factory=datetime.datetime.now)


@dataclass
class Nested:
    status: str
    inner: Answer


@dataclass
class Checked:
    status: str
    given: InitVar[str] = ""

    def __post_init__(self, given):
        self.status = given or "success"


@dataclass
class Inherited(Base):
    status: str = "open"


@attrs.define
class Row:
    status: str = "success"


class Pair(NamedTuple):
    status: str
    message: str = "m"


class Typed(TypedDict):
    status: str


class Reply(BaseModel):
    status: Literal["success", "error"] = "success"
    message: str | None = None


class Visit(BaseModel):
    status: str = "success"
    at: datetime.datetime


class Choice(BaseModel):
    status: Status = Status.DONE


class Hidden(BaseModel):
    status: str = "success"
    at: datetime.datetime = Field(default_factory=datetime.datetime.now, exclude=True)
    _kept: datetime.datetime = None


class Changed(BaseModel):
    status: str = "open"

    @field_validator("status")
    @classmethod
    def known(cls, value):
        return "success"


class Noted(BaseModel):
    status: Annotated[str, Base()] = "open"


async def done() -> Answer:
    found = Answer("open")
    found.status = "success"
    return found


@function_tool
async def book(ctx: RunContext, day: str) -> dict:
    """Book a day when the caller names it.

    Args:
        day: The day that the caller names

    Returns:
        dict: {status: "success" | "error", message: str}
    """
'''
RIGHT = (
    'return asdict(Answer(status="success"))',
    'return dataclasses.asdict(Answer("error", "No"))',
    'return Answer("success").plain()',
    'return asdict(Answer.failed("No"))',
    "return asdict(await done())",
    'return vars(Answer("success"))',
    'return Answer("success").__dict__',
    'return asdict(replace(Answer("open"), status="success"))',
    'answer = Answer("open")\nanswer.status = "success"\nreturn asdict(answer)',
    'answer = Answer("open")\nsetattr(answer, "status", "success")\nreturn asdict(answer)',
    'answer = Answer("open")\nanswer.__dict__["status"] = "success"\nreturn asdict(answer)',
    'answer = Answer("open")\nlist_ = [answer]\nlist_[0].status = "success"\nreturn asdict(answer)',
    'answer = Answer("open")\nfill(answer)\nreturn asdict(answer)',
    'answer = Answer("open")\nctx.userdata.answer = answer\nawait ctx.userdata.fill()\nreturn asdict(answer)',
    'return {"status": Status.DONE.value}',
    'return asdict(Checked("open"))',
    "return asdict(Inherited())",
    "return attrs.asdict(Row())",
    'return Pair("success")._asdict()',
    'return Typed(status="success")',
    "return Reply().model_dump()",
    "return dict(Reply())",
    'return Reply(status="error", message="No").model_dump(exclude_none=True)',
    'return Reply.model_validate({"status": "error", "message": "No"}).model_dump()',
    'return Reply().model_copy(update={"status": "error", "message": "No"}).model_dump()',
    'return Visit(at=day).model_dump(mode="json")',
    'return Visit(at=datetime.datetime.now()).model_dump(mode="json")',
    'return Choice().model_dump(mode="json")',
    "return Hidden().model_dump()",
    "return Changed().model_dump()",
    "return Noted().model_dump()",
    'return Reply(status="error").model_dump(include={"status"})',
    "return asdict(ctx.userdata)",
    "return asdict(Answer(**ctx.userdata))",
)
WRONG = (
    ('return asdict(Answer(status="open"))', "CAL403"),
    ('return asdict(Answer("error"))', "CAL404"),
    ('return Answer("success")', "CAL401"),
    ('return Answer("open").whole()', "CAL403"),
    ('return {"status": Answer("open").status}', "CAL403"),
    ('return vars(Answer("open"))', "CAL403"),
    ('return asdict(replace(Answer("success"), status="open"))', "CAL403"),
    ('answer = Answer("success")\nanswer.status = "open"\nreturn asdict(answer)', "CAL403"),
    ('return {**asdict(Answer("success")), "status": "open"}', "CAL403"),
    ('return {"status": Status.OPEN.value}', "CAL403"),
    ('return asdict(Dated("success"))', "CAL406"),
    ('return asdict(Nested("success", Dated("open")))', "CAL406"),
    ('return attrs.asdict(attrs.evolve(Row(), status="open"))', "CAL403"),
    ('return Pair("open")._asdict()', "CAL403"),
    ('return Pair("success")._replace(status="open")._asdict()', "CAL403"),
    ('return Typed(status="open")', "CAL403"),
    ('return Reply(status="error").model_dump()', "CAL404"),
    ('return Reply.model_validate({"status": "error"}).model_dump()', "CAL404"),
    ('return Reply().model_copy(update={"status": "open"}).model_dump()', "CAL403"),
    ("return Visit(at=day).model_dump()", "CAL406"),
    ('return Visit(status="open", at=day).model_dump(mode="json")', "CAL403"),
)


def codes(body: str) -> set[str]:
    text = HEAD + "".join(f"    {line}\n" for line in body.splitlines())
    compile(text, "<program>", "exec")
    found = {diagnostic.code for diagnostic in check(text, "tools.py", Options(profile="contract"))}
    return {code for code in found if code.startswith("CAL4")}


@pytest.mark.parametrize("body", RIGHT)
def test_a_result_made_of_a_record_is_right(body: str) -> None:
    assert codes(body) == set()


@pytest.mark.parametrize(("body", "code"), WRONG)
def test_a_result_made_of_a_record_is_wrong(body: str, code: str) -> None:
    assert codes(body) == {code}
