"""Bodies of the model config calls."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from shared.chat.own_model import ModelFields
from shared.chat.reply import Absent, ErrorOut
from shared.llm.params import ApiKey, BaseUrl, ModelName, ModelParams, ParamsOut
from shared.schemas import GivenId, RequestBody, ResponseBody, Timestamp, VisibleName

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), VisibleName]


class CanCreateBody(RequestBody):
    count: int = Field(ge=0)


class NewServerBody(RequestBody):
    base_url: BaseUrl
    # Needed unless `copy_of` names a config of the same server.
    api_key: ApiKey | None = None
    # A config of the caller's, whose API key and header values are used where none are given.
    copy_of: GivenId | None = None


class NewModelBody(RequestBody):
    name: Name
    model: ModelName
    # Absent: none, or those of the config that is copied.
    params: ModelParams | None = None


class CreateConfigBody(NewModelBody, NewServerBody):
    pass


class CreateConfigsBody(NewServerBody):
    configs: list[NewModelBody] = Field(min_length=1, max_length=50)


class UpdateConfigBody(RequestBody):
    """Absent fields do not change."""

    id: GivenId
    name: Name | None = None
    base_url: BaseUrl | None = None
    model: ModelName | None = None
    api_key: ApiKey | None = None
    params: ModelParams | None = None
    # `base_url` and `api_key` for all of the caller's configs of this config's server.
    same_server: bool | None = None
    # Forget what was learned of the provider.
    reset_learned: bool | None = None


class DeleteConfigsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class TestConfigBody(ModelFields):
    """A stored config by its `id`, with any field to try in its place, or one that is being written."""

    id: GivenId | None = None

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


class LearnedOut(ResponseBody):
    """Differences of the provider, learned from its refusals: request fields that are left out, `max_tokens` sent as
    `max_completion_tokens`, images sent inline or not at all. Absent fields: nothing was learned."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    omitted: Absent[list[str]] = None
    max_completion_tokens: Absent[bool] = None
    image_delivery: Absent[Literal["inline", "none"]] = None


class Config(ResponseBody):
    """`offered`: true for a model of the operator, which users cannot change, and of which `base_url`, `api_key_hint`
    and `params` are empty and `model` is the name."""

    id: str
    name: str
    base_url: str
    model: str
    api_key_hint: str
    params: ParamsOut
    learned: Absent[LearnedOut] = None
    offered: Absent[bool] = None
    created_at: Timestamp
    updated_at: Timestamp


class ConfigList(ResponseBody):
    items: list[Config]


class CanCreate(ResponseBody):
    can_create: bool
    # null: any number.
    limit: int | None


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
    error: ErrorOut | None = None


class TestResult(ResponseBody):
    """`latency_ms`: until the model's first word, or the failure. `text`: the first words, at most 200 characters."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    ok: bool
    latency_ms: int
    text: Absent[str] = None
    error: Absent[ErrorOut] = None
