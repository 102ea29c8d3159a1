"""Model configs of users."""

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, text

from functions.model_config.app import app
from shared.auth.scopes import GROUP_PERMISSIONS
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.processes import free_port
from tests.support.scripted_provider import Script, ScriptedProvider, delta, drop, http_error, reasoning, stall
from tests.support.sockets import GatewaySocket, api_gateway

KEY = "sk-abcdefghijklmnop-WXYZ"
MODEL = {"name": "Mine", "base_url": "https://api.example.com/v1", "model": "gpt-x", "api_key": KEY}
Settings = Callable[..., None]


def nested(levels: int) -> dict[str, Any]:
    """An object with this many nested objects and lists."""
    value: Any = {}
    for level in range(levels - 1):
        value = {"a": value} if level % 2 else [value]
    return value if isinstance(value, dict) else {"a": value[0]}


def create(user: Client, **changes: Any) -> dict[str, Any]:
    response = user.post("/model_config/create", **{**MODEL, **changes})
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def stored(database: Engine) -> list[Any]:
    with database.connect() as connection:
        return list(connection.execute(text("SELECT * FROM model_configs ORDER BY id")).mappings())


def test_a_config_is_created_listed_changed_and_deleted(user: Client) -> None:
    created = create(user, params={"temperature": 0.5, "extra_body": {"top_k": 1}})
    assert created == {
        "id": created["id"],
        "name": "Mine",
        "base_url": "https://api.example.com/v1",
        "model": "gpt-x",
        "api_key_hint": "WXYZ",
        "params": {"temperature": 0.5, "extra_body": {"top_k": 1}},
        "created_at": created["created_at"],
        "updated_at": created["created_at"],
    }
    second = create(user, name="Second")
    assert user.get("/model_config").json() == {"items": [created, second]}

    response = user.post("/model_config/update", id=created["id"], name="  Renamed ", model="gpt-y", params={})
    assert response.status_code == 200
    updated = response.json()
    assert updated["updated_at"] > created["updated_at"]
    expected = {"name": "Renamed", "model": "gpt-y", "params": {}, "updated_at": updated["updated_at"]}
    assert updated == {**created, **expected}
    assert user.get("/model_config").json()["items"] == [updated, second]

    response = user.post("/model_config/delete", ids=[created["id"], second["id"], second["id"], "unknown"])
    assert (response.status_code, response.json()) == (200, {"deleted": 2})
    assert user.get("/model_config").json() == {"items": []}


def test_the_key_is_encrypted_and_is_in_no_answer_and_no_log_line(
    user: Client, database: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    created = create(user)
    answers = [
        user.post("/model_config/update", id=created["id"], api_key=KEY).text,
        user.post("/model_config/create", **MODEL, stray="1").text,
        user.post("/model_config/create", **{**MODEL, "api_key": f"{KEY}\n ü"}).text,
        user.post("/model_config/test", id=created["id"], base_url="ftp://example.com", api_key=KEY).text,
        user.get("/model_config").text,
    ]
    assert not [answer for answer in answers if KEY in answer]
    assert KEY not in str(stored(database))
    assert KEY not in caplog.text


def test_the_key_hint_reveals_only_a_small_part_of_the_key(user: Client) -> None:
    for key, hint in (("", ""), ("short-key", ""), ("twelve-chars", "hars")):
        assert create(user, api_key=key)["api_key_hint"] == hint


def test_an_update_without_a_key_keeps_it(user: Client, provider: ScriptedProvider) -> None:
    config_id = create(user, base_url=provider.base_url)["id"]
    user.post("/model_config/update", id=config_id, name="Renamed", base_url=f"{provider.base_url}/", api_key=None)

    assert user.post("/model_config/test", id=config_id).json()["ok"]
    assert provider.requests[-1].authorization == f"Bearer {KEY}"


def test_a_stored_key_does_not_go_to_another_server(user: Client, provider: ScriptedProvider) -> None:
    created = create(user)
    for path in ("/model_config/update", "/model_config/test"):
        response = user.post(path, id=created["id"], base_url=provider.base_url)
        assert (response.status_code, error_code(response)) == (422, "validation_error")
        assert [detail["field"] for detail in response.json()["error"]["details"]] == ["api_key"]
    assert user.get("/model_config").json()["items"] == [created]

    assert user.post("/model_config/test", id=created["id"], base_url=provider.base_url, api_key="").json()["ok"]
    response = user.post(
        "/model_config/update", id=created["id"], base_url=provider.base_url, api_key="another-key-1234"
    )
    assert (response.json()["base_url"], response.json()["api_key_hint"]) == (provider.base_url, "1234")
    assert user.post("/model_config/test", id=created["id"]).json()["ok"]

    assert [request.authorization for request in provider.requests] == ["Bearer none", "Bearer another-key-1234"]


def test_a_message_to_another_server_goes_without_the_stored_key(user: Client, provider: ScriptedProvider) -> None:
    config_id = create(user)["id"]
    conversation = {"conversation_id": user.post("/conversation/create", model_config_id=config_id).json()["id"]}
    user.turn("/chat/send", **conversation, message="Hi", base_url=provider.base_url)
    user.turn("/chat/send", **conversation, message="Hi", base_url=provider.base_url, api_key="given")

    user.post("/model_config/update", id=config_id, base_url=provider.base_url, api_key=KEY)
    user.turn("/chat/send", **conversation, message="Hi", model="other")
    user.turn("/chat/send", **conversation, message="Hi", base_url=f"{provider.base_url}/", params={"seed": 1})

    assert [(request.authorization, request.model) for request in provider.requests] == [
        ("Bearer none", "gpt-x"),
        ("Bearer given", "gpt-x"),
        (f"Bearer {KEY}", "other"),
        (f"Bearer {KEY}", "gpt-x"),
    ]


def test_params_and_extra_body_reach_the_model(user: Client, provider: ScriptedProvider) -> None:
    params = {"temperature": 0.2, "stop": ["END"], "system_prompt": "Be brief.", "extra_body": {"top_k": 3}}
    config_id = create(user, base_url=provider.base_url, params=params)["id"]
    conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")

    body = provider.requests[-1].body
    assert (body["temperature"], body["stop"], body["top_k"]) == (0.2, ["END"], 3)
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert "system_prompt" not in body


@pytest.mark.parametrize("levels", [2_000, 100_000])
def test_a_body_of_any_depth_is_refused_and_no_error_of_ours(user: Client, gateway: str, levels: int) -> None:
    deep = '{"a":' * levels + "1" + "}" * levels
    body = json.dumps({**MODEL, "params": {"extra_body": "DEEP"}}).replace('"DEEP"', deep)
    response = httpx2.post(
        f"{gateway}/model_config/create",
        content=body,
        headers={"Authorization": f"Bearer {user.tokens['access_token']}", "Content-Type": "application/json"},
    )
    assert 400 <= response.status_code < 500, response.text


@pytest.mark.parametrize("levels", [33, 250, 900])
def test_a_frame_with_too_many_levels_is_refused(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch, levels: int
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    with api_gateway(monkeypatch) as socket_gateway:
        socket = GatewaySocket(socket_gateway, user.tokens["access_token"])
        body = {"base_url": provider.base_url, "model": "m", "conversation_id": conversation_id, "message": "Hi"}
        for extra_body in (nested(levels), {"Model": "another"}):
            socket.send(type="send", request_id="r", **body, params={"extra_body": extra_body})
            answer = socket.receive()
            assert (answer["type"], answer["error"]["code"]) == ("error", "validation_error")
    assert provider.requests == []


def test_as_many_levels_as_a_database_stores_reach_the_model(user: Client, provider: ScriptedProvider) -> None:
    deep = nested(32)
    config_id = create(user, base_url=provider.base_url, params={"extra_body": {**deep, "top_k": 3}})["id"]
    assert user.get("/model_config").json()["items"][0]["params"]["extra_body"] == {**deep, "top_k": 3}
    exported = {item["kind"]: item for item in user.get("/user/me/export").json()["items"]}
    assert exported["model_config"]["params"]["extra_body"] == {**deep, "top_k": 3}
    assert user.post("/model_config/test", id=config_id).json()["ok"]
    assert provider.requests[-1].body["a"] == deep["a"]


def test_params_that_an_earlier_release_accepted_are_named_in_an_error(
    user: Client, provider: ScriptedProvider, database: Engine
) -> None:
    config_id = create(user, base_url=provider.base_url, params={"extra_body": {"top_k": 3}})["id"]
    with database.begin() as connection:
        old = {"params": json.dumps({"extra_body": {"Model": "another"}}), "id": config_id}
        connection.execute(text("UPDATE model_configs SET params = :params WHERE id = :id"), old)
    conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
    for path, body in {
        "/model_config/test": {"id": config_id},
        "/chat/send": {"conversation_id": conversation_id, "message": "Hi"},
    }.items():
        response = user.post(path, **body)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), path
        assert [detail["field"] for detail in response.json()["error"]["details"]] == ["params.extra_body"]
    assert provider.requests == []


def test_params_of_another_release_are_shown_as_they_are_stored(user: Client, database: Engine) -> None:
    config_id = create(user)["id"]
    params = '{"stream":"later","of_a_later_release":{"a":[1,2.0,null]},"temperature":1,"max_tokens":"many"}'
    with database.begin() as connection:
        connection.execute(text("UPDATE model_configs SET params = :params"), {"params": params})

    assert f'"params":{params},' in user.get("/model_config").text
    assert f'"params":{params},' in user.post("/model_config/update", id=config_id, name="Renamed").text


def test_keys_that_rotate_stay_readable_until_the_last_old_one_is_gone(
    user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    config_id = create(user, base_url=provider.base_url)["id"]
    settings(API_KEY_ENCRYPTION_KEYS=base64.urlsafe_b64encode(b"n" * 32).decode())
    response = user.post("/model_config/test", id=config_id)
    assert (response.status_code, error_code(response)) == (422, "api_key_unreadable")
    # The remedy in the message.
    assert user.post("/model_config/update", id=config_id, api_key=KEY).status_code == 200
    assert user.post("/model_config/test", id=config_id).json()["ok"]


UNUSABLE: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "validation_error"),
    ({"name": "  "}, "validation_error"),
    ({"name": "x" * 101}, "validation_error"),
    ({"model": ""}, "validation_error"),
    ({"api_key": "line\nbreak"}, "validation_error"),
    ({"api_key": "schlüssel"}, "validation_error"),
    ({"params": {"temperature": 3}}, "validation_error"),
    ({"params": {"unknown": 1}}, "validation_error"),
    ({"params": {"extra_body": {"messages": []}}}, "validation_error"),
    ({"params": {"extra_body": {"Model": "another"}}}, "validation_error"),
    ({"params": {"extra_body": {"me\u017f\u017fages": []}}}, "validation_error"),
    ({"params": {"extra_body": nested(33)}}, "validation_error"),
    ({"params": {"extra_body": nested(150)}}, "validation_error"),
    ({"params": {"extra_body": nested(800)}}, "validation_error"),
    ({"params": {"headers": {"HOST": "inner"}}}, "validation_error"),
    ({"params": {"headers": {"Proxy-Authorization": "x"}}}, "validation_error"),
    ({"params": {"headers": {"X-A": "1", "x-a": "2"}}}, "validation_error"),
    ({"params": {"headers": {"X-A": "line\nbreak"}}}, "validation_error"),
    ({"stray": 1}, "validation_error"),
    ({"base_url": "no url"}, "unsafe_base_url"),
    ({"base_url": "ftp://example.com"}, "unsafe_base_url"),
    ({"base_url": "https://user:pw@example.com"}, "unsafe_base_url"),
    ({"base_url": "https://example.com/v1#key"}, "unsafe_base_url"),
]


def test_an_invalid_config_is_refused(user: Client) -> None:
    config_id = create(user)["id"]
    for body, code in UNUSABLE:
        for path, whole in (("/model_config/create", MODEL), ("/model_config/update", {"id": config_id})):
            response = user.post(path, **{**whole, **body})
            assert (response.status_code, error_code(response)) == (422, code), (path, body)
    assert len(user.get("/model_config").json()["items"]) == 1


def test_the_error_of_a_refused_base_url_names_the_broken_rule(user: Client) -> None:
    model = {"base_url": "https://example.com/v1#part", "model": "m", "api_key": KEY}
    for path, name in (("/model_config/create", {"name": "Mine"}), ("/model_config/test", {})):
        response = user.post(path, **name, **model)
        assert response.json()["error"]["details"] == [
            {"field": "base_url", "message": "The URL must not have a fragment (#)."}
        ]


def test_a_base_url_is_stored_and_used_without_what_was_pasted_with_it(
    user: Client, provider: ScriptedProvider
) -> None:
    pasted = f" {provider.base_url}//chat/completions/ "
    created = create(user, base_url=pasted)
    assert created["base_url"] == provider.base_url
    assert user.post("/model_config/update", id=created["id"], base_url=pasted).json()["base_url"] == provider.base_url
    conversation_id = user.post("/conversation/create").json()["id"]
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", base_url=pasted, model="m")
    assert events[-1]["status"] == "completed"


def test_in_the_cloud_an_inner_address_is_refused_in_every_call(user: Client, settings: Settings) -> None:
    config_id = create(user)["id"]
    conversation_id = user.post("/conversation/create").json()["id"]
    settings(OUTBOUND_ALLOW_HTTP="false", OUTBOUND_ALLOW_PRIVATE="false")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/model_config/create", MODEL),
        ("/model_config/update", {"id": config_id, "api_key": KEY}),
        ("/model_config/test", {"id": config_id, "api_key": KEY}),
        ("/model_config/test", {"model": "m", "api_key": KEY}),
        ("/conversation/generate_title", {"conversation_id": conversation_id, "message": "Hi", "model": "m"}),
        ("/chat/send", {"conversation_id": conversation_id, "message": "Hi", "model": "m"}),
    ]
    for base_url in ("http://example.com/v1", "https://127.0.0.1/v1", "https://10.0.0.1", "https://localhost"):
        for path, body in calls:
            response = user.post(path, **{**body, "base_url": base_url})
            assert (response.status_code, error_code(response)) == (422, "unsafe_base_url"), (path, base_url)


# The limit of configs.


def limit_of(group: str) -> int:
    (entry,) = [entry for entry in GROUP_PERMISSIONS[group] if entry.startswith("model_config:create:")]
    return int(entry.rpartition(":")[2])


def test_the_client_can_check_the_limit_before_creating(user: Client) -> None:
    limit = limit_of("free")
    for count, allowed in ((0, True), (limit - 1, True), (limit, False), (limit + 1, False)):
        response = user.post("/model_config/can_create", count=count)
        assert (response.status_code, response.json()) == (200, {"can_create": allowed, "limit": limit})
    assert user.post("/model_config/can_create", count=-1).status_code == 422


def test_a_group_without_a_number_has_no_limit(user: Client, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE users SET user_group = 'admin'"))
    user.sign_in(user.post("/user/refresh", token="refresh_token"))

    assert user.post("/model_config/can_create", count=1000).json() == {"can_create": True, "limit": None}
    for _ in range(limit_of("free") + 1):
        create(user)


def create_in_an_instance_of_its_own(user: Client) -> httpx2.Response:
    """As in the cloud: an instance, here an event loop, serves one request at a time."""

    async def run() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://instance") as client:
            token = user.tokens["access_token"]
            return await client.post("/model_config/create", json=MODEL, headers={"Authorization": f"Bearer {token}"})

    return asyncio.run(run())


def test_parallel_creations_leave_exactly_as_many_as_allowed(user: Client, new_user: Callable[[], Client]) -> None:
    other = new_user()
    limit = limit_of("free")
    responses = at_once(*[lambda: create_in_an_instance_of_its_own(user)] * 50)

    assert sorted(response.status_code for response in responses) == [201] * limit + [403] * (50 - limit)
    assert {error_code(response) for response in responses if response.status_code == 403} == {"model_config_limit"}
    assert len(user.get("/model_config").json()["items"]) == limit
    create(other)

    user.post("/model_config/delete", ids=[user.get("/model_config").json()["items"][0]["id"]])
    create(user)


def test_deleting_a_config_leaves_its_conversations_with_the_default_model(
    user: Client, provider: ScriptedProvider
) -> None:
    config_id = create(user)["id"]
    conversation = user.post("/conversation/create", model_config_id=config_id).json()
    user.post("/model_config/delete", ids=[config_id])

    assert user.get("/conversation").json()["items"] == [{**conversation, "model_config_id": None}]
    assert user.turn("/chat/send", conversation_id=conversation["id"], message="Hi")[-1]["status"] == "completed"


def test_a_deletion_accepts_one_to_a_hundred_ids(user: Client) -> None:
    for ids in ([], ["x"] * 101, [""], "x", None):
        response = user.post("/model_config/delete", ids=ids)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), ids


# Model tests.


def test_a_model_is_tested_as_a_turn_would_call_it_and_its_first_words_are_shown(
    user: Client, provider: ScriptedProvider
) -> None:
    provider.enqueue(Script([reasoning("Hm."), delta("Good"), delta(" day. " + "x" * 300)]))
    params = {"temperature": 0.1, "system_prompt": "Be brief.", "headers": {"X-Team": "chat"}}
    response = user.post("/model_config/test", base_url=provider.base_url, model="m", api_key=KEY, params=params)
    assert response.status_code == 200
    result = response.json()
    assert result == {"ok": True, "latency_ms": result["latency_ms"], "text": "Good day. " + "x" * 190}
    assert isinstance(result["latency_ms"], int)
    (request,) = provider.requests
    assert (request.stream, request.model, request.authorization) == (True, "m", f"Bearer {KEY}")
    assert request.body["temperature"] == 0.1
    assert "max_tokens" not in request.body
    assert request.body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi"},
    ]


def test_a_stored_config_is_tested_with_its_params_and_what_is_being_changed(
    user: Client, provider: ScriptedProvider
) -> None:
    params = {"temperature": 0.1, "max_tokens": 500, "extra_body": {"top_k": 3}}
    config_id = create(user, base_url=provider.base_url, params=params)["id"]
    assert user.post("/model_config/test", id=config_id, model="other").json()["ok"]
    assert user.post("/model_config/test", id=config_id, params={"temperature": 1.0}).json()["ok"]

    body, changed = (request.body for request in provider.requests)
    assert (body["model"], body["max_tokens"], body["temperature"], body["top_k"]) == ("other", 500, 0.1, 3)
    assert (changed["model"], changed["temperature"]) == ("gpt-x", 1.0)
    assert not changed.keys() & {"max_tokens", "top_k"}


def test_a_model_that_is_still_reasoning_at_the_timeout_passes_the_test(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.model_config.service.CHECK_SECONDS", 3)
    provider.enqueue(Script([reasoning("Let me think."), stall()]))
    result = user.post("/model_config/test", base_url=provider.base_url, model="m", api_key=KEY).json()
    assert result == {"ok": True, "latency_ms": result["latency_ms"]}


def test_a_model_test_ends_before_the_gateways_timeout(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    monkeypatch.setattr("functions.model_config.service.GATEWAY_CHECK_SECONDS", 0.2)

    def check() -> Any:
        return user.post("/model_config/test", base_url=provider.base_url, model="m", api_key=KEY).json()

    assert check()["ok"]
    settings(STAGE="prod", OUTBOUND_ALLOW_HTTP="true", OUTBOUND_ALLOW_PRIVATE="true")
    provider.enqueue(Script([stall()]))
    assert check()["error"]["code"] == "provider_timeout"
    # SCF's function URL waits until the function's timeout.
    monkeypatch.setenv("TENCENTCLOUD_RUNENV", "SCF")
    provider.enqueue(Script([delta("Hi", after=0.5)]))
    assert check()["ok"]


WRONG: list[tuple[Script, str, str]] = [
    (http_error(401), "provider_auth", "scripted 401"),
    (Script(status=401, html=True), "provider_auth", "refused the API key"),
    (http_error(404), "provider_bad_request", "scripted 404"),
    (Script(status=404, html=True), "provider_error", "web page"),
    (Script(html=True), "provider_error", "web page"),
    (http_error(429), "provider_rate_limited", "scripted 429"),
    (Script(status=429, html=True), "provider_rate_limited", "no credit"),
    (http_error(500), "provider_error", "scripted 500"),
    (Script([drop()]), "provider_unreachable", "lost"),
]


def test_a_failed_test_has_an_error_message(user: Client, provider: ScriptedProvider) -> None:
    for script, code, words in WRONG:
        provider.reset()
        provider.enqueue(*[script] * 3)  # A busy provider is called again.
        response = user.post("/model_config/test", base_url=provider.base_url, model="m", api_key=KEY)
        assert response.status_code == 200
        result = response.json()
        assert (result["ok"], result["error"]["code"]) == (False, code), script
        assert words in result["error"]["message"], script


def test_a_server_that_refuses_connections_is_unreachable(user: Client) -> None:
    base_url = f"http://127.0.0.1:{free_port()}/v1"
    result = user.post("/model_config/test", base_url=base_url, model="m", api_key=KEY).json()
    assert (result["ok"], result["error"]["code"]) == (False, "provider_unreachable")
    assert "could not be reached" in result["error"]["message"]


@pytest.mark.parametrize("steps", [[stall()], [delta("", after=0), stall()]])
def test_a_silent_model_times_out(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch, steps: list[Any]
) -> None:
    monkeypatch.setattr("functions.model_config.service.CHECK_SECONDS", 0.2)
    provider.enqueue(Script(steps))
    result = user.post("/model_config/test", base_url=provider.base_url, model="m", api_key=KEY).json()
    assert (result["ok"], result["error"]["code"]) == (False, "provider_timeout")
    assert "in time" in result["error"]["message"]


def test_a_test_needs_an_id_or_a_complete_config(user: Client) -> None:
    for missing in ("base_url", "model", "api_key"):
        body = {name: value for name, value in MODEL.items() if name not in ("name", missing)}
        response = user.post("/model_config/test", **body)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), missing
    assert user.post("/model_config/test", id="unknown").status_code == 404
