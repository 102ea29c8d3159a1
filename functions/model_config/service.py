"""The rules of model configs."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, aclosing
from dataclasses import dataclass
from typing import Any

import anyio
from sqlalchemy.orm import Session

from functions.model_config.errors import ApiKeyMissing, ModelConfigLimit, OthersHaveSecrets
from functions.model_config.settings import ProviderCheckSettings
from shared.auth.claims import Claims
from shared.auth.principal import Principal
from shared.auth.scopes import ADMIN, MODEL_CONFIG_CREATE, permission_limit, scope_of
from shared.chat.own_model import ModelFields, chosen_model, own_model, store_learned
from shared.chat.stored_model import check_secrets_stay, set_api_key, set_params, set_server
from shared.config import AppSettings, load
from shared.crypto.encryption import decrypt_secret
from shared.db.models import ModelConfig
from shared.db.repositories import model_configs, offered_models, users
from shared.db.repositories.model_configs import ListedModels
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound, TokenRevoked
from shared.ids import new_id
from shared.llm.answer import Delta
from shared.llm.base_url import check_base_url, is_same_server
from shared.llm.endpoint import ModelEndpoint, ModelServer
from shared.llm.errors import ProviderError, ProviderTimeout
from shared.llm.learned import Learned
from shared.llm.params import ModelParams
from shared.threads import run_in_thread
from shared.web.gateway_context import is_on_scf

# A model may load, or think, before it answers. AWS's gateway waits 29 s for an answer of ours, with up to 3 s for the
# SDK's import in it; SCF's function URL has no such limit
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
CHECK_SECONDS = 60.0
GATEWAY_CHECK_SECONDS = 24.0
# A reply to a connection test is read until it has this many characters.
MAX_TEST_CHARACTERS = 200


@dataclass(frozen=True)
class NewServer:
    """The server of configs that are created. `copy_of`: the config whose API key and header values they have, where
    none are given."""

    base_url: str
    api_key: str | None
    copy_of: str | None


@dataclass(frozen=True)
class NewConfig:
    """`params`: None for those of the config that is copied."""

    name: str
    model: str
    params: ModelParams | None


def list_configs(session: Session, user_id: str) -> ListedModels:
    """The models that the operator offers to the user, and the user's own."""
    return model_configs.list_choosable(session, user_id)


def can_create(caller: Principal, existing: int, new: int = 1) -> tuple[bool, int | None]:
    """Whether a user who has `existing` configs may have so many `new` ones, and how many are allowed (None: any)."""
    limit = permission_limit(caller.scope, MODEL_CONFIG_CREATE)
    return limit is None or existing + new <= limit, limit


def create_configs(
    session: Session, caller: Principal, server: NewServer, new_configs: Sequence[NewConfig]
) -> Sequence[ModelConfig]:
    """All of them, or none.

    Raises UnsafeBaseUrl, NotFound, ApiKeyMissing, SecretsNeeded, UnreadableApiKey, ModelConfigLimit.
    """
    check_base_url(server.base_url)
    copied = None
    if server.copy_of is not None:
        copied = model_configs.find_model_config(session, caller.user_id, server.copy_of)
        if copied is None:
            raise NotFound
    existing = model_configs.lock_and_count_model_configs(session, caller.user_id)
    allowed, _ = can_create(caller, existing, len(new_configs))
    if not allowed:
        raise ModelConfigLimit
    configs = [_new_config(caller.user_id, server, new, copied) for new in new_configs]
    model_configs.add_model_configs(session, configs)
    return configs


def _new_config(user_id: str, server: NewServer, new: NewConfig, copied: ModelConfig | None) -> ModelConfig:
    params = new.params
    if params is None:
        params = ModelParams.from_stored(copied.params) if copied is not None else ModelParams()
    api_key = server.api_key
    if copied is not None:
        check_secrets_stay(copied, server.base_url, api_key, params)
        api_key = decrypt_secret(user_id, copied.api_key_encrypted) if api_key is None else api_key
    if api_key is None:
        raise ApiKeyMissing
    now = utc_now()
    config = ModelConfig(
        id=new_id(),
        user_id=user_id,
        name=new.name,
        base_url=server.base_url,
        model=new.model,
        created_at=now,
        updated_at=now,
    )
    set_api_key(config, api_key)
    set_params(config, params, copied)
    return config


def update_config(
    session: Session,
    user_id: str,
    config_id: str,
    changes: dict[str, Any],
    *,
    same_server: bool = False,
    reset_learned: bool = False,
) -> ModelConfig:
    """Change the named attributes; `api_key` and `params` as in a creation. With `same_server`, `base_url` and
    `api_key` are those of all the user's configs of the server.

    Raises NotFound, UnsafeBaseUrl, SecretsNeeded, OthersHaveSecrets, UnreadableApiKey.
    """
    base_url, api_key, params = changes.get("base_url"), changes.get("api_key"), changes.get("params")
    if base_url is not None:
        check_base_url(base_url)
    if same_server:
        locked = model_configs.lock_model_configs(session, user_id)
        config = next((config for config in locked if config.id == config_id), None)
    else:
        locked, config = [], model_configs.lock_model_config(session, user_id, config_id)
    if config is None:
        raise NotFound
    others = [other for other in locked if other is not config and is_same_server(other.base_url, config.base_url)]
    if base_url is not None:
        check_secrets_stay(config, base_url, api_key, params)
        moved = not is_same_server(base_url, config.base_url)
        if moved and any(other.headers_encrypted is not None for other in others):
            raise OthersHaveSecrets
    for each in (config, *others):
        set_server(each, base_url, api_key)
    config.name = changes.get("name", config.name)
    if changes.get("model", config.model) != config.model:
        config.model, config.learned = changes["model"], None
    if params is not None:
        set_params(config, params, config)
    if reset_learned:
        config.learned = None
    config.updated_at = utc_now()
    return config


def delete_configs(session: Session, user_id: str, config_ids: Sequence[str]) -> int:
    return model_configs.delete_model_configs(session, user_id, config_ids)


@dataclass(frozen=True)
class ConnectionTest:
    """The result of a connection test. `latency_ms`: until the first text or reasoning, or the failure."""

    latency_ms: int
    text: str
    failure: ProviderError | None


async def test_connection(claims: Claims, config_id: str | None, given: ModelFields) -> ConnectionTest:
    """Call a model as a turn would, and read the first words of its reply. What is learned of the provider is stored
    with the config, as in a turn.

    What `given` lacks is that of the config `config_id`.
    Raises TokenRevoked, NotFound, UnsafeBaseUrl, SecretsNeeded, InvalidInput, UnreadableApiKey, RateLimited.
    """
    from shared.llm.provider import stream_chat  # Loads HTTP; only this call needs it.

    endpoint, owner = await run_in_thread(_endpoint_to_test, claims, config_id, given)
    messages = [{"role": "user", "content": "Hi"}]
    if endpoint.params.system_prompt:
        messages.insert(0, {"role": "system", "content": endpoint.params.system_prompt})
    started = time.perf_counter()
    latency_ms: int | None = None
    text = ""
    failure: ProviderError | None = None
    learned: Learned | None = None
    try:
        with check_deadline():
            async with aclosing(stream_chat(endpoint, messages)) as events:
                async for event in events:
                    if isinstance(event, Learned):
                        learned = event
                    elif isinstance(event, Delta):
                        latency_ms = _milliseconds_since(started) if latency_ms is None else latency_ms
                        text += event.text if event.kind == "delta" else ""
                        if len(text) >= MAX_TEST_CHARACTERS:
                            break
    except ProviderError as error:
        failure = error
    except TimeoutError:
        # A model that is thinking when the time is over has answered.
        failure = ProviderTimeout() if latency_ms is None else None
    if latency_ms is None:
        latency_ms = _milliseconds_since(started)
    if learned is not None:
        await run_in_thread(store_learned, owner, endpoint, learned)
    return ConnectionTest(latency_ms, text[:MAX_TEST_CHARACTERS], failure)


def _milliseconds_since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def _endpoint_to_test(claims: Claims, config_id: str | None, given: ModelFields) -> tuple[ModelEndpoint, str | None]:
    """The model to call, and the owner of its config: None for the operator."""
    config = _confirm_and_find(claims, config_id)
    if config is not None and given.base_url is not None:
        check_base_url(given.base_url)
        check_secrets_stay(config, given.base_url, given.api_key, given.params)
    # Only an administrator is given a config of the operator.
    endpoint = own_model(given, None if config is None else chosen_model(config), by_operator=True)
    _count_check(claims.user_id)
    return endpoint, claims.user_id if config is None else config.user_id


def server_to_list(claims: Claims, config_id: str | None, base_url: str | None, api_key: str | None) -> ModelServer:
    """The server of a stored config, with the key and headers that were given for it, or the server at `base_url`.

    Raises TokenRevoked, NotFound, UnsafeBaseUrl, InvalidInput, UnreadableApiKey, RateLimited.
    """
    config = _confirm_and_find(claims, config_id)
    if config is None:
        server = ModelServer(base_url or "", api_key or "")
        check_base_url(server.base_url)
    else:
        endpoint = own_model(ModelFields(), chosen_model(config), by_operator=True)
        server = ModelServer(endpoint.base_url, endpoint.api_key, headers=endpoint.headers, query=endpoint.query)
    _count_check(claims.user_id)
    return server


def _confirm_and_find(claims: Claims, config_id: str | None) -> ModelConfig | None:
    """The config of this id, where one is named: the user's own, or for an administrator also an offered one. Raises
    TokenRevoked, NotFound."""
    with transaction() as session:
        account = users.find_account(session, claims.user_id, claims.family_id, utc_now())
        if account is None:
            raise TokenRevoked
        if config_id is None:
            return None
        config = model_configs.find_model_config(session, claims.user_id, config_id)
        # By the group that the account has now: the token's may be an earlier one.
        if config is None and permission_limit(scope_of(account.group), ADMIN) != 0:
            config = offered_models.find_offered_config(session, config_id)
    if config is None:
        raise NotFound
    return config


def check_deadline() -> AbstractContextManager[object]:
    """The time that a provider has for its answer. Raises TimeoutError when it is over."""
    has_gateway = not (is_on_scf() or load(AppSettings).is_local)
    return anyio.fail_after(GATEWAY_CHECK_SECONDS if has_gateway else CHECK_SECONDS)


def _count_check(user_id: str) -> None:
    """Count a call to a provider that is about to be made. Raises RateLimited."""
    with transaction() as session:
        load(ProviderCheckSettings).checks.consume(session, user_id, utc_now())
