"""Bodies of the tool calls."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.chat.reply import Absent, ErrorOut
from shared.db.models.search_engine import EngineName
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp
from shared.tools.stored_server import ServerName, ServerToken, ServerUrl

Auth = Literal["none", "bearer", "oauth"]
PolicyValue = Literal["allow", "ask", "deny"]
_ToolName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
# The name of a tool, or `*` for every other tool of the server.
PolicyByTool = Annotated[dict[_ToolName, PolicyValue], Field(max_length=500)]


class CreateServerBody(RequestBody):
    name: ServerName
    url: ServerUrl
    auth: Auth
    # Token for `auth: bearer`; without it, the server cannot be called until an update has one.
    token: ServerToken | None = None
    policy: PolicyByTool | None = None


class UpdateServerBody(RequestBody):
    """Absent fields do not change."""

    id: GivenId
    name: ServerName | None = None
    url: ServerUrl | None = None
    auth: Auth | None = None
    token: ServerToken | None = None
    policy: PolicyByTool | None = None


class DeleteServersBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class TestServerBody(RequestBody):
    """A stored server by its `id`, or one that is being written."""

    id: GivenId | None = None
    url: ServerUrl | None = None
    auth: Auth | None = None
    token: ServerToken | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "TestServerBody":
        is_given = self.url is not None and self.auth is not None
        is_stored = self.url is None and self.auth is None and self.token is None
        if not (is_given if self.id is None else is_stored):
            raise ValueError("give an id alone, or url, auth and token")
        return self


class AuthorizeBody(RequestBody):
    id: GivenId


class AuthorizedBody(RequestBody):
    """The parameters with which the authorization server sent the browser back."""

    state: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    code: Annotated[str, StringConstraints(min_length=1, max_length=4000)]
    iss: Annotated[str, StringConstraints(min_length=1, max_length=2000)] | None = None


class ToolOut(ResponseBody):
    """`read_only`: as the server says."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    name: str
    title: Absent[str] = None
    description: str
    read_only: bool


class ToolServerOut(ResponseBody):
    """`connected`: whether the server can be called, which with `auth: oauth` needs an authorization, and with `auth:
    bearer` a token. `tools`: as they were listed last. `offered`: the operator's, whose `url` is not shown."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    id: str
    name: str
    url: str
    auth: Auth
    token_hint: Absent[str] = None
    connected: bool
    tools: list[ToolOut]
    policy: dict[str, PolicyValue]
    offered: Absent[bool] = None
    created_at: Timestamp


class ToolServerList(ResponseBody):
    items: list[ToolServerOut]


class AuthorizationUrl(ResponseBody):
    url: str


class SaveSearchEngineBody(RequestBody):
    """Without `api_key` the stored one stays, if `provider` and `base_url` do. `base_url`: for an address that is not
    the provider's own."""

    provider: EngineName
    api_key: ServerToken | None = None
    base_url: ServerUrl | None = None


class SearchEngineOut(ResponseBody):
    """`offered`: whether the operator has a search engine. The other fields are absent where the caller has none."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    offered: bool
    provider: Absent[EngineName] = None
    base_url: Absent[str] = None
    api_key_hint: Absent[str] = None


class SearchTestResult(ResponseBody):
    """`results`: the number found."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    ok: bool
    results: Absent[int] = None
    error: Absent[ErrorOut] = None


class ServerTestResult(ResponseBody):
    """`protocol`: the revision of MCP. `problems`: a sentence for each tool that was left out."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    ok: bool
    protocol: Absent[str] = None
    tools: Absent[list[ToolOut]] = None
    problems: Absent[list[str]] = None
    error: Absent[ErrorOut] = None
