"""Contract fuzzing: every response to generated calls is documented, and never a 5xx."""

from typing import Any

import pytest
import requests
from schemathesis import Case

from tests.support.api import Client
from tests.support.contract_fuzz import call_and_check, contract, examples, naming
from tests.support.scripted_provider import ScriptedProvider

# Timeout of the long form, which takes minutes.
pytestmark = pytest.mark.timeout(1200)
anything = contract("coverage", "fuzzing")
valid = contract("coverage", "fuzzing", only_valid=True)


@anything.parametrize()
@examples(15)
def test_any_call_is_answered_as_documented(
    case: Case[Any], gateway: str, user: Client, provider: ScriptedProvider, http: requests.Session
) -> None:
    case.body = naming(case.body, {}, provider.base_url)
    call_and_check(case, gateway, user, http)


@pytest.fixture
def things(user: Client, provider: ScriptedProvider, store_url: str) -> dict[str, str]:
    """Ids of the user's resources, by the names of fields and parameters."""
    config = {"name": "Mine", "base_url": provider.base_url, "model": "length", "api_key": "key-of-the-user"}
    model_config_id = user.post("/model_config/create", **config).json()["id"]
    conversation_id = user.post("/conversation/create", model_config_id=model_config_id).json()["id"]
    message_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    return {
        "model_config_id": model_config_id,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "parent_id": message_id,
        "active_leaf_id": message_id,
    }


@pytest.mark.parametrize("database_url", ["mariadb"], indirect=True)
@valid.include(path_regex="^/(model_config|conversation|chat)(/|$)").parametrize()
@examples(5)
def test_a_call_on_own_resources_is_answered_as_documented(
    case: Case[Any],
    gateway: str,
    user: Client,
    provider: ScriptedProvider,
    http: requests.Session,
    things: dict[str, str],
) -> None:
    domain = case.path.split("/")[1]
    if domain != "chat":
        things = {**things, "id": things[f"{domain}_id"]}
    case.body = naming(case.body, things, provider.base_url)
    case.path_parameters = naming(case.path_parameters, things, provider.base_url)
    call_and_check(case, gateway, user, http)
