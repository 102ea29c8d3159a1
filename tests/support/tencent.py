"""Tencent's description of its APIs, with which fakes validate requests."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any


class ApiDescription:
    def __init__(self, service: str, version: str) -> None:
        text = (files("tccli") / f"services/{service}/{version}/api.json").read_text(encoding="utf-8")
        self._objects: Mapping[str, Any] = json.loads(text)["objects"]

    def check_required(self, kind: str, body: Mapping[str, Any]) -> None:
        """Fails for a missing required field, at any depth."""
        for member in self._objects[kind]["members"]:
            value = body.get(member["name"])
            assert value is not None or not member.get("required"), f"{kind} without {member['name']}"
            nested = member.get("member")
            if value is not None and nested in self._objects:
                for item in value if isinstance(value, list) else [value]:
                    self.check_required(nested, item)
