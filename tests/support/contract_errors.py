"""Check of the error codes that clients receive: each is one that its operation documents.

Failures of the server that a test injects are no exception: every operation documents `internal_error` and
`unavailable`.
"""

import importlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx2

from infra.local.routes import function_of
from infra.openapi import APPS

# Answers to requests of no operation, which the document cannot have: an unknown path, or another method.
_OF_NO_OPERATION = (404, 405)

Codes = Mapping[int, frozenset[str]]


def check_error(response: httpx2.Response) -> None:
    """Fail if the answer is an error whose status or code its operation does not document."""
    path = response.request.url.path
    operation = _operation_of(response.request.method, path)
    if operation is None:
        assert response.status_code in _OF_NO_OPERATION, f"no operation, but {response.status_code}: {path}"
        return
    name, codes = operation
    response.read()
    code = response.json()["error"]["code"]
    documented = codes.get(response.status_code, frozenset())
    assert code in documented, f"{name} answers {response.status_code} {code}, which it does not document"


def documented_codes(operation: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    """Status → error codes of an operation of the OpenAPI document."""
    codes: dict[int, frozenset[str]] = {}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            schema = response["content"]["application/json"]["schema"]
            assert schema["$ref"] == "#/components/schemas/ErrorBody"
            codes[int(status)] = frozenset(schema["properties"]["error"]["properties"]["code"]["enum"])
    return codes


def _operation_of(method: str, path: str) -> tuple[str, Codes] | None:
    function = function_of(path)
    if function not in APPS:
        return None
    operations = _operations(function)
    # A path without parameters has precedence.
    found = operations.get(f"{method} {path}")
    if found is not None:
        return f"{method} {path}", found
    for name, codes in operations.items():
        if "{" in name and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", name), f"{method} {path}"):
            return name, codes
    return None


@cache
def _operations(function: str) -> Mapping[str, Codes]:
    """Operation → its codes, of a function's document."""
    # Here, because an app reads its settings at the import.
    document = importlib.import_module(f"functions.{function}.app").app.openapi()
    return {
        f"{method.upper()} {path}": documented_codes(operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
