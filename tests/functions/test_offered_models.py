"""Models that the operator offers to users: their list, their turns, their cost, and what is hidden from users."""

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Engine, delete, select, update

from functions.maintenance.service import renew_api_keys
from shared.db.models import AuditEntry, ModelConfig, OfferedModel, User
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id
from tests.support.api import Client, error_code
from tests.support.case_server import CaseServer
from tests.support.environment import ENVIRONMENT
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, http_error, reasoning, usage
from tests.support.statements import counted

NewUser = Callable[[], Client]
KEY = "the-key-of-the-offer"
PRICE = {"input": 3, "cached_input": 0.3, "output": 15}


@pytest.fixture
def offer(admin: Client, provider: ScriptedProvider) -> Callable[..., str]:
    """A function that offers a model and returns its id."""

    def create(**fields: Any) -> str:
        body = {"name": "Fast", "base_url": provider.base_url, "model": "provider/fast-1", "api_key": KEY, **fields}
        response = admin.post("/admin/model/create", **body)
        assert response.status_code == 201
        created: str = response.json()["id"]
        return created

    return create


def names(user: Client) -> list[str]:
    return [config["name"] for config in user.get("/model_config").json()["items"]]


def ask(user: Client, config_id: str, **fields: Any) -> list[dict[str, Any]]:
    conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
    events: list[dict[str, Any]] = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", **fields)
    return events


def refusal(user: Client, config_id: str, **fields: Any) -> str:
    conversation_id = user.post("/conversation/create").json()["id"]
    body = {"conversation_id": conversation_id, "message": "Hi", "model_config_id": config_id, **fields}
    return error_code(user.post("/chat/send", **body))


def test_a_user_chooses_an_offered_model_and_is_told_its_name_alone(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider
) -> None:
    offered = offer()
    (listed,) = user.get("/model_config").json()["items"]
    assert (listed["id"], listed["name"], listed["offered"]) == (offered, "Fast", True)
    assert (listed["model"], listed["base_url"], listed["api_key_hint"], listed["params"]) == ("Fast", "", "", {})

    events = ask(user, offered)

    assert events[-1]["type"] == "completed"
    assert provider.requests[-1].model == "provider/fast-1"
    assert provider.requests[-1].authorization == f"Bearer {KEY}"
    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["model"], day["own"]) == ("Fast", False)
    history = str(user.history(events[0]["conversation_id"]))
    assert "provider/fast-1" not in history + str(events)


def test_the_operators_key_is_stored_encrypted_and_never_sent_back(offer: Callable[..., str], admin: Client) -> None:
    offer()
    assert KEY not in str(admin.get("/admin/model").json())
    assert KEY not in str(admin.get("/admin/audit").json())
    with transaction() as session:
        config = session.scalars(select(ModelConfig)).one()
    assert config.user_id is None
    assert KEY not in config.api_key_encrypted


def test_the_key_of_an_offered_model_is_encrypted_anew(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    offered = offer()
    new, old = Fernet.generate_key().decode(), ENVIRONMENT["API_KEY_ENCRYPTION_KEYS"]
    settings(API_KEY_ENCRYPTION_KEYS=f"{new},{old}")
    assert renew_api_keys() == {"renewed": 1, "unreadable": 0}
    settings(API_KEY_ENCRYPTION_KEYS=new)
    assert ask(user, offered)[-1]["type"] == "completed"


def test_the_cost_of_a_turn_is_counted_at_the_prices_of_the_time(
    offer: Callable[..., str], admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    offered = offer(price=PRICE)
    provider.enqueue(Script([delta("Hello"), finish(), usage(1_000_000, 100_000)]))
    ask(user, offered)
    admin.post("/admin/model/update", id=offered, price={"input": 0, "cached_input": 0, "output": 0})
    provider.enqueue(Script([delta("Hello"), finish(), usage(1_000_000, 100_000)]))
    ask(user, offered)

    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["turns"], day["cost"]) == (2, 4.5)
    (by_model,) = admin.get("/admin/usage", by="model").json()["items"]
    assert (by_model["source"], by_model["model"], by_model["cost"]) == (offered, "Fast", 4.5)


@pytest.mark.parametrize("steps", [[reasoning("Hm."), finish("length")], [finish("content_filter")]])
def test_an_answer_without_text_has_its_cost(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider, steps: list[dict[str, Any]]
) -> None:
    offered = offer(price=PRICE)
    provider.enqueue(Script([*steps, usage(1_000_000, 100_000)]))
    events = ask(user, offered)
    assert events[-1]["error"]["code"] == "empty_reply"
    (day,) = user.get("/user/me/usage").json()["days"]
    assert (day["turns"], day["cost"]) == (1, 4.5)
    reply = user.history(events[0]["conversation_id"])[-1]
    assert reply["usage"] == {"prompt_tokens": 1_000_000, "completion_tokens": 100_000}


def test_a_model_is_offered_to_its_groups(offer: Callable[..., str], admin: Client, new_user: NewUser) -> None:
    free, pro = new_user(), new_user()
    admin.post("/admin/user/update", id=pro.get("/user/me").json()["id"], group="pro")
    offered = offer(groups=["pro"])
    assert (names(free), names(pro)) == ([], ["Fast"])
    assert refusal(free, offered) == "no_model"
    for path in ("/conversation/create", "/project/create"):
        assert free.post(path, name="n", model_config_id=offered).status_code in (404, 422)
    assert free.post("/conversation/create", model_config_id=offered).status_code == 404
    assert free.post("/user/me/settings", default_model_config_id=offered).status_code == 404
    assert pro.post("/user/me/settings", default_model_config_id=offered).status_code == 200
    assert ask(pro, offered)[-1]["type"] == "completed"


def test_a_model_that_is_not_enabled_is_not_offered(offer: Callable[..., str], admin: Client, user: Client) -> None:
    offered = offer()
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    admin.post("/admin/model/update", id=offered, enabled=False)
    assert names(user) == []
    assert error_code(user.post("/chat/send", conversation_id=conversation_id, message="Hi")) == "no_model"
    assert [item["enabled"] for item in admin.get("/admin/model").json()["items"]] == [False]


def test_a_conversation_of_a_deleted_offer_goes_back_to_the_default_model(
    offer: Callable[..., str], admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    offered = offer()
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    assert admin.post("/admin/model/delete", ids=[offered, "unknown"]).json() == {"deleted": 1}
    assert user.get(f"/conversation/{conversation_id}").json()["model_config_id"] is None
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert provider.requests[-1].model == "scripted"


def test_the_operator_orders_the_models_before_users_own(
    offer: Callable[..., str], admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    mine = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    user.post("/model_config/create", **mine)
    first, second, third = (offer(name=name) for name in ("One", "Two", "Three"))
    assert names(user) == ["One", "Two", "Three", "Mine"]
    ordered = admin.post("/admin/model/order", ids=[third, first]).json()["items"]
    assert [item["id"] for item in ordered] == [third, first, second]
    assert names(user) == ["Three", "One", "Two", "Mine"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"params": {"extra_body": {"models": ["dear"]}}}, "validation_error"),
        ({"params": {"headers": {"X-Model": "dear"}}}, "validation_error"),
        ({"model": "provider/dear-2"}, "no_model"),
    ],
)
def test_a_request_cannot_change_what_the_operator_pays_for(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider, fields: dict[str, Any], code: str
) -> None:
    assert refusal(user, offer(), **fields) == code
    assert provider.requests == []


def test_the_operators_parameters_are_used_and_limit_those_of_a_request(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider
) -> None:
    offered = offer(params={"max_tokens": 100, "temperature": 0.5, "extra_body": {"tier": "flex"}})
    ask(user, offered, params={"max_tokens": 1000, "temperature": 1})
    body = provider.requests[-1].body
    assert (body["max_tokens"], body["temperature"], body["tier"]) == (100, 1, "flex")


def test_an_empty_object_of_a_request_leaves_the_operators_parameters_as_they_are(
    offer: Callable[..., str], user: Client
) -> None:
    params = {"extra_body": {"tier": "flex"}, "headers": {"X-Team": "team"}, "query": {"api-version": "1"}}
    answer = '{"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]}'
    answers = [{"status": "HTTP/1.1 200 OK", "headers": ["Connection: close"], "body": [answer]}]
    with CaseServer(answers).serve() as server:
        offered = offer(base_url=f"{server.url}/v1", params=params)
        assert ask(user, offered, params={"extra_body": {}, "headers": {}, "query": {}})[-1]["status"] == "completed"
        (request,) = server.requests
    assert (request.body["tier"], request.headers["x-team"]) == ("flex", "team")
    assert request.path.endswith("?api-version=1")


def refused(param: str) -> Script:
    return Script(status=400, error={"message": f"Invalid value: '{param}'", "param": param, "code": None})


def test_one_users_parameters_change_nothing_for_others(
    offer: Callable[..., str], user: Client, new_user: NewUser, provider: ScriptedProvider
) -> None:
    offered = offer(params={"reasoning_effort": "low", "seed": 7})
    provider.enqueue(refused("reasoning_effort"))
    assert ask(user, offered, params={"reasoning_effort": "bogus"})[-1]["status"] == "completed"
    ask(new_user(), offered)
    assert provider.requests[-1].body["reasoning_effort"] == "low"

    # A refusal of the operator's own parameters counts for everybody.
    provider.enqueue(refused("seed"))
    ask(user, offered)
    ask(new_user(), offered, params={"seed": 8})
    assert "seed" not in provider.requests[-1].body


@pytest.mark.parametrize(
    ("change", "is_forgotten"),
    [
        ({"reset_learned": True}, True),
        ({"params": {"seed": 8}}, True),
        ({"params": {"seed": 7}, "name": "Faster", "reset_learned": False}, False),
    ],
)
def test_the_operator_has_what_was_learned_forgotten(
    offer: Callable[..., str],
    admin: Client,
    user: Client,
    provider: ScriptedProvider,
    change: dict[str, Any],
    is_forgotten: bool,
) -> None:
    offered = offer(params={"seed": 7})
    provider.enqueue(refused("seed"))
    ask(user, offered)
    assert admin.post("/admin/model/update", id=offered, **change).status_code == 200
    ask(user, offered)
    assert ("seed" in provider.requests[-1].body) is is_forgotten


def test_a_server_that_a_request_names_is_not_sent_the_operators_key(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider
) -> None:
    offered = offer()
    assert refusal(user, offered, base_url=provider.base_url) == "no_model"
    ask(user, offered, base_url=provider.base_url, model="m")
    assert provider.requests[-1].authorization == "Bearer none"


def test_an_offered_model_is_nobodys_own(offer: Callable[..., str], admin: Client, user: Client) -> None:
    offered = offer()
    for client in (user, admin):
        for path, fields in {
            "update": {"id": offered, "base_url": "https://attacker.example.com/v1"},
            "create": {"name": "n", "base_url": "https://a.example.com", "model": "m", "copy_of": offered},
        }.items():
            assert client.post(f"/model_config/{path}", **fields).status_code == 404, path
        assert client.post("/model_config/delete", ids=[offered]).json() == {"deleted": 0}
    assert names(user) == ["Fast"]


def test_a_failure_says_nothing_of_the_operators_account(
    offer: Callable[..., str], admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    provider.enqueue(http_error(401))
    failed = ask(user, offer())[-1]
    assert "scripted" not in failed["error"]["message"]
    (failure,) = admin.get("/admin/status").json()["failures"]
    assert failure["provider"] == "127.0.0.1"


def test_a_key_does_not_follow_a_changed_server(offer: Callable[..., str], admin: Client) -> None:
    offered = offer()
    response = admin.post("/admin/model/update", id=offered, base_url="https://other.example.com/v1")
    assert (response.status_code, error_code(response)) == (422, "validation_error")
    changed = admin.post(
        "/admin/model/update", id=offered, base_url="https://other.example.com/v1", api_key="another-long-key"
    ).json()
    assert changed["api_key_hint"] == "-key"


def test_each_change_is_in_the_audit_log(offer: Callable[..., str], admin: Client) -> None:
    offered = offer(price=PRICE)
    admin.post("/admin/model/update", id=offered, name="Faster", api_key="another-long-key")
    admin.post("/admin/model/update", id=offered, name="Faster")
    admin.post("/admin/model/delete", ids=[offered])
    deleted, updated, created = admin.get("/admin/audit").json()["items"]
    assert [entry["action"] for entry in (created, updated, deleted)] == [
        "model_create",
        "model_update",
        "model_delete",
    ]
    assert updated["changes"] == {"name": ["Fast", "Faster"], "api_key": [None, "…"]}
    assert created["changes"]["price"] == [None, [3.0, 0.3, 15.0]]
    assert {entry["actor_email"] for entry in (created, updated, deleted)} == {admin.email}


def test_parameters_that_changed_are_in_the_audit_log_with_the_beginnings_of_long_texts(
    offer: Callable[..., str], admin: Client
) -> None:
    prompt = "问" * 99_999
    params = {"temperature": 0.5, "max_tokens": 100, "system_prompt": f"{prompt}一"}
    offered = offer(params=params)
    for changed in ({"temperature": 0.7}, {"system_prompt": f"{prompt}二"}, {"temperature": None}):
        params |= changed
        admin.post("/admin/model/update", id=offered, params=params)
    removed, reworded, warmer, created = admin.get("/admin/audit").json()["items"]
    shown = f"{'问' * 2_000}…"
    assert created["changes"]["system_prompt"] == [None, shown]
    assert warmer["changes"] == {"temperature": [0.5, 0.7]}
    assert reworded["changes"] == {"system_prompt": [shown, shown]}
    assert removed["changes"] == {"temperature": [0.7, None]}


def test_a_page_of_the_audit_log_fits_an_answer_with_entries_of_earlier_releases(admin: Client) -> None:
    params = {"temperature": 0.5, "system_prompt": "问" * 100_000}
    with transaction() as session:
        for _ in range(20):
            changes = {"params": [params, {**params, "temperature": 0.7}], "enabled": [True, False]}
            session.add(AuditEntry(id=new_id(), action="model_update", changes=changes, created_at=utc_now()))
    answer = admin.get("/admin/audit")
    assert len(answer.content) < 1_000_000
    (before, after) = answer.json()["items"][0]["changes"]["params"]
    assert (before[:20], after[:20]) == ('{"temperature": 0.5,', '{"temperature": 0.7,')
    assert answer.json()["items"][0]["changes"]["enabled"] == [True, False]


def test_offered_models_count_in_the_daily_quota(
    offer: Callable[..., str], user: Client, settings: Callable[..., None]
) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="free:1")
    offered = offer()
    ask(user, offered)
    assert refusal(user, offered) == "rate_limited"


def test_a_send_with_an_offered_model_takes_no_more_statements(
    offer: Callable[..., str], user: Client, provider: ScriptedProvider, database: Engine
) -> None:
    def statements(config_id: str | None) -> tuple[list[str], list[str]]:
        """Those that prepare the turn, and those that write its use of the model."""
        conversation_id = user.post("/conversation/create", model_config_id=config_id).json()["id"]
        with counted(database) as found:
            user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
        inserted = next(index for index, text in enumerate(found) if text.startswith("INSERT INTO messages"))
        return found[: inserted + 1], [text for text in found if "usage_days" in text and text.startswith("UPDATE")]

    offered = offer(price=PRICE)
    statements(None), statements(offered)  # The first turn of a day inserts its sums.
    assert statements(offered) == statements(None)


def test_terms_that_are_gone_end_the_offer(offer: Callable[..., str], user: Client) -> None:
    """A config of the operator without terms is no user's model."""
    offered = offer()
    with transaction() as session:
        session.execute(delete(OfferedModel))
    assert names(user) == []
    assert refusal(user, offered) == "no_model"


def test_an_administrator_tests_an_offered_model_with_its_stored_key(
    offer: Callable[..., str], admin: Client, provider: ScriptedProvider
) -> None:
    offered = offer()
    provider.enqueue(Script([delta("Hello"), finish()]))
    tested = admin.post("/model_config/test", id=offered, model="provider/other").json()
    assert (tested["ok"], tested["text"]) == (True, "Hello")
    sent = provider.requests[-1]
    assert (sent.authorization, sent.model) == (f"Bearer {KEY}", "provider/other")
    assert "models" in admin.post("/model_config/discover", id=offered).json()


def test_what_a_test_of_an_offered_model_learned_is_stored(
    offer: Callable[..., str], admin: Client, provider: ScriptedProvider
) -> None:
    offered = offer(params={"temperature": 0.3})
    refusal = {"message": "Unsupported value: 'temperature'", "param": "temperature", "code": None}
    provider.enqueue(Script(status=400, error=refusal), Script([delta("Hello"), finish()]))
    assert admin.post("/model_config/test", id=offered).json()["ok"]
    with transaction() as session:
        config = session.scalars(select(ModelConfig)).one()
    assert config.learned == {"omitted": ["temperature"]}


def test_the_stored_key_of_an_offered_model_is_sent_to_its_server_only(
    offer: Callable[..., str], admin: Client
) -> None:
    response = admin.post("/model_config/test", id=offer(), base_url="https://api.example.com/v1")
    assert error_code(response) == "validation_error"
    assert [detail["field"] for detail in response.json()["error"]["details"]] == ["api_key"]


def test_nobody_else_tests_an_offered_model(
    offer: Callable[..., str], admin: Client, user: Client, database: Engine
) -> None:
    offered = offer()
    for path in ("test", "discover"):
        assert error_code(user.post(f"/model_config/{path}", id=offered)) == "not_found"
    # By the group of the account, which changed after the token was issued.
    with transaction() as session:
        session.execute(update(User).where(User.email == admin.email).values(group="free"))
    assert error_code(admin.post("/model_config/test", id=offered)) == "not_found"
