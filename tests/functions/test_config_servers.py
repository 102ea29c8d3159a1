"""Several model configs of one server: created at once, changed at once; and what was learned of a provider."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, text

from shared.auth.scopes import GROUP_PERMISSIONS
from tests.support.api import Client, error_code

KEY = "sk-abcdefghijklmnop-WXYZ"
SERVER = {"base_url": "https://api.example.com/v1", "api_key": KEY}
LEARNED = {"omitted": ["temperature"], "max_completion_tokens": True, "image_delivery": "inline"}


def models(*names: str) -> list[dict[str, Any]]:
    return [{"name": f"My {name}", "model": name} for name in names]


def create_many(user: Client, configs: list[dict[str, Any]], **server: Any) -> list[dict[str, Any]]:
    response = user.post("/model_config/create_many", **{**SERVER, **server}, configs=configs)
    assert response.status_code == 201, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def listed(user: Client) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = user.get("/model_config").json()["items"]
    return items


def test_several_models_of_a_server_are_created_in_the_order_given(user: Client) -> None:
    items = create_many(user, [*models("b", "a"), {"name": "C", "model": "c", "params": {"seed": 1}}])
    assert [(item["name"], item["model"], item["params"]) for item in items] == [
        ("My b", "b", {}),
        ("My a", "a", {}),
        ("C", "c", {"seed": 1}),
    ]
    assert {(item["base_url"], item["api_key_hint"]) for item in items} == {(SERVER["base_url"], "WXYZ")}
    assert listed(user) == items
    more = create_many(user, models("d"), api_key=None, copy_of=items[0]["id"])
    assert [item["api_key_hint"] for item in more] == ["WXYZ"]


def test_all_are_created_or_none(user: Client) -> None:
    (entry,) = [entry for entry in GROUP_PERMISSIONS["free"] if entry.startswith("model_config:create:")]
    limit = int(entry.rpartition(":")[2])
    create_many(user, models(*(f"m{n}" for n in range(limit - 2))))
    before = listed(user)

    for configs, code in (
        (models("x", "y", "z"), "model_config_limit"),
        ([*models("x"), {"name": "", "model": "y"}], "validation_error"),
        ([*models("x"), {"name": "Y", "model": "y", "params": {"temperature": 3}}], "validation_error"),
        ([], "validation_error"),
        (models(*map(str, range(51))), "validation_error"),
    ):
        assert error_code(user.post("/model_config/create_many", **SERVER, configs=configs)) == code
    refused = user.post("/model_config/create_many", **{**SERVER, "base_url": "http://x@y"}, configs=models("x"))
    assert error_code(refused) == "unsafe_base_url"
    assert listed(user) == before
    create_many(user, models("x", "y"))
    assert len(listed(user)) == limit


def test_a_free_account_may_have_twenty_models(user: Client) -> None:
    assert user.post("/model_config/can_create", count=19).json() == {"can_create": True, "limit": 20}


def test_one_key_for_all_configs_of_a_server_is_changed_in_one_place(
    user: Client, new_user: Callable[[], Client]
) -> None:
    first, second = create_many(user, models("a", "b"))
    (path,) = create_many(user, models("c"), base_url="https://API.example.com:443/other")
    (elsewhere,) = create_many(user, models("d"), base_url="https://api.example.com:8443/v1")
    other_user = new_user()
    create_many(other_user, models("a"))
    before = listed(other_user)

    response = user.post("/model_config/update", id=first["id"], api_key="a-new-key-9876", same_server=True, name="A")
    assert (response.status_code, response.json()["name"]) == (200, "A")
    hints = {config["id"]: (config["name"], config["base_url"], config["api_key_hint"]) for config in listed(user)}
    assert hints == {
        first["id"]: ("A", first["base_url"], "9876"),
        second["id"]: ("My b", second["base_url"], "9876"),
        path["id"]: ("My c", path["base_url"], "9876"),
        elsewhere["id"]: ("My d", elsewhere["base_url"], "WXYZ"),
    }
    assert listed(other_user) == before

    user.post(
        "/model_config/update", id=first["id"], base_url="https://new.example.com/v1", api_key=KEY, same_server=True
    )
    assert [(config["base_url"], config["api_key_hint"]) for config in listed(user)] == [
        *[("https://new.example.com/v1", "WXYZ")] * 3,
        (elsewhere["base_url"], "WXYZ"),
    ]
    user.post("/model_config/update", id=first["id"], api_key="the-key-of-one-0001")
    assert [config["api_key_hint"] for config in listed(user)] == ["0001", "WXYZ", "WXYZ", "WXYZ"]


def test_moving_a_servers_configs_needs_the_key_and_leaves_no_headers_behind(user: Client) -> None:
    (first,) = create_many(user, models("a"))
    headers = {"headers": {"X-Token": "secret"}}
    (second,) = create_many(user, [{"name": "B", "model": "b", "params": headers}])
    before = listed(user)
    move: dict[str, Any] = {"base_url": "https://new.example.com/v1", "same_server": True}
    refusals: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
        (first, {}, ["api_key"]),
        (first, {"api_key": KEY}, ["same_server"]),
        (second, {"api_key": KEY}, ["params.headers"]),
    ]
    for config, body, fields in refusals:
        response = user.post("/model_config/update", id=config["id"], **move, **body)
        assert (response.status_code, error_code(response)) == (422, "validation_error")
        assert [detail["field"] for detail in response.json()["error"]["details"]] == fields
    assert listed(user) == before
    assert user.post("/model_config/update", id=second["id"], **move, api_key=KEY, params=headers).status_code == 200
    assert {config["base_url"] for config in listed(user)} == {move["base_url"]}


@pytest.fixture
def learned_id(user: Client, database: Engine) -> str:
    """A config of which everything was learned."""
    (config,) = create_many(user, models("a"))
    assert "learned" not in config
    with database.begin() as connection:
        values = {"learned": json.dumps(LEARNED), "id": config["id"]}
        connection.execute(text("UPDATE model_configs SET learned = :learned WHERE id = :id"), values)
    config_id: str = config["id"]
    return config_id


def test_what_was_learned_is_shown_and_stays_until_it_is_reset(user: Client, learned_id: str) -> None:
    assert [config["learned"] for config in listed(user)] == [LEARNED]
    same: dict[str, Any] = {
        "name": "Renamed",
        "api_key": "another",
        "params": {"seed": 1},
        "base_url": SERVER["base_url"],
        "model": "a",
    }
    assert user.post("/model_config/update", id=learned_id, **same).json()["learned"] == LEARNED
    assert "learned" not in user.post("/model_config/update", id=learned_id, reset_learned=True).json()
    assert "learned" not in listed(user)[0]


@pytest.mark.parametrize("change", [{"model": "another"}, {"base_url": "https://api.example.com/v2"}])
def test_another_model_or_base_url_resets_what_was_learned(
    user: Client, learned_id: str, change: dict[str, str]
) -> None:
    assert "learned" not in user.post("/model_config/update", id=learned_id, **change).json()


def test_only_what_was_learned_is_shown(user: Client, learned_id: str, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE model_configs SET learned = :learned"), {"learned": '{"omitted": ["stream"]}'})
    assert listed(user)[0]["learned"] == {"omitted": ["stream"]}
