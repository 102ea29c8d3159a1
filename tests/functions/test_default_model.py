"""The default model: daily quota, and the other models of its server that calls may name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import httpx2
import pytest
from pydantic import ValidationError

from infra.manage import main as manage
from shared.config import QuotaSettings, load
from tests.support.api import Client, error_code
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish
from tests.support.sockets import GatewaySocket, api_gateway


@pytest.fixture(autouse=True)
def _two_a_day(provider: ScriptedProvider, settings: Callable[..., None]) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="free:2,pro:3")


def send(user: Client, **body: Any) -> httpx2.Response:
    conversation_id = user.post("/conversation/create").json()["id"]
    return user.post("/chat/send", conversation_id=conversation_id, message="Hi", **body)


def check_refused(response: httpx2.Response) -> None:
    assert (response.status_code, error_code(response)) == (429, "rate_limited")
    assert "your own model" in response.json()["error"]["message"]
    assert 0 < int(response.headers["Retry-After"]) <= 24 * 3600


def test_the_daily_quota_is_per_user(
    new_user: Callable[[], Client], provider: ScriptedProvider, conversation_id: str
) -> None:
    user, other = new_user(), new_user()
    assert [send(user).status_code for _ in range(2)] == [200, 200]
    check_refused(send(user))
    check_refused(send(user, model="another"))
    check_refused(send(user, api_key="a-key-of-my-own"))
    assert len(provider.requests) == 2
    assert send(other).status_code == 200


def test_every_use_of_the_default_model_counts(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    provider.enqueue(Script([delta("Cut"), finish("length")]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    reply = {"message_id": events[0]["assistant_message_id"]}
    assert user.turn("/chat/continue", **reply)[-1]["type"] == "completed"
    before = user.history(conversation_id)
    check_refused(user.post("/chat/regenerate", **reply))
    check_refused(user.post("/chat/send", conversation_id=conversation_id, message="Hi"))
    assert user.history(conversation_id) == before


def test_a_title_counts_and_above_the_quota_is_made_without_a_model(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    def title(message: str) -> Any:
        answer = user.post("/conversation/generate_title", conversation_id=conversation_id, message=message)
        return answer.json()["title"]

    for _ in range(2):
        provider.enqueue(Script([delta("From the model"), finish()]))
    assert title("A question of mine") == "From the model"
    assert send(user).status_code == 200
    provider.reset()
    assert title("A question of mine") == "A question of mine"
    assert provider.requests == []
    check_refused(send(user))


def test_concurrent_titles_are_all_counted(user: Client, provider: ScriptedProvider) -> None:
    conversations = [user.post("/conversation/create").json()["id"] for _ in range(6)]

    def title(conversation_id: str) -> int:
        body = {"conversation_id": conversation_id, "message": "A question of mine"}
        return user.post("/conversation/generate_title", **body).status_code

    with ThreadPoolExecutor() as pool:
        assert list(pool.map(title, conversations)) == [200] * 6
    assert len(provider.requests) == 2


def test_a_users_own_model_has_no_quota(user: Client, provider: ScriptedProvider) -> None:
    mine = {"base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    assert [send(user, **mine).status_code for _ in range(3)] == [200] * 3
    assert [send(user).status_code for _ in range(2)] == [200, 200]


def test_each_group_has_its_own_quota_and_unlisted_groups_have_none(
    user: Client, settings: Callable[..., None]
) -> None:
    manage(["set-group", user.email, "pro"])
    assert [send(user).status_code for _ in range(3)] == [200] * 3
    check_refused(send(user))
    manage(["set-group", user.email, "admin"])
    assert send(user).status_code == 200


def test_a_repeated_request_attaches_to_its_reply_when_the_quota_is_used_up(user: Client, conversation_id: str) -> None:
    assert send(user).status_code == 200
    user.headers["Idempotency-Key"] = "the-last"
    first = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    assert user.turn("/chat/send", conversation_id=conversation_id, message="Hi") == first
    user.headers["Idempotency-Key"] = "another"
    check_refused(user.post("/chat/send", conversation_id=conversation_id, message="Hi"))


def test_a_refused_request_does_not_count(user: Client, provider: ScriptedProvider, conversation_id: str) -> None:
    for _ in range(3):
        unknown = user.post("/chat/send", conversation_id=conversation_id, message="Hi", parent_id="unknown")
        assert unknown.status_code == 404
    assert [send(user).status_code for _ in range(2)] == [200, 200]


def test_only_models_from_the_operators_list_may_be_named(
    user: Client, provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="none", DEFAULT_MODEL_OTHERS="small, large")
    assert [send(user, model=name).status_code for name in ("small", "large", "scripted")] == [200] * 3
    refused = send(user, model="dear")
    assert (refused.status_code, error_code(refused)) == (422, "no_model")
    assert send(user, model="dear", base_url=provider.base_url).status_code == 200
    assert [send(user, model=name).status_code for name in ("SMALL", "Scripted")] == [200, 200]
    assert [request.model for request in provider.requests[-2:]] == ["small", "scripted"]
    assert send(user, model="DEAR").status_code == 422
    settings(DEFAULT_MODEL_OTHERS="none")
    assert [send(user, model=name).status_code for name in ("small", "scripted", "none")] == [422, 200, 422]
    settings(DEFAULT_MODEL_OTHERS="*")
    assert send(user, model="dear").status_code == 200
    assert "dear" not in [request.body["model"] for request in provider.requests[:3]]


class TestExtraBody:
    """Provider-specific fields could select another model on the operator's server, at the operator's cost."""

    PARAMS: ClassVar = {"extra_body": {"models": ["a-dear-one"]}}

    @pytest.fixture(autouse=True)
    def _no_limit(self, settings: Callable[..., None]) -> None:
        settings(DEFAULT_MODEL_TURNS_PER_DAY="none")

    def check_extra_body_refused(self, response: httpx2.Response) -> None:
        assert (response.status_code, error_code(response)) == (422, "validation_error")
        assert [detail["field"] for detail in response.json()["error"]["details"]] == ["params.extra_body"]

    def test_every_call_that_runs_the_operators_model_refuses_it(
        self, user: Client, provider: ScriptedProvider, conversation_id: str
    ) -> None:
        provider.enqueue(Script([delta("Cut"), finish("length")]))
        events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
        message = {"conversation_id": conversation_id, "message": "Hi"}
        reply = {"message_id": events[0]["assistant_message_id"]}
        before = user.history(conversation_id)

        for params in ({"headers": {"X-Model": "dear"}}, {"query": {"model": "dear"}}, {"headers": {"X-Model": None}}):
            refused = user.post("/chat/send", **message, params=params)
            assert (refused.status_code, error_code(refused)) == (422, "validation_error")
            assert [detail["field"] for detail in refused.json()["error"]["details"]] == [
                f"params.{next(iter(params))}"
            ]
        for path, body in {
            "/chat/send": message,
            "/chat/regenerate": reply,
            "/chat/continue": reply,
            "/conversation/generate_title": message,
        }.items():
            self.check_extra_body_refused(user.post(path, **body, params=self.PARAMS))
            self.check_extra_body_refused(user.post(path, **body, params=self.PARAMS, model="another"))
            self.check_extra_body_refused(user.post(path, **body, params=self.PARAMS, api_key="a-key-of-my-own"))
        assert user.history(conversation_id) == before
        assert len(provider.requests) == 1

    def test_a_websocket_frame_that_runs_the_operators_model_refuses_it(
        self, user: Client, provider: ScriptedProvider, conversation_id: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with api_gateway(monkeypatch) as gateway:
            socket = GatewaySocket(gateway, user.tokens["access_token"])
            frame = {"type": "send", "conversation_id": conversation_id, "message": "Hi", "params": self.PARAMS}
            socket.send(**frame, request_id="r")
            answer = socket.receive()
        assert (answer["type"], answer["error"]["code"]) == ("error", "validation_error")
        assert [detail["field"] for detail in answer["error"]["details"]] == ["params.extra_body"]
        assert provider.requests == []

    def test_a_users_own_model_is_sent_it(self, user: Client, provider: ScriptedProvider) -> None:
        mine = {"base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
        config = user.post("/model_config/create", name="Mine", **mine, params=self.PARAMS).json()["id"]
        conversation_id = user.post("/conversation/create", model_config_id=config).json()["id"]

        assert send(user, **mine, params=self.PARAMS).status_code == 200
        user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
        assert [request.body["models"] for request in provider.requests] == [["a-dear-one"]] * 2


@pytest.mark.parametrize("malformed", ["free", "free:", ":5", "free:-1", "free:5,", "5"])
def test_a_malformed_quota_fails_at_the_start(settings: Callable[..., None], malformed: str) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY=malformed)
    with pytest.raises(ValidationError):
        load(QuotaSettings)


def test_in_the_cloud_the_quota_has_a_default(settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DEFAULT_MODEL_TURNS_PER_DAY")
    settings(STAGE="prod")
    assert load(QuotaSettings).turns_per_day["free"] > 0
    settings(STAGE="local")
    assert load(QuotaSettings).turns_per_day == {}


def test_in_the_cloud_no_other_model_is_offered_when_nobody_chose_one(
    user: Client, provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    settings(STAGE="prod", OUTBOUND_ALLOW_HTTP="true", OUTBOUND_ALLOW_PRIVATE="true")
    assert error_code(send(user, model="dear")) == "no_model"
    assert send(user, model="scripted").status_code == 200


def test_max_tokens_are_limited_on_the_operators_model(
    user: Client, provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="none", DEFAULT_MODEL_MAX_TOKENS="1000")
    mine = {"base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    for body, sent in (
        ({"params": {"max_tokens": 10_000_000}}, 1000),
        ({"params": {"max_tokens": 999}}, 999),
        ({"params": {"seed": 1}}, None),
        ({**mine, "params": {"max_tokens": 10_000_000}}, 10_000_000),
    ):
        assert send(user, **body).status_code == 200
        assert provider.requests[-1].body.get("max_tokens") == sent


class TestAllAccounts:
    """The operator may limit the turns of all accounts together."""

    @pytest.fixture(autouse=True)
    def _three_for_all(self, settings: Callable[..., None]) -> None:
        settings(DEFAULT_MODEL_TURNS_PER_DAY="free:2", DEFAULT_MODEL_TURNS_TOTAL="3")

    def test_all_accounts_have_so_many_turns_a_day_together(
        self, new_user: Callable[[], Client], provider: ScriptedProvider
    ) -> None:
        user, other, third = new_user(), new_user(), new_user()
        assert [send(each).status_code for each in (user, user, other)] == [200] * 3
        check_refused(send(other))
        check_refused(send(third))
        assert "All of today's turns" in send(third).json()["error"]["message"]
        assert "You have used up" in send(user).json()["error"]["message"]
        assert len(provider.requests) == 3
        mine = {"base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
        assert send(third, **mine).status_code == 200

    def test_titles_count_and_are_made_without_a_model_when_all_are_used_up(
        self, new_user: Callable[[], Client], provider: ScriptedProvider
    ) -> None:
        for _ in range(3):
            user = new_user()
            conversation_id = user.post("/conversation/create").json()["id"]
            body = {"conversation_id": conversation_id, "message": "A question of mine"}
            provider.enqueue(Script([delta("From the model"), finish()]))
            assert user.post("/conversation/generate_title", **body).json() == {"title": "From the model"}
        check_refused(send(user))
        new = new_user()
        body["conversation_id"] = new.post("/conversation/create").json()["id"]
        assert new.post("/conversation/generate_title", **body).json() == {"title": "A question of mine"}
        assert len(provider.requests) == 3

    def test_the_limit_holds_without_a_quota_of_each_user(
        self, user: Client, provider: ScriptedProvider, settings: Callable[..., None]
    ) -> None:
        settings(DEFAULT_MODEL_TURNS_PER_DAY="none")
        assert [send(user).status_code for _ in range(4)] == [200, 200, 200, 429]
        settings(DEFAULT_MODEL_TURNS_TOTAL="none")
        assert send(user).status_code == 200


@pytest.mark.parametrize("malformed", ["-1", "many", "1.5"])
def test_a_malformed_limit_of_all_accounts_is_found_at_the_start(settings: Callable[..., None], malformed: str) -> None:
    settings(DEFAULT_MODEL_TURNS_TOTAL=malformed)
    with pytest.raises(ValidationError):
        load(QuotaSettings)
