"""The merged OpenAPI document of all functions, with the WebSocket's frames, from which clients are generated."""

import importlib
import json
import os
from pathlib import Path
from typing import Any

APPS = ("user", "model_config", "project", "conversation", "chat", "chat_stream", "tool", "file", "share", "admin")
# Placeholders, so that the apps can be imported.
_ENVIRONMENT = {"STAGE": "local"}


def merged_document() -> dict[str, Any]:
    """Paths and component schemas of every function's app, with the WebSocket under `x-websockets`."""
    os.environ.update(_ENVIRONMENT)
    documents = [importlib.import_module(f"functions.{name}.app").app.openapi() for name in APPS]
    websocket = importlib.import_module("functions.websocket.openapi").websocket_document()
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    security_schemes: dict[str, Any] = {}
    for document in documents:
        _merge(paths, document["paths"])
        _merge(security_schemes, document["components"]["securitySchemes"])
    for document in (*documents, websocket):
        _merge(schemas, document["components"]["schemas"])
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chat", "version": "1"},
        "paths": dict(sorted(paths.items())),
        "x-websockets": websocket["x-websockets"],
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": security_schemes},
    }


def write_document(document: dict[str, Any], file: Path) -> None:
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _merge(into: dict[str, Any], more: dict[str, Any]) -> None:
    for name, value in more.items():
        if into.setdefault(name, value) != value:
            raise ValueError(f"two functions define {name} differently")
