"""The model config calls over HTTP."""

from dataclasses import replace

from fastapi import Depends

from functions.model_config import discovery, service
from functions.model_config.errors import ModelConfigLimit
from functions.model_config.schemas import (
    CanCreate,
    CanCreateBody,
    Config,
    ConfigList,
    CreateConfigBody,
    CreateConfigsBody,
    DeleteConfigsBody,
    DiscoverBody,
    DiscoveredModel,
    DiscoverResult,
    LearnedOut,
    TestConfigBody,
    TestResult,
    UpdateConfigBody,
)
from shared.auth.scopes import MODEL_CONFIG_CREATE
from shared.chat.reply import ErrorOut
from shared.crypto.encryption import UnreadableApiKey
from shared.db.models import ModelConfig
from shared.errors import Forbidden, RateLimited
from shared.llm.errors import ProviderError, UnsafeBaseUrl
from shared.llm.learned import Learned
from shared.llm.params import ModelParams
from shared.schemas import Deleted
from shared.web.dependencies import CurrentUser, DbSession, RequirePermission, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("model_config", responses=error_responses(*WITH_TOKEN))
_CREATE = error_responses(*OWN_THING, Forbidden, ModelConfigLimit, UnsafeBaseUrl, UnreadableApiKey)
_UPDATE = error_responses(*OWN_THING, UnsafeBaseUrl, UnreadableApiKey)
_ASKS_A_PROVIDER = error_responses(*OWN_THING, UnsafeBaseUrl, UnreadableApiKey, RateLimited)


@router.get("")
def list_configs(session: DbSession, caller: CurrentUser) -> ConfigList:
    """List model configs.

    The models that the operator offers to the caller's group (`offered`), in the operator's order, and all of the
    caller's own, oldest first. An API key is never sent back: `api_key_hint` has its last 4 characters.
    """
    listed = service.list_configs(session, caller.user_id)
    offered = [_offered(config) for config in listed.offered]
    return ConfigList(items=offered + [_config(config) for config in listed.own])


@router.post("/can_create")
def can_create(body: CanCreateBody, caller: CurrentUser) -> CanCreate:
    """Check whether another model config may be created.

    `count` is how many the client has; `limit` how many the caller's permissions allow, null for any number.
    `create` enforces the limit again in the database.
    """
    allowed, limit = service.can_create(caller, body.count)
    return CanCreate(can_create=allowed, limit=limit)


@router.post(
    "/create",
    status_code=201,
    responses=_CREATE,
    dependencies=[Depends(RequirePermission(MODEL_CONFIG_CREATE))],
)
def create_config(body: CreateConfigBody, session: DbSession, caller: CurrentUser) -> Config:
    """Create a model config.

    `base_url` is that of an OpenAI-compatible API. The API key is stored encrypted, and so are the values of the
    parameters `headers` and `query`. With `copy_of`, the id of another config of the same server, its API key is used
    where none is given, its values where those of `headers` and `query` are null, and its params where there are none.
    """
    server = service.NewServer(body.base_url, body.api_key, body.copy_of)
    (config,) = service.create_configs(session, caller, server, [service.NewConfig(body.name, body.model, body.params)])
    return _config(config)


@router.post(
    "/create_many",
    status_code=201,
    responses=_CREATE,
    dependencies=[Depends(RequirePermission(MODEL_CONFIG_CREATE))],
)
def create_configs(body: CreateConfigsBody, session: DbSession, caller: CurrentUser) -> ConfigList:
    """Create the configs of several models of a server.

    All of them, or none where one is invalid or there would be more than the caller's permissions allow.
    """
    server = service.NewServer(body.base_url, body.api_key, body.copy_of)
    new = [service.NewConfig(config.name, config.model, config.params) for config in body.configs]
    return ConfigList(items=[_config(config) for config in service.create_configs(session, caller, server, new)])


@router.post("/update", responses=_UPDATE)
def update_config(body: UpdateConfigBody, session: DbSession, caller: CurrentUser) -> Config:
    """Change a model config.

    Fields that are absent stay as they are. A `base_url` on another server needs the API key again, and the values of
    `headers` and `query`; on the same server null keeps a value. With `same_server`, `base_url` and `api_key` are those
    of all the caller's configs of the server. A change of `base_url` or `model`, and `reset_learned`, clear `learned`.
    """
    fields = ("name", "base_url", "model", "api_key", "params")
    changes = {name: value for name in fields if (value := getattr(body, name)) is not None}
    config = service.update_config(
        session,
        caller.user_id,
        body.id,
        changes,
        same_server=bool(body.same_server),
        reset_learned=bool(body.reset_learned),
    )
    return _config(config)


@router.post("/delete")
def delete_configs(body: DeleteConfigsBody, session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete model configs.

    Ids that are not the caller's are ignored; `deleted` counts the others. Conversations that used one go back to the
    server's default model.
    """
    return Deleted(deleted=service.delete_configs(session, caller.user_id, body.ids))


@router.post("/test", responses=_ASKS_A_PROVIDER)
async def test_connection(body: TestConfigBody, user: TokenUser) -> TestResult:
    """Test the connection to a model.

    Calls it as a turn would, with a stored config (`id`, with any field to try in its place), or with `base_url`,
    `model`, `api_key` and `params`. Administrators may name an offered model. A failure of the model is a result with
    `error`, not an HTTP error.
    """
    result = await service.test_connection(user, body.id, body)
    return TestResult(
        ok=result.failure is None,
        latency_ms=result.latency_ms,
        text=result.text or None,
        error=None if result.failure is None else _error(result.failure),
    )


@router.post("/discover", response_model_exclude_none=True, responses=_ASKS_A_PROVIDER)
async def discover_models(body: DiscoverBody, user: TokenUser) -> DiscoverResult:
    """List the models of a provider.

    Of a stored config's server (`id`; for administrators also an offered model's), or of the server at `base_url`. A
    failure of the provider is a result with `error`, not an HTTP error.
    """
    try:
        listed = await discovery.discover_models(user, body.id, body.base_url, body.api_key)
    except ProviderError as failure:
        return DiscoverResult(error=_error(failure))
    models = [
        DiscoveredModel(id=model.id, owned_by=model.owned_by, context_window=model.context_window, input=model.input)
        for model in listed
    ]
    return DiscoverResult(models=models)


def _error(failure: ProviderError) -> ErrorOut:
    return ErrorOut(code=failure.code, message=failure.message, status=failure.status, retry_after=failure.retry_after)


def _config(config: ModelConfig) -> Config:
    return Config(
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        model=config.model,
        api_key_hint=config.api_key_hint,
        params=ModelParams.shown(config.params),
        learned=_learned(config),
        created_at=config.created_at,
        updated_at=config.updated_at,
    )


def _offered(config: ModelConfig) -> Config:
    return Config(
        id=config.id,
        name=config.name,
        base_url="",
        model=config.name,
        api_key_hint="",
        params={},
        offered=True,
        created_at=config.created_at,
        updated_at=config.updated_at,
    )


def _learned(config: ModelConfig) -> LearnedOut | None:
    # The form of continuation is no limitation, and nothing that a user would reset.
    learned = replace(Learned.from_json(config.learned), continue_mode=None)
    if learned == Learned():
        return None
    return LearnedOut(
        omitted=list(learned.omitted) or None,
        max_completion_tokens=learned.max_completion_tokens or None,
        image_delivery=learned.image_delivery,
    )
