"""Elicitation: what a server asks the user for in the middle of a call, and the user's answers."""

from collections.abc import Mapping
from typing import Any

from shared.tools.errors import ServerFailed
from shared.tools.tool import InputAnswer, InputRequired

METHOD = "elicitation/create"
_MAX_MESSAGE_CHARACTERS = 2_000


class UnsupportedInput(ServerFailed):
    message = "The tool server asked for something that this client does not do for it."


def read_request(request: Any, state: Mapping[str, Any] | None = None) -> InputRequired:
    """The question to the user in a request of the server. Raises UnsupportedInput for any other request."""
    if not isinstance(request, dict) or request.get("method") != METHOD:
        raise UnsupportedInput
    params = request.get("params")
    if not isinstance(params, dict) or not isinstance(params.get("message"), str):
        raise UnsupportedInput
    message = params["message"][:_MAX_MESSAGE_CHARACTERS]
    if params.get("mode") == "url":
        url = params.get("url")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")):
            raise UnsupportedInput
        return InputRequired("login", message, url=url, state=state)
    schema = params.get("requestedSchema")
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        raise UnsupportedInput
    return InputRequired("form", message, schema=schema, state=state)


def to_result(request: Mapping[str, Any], answer: InputAnswer) -> dict[str, Any]:
    """The user's answer as a result of `elicitation/create`. Fields that were left out have their defaults."""
    if not answer.accepted:
        return {"action": "decline"}
    params: Mapping[str, Any] = request.get("params", {})
    if params.get("mode") == "url":
        return {"action": "accept"}
    properties: Mapping[str, Any] = params.get("requestedSchema", {}).get("properties", {})
    defaults = {
        name: schema["default"]
        for name, schema in properties.items()
        if isinstance(schema, dict) and "default" in schema
    }
    return {"action": "accept", "content": {**defaults, **(answer.form or {})}}
