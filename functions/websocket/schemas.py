"""Schemas of client frames, and of the job that invokes the worker."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from shared.chat.reply import MAX_SEQ
from shared.chat.requests import ReplyBody, SendBody, TurnFields
from shared.crypto.api_keys import decrypt_api_key, encrypt_api_key
from shared.llm.params import SecretParams
from shared.schemas import GivenId, RequestBody

# Message size limit of the gateway (AWS: 128 KB; SCF: 256 KB).
MAX_MESSAGE_BYTES = 128 * 1024

RequestId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[!-~]+$")]


class SendFrame(SendBody):
    type: Literal["send"]
    request_id: RequestId


class RegenerateFrame(ReplyBody):
    type: Literal["regenerate"]
    request_id: RequestId


class ContinueFrame(ReplyBody):
    type: Literal["continue"]
    request_id: RequestId


class StopFrame(RequestBody):
    type: Literal["stop"]
    message_id: GivenId
    request_id: RequestId | None = None


class ResumeFrame(RequestBody):
    type: Literal["resume"]
    message_id: GivenId
    after: int = Field(0, ge=0, le=MAX_SEQ)
    request_id: RequestId | None = None


class PingFrame(RequestBody):
    type: Literal["ping"]
    request_id: RequestId | None = None


ClientFrame = SendFrame | RegenerateFrame | ContinueFrame | StopFrame | ResumeFrame | PingFrame
client_frame: TypeAdapter[ClientFrame] = TypeAdapter(Annotated[ClientFrame, Field(discriminator="type")])


class TurnJob(BaseModel):
    """The event of the `turn` function: a prepared turn to run, or a reply to follow.

    It passes through a queue of the platform, so it contains a request's API key, and the values of its headers and
    query, only encrypted.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    user_id: str
    connection_id: str
    request_id: str | None
    trace_id: str
    message_id: str
    # Absent: follow the reply after `after`.
    turn_id: str | None = None
    after: int = 0
    # Of a follow: its number (functions.websocket.follows), and whether it counts as one of the user's follows.
    follow_number: int | None = None
    is_counted: bool = False
    fields: dict[str, Any] = Field(default_factory=dict)
    api_key_encrypted: str | None = None
    # shared.llm.params.SecretParams.
    headers_encrypted: str | None = None
    notices: bool = False

    def with_fields(self, fields: TurnFields) -> "TurnJob":
        """The job with the model fields of the request."""
        plain = {name: getattr(fields, name) for name in ("base_url", "model")}
        # Absent and null differ.
        if "model_config_id" in fields.model_fields_set:
            plain["model_config_id"] = fields.model_config_id
        plain["params"] = fields.params.masked() if fields.params else None
        key = None if fields.api_key is None else encrypt_api_key(self.user_id, fields.api_key)
        secrets = fields.params.secrets() if fields.params else SecretParams()
        headers = encrypt_api_key(self.user_id, secrets.to_json()) if secrets else None
        return self.model_copy(update={"fields": plain, "api_key_encrypted": key, "headers_encrypted": headers})

    def to_json(self) -> str:
        """The event, without fields that have their default: during a deploy it may reach a worker of the previous
        release, which refuses fields that it does not know."""
        return self.model_dump_json(exclude_defaults=True)

    def model_fields_given(self) -> TurnFields:
        """The model fields of the request. Null headers that remain stand for those of the conversation's config."""
        fields = dict(self.fields)
        if self.headers_encrypted is not None:
            secrets = SecretParams.from_json(decrypt_api_key(self.user_id, self.headers_encrypted))
            params = dict(fields["params"])
            params["headers"] = {**params.get("headers", {}), **secrets.headers}
            params["query"] = {**params.get("query", {}), **secrets.query}
            fields["params"] = params
        key = self.api_key_encrypted
        return TurnFields(**fields, api_key=decrypt_api_key(self.user_id, key) if key is not None else None)
