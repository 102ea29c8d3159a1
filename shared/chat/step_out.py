"""A step of a reply as clients receive it."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.chat.reply import Absent, SourceOut
from shared.db.models import MessageStep
from shared.db.models.message import StepState
from shared.schemas import Timestamp
from shared.storage import get_object_store
from shared.storage.object_store import ObjectStore

AskKind = Literal["approve", "form", "login", "unknown", "limit"]
# A frame of API Gateway takes 32 KB (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
_MAX_EVENT_BYTES = 12_000
# Characters of a result in the history and in an event.
MAX_SHOWN_RESULT = 10_000
_MAX_EVENT_RESULT = 2_000


class AskOut(BaseModel):
    """The question to the user. `schema`: of a form, as JSON Schema. `url`: where to log in. `is_held`: the call is
    held open for some minutes, so that the reply is streaming while the step waits."""

    # `schema` is a name of Pydantic's.
    model_config = ConfigDict(serialize_by_alias=True, populate_by_name=True)

    kind: AskKind
    message: str
    schema_: Annotated[Absent[dict[str, Any]], Field(alias="schema")] = None
    url: Absent[str] = None
    is_held: Absent[bool] = None


class StepObjectOut(BaseModel):
    """An image or other resource of a result, with its download URL."""

    url: str
    media_type: str
    name: str


class StepOut(BaseModel):
    """`at`: characters of the reply's text before it. `arguments_omitted`: they are too long for an event, and are in
    the history. `result`: the beginning of what the tool returned, less in an event than in the history, and more in
    an account's export. `result_url`: of the whole, where it is longer than the database keeps."""

    n: int
    tool: str
    server_id: Absent[str] = None
    title: str
    state: StepState
    at: int
    arguments: dict[str, Any] | str
    arguments_omitted: Absent[bool] = None
    preview: Absent[str] = None
    result: Absent[str] = None
    is_result_cut: Absent[bool] = None
    result_url: Absent[str] = None
    objects: Absent[list[StepObjectOut]] = None
    sources: Absent[list[SourceOut]] = None
    ask: Absent[AskOut] = None
    started_at: Timestamp
    ended_at: Absent[Timestamp] = None


def step_out(
    step: MessageStep,
    state: StepState | None = None,
    *,
    store: ObjectStore | None = None,
    max_result: int = MAX_SHOWN_RESULT,
) -> StepOut:
    """A step in its current state, or as it was shown in an earlier `state`. `store` defaults to the configured one.

    An answered step is `running` until a process goes on with it: it must not ask again while others wait.
    """
    if state is None:
        state = "running" if step.answer is not None and step.ended_at is None else step.state
    has_ended = state == step.state and step.ended_at is not None
    return StepOut(
        n=step.n,
        tool=step.tool,
        server_id=step.server_id,
        title=step.title,
        state=state,
        at=step.at,
        arguments=step.arguments,
        preview=step.preview if has_ended else None,
        **(_result_of(step, store, max_result) if has_ended else {}),
        sources=[SourceOut(**source) for source in step.sources or ()] or None if has_ended else None,
        ask=ask_out(step.ask) if step.ask is not None and not has_ended and state in ("waiting", "unknown") else None,
        started_at=step.started_at,
        ended_at=step.ended_at if has_ended else None,
    )


def _result_of(step: MessageStep, store: ObjectStore | None, max_characters: int) -> dict[str, Any]:
    """The fields of a step's result. Presigning makes no network call."""
    shown: dict[str, Any] = {}
    if step.result:
        shown["result"] = step.result[:max_characters]
        shown["is_result_cut"] = len(step.result) > max_characters or step.result_key is not None or None
    if step.result_key is not None:
        shown["result_url"] = (store or get_object_store()).presign_download(step.result_key)
    if step.objects:
        shown["objects"] = [
            StepObjectOut(
                url=(store or get_object_store()).presign_download(item["key"]),
                media_type=item["media_type"],
                name=item["name"],
            )
            for item in step.objects
        ]
    return shown


def step_in_event(step: MessageStep, state: StepState) -> StepOut:
    """A step for an event, within the size of a frame."""
    shown = step_out(step, state, max_result=_MAX_EVENT_RESULT)
    if len(json.dumps(shown.arguments)) > _MAX_EVENT_BYTES:
        shown = shown.model_copy(update={"arguments": {}, "arguments_omitted": True})
    return shown


def ask_out(ask: Mapping[str, Any]) -> AskOut:
    """The question to the user, without the provider's `state`."""
    return AskOut(
        kind=ask["kind"],
        message=ask["message"],
        schema_=ask.get("schema"),
        url=ask.get("url"),
        is_held=ask.get("is_held"),
    )
