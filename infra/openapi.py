"""One OpenAPI document of all functions: what clients are generated from."""

import importlib
import json
import os
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from shared.chat.events import ChatEvent

APPS = ("user", "model_config", "conversation", "chat", "chat_stream")
# Enough for the apps to be imported; none of it is used.
_ENVIRONMENT = {"STAGE": "local"}


def merged_document() -> dict[str, Any]:
    """Paths and schemas of every function's app, and the events of a stream as `ChatEvent`."""
    os.environ.update(_ENVIRONMENT)
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    security_schemes: dict[str, Any] = {}
    for name in APPS:
        document = importlib.import_module(f"functions.{name}.app").app.openapi()
        _merge(paths, document["paths"])
        components = document["components"]
        _merge(schemas, components["schemas"])
        _merge(security_schemes, components["securitySchemes"])
    events = TypeAdapter(ChatEvent).json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    _merge(schemas, events.pop("$defs"))
    _merge(schemas, {"ChatEvent": events})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chat", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security_schemes},
    }


def write_document(document: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if into.setdefault(name, value) != value:
            raise ValueError(f"two functions mean different things by {name}")
