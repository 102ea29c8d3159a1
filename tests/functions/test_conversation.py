"""Conversations: list, changes, search, titles, deletion."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update

from shared.cursors import encode_cursor
from shared.db.models import Conversation, Message, ObjectDeletion
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id
from shared.storage import get_object_store
from tests.functions.test_import import question
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.processes import wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, delta, gate, http_error, reasoning, stall

Settings = Callable[..., None]


def create(user: Client, **changes: Any) -> dict[str, Any]:
    """Create a conversation, with changes in the form of `update`."""
    created: dict[str, Any] = user.post("/conversation/create").json()
    if changes:
        response = user.post("/conversation/update", id=created["id"], **changes)
        assert response.status_code == 200, response.text
        created = response.json()
    return created


def say(user: Client, conversation_id: str, *texts: str) -> None:
    """Insert messages like those of a turn, without a model."""
    me = user.get("/user/me").json()["id"]
    with transaction() as session:
        for message_text in texts:
            session.add(
                Message(
                    id=new_id(),
                    conversation_id=conversation_id,
                    user_id=me,
                    role="user",
                    text=message_text,
                    status="completed",
                )
            )


def touch(conversation_id: str, seconds: float) -> None:
    """Change the time of a conversation's last activity."""
    with transaction() as session:
        moved = utc_now() + timedelta(seconds=seconds)
        session.execute(update(Conversation).where(Conversation.id == conversation_id).values(updated_at=moved))


def listed(user: Client, **query: Any) -> list[str]:
    """The ids on all pages."""
    ids: list[str] = []
    while True:
        response = user.get("/conversation", **query)
        assert response.status_code == 200, response.text
        page = response.json()
        ids += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            return ids
        query["cursor"] = page["next_cursor"]


def ids_of(conversations: Iterable[dict[str, Any]]) -> list[str]:
    return [conversation["id"] for conversation in conversations]


def test_a_conversation_is_created_and_listed(user: Client) -> None:
    response = user.post("/conversation/create")
    assert response.status_code == 201
    created = response.json()
    assert created == {
        "id": created["id"],
        "title": None,
        "model_config_id": None,
        "pinned": False,
        "archived": False,
        "created_at": created["created_at"],
        "updated_at": created["created_at"],
        "active_leaf_id": None,
    }
    assert user.get("/conversation").json() == {"items": [created], "next_cursor": None}


# Changes.


def test_each_attribute_is_changed_and_the_others_stay(user: Client, provider: ScriptedProvider) -> None:
    config = {"name": "Mine", "base_url": provider.base_url, "model": "m", "api_key": "key"}
    config_id = user.post("/model_config/create", **config).json()["id"]
    created = create(user)
    conversation = {**created}
    changes: list[dict[str, Any]] = [
        {"title": "罗马之旅"},
        {"model_config_id": config_id},
        {"pinned": True},
        {"archived": True},
        {"archived": False, "pinned": False, "title": "Rome"},
        {"model_config_id": None},
        {},
    ]
    for change in changes:
        conversation |= change
        response = user.post("/conversation/update", id=created["id"], **change)
        assert (response.status_code, response.json()) == (200, conversation), change
    assert user.get("/conversation").json()["items"] == [conversation]


def test_null_clears_only_the_model(user: Client) -> None:
    conversation = create(user, title="Kept", pinned=True)
    response = user.post(
        "/conversation/update", id=conversation["id"], title=None, pinned=None, archived=None, active_leaf_id=None
    )
    assert response.json() == conversation


def test_the_active_branch_must_be_a_message_of_the_conversation(user: Client, provider: ScriptedProvider) -> None:
    conversation_id, other_id = create(user)["id"], create(user)["id"]
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    elsewhere = user.turn("/chat/send", conversation_id=other_id, message="Hi")[0]["user_message_id"]

    chosen = user.post("/conversation/update", id=conversation_id, active_leaf_id=events[0]["user_message_id"])
    assert chosen.json()["active_leaf_id"] == events[0]["user_message_id"]
    response = user.post("/conversation/update", id=conversation_id, active_leaf_id=elsewhere)
    assert (response.status_code, error_code(response)) == (404, "not_found")


def test_an_invalid_change_is_refused(user: Client) -> None:
    conversation_id = create(user)["id"]
    changes: list[dict[str, Any]] = [
        {"title": ""},
        {"title": " "},
        {"title": "x" * 201},
        {"pinned": "maybe"},
        {"stray": 1},
        {"id": ""},
        {"id": 1},
    ]
    for change in changes:
        response = user.post("/conversation/update", **{"id": conversation_id, **change})
        assert (response.status_code, error_code(response)) == (422, "validation_error"), change


def test_an_unknown_conversation_is_not_found(user: Client) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("/conversation/update", {"id": "unknown", "title": "x"}),
        ("/conversation/update", {"id": create(user)["id"], "model_config_id": "unknown"}),
        ("/conversation/create", {"model_config_id": "unknown"}),
        ("/conversation/generate_title", {"conversation_id": "unknown", "message": "Hi"}),
    ]
    for path, body in calls:
        response = user.post(path, **body)
        assert (response.status_code, error_code(response)) == (404, "not_found"), path
    assert user.post("/conversation/delete", purge=True, ids=["unknown"]).json() == {"deleted": 0}


# List.


def test_pinned_come_first_then_the_newest_activity(user: Client, provider: ScriptedProvider) -> None:
    oldest, older, newer, newest = (create(user)["id"] for _ in range(4))
    user.post("/conversation/update", id=older, pinned=True)
    assert listed(user) == [older, newest, newer, oldest]
    user.turn("/chat/send", conversation_id=oldest, message="Hi")
    assert listed(user) == [older, oldest, newest, newer]
    # Renaming and choosing a model are not activity.
    user.post("/conversation/update", id=newer, title="Renamed")
    assert listed(user) == [older, oldest, newest, newer]


def test_the_archive_is_a_list_of_its_own(user: Client) -> None:
    kept, archived = create(user), create(user, archived=True)
    assert listed(user) == [kept["id"]]
    assert listed(user, archived=False) == [kept["id"]]
    assert listed(user, archived=True) == [archived["id"]]


def test_pages_of_any_size_list_every_conversation_once(user: Client) -> None:
    expected = ids_of(create(user, pinned=n % 3 == 0) for n in range(8))
    with transaction() as session:
        # Several with the same time, which are sorted by id.
        session.execute(update(Conversation).values(updated_at=utc_now()))
    pinned = [conversation_id for n, conversation_id in enumerate(expected) if n % 3 == 0]
    others = [conversation_id for n, conversation_id in enumerate(expected) if n % 3]
    for limit in (1, 2, 3, 7, 8, 100):
        assert listed(user, limit=limit) == pinned[::-1] + others[::-1]


def test_a_list_stays_stable_while_rows_change(user: Client) -> None:
    ids = ids_of(create(user) for _ in range(9))[::-1]
    first = user.get("/conversation", limit=3).json()
    assert ids_of(first["items"]) == ids[:3]

    create(user)  # New, at the top of the list.
    user.post("/conversation/update", id=ids[1], pinned=True)  # Already on an earlier page.
    touch(ids[0], seconds=60)
    user.post("/conversation/delete", purge=True, ids=[ids[2]])  # The cursor's row.
    touch(ids[8], seconds=60)  # Not on a page yet: it moves to the top, where a reload shows it.
    user.post("/conversation/update", id=ids[5], archived=True)

    rest = listed(user, limit=3, cursor=first["next_cursor"])
    assert rest == [ids[3], ids[4], ids[6], ids[7]]


FORGED_CURSORS = [
    "x",
    "é",
    "\x00",
    "e30",
    "W10",
    "bnVsbA",
    encode_cursor("another list's"),
    encode_cursor(True, utc_now()),
    encode_cursor(True, "soon", "id"),
    encode_cursor("True", utc_now(), "id"),
    "W3RydWUsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5LCJpZCJd",  # [true,999999999999999999999999,"id"]
    "W3RydWUsLTEwMDAwMDAwMDAwMDAwMDAwMDAsImlkIl0",  # [true,-1000000000000000000,"id"]
    "W3RydWUsMSwiXHVkODAwIl0",  # [true,1,"\ud800"]
    "W" * 5000,
]


def test_a_forged_cursor_is_refused(user: Client) -> None:
    for cursor in FORGED_CURSORS:
        response = user.get("/conversation", cursor=cursor)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), cursor


def test_an_invalid_query_is_refused(user: Client) -> None:
    for query in ({"limit": 0}, {"limit": 101}, {"limit": "x"}, {"archived": "x"}, {"q": "x" * 201}):
        response = user.get("/conversation", **query)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), query


# Search.


@pytest.fixture
def library(user: Client) -> dict[str, str]:
    """Title → id of a few conversations."""
    texts = {
        "Databases": ["Which database is the fastest?", "It depends: 100% of benchmarks are wrong."],
        "数据库性能": ["怎样让数据库更快？", "先看索引，再看内存。"],
        "Trip to Rome": ["我想去罗马旅行。", "The Colosseum opens at 8_30; see a_b.txt"],
        "C++ and C#": ["Why is `std::vector<int>` fast?", 'She said "hello world" /again/ \\here 😀'],
    }
    ids: dict[str, str] = {}
    for title, messages in texts.items():
        ids[title] = create(user, title=title)["id"]
        say(user, ids[title], *messages)
    ids["untitled"] = create(user)["id"]
    say(user, ids["untitled"], "Nothing to find")
    return ids


# Query, and the titles of the found conversations.
SEARCHES: list[tuple[str, set[str]]] = [
    ("database", {"Databases"}),
    ("DATABASE", {"Databases"}),
    ("fast", {"Databases", "C++ and C#"}),
    ("rome", {"Trip to Rome"}),
    ("数据库", {"数据库性能"}),
    ("性能", {"数据库性能"}),
    ("看", {"数据库性能"}),
    ("罗马", {"Trip to Rome"}),
    ("罗马 colosseum", {"Trip to Rome"}),
    ("  Rome\t罗马　旅行 ", {"Trip to Rome"}),
    ("database 罗马", set()),
    ("数据库 索引", {"数据库性能"}),
    ("索引 数据库 罗马", set()),
    ("100%", {"Databases"}),
    ("%", {"Databases"}),
    ("_", {"Trip to Rome"}),
    ("8_30", {"Trip to Rome"}),
    ("8030", set()),
    ("a_b", {"Trip to Rome"}),
    ("C++", {"C++ and C#"}),
    ("c#", {"C++ and C#"}),
    ("vector<int>", {"C++ and C#"}),
    ('"hello', {"C++ and C#"}),
    ("\\here", {"C++ and C#"}),
    ("/again/", {"C++ and C#"}),
    ("😀", {"C++ and C#"}),
    ("nothing", {"untitled"}),
    ("a b c d e f g h i j k l", set()),
    ("nosuchword", set()),
    ("+(database)*", set()),
]


def test_a_search_finds_pieces_of_titles_and_messages(user: Client, library: dict[str, str]) -> None:
    titles = {conversation_id: title for title, conversation_id in library.items()}
    for query, found in SEARCHES:
        assert {titles[conversation_id] for conversation_id in listed(user, q=query)} == found, query


def test_an_empty_search_is_the_whole_list(user: Client, library: dict[str, str]) -> None:
    for query in ("", "  ", "\u3000"):
        assert listed(user, q=query) == listed(user)


def test_a_long_query_is_searched_as_a_phrase(user: Client) -> None:
    conversation_id = create(user)["id"]
    quotation = "one two three four five six seven eight nine ten eleven"
    say(user, conversation_id, f"They counted: {quotation}!")
    assert listed(user, q=quotation) == [conversation_id]
    assert listed(user, q=f"{quotation} one") == [conversation_id][:0]


def test_a_search_has_the_order_pages_and_archive_of_the_list(user: Client) -> None:
    ids = ids_of(create(user, title=f"Rome {n}", pinned=n == 2, archived=n == 5) for n in range(7))
    create(user, title="Paris")
    expected = [ids[2], ids[6], ids[4], ids[3], ids[1], ids[0]]
    assert listed(user, q="rome", limit=2) == expected
    assert listed(user, q="rome", archived=True) == [ids[5]]


def test_a_search_finds_only_the_users_own_conversations(
    user: Client, new_user: Callable[[], Client], library: dict[str, str]
) -> None:
    assert listed(new_user(), q="database") == []


# Titles.


def title_of(user: Client, conversation_id: str) -> str | None:
    (title,) = [item["title"] for item in user.get("/conversation").json()["items"] if item["id"] == conversation_id]
    assert title is None or isinstance(title, str)
    return title


def generate(user: Client, conversation_id: str, message: Any = "Plan a trip to Rome in May.", **fields: Any) -> str:
    response = user.post("/conversation/generate_title", conversation_id=conversation_id, message=message, **fields)
    assert response.status_code == 200, response.text
    assert response.json().keys() == {"title"}
    title: str = response.json()["title"]
    assert title_of(user, conversation_id) == title
    return title


def test_a_title_is_requested_from_the_model_cleaned_and_stored(user: Client, provider: ScriptedProvider) -> None:
    provider.enqueue(
        Script([reasoning("Hm."), delta("<think>May?</think>\n"), delta('**Title:** "Rome'), delta(' in May."')])
    )
    assert generate(user, create(user)["id"]) == "Rome in May"
    (request,) = provider.requests
    assert "language of the message" in request.body["messages"][0]["content"]
    assert "Plan a trip to Rome in May." in request.body["messages"][0]["content"]


def test_a_chinese_title(user: Client, provider: ScriptedProvider) -> None:
    provider.enqueue(Script([delta("标题：《五月的罗马》。")]))
    assert generate(user, create(user)["id"], "帮我计划五月去罗马的旅行") == "五月的罗马"


def test_the_title_falls_back_to_the_first_words(user: Client, provider: ScriptedProvider) -> None:
    for script in (
        http_error(401),
        http_error(500),
        Script(html=True),
        Script([]),
        Script([delta('""')]),
        Script([delta("<think>It never ends")]),
        Script([reasoning("Only reasoning.")]),
    ):
        provider.enqueue(script)
        assert generate(user, create(user)["id"]) == "Plan a trip to Rome in May.", script


def test_a_title_request_times_out(user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.conversation.titles.TITLE_SECONDS", 0.2)
    provider.enqueue(Script([delta("Rome"), stall()]))
    assert generate(user, create(user)["id"]) == "Plan a trip to Rome in May."


def test_a_long_title_answer_is_cut_off(user: Client, provider: ScriptedProvider) -> None:
    provider.enqueue(Script([delta("Rome in May\n"), gate("the rest"), delta("and more")]))
    assert generate(user, create(user)["id"]) == "Rome in May"


@pytest.mark.parametrize(
    "pieces",
    [
        ["<think>", "x" * 5000, "y" * 5000 + "</thi", "nk>\n**Rome** in May"],
        ["x" * 80_000 + "</think>Rome in May"],
        ["```text\n", "Rome in May", "\n```"],
        ["---\n", "\n", "Rome in May\n"],
    ],
)
def test_a_title_is_found_after_reasoning_and_marks(
    user: Client, provider: ScriptedProvider, pieces: list[str]
) -> None:
    provider.enqueue(Script([delta(piece) for piece in pieces]))
    assert generate(user, create(user)["id"]) == "Rome in May"


@pytest.mark.timeout(30)
def test_four_kilobytes_of_an_answer_are_read_for_a_title(user: Client, provider: ScriptedProvider) -> None:
    for endless, title in (("-\n", "Plan a trip to Rome in May."), ("</think", ("</think" * 60)[:60] + "…")):
        provider.enqueue(Script([delta(endless * 12_000), gate("never"), delta("Rome")]))
        assert generate(user, create(user)["id"]) == title


def test_a_message_of_images_alone_needs_no_model(user: Client, provider: ScriptedProvider) -> None:
    conversation_id, me = create(user)["id"], user.get("/user/me").json()["id"]
    image = {"type": "image_url", "image_url": {"key": f"{me}/{conversation_id}/images/photo.png"}}
    assert generate(user, conversation_id, [image]) == "🖼"
    assert provider.requests == []


def test_the_model_fields_choose_the_model_but_not_its_sampling(user: Client, provider: ScriptedProvider) -> None:
    params = {"temperature": 1.9, "system_prompt": "Be a pirate.", "max_tokens": 1, "extra_body": {"top_k": 1}}
    generate(user, create(user)["id"], base_url=provider.base_url, model="other", params=params)
    body = provider.requests[0].body
    assert (body["model"], body["top_k"]) == ("other", 1)
    assert not {"temperature", "max_tokens"} & body.keys()
    assert [message["role"] for message in body["messages"]] == ["user"]


def test_a_title_set_meanwhile_is_kept(user: Client, provider: ScriptedProvider) -> None:
    conversation_id = create(user)["id"]
    provider.enqueue(Script([gate("asked"), delta("Rome")]))

    def rename() -> None:
        wait_until(lambda: provider.requests, what="the model to be asked")
        user.post("/conversation/update", id=conversation_id, title="Mine")
        provider.open_gate("asked")

    response, _ = at_once(
        lambda: user.post("/conversation/generate_title", conversation_id=conversation_id, message="Hi"), rename
    )
    assert response is not None
    assert (response.status_code, response.json()) == (200, {"title": "Mine"})
    assert title_of(user, conversation_id) == "Mine"


def test_a_conversation_that_is_deleted_meanwhile_is_not_found(user: Client, provider: ScriptedProvider) -> None:
    conversation_id = create(user)["id"]
    provider.enqueue(Script([gate("asked"), delta("Rome")]))

    def delete() -> None:
        wait_until(lambda: provider.requests, what="the model to be asked")
        user.post("/conversation/delete", purge=True, ids=[conversation_id])
        provider.open_gate("asked")

    response, _ = at_once(
        lambda: user.post("/conversation/generate_title", conversation_id=conversation_id, message="Hi"), delete
    )
    assert response is not None
    assert (response.status_code, error_code(response)) == (404, "not_found")


def test_a_title_can_be_generated_while_the_reply_streams(user: Client, provider: ScriptedProvider) -> None:
    conversation_id = create(user)["id"]
    provider.enqueue(Script([delta("A reply"), gate("reply")]), Script([delta("Rome")]))
    with user.stream("/chat/send", conversation_id=conversation_id, message="Hi") as stream:
        events = stream.events()
        assert [next(events)["type"] for _ in range(2)] == ["started", "delta"]
        assert generate(user, conversation_id) == "Rome"
        provider.open_gate("reply")
        assert [event["type"] for event in events] == ["completed"]
    assert title_of(user, conversation_id) == "Rome"


def test_without_any_model_a_title_request_fails(user: Client) -> None:
    response = user.post("/conversation/generate_title", conversation_id=create(user)["id"], message="Hi")
    assert (response.status_code, error_code(response)) == (422, "no_model")


# Deletion.


def count_rows(table: Any) -> int:
    with transaction() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_conversations_are_deleted_with_their_messages_and_images(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, store_url: str
) -> None:
    store = get_object_store()
    doomed, kept = [create(user)["id"] for _ in range(2)], create(user)["id"]
    other = new_user()
    foreign = create(other)["id"]
    keys: dict[str, str] = {}
    for owner, conversation_id in [*((user, each) for each in (*doomed, kept)), (other, foreign)]:
        owner.turn("/chat/send", conversation_id=conversation_id, message="Hi")
        upload = {"conversation_id": conversation_id, "suffixes": ["png"]}
        item = owner.post("/chat/get_upload_presigned_url", **upload).json()["items"][0]
        owner.request("PUT", item["upload_url"], content=b"pixels", headers=item["headers"]).raise_for_status()
        keys[conversation_id] = item["key"]

    response = user.post("/conversation/delete", purge=True, ids=[*doomed, doomed[0], foreign, "unknown"])

    assert (response.status_code, response.json()) == (200, {"deleted": 2})
    assert listed(user) == [kept]
    assert listed(other) == [foreign]
    assert count_rows(Message) == 4
    assert {each: store.describe(key) is not None for each, key in keys.items()} == {
        doomed[0]: False,
        doomed[1]: False,
        kept: True,
        foreign: True,
    }
    assert user.get(f"/chat/{doomed[0]}").status_code == 404


def test_concurrent_deletions_delete_everything_once(user: Client, store_url: str, database: Engine) -> None:
    ids = ids_of(create(user) for _ in range(20))
    answers = at_once(
        lambda: user.post("/conversation/delete", purge=True, ids=ids),
        lambda: user.post("/conversation/delete", purge=True, ids=ids[::-1]),
    )
    assert sum(answer.json()["deleted"] for answer in answers) == 20
    assert count_rows(ObjectDeletion) == 20


def test_a_failed_deletion_queues_no_object_deletions(
    user: Client, new_user: Callable[[], Client], store_url: str
) -> None:
    foreign = create(new_user())["id"]
    assert user.post("/conversation/delete", purge=True, ids=[foreign]).json() == {"deleted": 0}
    assert count_rows(ObjectDeletion) == 0


def test_a_deletion_accepts_one_to_a_hundred_ids(user: Client) -> None:
    for ids in ([], ["x"] * 101, [""], "x", None):
        response = user.post("/conversation/delete", purge=True, ids=ids)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), ids


def test_a_conversation_is_found_by_its_id(user: Client, new_user: Callable[[], Client]) -> None:
    created = create(user, title="Found")
    assert user.get(f"/conversation/{created['id']}").json() == created
    for client, conversation_id in ((new_user(), created["id"]), (user, "unknown")):
        response = client.get(f"/conversation/{conversation_id}")
        assert (response.status_code, error_code(response)) == (404, "not_found")


def test_new_conversations_are_limited_per_day(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, settings: Callable[..., None]
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    reply_id = user.history(conversation_id)[-1]["id"]
    settings(CONVERSATIONS_PER_USER_PER_DAY="1")
    imported = {"title": "T", "messages": [question()]}
    for path, body in (("create", {}), ("import", imported), ("fork", {"message_id": reply_id})):
        response = user.post(f"/conversation/{path}", **body)
        assert (response.status_code, error_code(response)) == (429, "rate_limited"), path
    assert new_user().post("/conversation/create").status_code == 201
