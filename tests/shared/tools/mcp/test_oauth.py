"""OAuth with authorization servers that differ from the SDK's, or refuse."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.tools.mcp import oauth
from shared.tools.mcp.oauth import AuthorizationFailed, Begun, ClientIdentity
from tests.support.processes import serve

CLIENT = ClientIdentity("https://chat.example/tool-connected.html", None)


class AuthorizationServer:
    """`named`: the issuer that the tool server names, `issuer` that of the metadata, both after the address."""

    def __init__(self) -> None:
        self.base = ""
        self.named = self.issuer = ""
        self.clients = 0
        self.on_token: Callable[[dict[str, str]], Response] = lambda form: tokens()

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
        return self.on_token(form)


def tokens(**fields: Any) -> Response:
    return JSONResponse({"access_token": "an-access-token", "refresh_token": "a-refresh-token", **fields})


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


def begin(server: AuthorizationServer, previous: oauth.Registration | None = None) -> Begun:
    return asyncio.run(oauth.begin(f"{server.base}/mcp", "", CLIENT, previous))


def client_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["client_id"][0]


@pytest.mark.parametrize(("named", "issuer"), [("/", ""), ("", "/"), ("/", "/")])
def test_an_issuer_without_a_path_may_end_in_a_slash(server: AuthorizationServer, named: str, issuer: str) -> None:
    server.named, server.issuer = named, issuer
    pending = begin(server).pending
    grant = asyncio.run(oauth.finish(pending, "a-code", f"{server.base}{issuer}"))
    assert grant.access_token == "an-access-token"
    # A response has to be of exactly the issuer in the metadata.
    with pytest.raises(AuthorizationFailed, match="another issuer"):
        asyncio.run(oauth.finish(pending, "a-code", f"{server.base}{'' if issuer else '/'}"))


@pytest.mark.parametrize(("named", "issuer"), [("/a", "/a/"), ("/a/", "/a"), ("/a", ""), ("", "//")])
def test_metadata_of_another_issuer_are_refused(server: AuthorizationServer, named: str, issuer: str) -> None:
    server.named, server.issuer = named, issuer
    with pytest.raises(AuthorizationFailed, match="another issuer"):
        begin(server)
