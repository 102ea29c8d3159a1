"""OAuth with authorization servers that differ from the SDK's, or refuse."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.db.engine import LOCK_SECONDS
from shared.db.models import ToolServer
from shared.db.repositories import tool_servers
from shared.db.session import transaction
from shared.tools.errors import ServerFailed, ServerUnreachable
from shared.tools.mcp import credentials, oauth
from shared.tools.mcp.oauth import AuthorizationFailed, AuthorizationRequest, ClientIdentity
from tests.support.api import Client
from tests.support.processes import serve

CLIENT = ClientIdentity("https://chat.example/tool-connected.html", None)


class AuthorizationServer:
    """`named`: the issuer that the tool server names, `issuer` that of the metadata, both after the address."""

    def __init__(self) -> None:
        self.base = ""
        self.named = self.issuer = ""
        self.clients = 0
        self.on_token: Callable[[dict[str, str]], Response] = lambda form: tokens()
        # Set while token requests are answered; and how many came, and the most at the same time.
        self.answers = threading.Event()
        self.answers.set()
        self.token_requests = self.most_at_once = self._running = 0

    async def resource(self, request: Request) -> Response:
        return JSONResponse({"resource": f"{self.base}/mcp", "authorization_servers": [f"{self.base}{self.named}"]})

    async def metadata(self, request: Request) -> Response:
        endpoints = {f"{name}_endpoint": f"{self.base}/{name}" for name in ("authorization", "token", "registration")}
        issuer = f"{self.base}{self.issuer}"
        return JSONResponse({"issuer": issuer, "code_challenge_methods_supported": ["S256"], **endpoints})

    async def register(self, request: Request) -> Response:
        self.clients += 1
        return JSONResponse({"client_id": f"client-{self.clients}"}, 201)

    async def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        self.token_requests += 1
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        await asyncio.sleep(0.05)
        await asyncio.to_thread(self.answers.wait, 30)
        self._running -= 1
        return self.on_token(form)


def tokens(**fields: Any) -> Response:
    return JSONResponse({"access_token": "an-access-token", "refresh_token": "a-refresh-token"} | fields)


@pytest.fixture
def server() -> Iterator[AuthorizationServer]:
    running = AuthorizationServer()
    routes = [
        Route("/.well-known/oauth-protected-resource/mcp", running.resource),
        Route("/.well-known/oauth-authorization-server{path:path}", running.metadata),
        Route("/registration", running.register, methods=["POST"]),
        Route("/token", running.token, methods=["POST"]),
    ]
    with serve(Starlette(routes=routes)) as running.base:
        yield running


def start(server: AuthorizationServer, previous: oauth.Registration | None = None) -> AuthorizationRequest:
    return asyncio.run(oauth.start_authorization(f"{server.base}/mcp", "", CLIENT, previous))


def client_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["client_id"][0]


@pytest.mark.parametrize(("named", "issuer"), [("/", ""), ("", "/"), ("/", "/")])
def test_an_issuer_without_a_path_may_end_in_a_slash(server: AuthorizationServer, named: str, issuer: str) -> None:
    server.named, server.issuer = named, issuer
    pending = start(server).pending
    grant = asyncio.run(oauth.finish_authorization(pending, "a-code", f"{server.base}{issuer}"))
    assert grant.access_token == "an-access-token"
    # A response has to be of exactly the issuer in the metadata.
    with pytest.raises(AuthorizationFailed, match="another issuer"):
        asyncio.run(oauth.finish_authorization(pending, "a-code", f"{server.base}{'' if issuer else '/'}"))


@pytest.mark.parametrize(("named", "issuer"), [("/a", "/a/"), ("/a/", "/a"), ("/a", ""), ("", "//")])
def test_metadata_of_another_issuer_are_refused(server: AuthorizationServer, named: str, issuer: str) -> None:
    server.named, server.issuer = named, issuer
    with pytest.raises(AuthorizationFailed, match="another issuer"):
        start(server)


@pytest.fixture
def stored(user: Client, server: AuthorizationServer) -> Callable[[], ToolServer]:
    """The user's tool server, as it is stored now."""
    created = user.post("/tool/create", name="Notes", url=f"{server.base}/mcp", auth="oauth").json()
    user_id = user.get("/user/me").json()["id"]

    def find() -> ToolServer:
        with transaction() as session:
            (found,) = tool_servers.find_usable_servers(session, user_id, [created["id"]])
        return found

    return find


def authorize(server: ToolServer) -> str:
    """Begin an authorization; its URL."""
    return asyncio.run(credentials.start_authorization(server, ""))


def come_back(server: ToolServer, url: str) -> None:
    state = parse_qs(urlsplit(url).query)["state"][0]
    assert server.user_id is not None
    found = asyncio.run(credentials.finish_authorization(server.user_id, state, "a-code", None))
    assert found is not None


def test_a_client_is_registered_once_and_again_where_nobody_came_back(stored: Callable[[], ToolServer]) -> None:
    come_back(stored(), authorize(stored()))
    assert client_of(authorize(stored())) == "client-1"
    # As of a server that has forgotten the client: its page shows an error, and does not send the user back.
    url = authorize(stored())
    assert client_of(url) == "client-2"
    come_back(stored(), url)
    assert client_of(authorize(stored())) == "client-2"


def test_a_client_is_registered_again_for_another_address_of_the_site(
    stored: Callable[[], ToolServer], settings: Callable[..., None]
) -> None:
    come_back(stored(), authorize(stored()))
    settings(SITE_URL="https://moved.example")
    assert client_of(authorize(stored())) == "client-2"


def test_a_client_that_the_token_endpoint_does_not_know_is_forgotten(
    stored: Callable[[], ToolServer], server: AuthorizationServer
) -> None:
    come_back(stored(), authorize(stored()))
    url = authorize(stored())
    server.on_token = lambda form: JSONResponse({"error": "invalid_client"}, 401)
    with pytest.raises(AuthorizationFailed, match="invalid_client"):
        come_back(stored(), url)
    server.on_token = lambda form: tokens(expires_in=1)
    url = authorize(stored())
    assert client_of(url) == "client-2"
    come_back(stored(), url)
    server.on_token = lambda form: JSONResponse({"error": "invalid_client"}, 400)
    assert asyncio.run(credentials.access_token(stored())) is None
    assert client_of(authorize(stored())) == "client-3"


def test_a_server_whose_stored_tokens_cannot_be_read_is_connected_again(stored: Callable[[], ToolServer]) -> None:
    come_back(stored(), authorize(stored()))
    with transaction() as session:
        session.execute(update(ToolServer).values(oauth_encrypted="of another key"))
    with pytest.raises(ServerFailed, match="can no longer be read"):
        asyncio.run(credentials.access_token(stored()))
    come_back(stored(), authorize(stored()))
    assert asyncio.run(credentials.access_token(stored())) == "an-access-token"


@pytest.mark.parametrize("status", [408, 429, 503])
def test_a_token_endpoint_that_is_busy_does_not_end_the_authorization(
    stored: Callable[[], ToolServer], server: AuthorizationServer, status: int
) -> None:
    server.on_token = lambda form: tokens(expires_in=1)
    come_back(stored(), authorize(stored()))
    server.on_token = lambda form: JSONResponse({"error": "slow_down"}, status)
    with pytest.raises(ServerFailed, match="cannot be reached"):
        asyncio.run(credentials.access_token(stored()))
    server.on_token = lambda form: tokens(access_token=form["refresh_token"])
    assert asyncio.run(credentials.access_token(stored())) == "a-refresh-token"


def test_a_refresh_ends_before_others_give_up_waiting_for_its_lock(
    stored: Callable[[], ToolServer], server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert oauth.REFRESH_SECONDS < LOCK_SECONDS
    server.on_token = lambda form: tokens(expires_in=1)
    come_back(stored(), authorize(stored()))
    server.answers.clear()
    with monkeypatch.context() as short:
        short.setattr(oauth, "REFRESH_SECONDS", 0.2)
        # Limit of other requests; the server answers before it.
        short.setattr(oauth, "_SECONDS", 600)
        with pytest.raises(ServerUnreachable):
            asyncio.run(credentials.access_token(stored()))
    server.answers.set()
    assert asyncio.run(credentials.access_token(stored())) == "an-access-token"


def test_a_user_has_one_refresh_at_a_time(
    user: Client, stored: Callable[[], ToolServer], server: AuthorizationServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    user.post("/tool/create", name="Other", url=f"{server.base}/mcp", auth="oauth")
    first = stored()
    assert first.user_id is not None
    with transaction() as session:
        servers = tool_servers.list_own_servers(session, first.user_id)
    server.on_token = lambda form: tokens(expires_in=1)
    for each in servers:
        come_back(each, authorize(each))
    with transaction() as session:
        servers = tool_servers.list_own_servers(session, first.user_id)

    async def refresh() -> list[str | BaseException | None]:
        return await asyncio.gather(*map(credentials.access_token, servers), return_exceptions=True)

    assert asyncio.run(refresh()) == ["an-access-token"] * 2
    assert (server.token_requests, server.most_at_once) == (4, 1)
    # One that has waited too long does not begin.
    monkeypatch.setattr(credentials, "_WAIT_SECONDS", 0.0)
    assert [type(found) for found in asyncio.run(refresh())] == [ServerUnreachable] * 2
    assert server.token_requests == 4
