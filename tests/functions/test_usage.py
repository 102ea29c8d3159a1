"""The use of models: sums by day of each user and of everybody, and failed replies."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, select

from shared.chat.usage import cost_of
from shared.db.models import FailureDay
from shared.db.session import transaction
from shared.llm.endpoint import Prices
from tests.support.api import Client, error_code
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, gate, http_error, reasoning, usage

NewUser = Callable[[], Client]
OWN_MODEL = {"name": "Mine", "model": "mine", "api_key": "key-of-the-user"}


def take_turn(user: Client, provider: ScriptedProvider, tokens: tuple[int, int], **fields: Any) -> str:
    provider.enqueue(Script([delta("Hello"), finish(), usage(*tokens)]))
    conversation_id: str = user.post("/conversation/create").json()["id"]
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi", **fields)
    return conversation_id


def used(user: Client) -> list[tuple[str, bool, int, int, int]]:
    names = ("model", "own", "turns", "prompt_tokens", "completion_tokens")
    return [tuple(day[name] for name in names) for day in user.get("/user/me/usage").json()["days"]]


def test_turns_and_tokens_are_summed_by_model(user: Client, provider: ScriptedProvider) -> None:
    config_id = user.post("/model_config/create", base_url=provider.base_url, **OWN_MODEL).json()["id"]
    for tokens in ((10, 1), (20, 2)):
        take_turn(user, provider, tokens)
    take_turn(user, provider, (5, 7), model_config_id=config_id)

    assert used(user) == [("mine", True, 1, 5, 7), ("scripted", False, 2, 30, 3)]


def test_a_deleted_conversation_leaves_its_usage(user: Client, provider: ScriptedProvider) -> None:
    conversation_id = take_turn(user, provider, (10, 1))
    user.post("/conversation/delete", ids=[conversation_id], purge=True)
    assert used(user) == [("scripted", False, 1, 10, 1)]


def test_a_reply_that_is_deleted_while_it_streams_leaves_its_usage(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    provider.enqueue(Script([delta("Almost all"), gate("rest"), delta(" of it"), finish(), usage(10, 1)]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        message_id = next(events)["user_message_id"]
        next(events)
        assert user.post("/chat/delete", message_id=message_id).status_code == 200
        provider.open_gate("rest")
        assert next(events)["status"] == "stopped"
    assert [day[:3] for day in used(user)] == [("scripted", False, 1)]


def test_a_continued_reply_adds_only_the_tokens_of_its_continuation(user: Client, provider: ScriptedProvider) -> None:
    provider.enqueue(Script([delta("Cut"), finish("length"), usage(10, 1)]))
    conversation_id = user.post("/conversation/create").json()["id"]
    reply_id = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")[0]["assistant_message_id"]
    provider.enqueue(Script([delta(" off"), finish(), usage(20, 2)]))
    user.turn("/chat/continue", message_id=reply_id)
    assert used(user) == [("scripted", False, 2, 30, 3)]


def test_a_continuation_without_an_answer_does_not_add_the_reasoning_before_it(
    admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    offer = {"name": "Fast", "base_url": provider.base_url, "model": "fast-1", "api_key": "key-of-the-offer"}
    price = {"input": 1, "cached_input": 1, "output": 1}
    offered = admin.post("/admin/model/create", **offer, price=price).json()["id"]
    conversation_id = user.post("/conversation/create", model_config_id=offered).json()["id"]
    provider.enqueue(Script([reasoning("hmm " * 1_000), delta("Well"), gate("never")]), http_error(401))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        reply_id = next(events)["assistant_message_id"]
        next(event for event in events if event["type"] == "delta")
        user.post("/chat/stop", message_id=reply_id)
        assert list(events)[-1]["status"] == "stopped"
    ((*_, prompt, completion),) = used(user)
    assert completion >= 1_000

    assert user.turn("/chat/continue", message_id=reply_id)[-1]["type"] == "failed"

    assert used(user) == [("Fast", False, 2, prompt, completion)]


def test_usage_is_ones_own(user: Client, new_user: NewUser, provider: ScriptedProvider) -> None:
    take_turn(user, provider, (10, 1))
    assert used(new_user()) == []


def test_the_period_is_limited(user: Client, provider: ScriptedProvider) -> None:
    take_turn(user, provider, (10, 1))
    assert user.get("/user/me/usage", **{"from": "2020-01-01", "to": "2020-12-31"}).json()["days"] == []
    for period in ({"from": "2020-01-02", "to": "2020-01-01"}, {"from": "2018-01-01", "to": "2020-01-01"}):
        response = user.get("/user/me/usage", **period)
        assert (response.status_code, error_code(response)) == (422, "validation_error")


def test_the_operator_reads_sums_by_day_user_and_model(
    admin: Client, user: Client, new_user: NewUser, provider: ScriptedProvider
) -> None:
    other = new_user()
    take_turn(user, provider, (10, 1))
    take_turn(other, provider, (20, 2))

    def sums(by: str, *names: str) -> list[tuple[Any, ...]]:
        items = admin.get("/admin/usage", by=by).json()["items"]
        return [tuple(item[name] for name in (*names, "turns", "prompt_tokens", "completion_tokens")) for item in items]

    assert [row[0] is not None for row in sums("day", "day")] == [True]
    assert sums("day") == [(2, 30, 3)]
    assert sums("model", "source", "model") == [("default", "scripted", 2, 30, 3)]
    assert sums("user", "email") == [(other.email, 1, 20, 2), (user.email, 1, 10, 1)]


def test_failed_replies_are_counted_by_provider_and_code(
    user: Client, provider: ScriptedProvider, database: Engine
) -> None:
    config_id = user.post("/model_config/create", base_url=provider.base_url, **OWN_MODEL).json()["id"]
    for fields in ({}, {"model_config_id": config_id}):
        provider.enqueue(http_error(401))
        conversation_id = user.post("/conversation/create").json()["id"]
        user.turn("/chat/send", conversation_id=conversation_id, message="Hi", **fields)
    with transaction() as session:
        rows = session.scalars(select(FailureDay).order_by(FailureDay.provider)).all()
    # The server of a user's own model is private.
    assert [(row.provider, row.failures) for row in rows] == [("127.0.0.1", 1), ("own", 1)]
    assert len({row.code for row in rows}) == 1


def test_cached_tokens_have_a_price_of_their_own() -> None:
    prices = Prices(input=3_000_000, cached_input=300_000, output=15_000_000)
    assert cost_of(prices, prompt=1_000_000, cached=0, completion=0) == 3_000_000
    assert cost_of(prices, prompt=1_000_000, cached=500_000, completion=100_000) == 1_500_000 + 150_000 + 1_500_000
    # Rounded up, so that many small turns are not free.
    assert cost_of(prices, prompt=1, cached=1, completion=0) == 1
    assert cost_of(None, prompt=10, cached=0, completion=10) == 0
