"""The WebSocket in the OpenAPI document, which has no notation for it: `x-websockets` names the component schemas of
the frames in both directions. Imported only to generate the document."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from functions.websocket.schemas import ClientFrame
from shared.chat.events import ChatEvent
from shared.chat.file_out import FileEvent
from shared.chat.reply import Absent
from shared.errors import AppError, InternalError, RateLimited
from shared.schemas import ErrorContent
from shared.web.responses import WITH_TOKEN, component_schemas, schema_reference

_DESCRIPTION = """\
The access token is the bearer token of the `Authorization` header or, for browsers, the parameter `token`; the
handshake is refused with an HTTP error. Each message is one JSON object: a ClientFrame or a ServerFrame. A frame that
is refused is answered with an ErrorFrame, whose codes are those of the HTTP call of the same name, and the connection
stays open. The events of a reply carry the `request_id` of the frame they answer; those of a reply that was started
elsewhere have none. Consecutive text events of one kind may arrive as one frame with the `seq` of the last, so `seq`
can have gaps; `resume` after the last received `seq` returns the rest. A ServerPing is sent after 10 seconds without
another frame."""


class Pong(BaseModel):
    """The answer to a PingFrame."""

    type: Literal["pong"]


class ServerPing(BaseModel):
    """A heartbeat. Needs no answer."""

    type: Literal["ping"]


class ErrorFrame(BaseModel):
    """A frame was refused. `request_id`: that frame's, null where it had none that could be read. `retry_after`: the
    seconds that the HTTP call's answer has as `Retry-After`."""

    type: Literal["error"]
    request_id: str | None
    error: ErrorContent
    retry_after: Absent[int] = None


_ControlFrame = Annotated[Pong | ServerPing | ErrorFrame | FileEvent, Field(discriminator="type")]
_REQUEST_ID = {"type": "string", "description": "Of the frame that this event answers."}


def websocket_document() -> dict[str, Any]:
    """The parts to merge into the OpenAPI document: `x-websockets` and `components.schemas`."""
    schemas = component_schemas("ClientFrame", Annotated[ClientFrame, Field(discriminator="type")], "validation")
    schemas |= component_schemas("ControlFrame", _ControlFrame, "serialization")
    schemas |= _event_frame_schemas()
    schemas["ServerFrame"] = {"anyOf": [schema_reference("EventFrame"), schema_reference("ControlFrame")]}
    connection = {
        "summary": "Send frames and receive the events of replies",
        "description": _DESCRIPTION,
        "security": [{"access_token": []}],
        "responses": {"101": {"description": "The connection is open."}, **_refusals()},
        "client": schema_reference("ClientFrame"),
        "server": schema_reference("ServerFrame"),
    }
    return {"x-websockets": {"/chat/ws/chat": connection}, "components": {"schemas": schemas}}


def _event_frame_schemas() -> dict[str, Any]:
    """Each event's schema with a `request_id`, and their union as `EventFrame`."""
    events = component_schemas("ChatEvent", ChatEvent, "serialization")
    schemas, mapping = {}, {}
    for kind, reference in events["ChatEvent"]["discriminator"]["mapping"].items():
        event = events[reference.rpartition("/")[2]]
        name = f"{event['title']}Frame"
        properties = event["properties"] | {"request_id": _REQUEST_ID}
        schemas[name] = event | {"title": name, "properties": properties}
        mapping[kind] = schema_reference(name)["$ref"]
    union = [{"$ref": reference} for reference in mapping.values()]
    schemas["EventFrame"] = {"oneOf": union, "discriminator": {"propertyName": "type", "mapping": mapping}}
    return schemas


def _refusals() -> dict[str, Any]:
    """The statuses of a refused handshake. API Gateway sends no body with them."""
    errors: tuple[type[AppError], ...] = (*WITH_TOKEN, RateLimited, InternalError)
    codes: dict[str, list[str]] = {}
    for error in errors:
        codes.setdefault(str(error.status), []).append(error.code)
    return {status: {"description": " · ".join(sorted(codes[status]))} for status in codes}
