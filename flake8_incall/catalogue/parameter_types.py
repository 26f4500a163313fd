"""What the types of the standard library and of pydantic are to a tool's schema.

Each row was measured: LiveKit (livekit-agents 1.8.9 with pydantic 2.14) was asked for the schema of a parameter
with this annotation. A class of the standard library without a row is one that LiveKit refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a type is in the words of the contract."""

    SCALAR = "scalar"
    ANY = "any"
    LIST = "list"
    DICT = "dict"
    CLASS = "class"
    FILE = "file"
    FUNCTION = "function"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ParameterType:
    """One row.

    Attributes:
        role: What it is in the words of the contract.
        is_refused: Whether LiveKit cannot build a schema for it, or not call the function with it.
        instead: What to annotate instead.
        carried: How its values travel in JSON, where there is one way.
    """

    role: Role
    is_refused: bool = False
    instead: str = ""
    carried: Carried | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """How JSON carries the values of a type.

    Attributes:
        annotation: The type to annotate instead; a list keeps the types of its items.
        conversion: How the value is made of what arrives, of the fields `type` and `value`; empty where it is not.
        failure: The exception that the conversion raises; empty where it raises none.
        noun: What a message calls the value.
    """

    annotation: str
    conversion: str = ""
    failure: str = ""
    noun: str = ""


_TEXT = "`str` and parse it in the function"
_ISO = "`str` and `fromisoformat` in the function"
_LIST = "`list`"
_FILE = "`str`"
_FIELDS = "`dict`, or a parameter for each field"
_IN_CONTEXT = "`ctx.session` or `ctx.userdata`"
_ENUM = "`Literal` with the allowed values"

_CALL = "{type}({value})"
_PARSED = "{type}.fromisoformat({value})"
_AS_LIST = Carried("list")
_COLLECTED = Carried("list", _CALL)

_SCALARS = ("str", "int", "float", "bool")
_LISTS = ("List", "Sequence", "MutableSequence")
_DICTS = ("Dict", "Mapping", "MutableMapping", "OrderedDict")
_TAKEN_SETS = {
    **dict.fromkeys(("Set", "AbstractSet", "MutableSet"), "set"),
    "FrozenSet": "frozenset",
    "Deque": "list",
}
_FUNCTIONS = ("Awaitable", "Callable", "Coroutine", "ContextManager", "AsyncContextManager")
_LAZY = (
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Collection",
    "Container",
    "Iterator",
    "Reversible",
)
_VIEWS = ("ItemsView", "KeysView", "MappingView", "Sized", "ValuesView", "ByteString")
_NOTHING = ("LiteralString", "Never", "NoReturn", "Self")
_PROTOCOLS = ("Abs", "Bytes", "Complex", "Float", "Index", "Int", "Round")
_DATES = {"date": "date", "datetime": "date and time", "time": "time"}
_PATHS = ("Path", "PosixPath", "PurePath", "PurePosixPath", "PureWindowsPath", "WindowsPath")
_ADDRESSES = ("Address", "Interface", "Network")
_CONSTRAINED_INTS = ("NegativeInt", "NonNegativeInt", "NonPositiveInt", "PositiveInt", "StrictInt", "conint")
_CONSTRAINED_FLOATS = (
    "FiniteFloat",
    "NegativeFloat",
    "NonNegativeFloat",
    "NonPositiveFloat",
    "PositiveFloat",
    "StrictFloat",
    "confloat",
)
_OF_THE_CALL = tuple(
    f"livekit.{place}.{name}"
    for place, names in {
        "agents": ("Agent", "AgentSession", "AgentTask", "ChatContext", "JobContext", "JobProcess"),
        "agents.voice": ("Agent", "AgentSession", "AgentTask", "SpeechHandle"),
        "agents.llm": ("ChatContext", "FunctionTool", "LLM", "RawFunctionTool", "ToolContext", "Toolset"),
        "rtc": ("LocalParticipant", "Participant", "RemoteParticipant", "Room"),
        "api": ("LiveKitAPI",),
    }.items()
    for name in names
)
_OF_HTTPX = ("AsyncClient", "Client", "Request", "Response")
_OF_LIBRARIES = (
    *(f"{library}.{name}" for library in ("httpx", "httpx2") for name in _OF_HTTPX),
    *(f"aiohttp.{name}" for name in ("ClientResponse", "ClientSession")),
    *(f"requests.{name}" for name in ("Response", "Session")),
    *(f"pandas.{name}" for name in ("DataFrame", "Series")),
    "numpy.ndarray",
    "PIL.Image.Image",
)
_PARSED_BY_PYDANTIC = ("AnyUrl", "AwareDatetime", "ByteSize", "FutureDate", "FutureDatetime", "HttpUrl")
_PARSED_BY_PYDANTIC_TOO = ("Json", "NaiveDatetime", "PastDate", "PastDatetime", "SecretStr", "UUID1", "UUID4")

PARAMETER_TYPES: dict[str, ParameterType] = {
    **{f"builtins.{name}": ParameterType(Role.SCALAR) for name in _SCALARS},
    "typing.Text": ParameterType(Role.SCALAR),
    "builtins.list": ParameterType(Role.LIST),
    "builtins.dict": ParameterType(Role.DICT),
    "builtins.object": ParameterType(Role.ANY),
    "typing.Any": ParameterType(Role.ANY),
    "typing.Hashable": ParameterType(Role.ANY),
    **{f"typing.{name}": ParameterType(Role.LIST) for name in _LISTS},
    **{f"typing.{name}": ParameterType(Role.DICT) for name in _DICTS},
    "collections.OrderedDict": ParameterType(Role.DICT),
    "typing.Counter": ParameterType(Role.OTHER, instead="`dict[str, int]`"),
    "collections.Counter": ParameterType(Role.OTHER, instead="`dict[str, int]`"),
    "typing.DefaultDict": ParameterType(Role.OTHER, is_refused=True, instead="`dict`"),
    "collections.defaultdict": ParameterType(Role.OTHER, is_refused=True, instead="`dict`"),
    "typing.ChainMap": ParameterType(Role.OTHER, is_refused=True, instead="`dict`"),
    "collections.ChainMap": ParameterType(Role.OTHER, is_refused=True, instead="`dict`"),
    **{
        f"builtins.{name}": ParameterType(Role.OTHER, instead=_LIST, carried=Carried("list", f"{name}({{value}})"))
        for name in ("set", "frozenset", "tuple")
    },
    **{
        f"typing.{name}": ParameterType(Role.OTHER, instead=_LIST, carried=Carried("list", f"{conversion}({{value}})"))
        for name, conversion in _TAKEN_SETS.items()
    },
    "typing.Tuple": ParameterType(Role.OTHER, instead=_LIST, carried=Carried("list", "tuple({value})")),
    "collections.deque": ParameterType(Role.OTHER, instead=_LIST, carried=_COLLECTED),
    "typing.Iterable": ParameterType(Role.OTHER, instead=_LIST, carried=_AS_LIST),
    "typing.Generator": ParameterType(Role.OTHER, instead=_LIST),
    **{f"typing.{name}": ParameterType(Role.OTHER, is_refused=True, instead=_LIST, carried=_AS_LIST) for name in _LAZY},
    **{f"typing.{name}": ParameterType(Role.OTHER, is_refused=True, instead=_LIST) for name in _VIEWS},
    **{f"typing.{name}": ParameterType(Role.OTHER, is_refused=True, instead="`str`") for name in _NOTHING},
    **{f"typing.Supports{name}": ParameterType(Role.OTHER, is_refused=True, instead="`float`") for name in _PROTOCOLS},
    **{f"typing.{name}": ParameterType(Role.FUNCTION, is_refused=True) for name in _FUNCTIONS},
    "types.FunctionType": ParameterType(Role.FUNCTION, is_refused=True),
    "types.MethodType": ParameterType(Role.FUNCTION, is_refused=True),
    "functools.partial": ParameterType(Role.FUNCTION, is_refused=True),
    **{f"typing.{name}": ParameterType(Role.FILE, is_refused=True) for name in ("IO", "TextIO", "BinaryIO")},
    **{f"pathlib.{name}": ParameterType(Role.FILE, instead=_FILE) for name in _PATHS},
    "os.PathLike": ParameterType(Role.FILE, instead=_FILE),
    "builtins.bytes": ParameterType(Role.OTHER, instead="`str` (base64-encoded for binary data)"),
    "builtins.bytearray": ParameterType(Role.OTHER, is_refused=True, instead="`str` (base64-encoded for binary data)"),
    "builtins.complex": ParameterType(Role.OTHER, instead="two `float` parameters"),
    "builtins.type": ParameterType(Role.OTHER, is_refused=True, instead=_ENUM),
    "typing.Type": ParameterType(Role.OTHER, is_refused=True, instead=_ENUM),
    **{
        f"datetime.{name}": ParameterType(Role.OTHER, instead=_ISO, carried=Carried("str", _PARSED, "ValueError", noun))
        for name, noun in _DATES.items()
    },
    "datetime.timedelta": ParameterType(
        Role.OTHER,
        instead="`float` and `timedelta(seconds=...)` in the function",
        carried=Carried("float", "{type}(seconds={value})", "OverflowError", "duration"),
    ),
    "decimal.Decimal": ParameterType(
        Role.OTHER,
        instead="`str` and `Decimal(...)` in the function",
        carried=Carried("str", _CALL, "ArithmeticError", "number"),
    ),
    "fractions.Fraction": ParameterType(Role.OTHER, instead="`float`", carried=Carried("float")),
    "uuid.UUID": ParameterType(
        Role.OTHER,
        instead="`str` and `UUID(...)` in the function",
        carried=Carried("str", _CALL, "ValueError", "UUID"),
    ),
    "re.Pattern": ParameterType(Role.OTHER, instead="`str`", carried=Carried("str")),
    "typing.Match": ParameterType(Role.OTHER, is_refused=True, instead="`str`"),
    "typing.Pattern": ParameterType(Role.OTHER, instead="`str`"),
    "zoneinfo.ZoneInfo": ParameterType(
        Role.OTHER,
        instead="`str` and `ZoneInfo(...)` in the function",
        carried=Carried("str", _CALL, "(KeyError, ValueError)", "time zone"),
    ),
    **{
        f"ipaddress.IPv{version}{what}": ParameterType(
            Role.OTHER, instead=_TEXT, carried=Carried("str", _CALL, "ValueError", "IP address")
        )
        for version in (4, 6)
        for what in _ADDRESSES
    },
    **{
        f"enum.{name}": ParameterType(Role.CLASS, instead=_ENUM)
        for name in ("Enum", "Flag", "IntEnum", "IntFlag", "ReprEnum", "StrEnum")
    },
    **{name: ParameterType(Role.CLASS, is_refused=True, instead=_IN_CONTEXT) for name in _OF_THE_CALL},
    **{name: ParameterType(Role.CLASS, is_refused=True, instead=_FIELDS) for name in _OF_LIBRARIES},
    "types.NoneType": ParameterType(Role.ANY),
    "pydantic.BaseModel": ParameterType(Role.CLASS, instead=_FIELDS),
    "pydantic.JsonValue": ParameterType(Role.ANY),
    **{f"pydantic.{name}": ParameterType(Role.SCALAR) for name in _CONSTRAINED_INTS},
    **{f"pydantic.{name}": ParameterType(Role.SCALAR) for name in _CONSTRAINED_FLOATS},
    **{f"pydantic.{name}": ParameterType(Role.SCALAR) for name in ("StrictBool", "StrictStr", "constr")},
    **{f"pydantic.{name}": ParameterType(Role.OTHER, instead=_TEXT) for name in _PARSED_BY_PYDANTIC},
    **{f"pydantic.{name}": ParameterType(Role.OTHER, instead=_TEXT) for name in _PARSED_BY_PYDANTIC_TOO},
    **{f"pydantic.{name}": ParameterType(Role.FILE, instead=_FILE) for name in ("DirectoryPath", "FilePath")},
}
# Packages whose classes no model can send an object of.
ROOTS_OF_CLASSES = frozenset(name.partition(".")[0] for name in (*_OF_THE_CALL, *_OF_LIBRARIES))
# The twins of `typing` in other modules.
_TWIN_MODULES = ("collections.abc", "typing_extensions")
_TWIN_NAMES = {
    "collections.abc.Set": "typing.AbstractSet",
    "contextlib.AbstractContextManager": "typing.ContextManager",
    "contextlib.AbstractAsyncContextManager": "typing.AsyncContextManager",
}


def canonical_type_name(name: str) -> str:
    """The `typing` twin of a name from another module, or the name itself."""
    if name == "typing_extensions.TypedDict":  # The one twin that pydantic tells from the original.
        return name
    if name in _TWIN_NAMES:
        return _TWIN_NAMES[name]
    module, _, last = name.rpartition(".")
    return f"typing.{last}" if module in _TWIN_MODULES else name
