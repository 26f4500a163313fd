"""The document of a basic function as pydantic models: `BasicFunction.model_validate(json.loads(text))`.

Both spellings are read: the stored form (`api`, `key_name`, ...) and the documentation's own words (`API URL`,
`Key`, ...). The published JSON Schema is made from these models; the rules CAL002 to CAL007 find the same faults
without pydantic, and say where in the file they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from flake8_incall.model.documents.form import (
    FUNCTION_FIELDS,
    HEADER_FIELDS,
    LONGEST_DESCRIPTION,
    NOT_BLANK,
    PARAMETER_FIELDS,
    PARAMETER_NAME,
    STORED,
    TOOL_NAME,
    secret_name,
)
from flake8_incall.model.documents.headers import fault_of_header
from flake8_incall.model.documents.url import Kind, faults_of_url, placeholders

_NotBlank = Annotated[str, StringConstraints(pattern=NOT_BLANK.pattern)]


def _spelled(fields: Mapping[str, tuple[str, ...]], name: str, **keywords: Any) -> Any:
    """A field that a document can spell in several ways."""
    return Field(validation_alias=AliasChoices(*fields[name]), **keywords)


def _in_each_spelling(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Say in a model's JSON Schema that each field has one of its spellings; pydantic names the first alone."""
    schema["description"] = schema["description"].partition("\n")[0]
    for described in schema["properties"].values():
        described.pop("title", None)
    conditions = []
    for field in model.model_fields.values():
        keys = _spellings(field.validation_alias)
        if len(keys) < 2:
            continue
        schema["properties"].update(dict.fromkeys(keys[1:], schema["properties"][keys[0]]))
        ways: list[dict[str, Any]] = [{"required": [key]} for key in keys]
        conditions.append({"oneOf": ways if field.is_required() else [*ways, {"not": {"anyOf": ways}}]})
    schema["allOf"] = conditions
    schema["patternProperties"] = {f"^(?:{STORED.pattern})$": True}
    # What is required is among the conditions.
    schema.pop("required", None)


def _spellings(alias: object) -> list[str]:
    return [str(key) for key in alias.choices] if isinstance(alias, AliasChoices) else []


class _Document(BaseModel):
    """A part of a document."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        # A value may be a secret: no error repeats it.
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
        json_schema_extra=_in_each_spelling,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_stored(cls, value: Any) -> Any:
        """What a database added is no part of the form."""
        if not isinstance(value, dict):
            return value
        return {key: item for key, item in value.items() if not (isinstance(key, str) and STORED.fullmatch(key))}


class HeaderRow(_Document):
    """A header, where headers are given as rows."""

    name: _NotBlank = _spelled(HEADER_FIELDS, "name")
    """The header's name."""
    value: str = _spelled(HEADER_FIELDS, "value")
    """Its value; exactly `x_secrets.NAME` stands for a secret."""


class BasicParameter(_Document):
    """A value that the model takes from the conversation, and that the API is sent. Every one is required."""

    name: Annotated[str, StringConstraints(pattern=f"^{PARAMETER_NAME.pattern}$")] = _spelled(PARAMETER_FIELDS, "name")
    """The key under which it is sent, and `{key}` in the URL's path."""
    type: Literal["string", "number"] = _spelled(PARAMETER_FIELDS, "type")
    """What it is."""
    description: _NotBlank = _spelled(PARAMETER_FIELDS, "description")
    """What the model is told of it."""


def _headers_from_rows(value: Any) -> Any:
    """Header rows as an object, `null` as none; anything else as it is."""
    if not isinstance(value, list):
        return {} if value is None else value
    headers: dict[str, str] = {}
    for row in map(HeaderRow.model_validate, value):
        if row.name in headers:
            raise ValueError(f"the header {row.name!r} is given twice")
        headers[row.name] = row.value
    return headers


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    known: set[str] = set()
    for name, value in headers.items():
        fault = fault_of_header(name, value, known)
        if fault is not None:
            raise ValueError(f"the header {name!r} {fault.problem}")
        known.add(name.lower())
    return headers


def _with_own_keys(parameters: list[BasicParameter]) -> list[BasicParameter]:
    known: set[str] = set()
    for parameter in parameters:
        if parameter.name in known:
            raise ValueError(f"two parameters have the key {parameter.name!r}")
        known.add(parameter.name)
    return parameters


_Headers = Annotated[
    dict[str, str],
    AfterValidator(_sendable),
    BeforeValidator(_headers_from_rows, json_schema_input_type=dict[str, str] | list[HeaderRow] | None),
]
_Phrases = Annotated[
    list[str],
    BeforeValidator(lambda value: [] if value is None else value, json_schema_input_type=list[str] | None),
]


class BasicFunction(_Document):
    """A basic function: when the model calls it, and the API call that is made then.

    Raises:
        ValidationError: It is no document of a basic function. Its text shows none of the values.
    """

    type: Literal["custom_in_call"] | None = None
    """What tells it from the other functions of a version."""
    name: Annotated[str, StringConstraints(pattern=f"^{TOOL_NAME.pattern}$")] = _spelled(FUNCTION_FIELDS, "name")
    """The name by which the model calls it."""
    description: Annotated[_NotBlank, StringConstraints(max_length=LONGEST_DESCRIPTION)] = _spelled(
        FUNCTION_FIELDS, "description"
    )
    """When the model is to call it: "Call this when the caller asks ..."."""
    url: _NotBlank = _spelled(FUNCTION_FIELDS, "url", json_schema_extra={"pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})
    """The absolute URL that is called; `{key}` in its path stands for the parameter of that key."""
    method: Literal["GET", "POST", "PUT", "DELETE"] = _spelled(FUNCTION_FIELDS, "method")
    """The method of the call. Parameters that are not in the path go into the query or, with POST and PUT, the body."""
    headers: _Headers = _spelled(FUNCTION_FIELDS, "headers", default_factory=dict)
    """Values by the header's name, or rows; exactly `x_secrets.NAME` stands for a secret."""
    parameters: Annotated[list[BasicParameter], Field(min_length=1), AfterValidator(_with_own_keys)] = _spelled(
        FUNCTION_FIELDS, "parameters"
    )
    """What the model takes from the conversation; no two with one key."""
    filler_kind: Literal["dynamic", "static"] | None = _spelled(FUNCTION_FIELDS, "filler_kind", default=None)
    """What is spoken while the call runs: one of the phrases as it is (`static`), or the model's words (`dynamic`)."""
    filler_phrases: _Phrases = _spelled(FUNCTION_FIELDS, "filler_phrases", default_factory=list)
    """What is spoken, or what such a phrase is to be like."""
    mapping: dict[str, Any] | None = _spelled(FUNCTION_FIELDS, "mapping", default=None)
    """Kept as it is; the call's result does not depend on it."""
    code: Literal[""] | None = _spelled(FUNCTION_FIELDS, "code", default=None, repr=False)
    """Empty: a function with code is an advanced one."""

    updates_call_data: Any = _spelled(FUNCTION_FIELDS, "updates_call_data", default=None)
    """Kept as it is, for the platform."""
    runs_while_switching: Any = _spelled(FUNCTION_FIELDS, "runs_while_switching", default=None)
    """Kept as it is, for the platform."""
    parameters_mapping: Any = _spelled(FUNCTION_FIELDS, "parameters_mapping", default=None)
    """Kept as it is, for the platform."""

    @model_validator(mode="after")
    def _has_callable_url(self) -> BasicFunction:
        keys = {parameter.name for parameter in self.parameters}
        for fault in faults_of_url(self.url, keys):
            # Where it leads is judged when it is loaded, and again when it is called.
            if fault.kind is Kind.FORM:
                raise ValueError(f"the URL {fault.problem}")
        return self

    @property
    def path_keys(self) -> list[str]:
        """The keys of the parameters that the URL's path takes, in its order; the others go elsewhere."""
        return list(dict.fromkeys(place.name for place in placeholders(self.url)))

    @property
    def secret_headers(self) -> dict[str, str]:
        """The headers that stand for a secret: the secret's name by the header's."""
        names = {header: secret_name(value) for header, value in self.headers.items()}
        return {header: name for header, name in names.items() if name is not None}
