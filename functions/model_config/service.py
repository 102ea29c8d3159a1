"""The rules of model configs."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import Any

import anyio
from sqlalchemy.orm import Session

from functions.model_config.errors import ApiKeyNeeded, ModelConfigLimit
from functions.model_config.settings import ProviderCheckSettings
from shared.auth.principal import Principal, confirm_login
from shared.auth.scopes import MODEL_CONFIG_CREATE, permission_limit
from shared.auth.tokens import Claims
from shared.config import load
from shared.crypto.api_keys import decrypt_api_key, encrypt_api_key
from shared.db.models import ModelConfig
from shared.db.repositories import model_configs
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.llm.base_url import check_base_url, is_same_server
from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import ProviderError, ProviderTimeout
from shared.llm.params import ModelParams
from shared.threads import run_in_thread

# The gateway waits 29 s for an answer.
CHECK_SECONDS = 20.0


@dataclass(frozen=True)
class Connection:
    """What it takes to call a model."""

    base_url: str
    model: str
    api_key: str


def list_configs(session: Session, user_id: str) -> Sequence[ModelConfig]:
    return model_configs.list_model_configs(session, user_id)


def can_create(caller: Principal, count: int) -> tuple[bool, int | None]:
    """Whether a user who has `count` configs may have one more, and how many are allowed (None: any)."""
    limit = permission_limit(caller.scope, MODEL_CONFIG_CREATE)
    return limit is None or count < limit, limit


def create_config(
    session: Session, caller: Principal, name: str, connection: Connection, params: ModelParams
) -> ModelConfig:
    """Raises UnsafeBaseUrl, ModelConfigLimit."""
    check_base_url(connection.base_url)
    allowed, _ = can_create(caller, model_configs.lock_and_count_model_configs(session, caller.user_id))
    if not allowed:
        raise ModelConfigLimit
    now = utc_now()
    config = ModelConfig(
        id=new_id(),
        user_id=caller.user_id,
        name=name,
        base_url=connection.base_url,
        model=connection.model,
        params=params.model_dump(exclude_none=True),
        created_at=now,
        updated_at=now,
    )
    _set_api_key(config, connection.api_key)
    model_configs.add_model_config(session, config)
    return config


def update_config(session: Session, user_id: str, config_id: str, changes: dict[str, Any]) -> ModelConfig:
    """Change the named attributes; `api_key` and `params` as in a creation.

    Raises NotFound, UnsafeBaseUrl, ApiKeyNeeded.
    """
    config = model_configs.lock_model_config(session, user_id, config_id)
    if config is None:
        raise NotFound
    if "base_url" in changes:
        check_base_url(changes["base_url"])
        if "api_key" not in changes and not is_same_server(changes["base_url"], config.base_url):
            raise ApiKeyNeeded
    for name in changes.keys() & {"name", "base_url", "model"}:
        setattr(config, name, changes[name])
    if "api_key" in changes:
        _set_api_key(config, changes["api_key"])
    if "params" in changes:
        config.params = changes["params"].model_dump(exclude_none=True)
    config.updated_at = utc_now()
    return config


def delete_configs(session: Session, user_id: str, config_ids: Sequence[str]) -> int:
    return model_configs.delete_model_configs(session, user_id, config_ids)


async def test_connection(
    claims: Claims, config_id: str | None, given: dict[str, str]
) -> tuple[int, ProviderError | None]:
    """Ask a model for one token: the milliseconds it took and what went wrong, if anything did.

    `given` holds any of base_url, model, api_key; the config `config_id` the others and the params.
    Raises TokenRevoked, NotFound, UnsafeBaseUrl, ApiKeyNeeded, UnreadableApiKey, RateLimited.
    """
    from shared.llm.provider import stream_chat  # Only this call of the function needs it.

    endpoint = await run_in_thread(_endpoint_to_test, claims, config_id, given)
    started = time.perf_counter()
    failure: ProviderError | None = None
    try:
        with check_deadline():
            async with aclosing(stream_chat(endpoint, [{"role": "user", "content": "Hi"}])) as events:
                # Its first word is enough.
                await anext(events)
    except ProviderError as error:
        failure = error
    except TimeoutError:
        failure = ProviderTimeout()
    return round((time.perf_counter() - started) * 1000), failure


def _endpoint_to_test(claims: Claims, config_id: str | None, given: dict[str, str]) -> ModelEndpoint:
    config = _confirm_and_find(claims, config_id)
    if config is None:
        check_base_url(given["base_url"])
        endpoint = ModelEndpoint(given["base_url"], given["model"], given["api_key"], ModelParams(max_tokens=1))
    else:
        endpoint = _changed_endpoint(config, given)
    _count_check(claims.user_id)
    return endpoint


def _changed_endpoint(config: ModelConfig, given: dict[str, str]) -> ModelEndpoint:
    base_url = given.get("base_url", config.base_url)
    check_base_url(base_url)
    if "api_key" not in given and not is_same_server(base_url, config.base_url):
        raise ApiKeyNeeded
    api_key = given["api_key"] if "api_key" in given else decrypt_api_key(config.user_id, config.api_key_encrypted)
    return ModelEndpoint(
        base_url=base_url,
        model=given.get("model", config.model),
        api_key=api_key,
        params=ModelParams.model_validate({**config.params, "max_tokens": 1}),
    )


def server_to_list(claims: Claims, config_id: str | None, base_url: str | None, api_key: str | None) -> ModelServer:
    """The server of a stored config, with the key that was given for it, or the server at `base_url`.

    Raises TokenRevoked, NotFound, UnsafeBaseUrl, UnreadableApiKey, RateLimited.
    """
    config = _confirm_and_find(claims, config_id)
    if config is None:
        server = ModelServer(base_url or "", api_key or "")
    else:
        server = ModelServer(config.base_url, decrypt_api_key(config.user_id, config.api_key_encrypted))
    check_base_url(server.base_url)
    _count_check(claims.user_id)
    return server


def _confirm_and_find(claims: Claims, config_id: str | None) -> ModelConfig | None:
    """The config of this id, where one is named. Raises TokenRevoked, NotFound."""
    with transaction() as session:
        confirm_login(session, claims)
        if config_id is None:
            return None
        config = model_configs.find_model_config(session, claims.user_id, config_id)
    if config is None:
        raise NotFound
    return config


def check_deadline() -> AbstractContextManager[object]:
    """The time that a provider has for its answer. Raises TimeoutError when it is over."""
    return anyio.fail_after(CHECK_SECONDS)


def _count_check(user_id: str) -> None:
    """Count a call to a provider that is about to be made. Raises RateLimited."""
    with transaction() as session:
        load(ProviderCheckSettings).checks.take(session, user_id, utc_now())


def _set_api_key(config: ModelConfig, api_key: str) -> None:
    config.api_key_encrypted = encrypt_api_key(config.user_id, api_key)
    # Four characters of a short key would be most of it.
    config.api_key_hint = api_key[-4:] if len(api_key) >= 12 else ""
