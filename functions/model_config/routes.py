"""The model config calls over HTTP."""

from fastapi import Depends

from functions.model_config import discovery, service
from functions.model_config.errors import ModelConfigLimit
from functions.model_config.schemas import (
    CanCreate,
    CanCreateBody,
    Config,
    ConfigList,
    CreateConfigBody,
    DeleteConfigsBody,
    DiscoverBody,
    DiscoveredModel,
    DiscoverResult,
    TestConfigBody,
    TestError,
    TestResult,
    UpdateConfigBody,
)
from shared.auth.scopes import MODEL_CONFIG_CREATE
from shared.crypto.api_keys import UnreadableApiKey
from shared.db.models import ModelConfig
from shared.errors import Forbidden, RateLimited
from shared.llm.errors import ProviderError, UnsafeBaseUrl
from shared.schemas import Deleted
from shared.web.dependencies import CurrentUser, DbSession, RequirePermission, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("model_config", responses=error_responses(*WITH_TOKEN))
_CREATE = error_responses(*WITH_TOKEN, Forbidden, ModelConfigLimit, UnsafeBaseUrl)
_UPDATE = error_responses(*OWN_THING, UnsafeBaseUrl)
_ASKS_A_PROVIDER = error_responses(*OWN_THING, UnsafeBaseUrl, UnreadableApiKey, RateLimited)


@router.get("")
def list_configs(session: DbSession, caller: CurrentUser) -> ConfigList:
    """List model configs.

    All of the caller's, oldest first. An API key is never sent back: `api_key_hint` has its last 4 characters.
    """
    return ConfigList(items=[_config(config) for config in service.list_configs(session, caller.user_id)])


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

    `base_url` is that of an OpenAI-compatible API. The API key is stored encrypted.
    """
    connection = service.Connection(body.base_url, body.model, body.api_key)
    return _config(service.create_config(session, caller, body.name, connection, body.params))


@router.post("/update", responses=_UPDATE)
def update_config(body: UpdateConfigBody, session: DbSession, caller: CurrentUser) -> Config:
    """Change a model config.

    Fields that are absent stay as they are. A `base_url` on another server needs the API key again.
    """
    changes = {name: value for name, value in body if name != "id" and value is not None}
    return _config(service.update_config(session, caller.user_id, body.id, changes))


@router.post("/delete")
def delete_configs(body: DeleteConfigsBody, session: DbSession, caller: CurrentUser) -> Deleted:
    """Delete model configs.

    Ids that are not the caller's are ignored; `deleted` counts the others. Conversations that used one go back to the
    server's default model.
    """
    return Deleted(deleted=service.delete_configs(session, caller.user_id, body.ids))


@router.post("/test", response_model_exclude_none=True, responses=_ASKS_A_PROVIDER)
async def test_connection(body: TestConfigBody, user: TokenUser) -> TestResult:
    """Test the connection to a model.

    Requests one token from a stored config (`id`, with any field to try in its place), or from `base_url`, `model`
    and `api_key`. A failure of the model is a result with `error`, not an HTTP error.
    """
    given = {name: value for name, value in body if name != "id" and value is not None}
    latency_ms, failure = await service.test_connection(user, body.id, given)
    error = TestError(code=failure.code, message=failure.message) if failure else None
    return TestResult(ok=failure is None, latency_ms=latency_ms, error=error)


@router.post("/discover", response_model_exclude_none=True, responses=_ASKS_A_PROVIDER)
async def discover_models(body: DiscoverBody, user: TokenUser) -> DiscoverResult:
    """List the models of a provider.

    Of a stored config's server (`id`), or of the server at `base_url`. A failure of the provider is a result with
    `error`, not an HTTP error.
    """
    try:
        listed = await discovery.discover_models(user, body.id, body.base_url, body.api_key)
    except ProviderError as failure:
        return DiscoverResult(error=TestError(code=failure.code, message=failure.message))
    models = [
        DiscoveredModel(id=model.id, owned_by=model.owned_by, context_window=model.context_window, input=model.input)
        for model in listed
    ]
    return DiscoverResult(models=models)


def _config(config: ModelConfig) -> Config:
    return Config(
        id=config.id,
        name=config.name,
        base_url=config.base_url,
        model=config.model,
        api_key_hint=config.api_key_hint,
        params=config.params,
        created_at=config.created_at,
        updated_at=config.updated_at,
    )
