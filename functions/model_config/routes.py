"""The model config calls over HTTP."""

from typing import Any

from functions.model_config import service
from functions.model_config.errors import ModelConfigLimit
from functions.model_config.schemas import (
    CanCreate,
    CanCreateBody,
    Config,
    ConfigList,
    CreateConfigBody,
    DeleteConfigsBody,
    TestConfigBody,
    TestError,
    TestResult,
    UpdateConfigBody,
)
from shared.crypto.api_keys import UnreadableApiKey
from shared.llm.errors import UnsafeBaseUrl
from shared.schemas import Deleted
from shared.web.dependencies import CurrentUser, DbSession, DetachedUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("model_config", responses=error_responses(*WITH_TOKEN))
_CREATE = error_responses(*WITH_TOKEN, ModelConfigLimit, UnsafeBaseUrl)
_UPDATE = error_responses(*OWN_THING, UnsafeBaseUrl)
_TEST = error_responses(*OWN_THING, UnsafeBaseUrl, UnreadableApiKey)


@router.get("", response_model=ConfigList)
def list_configs(session: DbSession, caller: CurrentUser) -> Any:
    return {"items": service.list_configs(session, caller.user_id)}


@router.post("/can_create", response_model=CanCreate)
def can_create(body: CanCreateBody, caller: CurrentUser) -> Any:
    allowed, limit = service.can_create(caller, body.count)
    return CanCreate(can_create=allowed, limit=limit)


@router.post("/create", status_code=201, response_model=Config, responses=_CREATE)
def create_config(body: CreateConfigBody, session: DbSession, caller: CurrentUser) -> Any:
    connection = service.Connection(body.base_url, body.model, body.api_key)
    return service.create_config(session, caller, body.name, connection, body.params)


@router.post("/update", response_model=Config, responses=_UPDATE)
def update_config(body: UpdateConfigBody, session: DbSession, caller: CurrentUser) -> Any:
    changes = {name: value for name, value in body if name != "id" and value is not None}
    return service.update_config(session, caller.user_id, body.id, changes)


@router.post("/delete", response_model=Deleted)
def delete_configs(body: DeleteConfigsBody, session: DbSession, caller: CurrentUser) -> Any:
    return Deleted(deleted=service.delete_configs(session, caller.user_id, body.ids))


@router.post("/test", response_model=TestResult, response_model_exclude_none=True, responses=_TEST)
async def test_connection(body: TestConfigBody, caller: DetachedUser) -> Any:
    given = {name: value for name, value in body if name != "id" and value is not None}
    latency_ms, failure = await service.test_connection(caller.user_id, body.id, given)
    error = TestError(code=failure.code, message=failure.message) if failure else None
    return TestResult(ok=failure is None, latency_ms=latency_ms, error=error)
