"""Outbound requests through the operator's egress proxy."""

import asyncio
import logging
import ssl
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from pydantic import ValidationError

from shared.config import load
from shared.outbound.settings import OutboundSettings
from shared.outbound.transport import UnsafeAddress
from tests.shared.outbound.test_transport import (
    PUBLIC_IPV4,
    PUBLIC_IPV6,
    answering,
    certificate_for,
    outbound_client,
    tcp_server,
)
from tests.support.all_functions import app as all_functions
from tests.support.api import Client
from tests.support.connect_proxy import ConnectProxy
from tests.support.processes import serve
from tests.support.scripted_provider import ScriptedProvider

Settings = Callable[..., None]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def twice_ok(reader: Reader, writer: Writer) -> None:
    writer.write(OK)
    await reader.readuntil(b"\r\n\r\n")
    writer.write(OK)


def get(
    settings: Settings,
    url: str = "http://model.example/v1",
    *,
    address: str = PUBLIC_IPV4,
    answer: bytes | None = None,
    credentials: str = "",
    server_tls: ssl.SSLContext | None = None,
    client_tls: ssl.SSLContext | None = None,
    times: int = 1,
) -> tuple[ConnectProxy, list[httpx2.Response]]:
    """Responses of a server behind a proxy, which are requested one after another. The name resolves to `address`."""

    async def run() -> tuple[ConnectProxy, list[httpx2.Response]]:
        async with tcp_server(twice_ok, server_tls) as port:
            with ConnectProxy(port, answer).serve() as proxy:
                settings(OUTBOUND_PROXY=proxy.url.replace("://", f"://{credentials}"))
                async with outbound_client(ssl_context=client_tls, resolver=answering(address)) as client:
                    return proxy, [await client.get(url) for _ in range(times)]

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def _in_the_cloud(settings: Settings) -> None:
    settings(STAGE="prod", OUTBOUND_ALLOW_HTTP="true")


def test_the_proxy_is_asked_for_the_checked_address_and_no_name(settings: Settings) -> None:
    proxy, responses = get(settings)
    assert [response.text for response in responses] == ["ok"]
    assert proxy.heads == [[f"CONNECT {PUBLIC_IPV4}:80 HTTP/1.1", f"Host: {PUBLIC_IPV4}:80"]]


def test_an_ipv6_address_is_in_brackets(settings: Settings) -> None:
    proxy, _ = get(settings, "http://model.example:8080/v1", address=PUBLIC_IPV6)
    assert proxy.targets == [f"[{PUBLIC_IPV6}]:8080"]


def test_a_name_of_a_private_address_is_refused_before_the_proxy_hears_of_it(settings: Settings) -> None:
    with ConnectProxy(1).serve() as proxy:

        async def run() -> None:
            settings(OUTBOUND_PROXY=proxy.url)
            async with outbound_client(resolver=answering(PUBLIC_IPV4, "10.0.0.1")) as client:
                await client.get("https://model.example/v1")

        with pytest.raises(UnsafeAddress):
            asyncio.run(run())
        assert proxy.heads == []


def test_credentials_are_sent_to_the_proxy_and_not_to_the_server(settings: Settings) -> None:
    proxy, (response,) = get(settings, credentials="user:p%40ss@")
    assert "Proxy-Authorization: Basic dXNlcjpwQHNz" in proxy.heads[0]
    assert "proxy-authorization" not in response.request.headers


def test_a_tunnel_is_reused(settings: Settings) -> None:
    proxy, responses = get(settings, times=2)
    assert [response.text for response in responses] == ["ok", "ok"]
    assert len(proxy.heads) == 1


def test_tls_is_with_the_server_and_carries_its_name(settings: Settings, tmp_path: Path) -> None:
    certificate, key = certificate_for("model.example", tmp_path)
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_tls.load_cert_chain(certificate, key)
    names: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: names.append(name)
    client_tls = ssl.create_default_context(cafile=str(certificate))

    proxy, responses = get(settings, "https://model.example/v1", server_tls=server_tls, client_tls=client_tls, times=2)
    assert [response.text for response in responses] == ["ok", "ok"]
    assert proxy.targets == [f"{PUBLIC_IPV4}:443"]
    with pytest.raises(httpx2.ConnectError):
        get(settings, "https://other.example/v1", server_tls=server_tls, client_tls=client_tls)
    assert names == ["model.example", "other.example"]


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 4\r\n\r\nwho?", 407),
        (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", 502),
        (b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", 200),
        (b"SSH-2.0-OpenSSH\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 4000, 200),
    ],
)
def test_a_refusal_of_the_proxy_is_a_connection_error_and_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture, answer: bytes, status: int | None
) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(httpx2.ConnectError):
        get(settings, answer=answer, credentials="user:password@")
    (record,) = [record for record in caplog.records if "proxy" in record.message]
    assert record.levelname == "WARNING"
    assert record.__dict__["status"] == status
    assert "password" not in caplog.text


@pytest.mark.parametrize("answer", [b"HTTP/1.1 200", b"\r"])
def test_a_proxy_that_hangs_up_is_a_connection_error(settings: Settings, answer: bytes) -> None:
    with pytest.raises(httpx2.ConnectError):
        get(settings, answer=answer)


def test_a_silent_proxy_has_the_timeout_of_a_connection(settings: Settings) -> None:
    settings(OUTBOUND_CONNECT_SECONDS="0.1")
    with pytest.raises(httpx2.ConnectTimeout):
        get(settings, answer=b"")


def test_a_proxy_that_is_not_there_is_a_connection_error(settings: Settings) -> None:
    async def run() -> None:
        settings(OUTBOUND_PROXY="http://127.0.0.1:1")
        async with outbound_client(resolver=answering(PUBLIC_IPV4)) as client:
            await client.get("https://model.example/v1")

    with pytest.raises(httpx2.ConnectError):
        asyncio.run(run())


def test_every_call_of_a_provider_goes_through_it(user: Client, provider: ScriptedProvider, settings: Settings) -> None:
    settings(OUTBOUND_ALLOW_PRIVATE="true")
    host = provider.base_url.split("/")[2]
    with ConnectProxy(int(host.rpartition(":")[2])).serve() as proxy:
        settings(OUTBOUND_PROXY=proxy.url)
        # A server of this test's own, because the transport of an event loop has the settings of its first call.
        with serve(all_functions) as url, closing(Client(url)) as client:
            client.tokens = user.tokens
            server = {"base_url": provider.base_url, "api_key": "key-of-the-user"}
            assert client.post("/model_config/test", **server, model="m").json()["ok"]
            assert "models" in client.post("/model_config/discover", **server).json()
            conversation_id = client.post("/conversation/create").json()["id"]
            events = client.turn("/chat/send", **server, model="m", conversation_id=conversation_id, message="Hi")
            assert events[-1]["status"] == "completed"
        assert set(proxy.targets) == {host}
        assert {request.client for request in provider.requests} | set(provider.list_clients) == set(proxy.ends)


@pytest.mark.parametrize(
    "url",
    ["proxy.example:3128", "https://proxy.example", "socks5://proxy.example", "http://", "http://p/x", "http://p:x"],
)
def test_a_malformed_proxy_is_found_at_the_start_and_its_password_stays_out_of_the_error(
    settings: Settings, url: str
) -> None:
    settings(OUTBOUND_PROXY=url.replace("://", "://user:the-password@"))
    with pytest.raises(ValidationError) as invalid:
        load(OutboundSettings)
    assert "the-password" not in str(invalid.value)
    assert "the-password" not in repr(OutboundSettings(outbound_proxy="http://user:the-password@p"))  # type: ignore[arg-type]
