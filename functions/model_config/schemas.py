"""Bodies of the model config calls."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class CanCreateBody(RequestBody):
    count: int = Field(ge=0)


class CreateConfigBody(RequestBody):
    name: Name
    base_url: BaseUrl
    model: ModelName
    api_key: ApiKey
    params: ModelParams = Field(default_factory=ModelParams)


class UpdateConfigBody(RequestBody):
    """What is absent stays as it is."""

    id: GivenId
    name: Name | None = None
    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None


class DeleteConfigsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class TestConfigBody(RequestBody):
    """A stored config by its `id`, or one that is being written."""

    id: GivenId | None = None
    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "TestConfigBody":
        if self.id is None and (self.base_url is None or self.model is None or self.api_key is None):
            raise ValueError("give an id, or base_url, model and api_key")
        return self


class DiscoverBody(RequestBody):
    """A stored config by its `id`, whose key goes to its own server and no other, or a server and its key."""

    id: GivenId | None = None
    base_url: BaseUrl | None = None
    api_key: ApiKey | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> "DiscoverBody":
        given = (self.base_url is not None, self.api_key is not None)
        if given != ((True, True) if self.id is None else (False, False)):
            raise ValueError("give an id alone, or base_url and api_key")
        return self


class Config(ResponseBody):
    id: str
    name: str
    base_url: str
    model: str
    api_key_hint: str
    params: dict[str, Any]
    created_at: Timestamp
    updated_at: Timestamp


class ConfigList(ResponseBody):
    items: list[Config]


class CanCreate(ResponseBody):
    can_create: bool
    # null: any number.
    limit: int | None


class TestError(ResponseBody):
    code: str
    message: str


class DiscoveredModel(ResponseBody):
    """A model of a provider. Fields that its list does not have are absent; `context_window` is in tokens."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    id: str
    owned_by: str | None = None
    context_window: int | None = None
    input: list[Literal["text", "image"]] | None = None


class DiscoverResult(ResponseBody):
    """`models`, at most 1,000 and sorted by id, or the `error` for which they could not be had."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    models: list[DiscoveredModel] | None = None
    error: TestError | None = None


class TestResult(ResponseBody):
    # A test that went well has no `error` at all.
    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    ok: bool
    latency_ms: int
    error: TestError | None = None
