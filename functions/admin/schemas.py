"""Request and response bodies of the operator's calls."""

from datetime import date
from typing import Any, Literal

from shared.auth.scopes import GroupName
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp


class UpdateUserBody(RequestBody):
    """Absent fields do not change."""

    id: GivenId
    group: GroupName | None = None
    disabled: bool | None = None


class UserBody(RequestBody):
    id: GivenId


class AdminUserOut(ResponseBody):
    """`disabled_at`: null for an account that can log in."""

    id: str
    email: str
    username: str
    group: str
    created_at: Timestamp
    disabled_at: Timestamp | None


class RevokedLogins(ResponseBody):
    revoked: int


class AuditEntryOut(ResponseBody):
    """`actor_email`: null for a command of the operator's shell, or for an account that is gone (`actor_id`).
    `changes`: field → value before, value after."""

    id: str
    created_at: Timestamp
    actor_id: str | None
    actor_email: str | None
    action: str
    user_id: str | None
    user_email: str | None
    subject: str | None
    changes: dict[str, list[Any]]


UsageBy = Literal["day", "user", "model"]


class UsageSumOut(ResponseBody):
    """Sums of a day, a user or a model; the fields of the other two are null. `source`: `own` for users' own models,
    `default` for the server's default model, or the id of an offered model."""

    day: date | None
    user_id: str | None
    email: str | None
    source: str | None
    model: str | None
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: float


class UsageList(ResponseBody):
    items: list[UsageSumOut]


class FailureOut(ResponseBody):
    """Replies that failed with one code at one provider: a host, or `own` for users' own models."""

    provider: str
    code: str
    count: int


class StatusOut(ResponseBody):
    """`failures` of the last 7 days (UTC), the most first. Of everybody's replies, `stuck` ones are streaming without a
    heartbeat, `waiting` ones need their users. `connections`: open WebSocket connections."""

    failures: list[FailureOut]
    streaming: int
    stuck: int
    waiting: int
    connections: int
