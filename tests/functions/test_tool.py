"""Tool servers: create, change, test and authorize them."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from sqlalchemy import Engine, text

from shared.db.models import ToolServer
from shared.db.session import transaction
from shared.ids import new_id
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.log_watch import keep_secret
from tests.support.raw_server import RawServer
from tests.support.tool_servers import ToolServerUnderTest, follow_authorization, sdk_server

TOKEN = "a-token-of-the-server-0001"
SERVER = {"name": "Notes", "url": "https://tools.example.com/mcp", "auth": "none"}


@pytest.fixture(scope="module")
def open_server() -> Iterator[ToolServerUnderTest]:
    with sdk_server() as server:
        yield server


@pytest.fixture
def oauth_server() -> Iterator[ToolServerUnderTest]:
    with sdk_server(with_oauth=True) as server:
        yield server


def send(user: Client, path: str, body: dict[str, Any]) -> httpx2.Response:
    """A call whose body has a field `token`, which `Client.post` names its token by."""
    keep_secret(body["token"])
    headers = {"Authorization": f"Bearer {user.tokens['access_token']}"}
    return user.request("POST", path, json=body, headers=headers)


def create(user: Client, **fields: Any) -> dict[str, Any]:
    body = {**SERVER, **fields}
    response = send(user, "/tool/create", body) if "token" in body else user.post("/tool/create", **body)
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def test_a_server_is_created_listed_changed_and_deleted(user: Client) -> None:
    created = create(user)
    assert created == {
        "id": created["id"],
        "name": "Notes",
        "url": "https://tools.example.com/mcp",
        "auth": "none",
        "connected": True,
        "tools": [],
        "policy": {},
        "created_at": created["created_at"],
    }
    changed = user.post("/tool/update", id=created["id"], name="My notes", policy={"add": "allow", "*": "deny"})
    assert changed.json() == {**created, "name": "My notes", "policy": {"add": "allow", "*": "deny"}}
    assert user.get("/tool").json() == {"items": [changed.json()]}
    assert user.post("/tool/delete", ids=[created["id"]]).json() == {"deleted": 1}
    assert user.get("/tool").json() == {"items": []}


def test_a_token_is_stored_encrypted_and_never_sent_back(user: Client, database: Engine) -> None:
    created = create(user, auth="bearer", token=TOKEN)
    assert created["token_hint"] == TOKEN[-4:]
    assert TOKEN not in user.get("/tool").text
    with database.connect() as connection:
        (stored,) = connection.execute(text("SELECT token_encrypted FROM tool_servers")).one()
    assert TOKEN not in stored


def test_a_token_does_not_go_to_another_server(user: Client) -> None:
    server_id = create(user, auth="bearer", token=TOKEN)["id"]
    moved = user.post("/tool/update", id=server_id, url="https://other.example.com/mcp")
    assert error_code(moved) == "validation_error"
    assert moved.json()["error"]["details"][0]["field"] == "token"
    assert user.post("/tool/update", id=server_id, url="https://tools.example.com/v2/mcp").status_code == 200
    body = {"id": server_id, "url": "https://other.example.com/", "token": TOKEN}
    assert send(user, "/tool/update", body).status_code == 200


@pytest.mark.parametrize("auth", ["none", "oauth"])
def test_only_bearer_authorization_has_a_token(user: Client, auth: str) -> None:
    refused = send(user, "/tool/create", {**SERVER, "auth": auth, "token": TOKEN})
    assert refused.json()["error"]["details"][0]["field"] == "token"


def test_a_server_without_its_token_is_connected_when_it_has_one(user: Client) -> None:
    created = create(user, auth="bearer")
    assert not created["connected"]
    assert user.post("/tool/update", id=created["id"], name="Renamed").json()["connected"] is False
    assert send(user, "/tool/update", {"id": created["id"], "token": TOKEN}).json()["connected"]


@pytest.mark.parametrize(
    "url",
    [
        "http://tools.example.com/mcp",
        "https://127.0.0.1/mcp",
        "https://169.254.169.254/mcp",
        "https://user:password@tools.example.com/",
        "https://tools.internal/mcp",
        "not a url",
    ],
)
def test_a_url_that_must_not_be_called_is_refused_in_every_call(
    user: Client, settings: Callable[..., None], url: str
) -> None:
    server_id = create(user)["id"]
    settings(OUTBOUND_ALLOW_HTTP="false", OUTBOUND_ALLOW_PRIVATE="false")
    for response in (
        user.post("/tool/create", **{**SERVER, "url": url}),
        user.post("/tool/update", id=server_id, url=url),
        user.post("/tool/test", url=url, auth="none"),
    ):
        assert error_code(response) == "unsafe_url"
        assert response.json()["error"]["details"][0]["field"] == "url"


def test_parallel_creations_leave_exactly_as_many_as_allowed(user: Client, settings: Callable[..., None]) -> None:
    settings(TOOL_SERVERS_PER_USER="3")
    responses = at_once(*[lambda: user.post("/tool/create", **SERVER)] * 8)
    assert sorted(response.status_code for response in responses) == [201] * 3 + [403] * 5
    assert {error_code(response) for response in responses if response.status_code == 403} == {"tool_server_limit"}


def test_tests_of_a_server_are_limited_per_user(user: Client, settings: Callable[..., None]) -> None:
    settings(TOOL_CHECKS_PER_USER_PER_HOUR="1")
    server_id = create(user, url="http://127.0.0.1:9/mcp")["id"]
    assert user.post("/tool/test", id=server_id).json()["error"]["code"] == "tool_unreachable"
    refused = user.post("/tool/test", id=server_id)
    assert error_code(refused) == "rate_limited"
    assert int(refused.headers["retry-after"]) > 0


def test_a_test_lists_the_tools_and_stores_them(user: Client, open_server: ToolServerUnderTest) -> None:
    server_id = create(user, url=open_server.url)["id"]
    tested = user.post("/tool/test", id=server_id).json()
    assert (tested["ok"], tested["protocol"]) == (True, "2026-07-28")
    assert tested["tools"] == [
        {"name": "add", "description": "Add two numbers.", "read_only": True},
        {
            "name": "report",
            "description": "A chart, and a page that must not run in the browser.",
            "read_only": True,
        },
        {"name": "remember", "title": "Remember a note", "description": "Store a note.", "read_only": False},
        {
            "name": "book",
            "description": "Book seats, for somebody whose name the user is asked for.",
            "read_only": False,
        },
    ]
    assert user.get("/tool").json()["items"][0]["tools"] == tested["tools"]
    # A list belongs to its URL.
    assert user.post("/tool/update", id=server_id, url=f"{open_server.url}/").json()["tools"] == []


def test_a_server_can_be_tested_before_it_is_saved(user: Client, open_server: ToolServerUnderTest) -> None:
    assert user.post("/tool/test", url=open_server.url, auth="none").json()["ok"] is True
    assert user.get("/tool").json() == {"items": []}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", "tool_auth"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "not_an_mcp_server"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 4\r\n\r\n<p/>", "not_an_mcp_server"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "tool_unreachable"),
        (b"no HTTP at all", "tool_unreachable"),
    ],
)
def test_a_failure_of_the_server_is_a_result_with_its_code(user: Client, answer: bytes, code: str) -> None:
    with RawServer([answer]).serve() as server:
        result = user.post("/tool/test", url=server.base_url, auth="none").json()
    assert (result["ok"], result["error"]["code"]) == (False, code)


def test_a_server_is_authorized_with_oauth(user: Client, oauth_server: ToolServerUnderTest, database: Engine) -> None:
    created = create(user, url=oauth_server.url, auth="oauth")
    assert created["connected"] is False
    assert user.post("/tool/test", id=created["id"]).json()["error"]["code"] == "tool_auth"

    url = user.post("/tool/authorize", id=created["id"]).json()["url"]
    answer = follow_authorization(url)
    connected = user.post("/tool/authorized", **answer).json()
    assert (connected["id"], connected["connected"]) == (created["id"], True)
    assert [tool["name"] for tool in connected["tools"]] == ["add", "report", "remember", "book"]
    assert user.post("/tool/test", id=created["id"]).json()["ok"] is True
    with database.connect() as connection:
        (stored,) = connection.execute(text("SELECT oauth_encrypted FROM tool_servers")).one()
    assert not any(token in stored for token in oauth_server.provider.access_tokens)
    # The state and the code are used up.
    assert error_code(user.post("/tool/authorized", **answer)) == "not_found"


def test_another_user_cannot_finish_an_authorization(
    new_user: Callable[[], Client], oauth_server: ToolServerUnderTest
) -> None:
    owner, stranger = new_user(), new_user()
    server_id = create(owner, url=oauth_server.url, auth="oauth")["id"]
    answer = follow_authorization(owner.post("/tool/authorize", id=server_id).json()["url"])
    assert error_code(stranger.post("/tool/authorized", **answer)) == "not_found"
    assert owner.post("/tool/authorized", **answer).json()["connected"] is True


def test_an_access_token_is_refreshed_before_it_expires_and_only_once(
    user: Client, oauth_server: ToolServerUnderTest
) -> None:
    oauth_server.provider.token_seconds = 30
    server_id = create(user, url=oauth_server.url, auth="oauth")["id"]
    answer = follow_authorization(user.post("/tool/authorize", id=server_id).json()["url"])
    user.post("/tool/authorized", **answer)
    oauth_server.provider.token_seconds = 3600
    before = oauth_server.provider.refreshes
    results = at_once(*[lambda: user.post("/tool/test", id=server_id).json()["ok"]] * 4)
    assert results == [True] * 4
    assert oauth_server.provider.refreshes == before + 1
    assert oauth_server.provider.reused_refresh_tokens == 0


def test_a_revoked_authorization_is_no_longer_connected(user: Client, oauth_server: ToolServerUnderTest) -> None:
    server_id = create(user, url=oauth_server.url, auth="oauth")["id"]
    answer = follow_authorization(user.post("/tool/authorize", id=server_id).json()["url"])
    user.post("/tool/authorized", **answer)
    oauth_server.provider.access_tokens.clear()
    oauth_server.provider.refresh_tokens.clear()
    assert user.post("/tool/test", id=server_id).json()["error"]["code"] == "tool_auth"
    assert user.get("/tool").json()["items"][0]["connected"] is False
    # The client that was registered is used again.
    clients = len(oauth_server.provider.clients)
    answer = follow_authorization(user.post("/tool/authorize", id=server_id).json()["url"])
    assert user.post("/tool/authorized", **answer).json()["connected"] is True
    assert len(oauth_server.provider.clients) == clients


def test_the_operators_servers_are_offered_to_everybody_with_a_policy_of_their_own(
    new_user: Callable[[], Client], open_server: ToolServerUnderTest
) -> None:
    with transaction() as session:
        session.add(ToolServer(id=new_id(), name="Shared", url=open_server.url, auth="none", policy={"*": "ask"}))
    one, two = new_user(), new_user()
    (offered,) = one.get("/tool").json()["items"]
    assert (offered["name"], offered["offered"], offered["url"]) == ("Shared", True, "")
    assert one.post("/tool/test", id=offered["id"]).json()["ok"] is True
    changed = one.post("/tool/update", id=offered["id"], policy={"remember": "deny"}).json()
    assert changed["policy"] == {"remember": "deny"}
    assert two.get("/tool").json()["items"][0]["policy"] == {"*": "ask"}
    refused = one.post("/tool/update", id=offered["id"], name="Mine")
    assert refused.json()["error"]["details"][0]["field"] == "name"
    assert one.post("/tool/delete", ids=[offered["id"]]).json() == {"deleted": 0}
