"""Definitions of tools as servers send them: which can be offered to a model, and the parameters that are mirrored in
HTTP headers."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MAX_NAME_CHARACTERS = 128
_MAX_DESCRIPTION_CHARACTERS = 8_000
_MAX_SCHEMA_CHARACTERS = 64_000
_MAX_DEPTH = 24
_TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
# JSON Schema 2020-12: keywords whose value is a schema, a list of schemas, or schemas by name.
_ONE = (
    "items", "contains", "unevaluatedItems", "additionalProperties", "propertyNames", "unevaluatedProperties",
    "not", "if", "then", "else", "contentSchema",
)  # fmt: skip
_LIST = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
_HEADER = "x-mcp-header"
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_ENCODED = re.compile(r"=\?base64\?.*\?=")


@dataclass(frozen=True)
class ToolDefinition:
    """A tool in a server's list, checked. `needs_task`: it runs only as a task (revision 2025-11-25)."""

    name: str
    title: str
    description: str
    parameters: Mapping[str, Any]
    read_only: bool
    idempotent: bool
    needs_task: bool = False

    def to_json(self) -> dict[str, Any]:
        return {**vars(self), "parameters": dict(self.parameters)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ToolDefinition":
        return cls(**stored)


class BrokenTool(Exception):
    """The reason for which a tool cannot be offered, as a sentence without its name."""


def read_definition(value: Any) -> ToolDefinition:
    """Raises BrokenTool."""
    if not isinstance(value, dict) or not isinstance(value.get("name"), str) or not value["name"]:
        raise BrokenTool("It has no name.")
    name = value["name"]
    if len(name) > MAX_NAME_CHARACTERS or not name.isprintable():
        raise BrokenTool("Its name is too long or has characters that cannot be shown.")
    parameters = value.get("inputSchema")
    if not isinstance(parameters, dict) or parameters.get("type") != "object":
        raise BrokenTool("Its parameters are not a JSON Schema of type object.")
    _check(parameters, depth=0)
    if len(json.dumps(parameters)) > _MAX_SCHEMA_CHARACTERS:
        raise BrokenTool("The schema of its parameters is too long.")
    _check_headers(parameters)
    annotations = value.get("annotations")
    hints = annotations if isinstance(annotations, dict) else {}
    execution = value.get("execution")
    return ToolDefinition(
        name=name,
        title=_text(value.get("title")) or _text(hints.get("title")) or name,
        description=_text(value.get("description"))[:_MAX_DESCRIPTION_CHARACTERS],
        parameters=parameters,
        read_only=hints.get("readOnlyHint") is True,
        idempotent=hints.get("idempotentHint") is True,
        needs_task=isinstance(execution, dict) and execution.get("taskSupport") == "required",
    )


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _check(schema: Any, depth: int) -> None:
    """Raises BrokenTool where a value is no schema. References are not followed."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        raise BrokenTool("The schema of its parameters is invalid.")
    if depth > _MAX_DEPTH:
        raise BrokenTool("The schema of its parameters is nested too deeply.")
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not isinstance(kinds, list) or not all(isinstance(kind, str) and kind in _TYPES for kind in kinds):
        raise BrokenTool("The schema of its parameters has an unknown type.")
    required = schema.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        raise BrokenTool("The schema of its parameters is invalid.")
    for _, child in _children(schema):
        _check(child, depth + 1)


def _children(schema: Mapping[str, Any]) -> Iterator[tuple[str | None, Any]]:
    """The schemas in a schema, each with its name where it is a property. Raises BrokenTool."""
    for keyword in _ONE:
        if keyword in schema:
            # Before 2020-12 `items` could be a list.
            value = schema[keyword]
            yield from ((None, item) for item in (value if isinstance(value, list) else [value]))
    for keyword in _LIST:
        if keyword in schema:
            if not isinstance(schema[keyword], list):
                raise BrokenTool("The schema of its parameters is invalid.")
            yield from ((None, item) for item in schema[keyword])
    for keyword in _NAMED:
        if keyword in schema:
            if not isinstance(schema[keyword], dict):
                raise BrokenTool("The schema of its parameters is invalid.")
            is_property = keyword == "properties"
            yield from ((name if is_property else None, child) for name, child in schema[keyword].items())


def _positions(
    schema: Any, path: tuple[str, ...] | None = ()
) -> Iterator[tuple[tuple[str, ...] | None, Mapping[str, Any]]]:
    """Every schema in a schema. `path`: the names of properties that lead to it, None where other keywords do."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for name, child in _children(schema):
        yield from _positions(child, None if path is None or name is None else (*path, name))


def _check_headers(parameters: Mapping[str, Any]) -> None:
    """The annotations `x-mcp-header` (revision 2026-07-28). Raises BrokenTool for a tool with an invalid one."""
    seen: set[str] = set()
    for path, schema in _positions(parameters):
        if _HEADER not in schema:
            continue
        name = schema[_HEADER]
        if (
            not path
            or not isinstance(name, str)
            or not _HEADER_NAME.fullmatch(name)
            or schema.get("type") not in ("string", "integer", "boolean")
            or name.lower() in seen
        ):
            raise BrokenTool(f"Its parameters have an invalid {_HEADER}.")
        seen.add(name.lower())


def parameter_headers(parameters: Mapping[str, Any], arguments: Mapping[str, Any]) -> dict[str, str]:
    """The headers `Mcp-Param-*` of a call."""
    headers: dict[str, str] = {}
    for path, schema in _positions(parameters):
        name = schema.get(_HEADER)
        if not path or not isinstance(name, str):
            continue
        value: Any = arguments
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        if isinstance(value, bool):
            value = "true" if value else "false"
        if isinstance(value, (str, int, float)):
            headers[f"Mcp-Param-{name}"] = header_value(str(value))
    return headers


def header_value(value: str) -> str:
    """A value as a header can carry it: in base64 unless it is printable ASCII without white space at its ends."""
    is_plain = value.isascii() and value.isprintable() and value == value.strip() and not _ENCODED.fullmatch(value)
    return value if is_plain else f"=?base64?{base64.b64encode(value.encode()).decode()}?="
