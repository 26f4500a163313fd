"""The document of a basic function as pydantic models: `BasicFunction.model_validate(json.loads(text))`.

Both spellings are read: the stored form (`api`, `key_name`, ...) and the documentation's own words (`API URL`,
`Key`, ...). The published JSON Schema is made from these models; `model/documents/basic.py` finds the same faults
without pydantic and says where in the file they stand.
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
    TOOL_NAME,
    secret_name,
)
from flake8_incall.model.documents.headers import fault_of_header
from flake8_incall.model.documents.url import Kind, faults_of_url, placeholders

# A value may be a secret: no error repeats it.
_CONFIG = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
_NOT_BLANK = StringConstraints(pattern=NOT_BLANK.pattern)


def _keys(fields: Mapping[str, tuple[str, ...]], name: str) -> AliasChoices:
    return AliasChoices(*fields[name])


def _headers_from_rows(value: Any) -> Any:
    """Header rows as an object; anything else as it is."""
    if not isinstance(value, list):
        return {} if value is None else value
    headers: dict[str, str] = {}
    for row in map(HeaderRow.model_validate, value):
        if row.name in headers:
            raise ValueError(f"the header {row.name} is given twice")
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


def _unlike(parameters: list[BasicParameter]) -> list[BasicParameter]:
    names = [parameter.name for parameter in parameters]
    for index, name in enumerate(names):
        if name in names[:index]:
            raise ValueError(f"two parameters have the key {name}")
    return parameters


class HeaderRow(BaseModel):
    """A header where headers are given as rows.

    Attributes:
        name: The header's name.
        value: Its value; `x_secrets.NAME` stands for a secret.
    """

    model_config = _CONFIG

    name: Annotated[str, _NOT_BLANK] = Field(validation_alias=_keys(HEADER_FIELDS, "name"))
    value: str = Field(validation_alias=_keys(HEADER_FIELDS, "value"))


class BasicParameter(BaseModel):
    """A value that the model takes from the conversation and the API is sent. Every one is required.

    Attributes:
        name: The key under which it is sent, and `{name}` in the URL's path.
        type: `"string"` or `"number"`.
        description: What the model is told of it.
    """

    model_config = _CONFIG

    name: Annotated[str, StringConstraints(pattern=f"^{PARAMETER_NAME.pattern}$")] = Field(
        validation_alias=_keys(PARAMETER_FIELDS, "name")
    )
    type: Literal["string", "number"] = Field(validation_alias=_keys(PARAMETER_FIELDS, "type"))
    description: Annotated[str, _NOT_BLANK] = Field(validation_alias=_keys(PARAMETER_FIELDS, "description"))


class BasicFunction(BaseModel):
    """A basic function: when the model calls it, and the API call that is made then.

    Attributes:
        type: The kind of function in a version document.
        name: The tool's name: at most 64 of `a-z A-Z 0-9 _ -`.
        description: When the model is to call it; at most 1024 characters.
        url: An absolute `http(s)` URL; `{key}` in its path stands for the parameter of that key.
        method: `"GET"`, `"POST"`, `"PUT"` or `"DELETE"`.
        headers: Values by header name; a value of `x_secrets.NAME` stands for a secret.
        parameters: At least one, no two with one key.
        filler_kind: `"static"`: one of the phrases is spoken while the call runs; `"dynamic"`: the model words it.
        filler_phrases: What is spoken, or what such a phrase is to be like.
        mapping: Kept as it is; the call's result does not depend on it.

    Raises:
        ValidationError: The document is not one of a basic function. Says nothing of the values it was given.
    """

    model_config = _CONFIG

    type: Literal["custom_in_call"] | None = None
    name: Annotated[str, StringConstraints(pattern=f"^{TOOL_NAME.pattern}$")] = Field(
        validation_alias=_keys(FUNCTION_FIELDS, "name")
    )
    description: Annotated[str, _NOT_BLANK, StringConstraints(max_length=LONGEST_DESCRIPTION)] = Field(
        validation_alias=_keys(FUNCTION_FIELDS, "description")
    )
    url: Annotated[str, _NOT_BLANK] = Field(validation_alias=_keys(FUNCTION_FIELDS, "url"))
    method: Literal["GET", "POST", "PUT", "DELETE"] = Field(validation_alias=_keys(FUNCTION_FIELDS, "method"))
    headers: Annotated[dict[str, str], AfterValidator(_sendable), BeforeValidator(_headers_from_rows)] = Field(
        default_factory=dict, validation_alias=_keys(FUNCTION_FIELDS, "headers")
    )
    parameters: Annotated[list[BasicParameter], Field(min_length=1), AfterValidator(_unlike)] = Field(
        validation_alias=_keys(FUNCTION_FIELDS, "parameters")
    )
    filler_kind: Literal["dynamic", "static"] | None = Field(
        default=None, validation_alias=_keys(FUNCTION_FIELDS, "filler_kind")
    )
    filler_phrases: Annotated[list[str], BeforeValidator(lambda value: [] if value is None else value)] = Field(
        default_factory=list, validation_alias=_keys(FUNCTION_FIELDS, "filler_phrases")
    )
    mapping: dict[str, Any] | None = Field(default=None, validation_alias=_keys(FUNCTION_FIELDS, "mapping"))
    code: Literal[""] | None = Field(default=None, validation_alias=_keys(FUNCTION_FIELDS, "code"), repr=False)

    @model_validator(mode="after")
    def _has_callable_url(self) -> BasicFunction:
        keys = {parameter.name for parameter in self.parameters}
        for fault in faults_of_url(self.url, keys):
            # Where it leads is judged when it is loaded and again when it is called.
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
