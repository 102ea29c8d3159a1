"""Request and response bodies of the operator's calls."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from shared.auth.accounts import Email
from shared.auth.scopes import GroupName
from shared.chat.operator_tool_servers import ServerAuth
from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams, ParamsOut
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp, VisibleName
from shared.stage_settings import RegistrationMode, Sharing, Verification
from shared.tools.stored_server import ServerName, ServerToken, ServerUrl

_Amount = Annotated[float, Field(ge=0, le=1_000_000_000)]


class BudgetBody(RequestBody):
    """Money a day and a month (UTC). Absent fields do not change. Null: that of the user's group, and for a group any
    amount."""

    day: _Amount | None = None
    month: _Amount | None = None

    def amounts(self) -> dict[str, float | None]:
        """The amounts that the request has, by period."""
        return {name: getattr(self, name) for name in ("day", "month") if name in self.model_fields_set}


class GroupBudgetBody(BudgetBody):
    group: GroupName


class BudgetOut(ResponseBody):
    """Money a day and a month (UTC). Null: that of the user's group, and for a group any amount."""

    day: float | None
    month: float | None


class GroupBudgetOut(BudgetOut):
    group: str


class GroupBudgetList(ResponseBody):
    items: list[GroupBudgetOut]


class UpdateUserBody(RequestBody):
    """Absent fields do not change."""

    id: GivenId
    group: GroupName | None = None
    disabled: bool | None = None
    budget: BudgetBody | None = None


class UserBody(RequestBody):
    id: GivenId


class AdminUserOut(ResponseBody):
    """`disabled_at`: null for an account that can log in. `month_cost`: of this month (UTC)."""

    id: str
    email: str
    username: str
    group: str
    created_at: Timestamp
    disabled_at: Timestamp | None
    budget: BudgetOut
    month_cost: float


class RevokedLogins(ResponseBody):
    revoked: int


class AuditEntryOut(ResponseBody):
    """`actor_email`: null for a command of the operator's shell, or for an account that is gone (`actor_id`).
    `changes`: field → value before, value after; of long ones the beginnings of their texts."""

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


class PriceOut(ResponseBody):
    """Money per million tokens."""

    input: float
    cached_input: float
    output: float


class SettingValuesOut(ResponseBody):
    """`shares`: whether users may make and update share links. `verification`: whether a turn with a model that the
    operator pays for needs a verified address. `currency`: of every price, cost and budget (ISO 4217).
    `default_model_price`: also of the other models of its server. `default_model_turns_per_day`: group → turns of each
    user on the operator's models; an absent group has no limit. `streams_per_user`: concurrent replies."""

    registration: RegistrationMode
    shares: Sharing
    verification: Verification
    currency: str
    default_model_price: PriceOut
    default_model_turns_per_day: dict[str, int]
    default_model_turns_total: Literal["none"] | int
    streams_per_user: int
    uploads_per_user_per_day: int
    files_per_user_per_day: int


class StageSettingsOut(ResponseBody):
    """`defaults`: the environment's values. `changed`: the names of the settings that were changed. `mail`: whether
    addresses can be verified; `site_bucket`: whether share links are possible at all."""

    values: SettingValuesOut
    defaults: SettingValuesOut
    changed: list[str]
    mail: bool
    site_bucket: bool


class FailureOut(ResponseBody):
    """Replies that failed with one code at one provider: a host, or `own` for users' own models."""

    provider: str
    code: str
    count: int


class StatusOut(ResponseBody):
    """`failures` of the last 7 days (UTC), the most first. Of everybody's replies, `stuck` ones are streaming without a
    heartbeat, `waiting` ones need their users. `connections`: open WebSocket connections. `database_connections`, of at
    most `max_database_connections`: of all clients of the database server; null where it does not count them.
    `swept_at`: the end of the last complete sweep. `release`: null on a developer's machine. `schema_revision`: of the
    database; `newest_schema_revision`: of this release."""

    failures: list[FailureOut]
    streaming: int
    stuck: int
    waiting: int
    connections: int
    database_connections: int | None
    max_database_connections: int | None
    swept_at: Timestamp | None
    release: str | None
    schema_revision: str | None
    newest_schema_revision: str


_OfferName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), VisibleName]
_Groups = Annotated[list[GroupName], Field(max_length=10)]
_Price = Annotated[float, Field(ge=0, le=1_000_000)]
_Tokens = Annotated[int, Field(ge=1, le=100_000_000)]


class PriceBody(RequestBody):
    """Money per million tokens."""

    input: _Price
    cached_input: _Price
    output: _Price


class CreateModelBody(RequestBody):
    """`groups`: whose users may choose the model; empty for every group. `context_tokens`: what it reads at most."""

    name: _OfferName
    base_url: BaseUrl
    model: ModelName
    api_key: ApiKey
    params: ModelParams | None = None
    groups: _Groups = []
    price: PriceBody | None = None
    context_tokens: _Tokens | None = None
    enabled: bool = True


class UpdateModelBody(RequestBody):
    """Absent fields do not change. Null clears `context_tokens`."""

    id: GivenId
    name: _OfferName | None = None
    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None
    groups: _Groups | None = None
    price: PriceBody | None = None
    context_tokens: _Tokens | None = None
    enabled: bool | None = None
    # Forget what was learned of the provider.
    reset_learned: bool | None = None


class ModelIdsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class OfferedModelOut(ResponseBody):
    """`groups`: empty for every group."""

    id: str
    name: str
    base_url: str
    model: str
    api_key_hint: str
    params: ParamsOut
    groups: list[str]
    price: PriceOut
    context_tokens: int | None
    position: int
    enabled: bool
    created_at: Timestamp
    updated_at: Timestamp


class OfferedModelList(ResponseBody):
    items: list[OfferedModelOut]


class InviteBody(RequestBody):
    """`email`: only this address may register with it; null for any."""

    email: Email | None = None
    group: GroupName = "free"


class NewInviteOut(ResponseBody):
    """`url`: valid for one registration; it is not shown again."""

    url: str
    expires_at: Timestamp


class InviteOut(ResponseBody):
    id: str
    email: str | None
    group: str
    created_at: Timestamp
    expires_at: Timestamp
    used_at: Timestamp | None


class InviteList(ResponseBody):
    items: list[InviteOut]


class InviteIdsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class ResetLink(ResponseBody):
    url: str


class OfferServerBody(RequestBody):
    """`token`: for `auth: bearer`."""

    name: ServerName
    url: ServerUrl
    auth: ServerAuth
    token: ServerToken | None = None
    enabled: bool = True


class UpdateOfferedServerBody(RequestBody):
    """Absent fields do not change."""

    id: GivenId
    name: ServerName | None = None
    url: ServerUrl | None = None
    auth: ServerAuth | None = None
    token: ServerToken | None = None
    enabled: bool | None = None


class OfferedServerIdsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class OfferedServerOut(ResponseBody):
    """`token_hint`: the last 4 characters of the token. `tools`: the number that was listed last; null before."""

    id: str
    name: str
    url: str
    auth: ServerAuth
    token_hint: str | None
    enabled: bool
    tools: int | None
    created_at: Timestamp


class OfferedServerList(ResponseBody):
    items: list[OfferedServerOut]
