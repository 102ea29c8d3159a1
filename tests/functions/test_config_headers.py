"""Headers and query of a model config, which are sent with each request to its server and never to a client."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from functions.maintenance.handler import handler
from shared.chat.job_fields import fields_of, with_fields
from shared.chat.requests import TurnFields
from shared.chat.worker import TurnJob
from shared.llm.params import ModelParams
from tests.support.api import Client, error_code
from tests.support.environment import ENVIRONMENT
from tests.support.scripted_provider import ScriptedProvider

KEY = "sk-abcdefghijklmnop-WXYZ"
SECRET = "a-gateway-token"
PARAMS = {"seed": 1, "headers": {"X-Token": SECRET, "X-Team": "chat"}, "query": {"api-version": "2024-10-21"}}
MASKED = {"seed": 1, "headers": {"X-Token": None, "X-Team": None}, "query": {"api-version": None}}
Settings = Callable[..., None]


def create(user: Client, base_url: str, params: Any = PARAMS, **body: Any) -> dict[str, Any]:
    response = user.post(
        "/model_config/create",
        **{"name": "Mine", "base_url": base_url, "model": "m", "api_key": KEY, **body},
        params=params,
    )
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def sent(user: Client, provider: ScriptedProvider, config_id: str) -> tuple[Any, Any, str]:
    """The two headers of a request to a config's server, and its target."""
    assert "models" in user.post("/model_config/discover", id=config_id).json()
    headers = provider.list_headers[-1]
    return headers.get("x-token"), headers.get("x-team"), provider.list_targets[-1]


def test_they_are_sent_to_the_server_and_their_values_to_no_client(user: Client, provider: ScriptedProvider) -> None:
    created = create(user, provider.base_url)
    assert created["params"] == MASKED
    assert user.get("/model_config").json() == {"items": [created]}
    assert sent(user, provider, created["id"]) == (SECRET, "chat", "/v1/models?api-version=2024-10-21")


def test_their_values_are_stored_encrypted(user: Client, provider: ScriptedProvider, database: Engine) -> None:
    create(user, provider.base_url)
    with database.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM model_configs")).mappings()
    assert row["headers_encrypted"] is not None
    for value in (SECRET, "2024-10-21"):
        assert value not in str(dict(row))


def test_null_keeps_a_value_and_a_name_that_is_left_out_loses_it(user: Client, provider: ScriptedProvider) -> None:
    config_id = create(user, provider.base_url)["id"]

    def update(params: Any) -> Any:
        return user.post("/model_config/update", id=config_id, params=params).json()["params"]

    changed = {"headers": {"x-token": None, "X-Team": "other", "X-Never": None}, "query": {"api-version": None}}
    assert update(changed) == {"headers": {"x-token": None, "X-Team": None}, "query": {"api-version": None}}
    assert sent(user, provider, config_id) == (SECRET, "other", "/v1/models?api-version=2024-10-21")
    assert user.post("/model_config/update", id=config_id, name="Renamed").status_code == 200
    assert sent(user, provider, config_id)[0] == SECRET

    assert update({"headers": {"X-Team": None}}) == {"headers": {"X-Team": None}}
    assert sent(user, provider, config_id) == (None, "other", "/v1/models")
    assert update({}) == {}
    assert sent(user, provider, config_id) == (None, None, "/v1/models")


def test_stored_values_do_not_go_to_another_server(user: Client, provider: ScriptedProvider) -> None:
    created = create(user, "https://api.example.com/v1")
    for path in ("/model_config/update", "/model_config/test"):
        for params in (None, MASKED):
            body = {"id": created["id"], "base_url": provider.base_url, "params": params}
            response = user.post(path, **body, api_key=KEY)
            assert (response.status_code, error_code(response)) == (422, "validation_error")
            fields = [detail["field"] for detail in response.json()["error"]["details"]]
            assert fields == ["params.headers", "params.query"]
            fields = [detail["field"] for detail in user.post(path, **body).json()["error"]["details"]]
            assert fields == ["api_key", "params.headers", "params.query"]
    assert user.get("/model_config").json() == {"items": [created]}
    assert provider.requests == []

    moved = {"id": created["id"], "base_url": provider.base_url, "api_key": KEY}
    assert user.post("/model_config/update", **moved, params=PARAMS).json()["params"] == MASKED
    assert sent(user, provider, created["id"])[0] == SECRET


def test_a_new_encryption_key_is_used_for_them_too(
    user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    config_id = create(user, provider.base_url)["id"]
    new = base64.urlsafe_b64encode(b"n" * 32).decode()
    settings(API_KEY_ENCRYPTION_KEYS=f"{new},{ENVIRONMENT['API_KEY_ENCRYPTION_KEYS']}")
    assert handler({"task": "renew_api_keys"}, None) == {"task": "renew_api_keys", "renewed": 1, "unreadable": 0}
    assert handler({"task": "renew_api_keys"}, None)["renewed"] == 0
    settings(API_KEY_ENCRYPTION_KEYS=new)
    assert sent(user, provider, config_id)[0] == SECRET


def test_values_that_cannot_be_read_any_more_are_entered_again(
    user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    config_id = create(user, provider.base_url)["id"]
    settings(API_KEY_ENCRYPTION_KEYS=base64.urlsafe_b64encode(b"n" * 32).decode())
    assert user.post("/model_config/update", id=config_id, api_key=KEY).status_code == 200
    assert error_code(user.post("/model_config/test", id=config_id)) == "api_key_unreadable"
    assert error_code(user.post("/model_config/update", id=config_id, params=MASKED)) == "api_key_unreadable"
    assert user.post("/model_config/update", id=config_id, params=PARAMS).status_code == 200
    assert sent(user, provider, config_id)[0] == SECRET


def test_a_copy_has_the_key_and_the_values_of_a_config_of_the_same_server(
    user: Client, provider: ScriptedProvider
) -> None:
    original = create(user, provider.base_url)
    body = {"name": "Copy", "base_url": f"{provider.base_url}/", "model": "m2", "copy_of": original["id"]}
    for params in (None, MASKED):
        response = user.post("/model_config/create", **body, params=params)
        copy = response.json()
        assert (response.status_code, copy["params"], copy["api_key_hint"]) == (201, MASKED, KEY[-4:])
        assert sent(user, provider, copy["id"]) == (SECRET, "chat", "/v1/models?api-version=2024-10-21")
        assert provider.list_headers[-1]["authorization"] == f"Bearer {KEY}"
    changed = user.post(
        "/model_config/create", **body, api_key="another-key-1234", params={"headers": {"X-Token": "x"}}
    )
    assert changed.json()["api_key_hint"] == "1234"
    assert sent(user, provider, changed.json()["id"]) == ("x", None, "/v1/models")


def test_a_copy_for_another_server_or_of_another_users_config_is_refused(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider
) -> None:
    original = create(user, provider.base_url)
    body = {"name": "Copy", "model": "m2", "copy_of": original["id"]}
    response = user.post("/model_config/create", **body, base_url="https://api.example.com/v1")
    assert (response.status_code, error_code(response)) == (422, "validation_error")
    fields = [detail["field"] for detail in response.json()["error"]["details"]]
    assert fields == ["api_key", "params.headers", "params.query"]
    assert new_user().post("/model_config/create", **body, base_url=provider.base_url).status_code == 404
    response = user.post("/model_config/create", name="None", model="m", base_url=provider.base_url)
    assert [detail["field"] for detail in response.json()["error"]["details"]] == ["api_key"]
    assert len(user.get("/model_config").json()["items"]) == 1


@pytest.mark.parametrize("path", ["/model_config/create", "/model_config/create_many"])
def test_null_without_a_stored_value_is_left_out(user: Client, provider: ScriptedProvider, path: str) -> None:
    model = {"name": "Mine", "model": "m", "params": {"headers": {"X-Token": None, "X-Team": "chat"}}}
    body = {"base_url": provider.base_url, "api_key": KEY}
    response = user.post(path, **body, **({"configs": [model]} if path.endswith("many") else model))
    (config,) = response.json()["items"] if path.endswith("many") else [response.json()]
    assert config["params"] == {"headers": {"X-Team": None}}
    assert sent(user, provider, config["id"]) == (None, "chat", "/v1/models")


def test_a_job_for_a_worker_has_them_encrypted(settings: Settings) -> None:
    params = {**PARAMS, "headers": {"X-Token": SECRET, "X-Stored": None}}
    fields = TurnFields(base_url="https://api.example.com/v1", api_key=KEY, params=ModelParams.model_validate(params))
    job = with_fields(TurnJob(user_id="u", connection_id="c", request_id=None, trace_id="t", message_id="m"), fields)
    queued = job.to_json()
    for value in (SECRET, "2024-10-21", KEY):
        assert value not in queued
        assert value not in repr(job)
    assert fields_of(TurnJob.model_validate_json(queued)) == fields


def test_a_job_without_them_has_none(settings: Settings) -> None:
    job = TurnJob(user_id="u", connection_id="c", request_id=None, trace_id="t", message_id="m")
    for fields in (TurnFields(), TurnFields(params=ModelParams(seed=1))):
        handed = with_fields(job, fields)
        queued = handed.to_json()
        # A worker of the previous release knows neither.
        assert not {"headers_encrypted", "notices"} & json.loads(queued).keys()
        assert fields_of(TurnJob.model_validate_json(queued)) == fields


def test_a_job_knows_the_default_model_from_the_conversations(settings: Settings) -> None:
    job = TurnJob(user_id="u", connection_id="c", request_id=None, trace_id="t", message_id="m")
    for fields in (TurnFields(model_config_id="mine"), TurnFields(model_config_id=None), TurnFields()):
        given = fields_of(TurnJob.model_validate_json(with_fields(job, fields).to_json()))
        assert given == fields
        assert ("model_config_id" in given.model_fields_set) == ("model_config_id" in fields.model_fields_set)
