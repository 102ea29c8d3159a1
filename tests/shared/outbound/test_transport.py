"""Outbound requests to servers that users choose: refused addresses, connections, timeouts, limits, the pool."""

import asyncio
import datetime
import ssl
from asyncio import StreamReader as Reader
from asyncio import StreamWriter as Writer
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.outbound import pool, transport
from shared.outbound.connection import HttpConnection
from shared.outbound.pool import Origin
from shared.outbound.transport import Connect, UnsafeAddress, connect, outbound_transport, resolve
from tests.shared.outbound.urls import PUBLIC, REFUSED, REFUSED_IN_LOCAL_STAGE, RESOLVED

SSL_CONTEXT = ssl.create_default_context()
PUBLIC_IPV4, PUBLIC_IPV6 = "93.184.215.14", "2606:2800:21f:cb07::1"
Settings = Callable[..., None]


class Answering:
    """A transport that is not a subclass of asyncio's, like uvloop's. It answers every write with the same bytes, in
    the event loop's next iteration."""

    def __init__(
        self, connection: HttpConnection, answer: bytes, when_closed: Callable[[], None] = lambda: None
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._when_closed = when_closed
        self._closing = False
        connection.connection_made(cast("asyncio.Transport", self))

    def write(self, data: bytes | bytearray | memoryview) -> None:
        asyncio.get_running_loop().call_soon(self._connection.data_received, self._answer)

    def abort(self) -> None:
        self._closing = True
        self._when_closed()

    def is_closing(self) -> bool:
        return self._closing

    def get_write_buffer_size(self) -> int:
        return 0

    def resume_reading(self) -> None:
        pass


class RecordedNetwork:
    """Accepts every connection, answers each with `answer`, and records their addresses."""

    def __init__(
        self,
        answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
        dead: Sequence[str] = (),
        silent: Sequence[str] = (),
    ) -> None:
        self.connected: list[tuple[str, int]] = []
        self._answer = answer
        self._dead = dead
        self._silent = silent

    async def __call__(self, address: str, origin: Origin, _tls: ssl.SSLContext) -> HttpConnection:
        self.connected.append((address, origin.port))
        if address in self._dead:
            raise ConnectionRefusedError
        if address in self._silent:
            await asyncio.Event().wait()
        connection = HttpConnection()
        Answering(connection, self._answer)
        return connection


async def resolve_here(host: str, port: int) -> Sequence[str]:
    """Resolves the test's names from its table, others with the system's resolver."""
    return RESOLVED[host] if host in RESOLVED else await resolve(host, port)


def answering(*addresses: str) -> Callable[[str, int], Awaitable[Sequence[str]]]:
    async def resolver(host: str, port: int) -> Sequence[str]:
        return addresses

    return resolver


def outbound_client(**options: Any) -> httpx2.AsyncClient:
    """A client without settings of its own."""
    return httpx2.AsyncClient(transport=outbound_transport(**options), timeout=None, trust_env=False)


def get(url: str, network: Connect = connect, **options: Any) -> httpx2.Response:
    async def run() -> httpx2.Response:
        async with outbound_client(ssl_context=SSL_CONTEXT, connector=network, **options) as client:
            return await client.get(url)

    return asyncio.run(run())


@pytest.fixture
def in_the_cloud(settings: Settings) -> None:
    settings(STAGE="prod")


@pytest.fixture
def on_this_machine(settings: Settings) -> None:
    settings(STAGE="local")


def test_the_corpus_has_its_size() -> None:
    assert len(set(REFUSED)) >= 300


@pytest.mark.parametrize("url", sorted(set(REFUSED)), ids=ascii)
def test_a_private_url_is_refused_before_any_connection(in_the_cloud: None, url: str) -> None:
    network = RecordedNetwork()
    with pytest.raises((UnsafeAddress, httpx2.InvalidURL)):
        get(url, network, resolver=resolve_here)
    assert network.connected == []


@pytest.mark.parametrize("url", PUBLIC, ids=ascii)
def test_a_public_url_is_requested(in_the_cloud: None, url: str) -> None:
    network = RecordedNetwork()

    async def resolver(host: str, port: int) -> Sequence[str]:
        return [host] if host[0] in "18[2" and "example" not in host else [PUBLIC_IPV4]

    # The fake server has no TLS, so the request fails after the connection is made.
    response = get(url, network, resolver=resolver)
    assert response.text == "ok"
    assert len(network.connected) == 1


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(in_the_cloud: None) -> None:
    asked: list[tuple[str, int]] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return [PUBLIC_IPV4] if len(asked) == 1 else ["127.0.0.1"]

    network = RecordedNetwork()
    get("https://rebind.example/v1", network, resolver=rebinding)

    assert asked == [("rebind.example", 443)]
    assert network.connected == [(PUBLIC_IPV4, 443)]


def test_a_new_connection_is_checked_again(in_the_cloud: None) -> None:
    answers = iter([[PUBLIC_IPV4], ["127.0.0.1"]])

    async def rebinding(host: str, port: int) -> Sequence[str]:
        return next(answers)

    async def run() -> None:
        network = RecordedNetwork(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
        async with outbound_client(ssl_context=SSL_CONTEXT, connector=network, resolver=rebinding) as client:
            assert (await client.get("https://rebind.example/v1")).status_code == 200
            with pytest.raises(UnsafeAddress):
                await client.get("https://rebind.example/v1")
        assert network.connected == [(PUBLIC_IPV4, 443)]

    asyncio.run(run())


def test_the_next_address_of_a_name_is_tried_when_one_is_dead(in_the_cloud: None) -> None:
    network = RecordedNetwork(dead=[PUBLIC_IPV6])
    response = get("https://two.example/v1", network, resolver=answering(PUBLIC_IPV6, PUBLIC_IPV4))

    assert response.status_code == 200
    assert network.connected == [(PUBLIC_IPV6, 443), (PUBLIC_IPV4, 443)]


def test_the_next_address_of_a_name_is_tried_when_one_does_not_answer(in_the_cloud: None, settings: Settings) -> None:
    settings(OUTBOUND_CONNECT_SECONDS="0.05")
    network = RecordedNetwork(silent=[PUBLIC_IPV6])

    assert get("https://two.example/v1", network, resolver=answering(PUBLIC_IPV6, PUBLIC_IPV4)).status_code == 200
    assert network.connected == [(PUBLIC_IPV6, 443), (PUBLIC_IPV4, 443)]

    with pytest.raises(httpx2.ConnectTimeout):
        get("https://one.example/v1", network, resolver=answering(PUBLIC_IPV6))


@pytest.mark.parametrize("resolver", [answering(), answering(PUBLIC_IPV4)])
def test_a_name_without_a_reachable_address_is_a_connection_error(in_the_cloud: None, resolver: Any) -> None:
    with pytest.raises(httpx2.ConnectError):
        get("https://gone.example/v1", RecordedNetwork(dead=[PUBLIC_IPV4]), resolver=resolver)


def test_an_unknown_name_is_a_connection_error(in_the_cloud: None) -> None:
    async def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(httpx2.ConnectError):
        get("https://nowhere.example/v1", RecordedNetwork(), resolver=unknown)


@pytest.mark.parametrize(
    "target", ["https://169.254.169.254/latest/meta-data", "http://127.0.0.1/", "https://other.example/v1"]
)
def test_a_redirect_is_not_followed(in_the_cloud: None, target: str) -> None:
    network = RecordedNetwork(f"HTTP/1.1 307 Moved\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode())
    response = get("https://redirects.example/v1", network, resolver=answering(PUBLIC_IPV4))

    assert (response.status_code, response.headers["location"]) == (307, target)
    assert network.connected == [(PUBLIC_IPV4, 443)]


def test_the_environment_s_proxy_is_not_used(in_the_cloud: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    network = RecordedNetwork()
    get("https://model.example/v1", network, resolver=answering(PUBLIC_IPV4))
    assert network.connected == [(PUBLIC_IPV4, 443)]


def test_the_local_stage_calls_this_machine_and_http(on_this_machine: None) -> None:
    network = RecordedNetwork()
    assert get("http://localhost:11434/v1", network, resolver=answering("127.0.0.1")).text == "ok"
    assert network.connected == [("127.0.0.1", 11434)]


@pytest.mark.parametrize("url", REFUSED_IN_LOCAL_STAGE)
def test_the_local_stage_refuses_tricks_too(on_this_machine: None, url: str) -> None:
    with pytest.raises(UnsafeAddress):
        get(url, RecordedNetwork(), resolver=resolve_here)


# With real servers on this machine.


@asynccontextmanager
async def tcp_server(
    answer: Callable[[Reader, Writer], Awaitable[None]], ssl_context: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """The port of a server that reads a request's head and answers with a given function."""
    done = asyncio.Event()

    async def serve(reader: Reader, writer: Writer) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(reader, writer)
            await writer.drain()
            # Kept open until the end of the test, so that the client sees no disconnect.
            await done.wait()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ssl_context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        done.set()
        server.close()
        await server.wait_closed()


def certificate_for(name: str, folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


def test_tls_and_host_carry_the_name_while_the_connection_goes_to_the_address(
    settings: Settings, tmp_path: Path
) -> None:
    settings(STAGE="prod", OUTBOUND_ALLOW_PRIVATE="true")
    certificate, key = certificate_for("model.example", tmp_path)
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate, key)
    names: list[str | None] = []
    server_context.sni_callback = lambda _socket, name, _context: names.append(name)

    async def echo_host(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    async def run() -> httpx2.Response:
        client_context = ssl.create_default_context(cafile=str(certificate))
        async with tcp_server(echo_host, server_context) as port:
            async with outbound_client(ssl_context=client_context, resolver=answering("127.0.0.1")) as client:
                # A different TLS name, which httpx callers can request, is ignored.
                extensions = {"sni_hostname": "other.example"}
                response = await client.get(f"https://model.example:{port}/v1", extensions=extensions)
                with pytest.raises(httpx2.ConnectError):
                    await client.get(f"https://other.example:{port}/v1")
                assert response.request.headers["host"] == f"model.example:{port}"
                return response

    assert asyncio.run(run()).text == "ok"
    assert names == ["model.example", "other.example"]


def call_local(answer: Callable[[Reader, Writer], Awaitable[None]]) -> httpx2.Response:
    async def run() -> httpx2.Response:
        async with tcp_server(answer) as port, outbound_client(ssl_context=SSL_CONTEXT) as client:
            return await client.get(f"http://127.0.0.1:{port}/v1")

    return asyncio.run(run())


def test_a_dns_lookup_has_the_timeout_of_a_connection(on_this_machine: None, settings: Settings) -> None:
    settings(OUTBOUND_CONNECT_SECONDS="0.05")

    async def silent(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(httpx2.ConnectTimeout):
        get("http://model.example/v1", RecordedNetwork(), resolver=silent)


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"])
def test_the_first_byte_has_a_timeout(on_this_machine: None, settings: Settings, head: bytes) -> None:
    settings(OUTBOUND_FIRST_BYTE_SECONDS="0.1", OUTBOUND_IDLE_SECONDS="600")

    async def respond(reader: Reader, writer: Writer) -> None:
        writer.write(head)

    with pytest.raises(httpx2.TimeoutException):
        call_local(respond)


def test_an_idle_response_times_out(on_this_machine: None, settings: Settings) -> None:
    settings(OUTBOUND_FIRST_BYTE_SECONDS="600", OUTBOUND_IDLE_SECONDS="0.1")

    async def respond(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nso far")

    with pytest.raises(httpx2.ReadTimeout):
        call_local(respond)


@pytest.mark.parametrize("framing", [b"Content-Length: 2000", b"Transfer-Encoding: chunked"])
def test_a_too_large_response_is_aborted(on_this_machine: None, settings: Settings, framing: bytes) -> None:
    settings(OUTBOUND_MAX_BYTES="1000")

    async def flood(reader: Reader, writer: Writer) -> None:
        body = b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n" if b"chunked" in framing else b"x" * 2000
        writer.write(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + body)

    with pytest.raises(httpx2.ReadError, match="too large"):
        call_local(flood)


def test_an_endless_head_is_aborted(on_this_machine: None) -> None:
    async def flood(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: 1\r\n" * 20_000)

    with pytest.raises(httpx2.ReadError):
        call_local(flood)


def test_a_compressed_answer_is_not_unpacked(on_this_machine: None) -> None:
    async def bomb(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00")

    response = call_local(bomb)
    assert response.content == b"\x1f\x8b\x08\x00"


def test_a_broken_connection_is_a_connection_error(on_this_machine: None) -> None:
    async def cut(reader: Reader, writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nso far")
        await writer.drain()
        writer.close()

    with pytest.raises(httpx2.ReadError):
        call_local(cut)


def test_a_kept_connection_is_reused_and_a_closed_one_replaced(
    on_this_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_CLOSED_SECONDS", 60.0)
    connections = 0

    async def answer_two_of_three(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        for _ in range(2):
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
            await reader.readuntil(b"\r\n\r\n")
        raise ConnectionResetError

    async def run() -> list[int]:
        async with tcp_server(answer_two_of_three) as port, outbound_client() as client:
            return [(await client.get(f"http://127.0.0.1:{port}/")).status_code for _ in range(3)]

    assert asyncio.run(run()) == [200, 200, 200]
    assert connections == 2


def test_a_request_that_its_server_had_is_not_sent_again(
    on_this_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second request comes on the first one's connection, which is lost after any closed one would be."""
    monkeypatch.setattr(transport, "_CLOSED_SECONDS", 0.0)
    requests = 0

    async def answer_one_of_two(reader: Reader, writer: Writer) -> None:
        nonlocal requests
        requests += 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
        await reader.readuntil(b"\r\n\r\n")
        requests += 1
        await asyncio.sleep(0.01)
        raise ConnectionResetError

    async def run() -> None:
        async with tcp_server(answer_one_of_two) as port, outbound_client() as client:
            await client.get(f"http://127.0.0.1:{port}/")
            with pytest.raises(httpx2.ReadError):
                await client.get(f"http://127.0.0.1:{port}/")

    asyncio.run(run())
    assert requests == 2


def test_a_request_that_is_sent_once_has_a_new_connection(on_this_machine: None) -> None:
    connections = 0

    async def answer_one(reader: Reader, writer: Writer) -> None:
        nonlocal connections
        connections += 1
        if connections == 3:
            raise ConnectionResetError
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")

    async def run() -> None:
        async with tcp_server(answer_one) as port, outbound_client() as client:
            url, extensions = f"http://127.0.0.1:{port}/", {"is_sent_once": True}
            for _ in range(2):
                await client.post(url, extensions=extensions)
            with pytest.raises(httpx2.ReadError):
                await client.post(url, extensions=extensions)

    asyncio.run(run())
    assert connections == 3


class CountedNetwork:
    """Answers every request of every connection, and tracks open connections."""

    def __init__(self, answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") -> None:
        self.opened = 0
        self.open = 0
        self._answer = answer
        self.last: HttpConnection

    async def __call__(self, _address: str, _origin: Origin, _tls: ssl.SSLContext) -> HttpConnection:
        self.opened += 1
        self.open += 1
        self.last = HttpConnection()
        Answering(self.last, self._answer, self._closed)
        return self.last

    def _closed(self) -> None:
        self.open -= 1


def counted(network: CountedNetwork, *rounds: Sequence[str]) -> list[int]:
    """The number of opened connections after each round of concurrent requests."""

    async def run() -> list[int]:
        opened = []
        async with outbound_client(connector=network, resolver=answering("127.0.0.1")) as client:
            for urls in rounds:
                await asyncio.gather(*(client.get(url) for url in urls))
                opened.append(network.opened)
            assert network.open <= pool.MAX_IDLE_CONNECTIONS
        return opened

    return asyncio.run(run())


def test_repeated_concurrent_requests_reuse_their_connections(on_this_machine: None) -> None:
    network = CountedNetwork()

    assert counted(network, *[["http://a.test/"] * 50] * 3) == [50, 50, 50]
    assert network.open == 0


def test_a_connection_is_reused_only_for_its_server(on_this_machine: None) -> None:
    network = CountedNetwork()

    assert counted(network, ["http://a.test/"], ["http://b.test/"], ["http://a.test:8080/"], ["http://a.test/"]) == [
        1,
        2,
        3,
        3,
    ]


def test_the_number_of_idle_connections_is_limited(on_this_machine: None) -> None:
    at_once = pool.MAX_IDLE_CONNECTIONS + 10

    # Closed connections are opened again.
    assert counted(CountedNetwork(), *[["http://a.test/"] * at_once] * 2) == [at_once, at_once + 10]


def test_an_expired_idle_connection_is_closed_and_not_reused(
    on_this_machine: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MAX_IDLE_SECONDS", -1)
    network = CountedNetwork()

    assert counted(network, *[["http://a.test/"]] * 3) == [1, 2, 3]
    assert network.open == 0


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", id="says so"),
        pytest.param(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", id="before 1.1"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", id="says more"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" * 2, id="answers twice"),
    ],
)
def test_a_connection_with_an_ambiguous_response_end_is_not_reused(on_this_machine: None, answer: bytes) -> None:
    network = CountedNetwork(answer)

    assert counted(network, *[["http://a.test/"]] * 2) == [1, 2]
    assert network.open == 0


def test_unsolicited_data_on_an_idle_connection_is_not_a_response(on_this_machine: None) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    network = CountedNetwork(answer + b"ok")

    async def run() -> str:
        async with outbound_client(connector=network, resolver=answering("127.0.0.1")) as client:
            await client.get("http://a.test/")
            network.last.data_received(answer + b"no")
            return (await client.get("http://a.test/")).text

    assert asyncio.run(run()) == "ok"
    assert network.opened == 2


# Parsing of a response that is written byte by byte.

_OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" + _OK + b"Content-Length: 2\r\n\r\nok", "ok", id="after 100"),
        pytest.param(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok", id="lines without CR"),
        pytest.param(_OK + b"Upgrade: h2c\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nok", "ok", id="h2c"),
        pytest.param(
            _OK + b"Transfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n1\r\nk\r\n0\r\nX: y\r\n\r\n", "ok", id="chunks"
        ),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", "", id="no content"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_a_response_is_parsed_in_any_form_and_chunking(
    on_this_machine: None, answer: bytes, text: str, at_once: bool
) -> None:
    async def write(reader: Reader, writer: Writer) -> None:
        for part in [answer] if at_once else [answer[at : at + 1] for at in range(len(answer))]:
            writer.write(part)
            await writer.drain()

    assert call_local(write).text == text


def test_a_body_without_a_length_ends_with_its_connection(on_this_machine: None) -> None:
    async def write(reader: Reader, writer: Writer) -> None:
        writer.write(_OK + b"\r\nall of it")
        writer.close()

    assert call_local(write).text == "all of it"


@pytest.mark.parametrize(
    "answer",
    [b"", b"SSH-2.0-OpenSSH_9.2\r\n", _OK, b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", b"\x16\x03\x01"],
    ids=ascii,
)
def test_a_malformed_response_is_a_connection_error(on_this_machine: None, answer: bytes) -> None:
    async def write(reader: Reader, writer: Writer) -> None:
        writer.write(answer)
        writer.close()

    with pytest.raises(httpx2.ReadError):
        call_local(write)


def test_a_malformed_chunk_is_a_connection_error(on_this_machine: None) -> None:
    async def write(reader: Reader, writer: Writer) -> None:
        writer.write(_OK + b"Transfer-Encoding: chunked\r\n\r\nnot a length")

    with pytest.raises(httpx2.ReadError):
        call_local(write)


def test_a_slow_reader_causes_backpressure(on_this_machine: None) -> None:
    size = 64 * 1024 * 1024
    sent = 0

    async def flood(reader: Reader, writer: Writer) -> None:
        nonlocal sent
        writer.write(_OK + b"Content-Length: %d\r\n\r\n" % size)
        for _ in range(1024):
            writer.write(b"x" * (size // 1024))
            await writer.drain()
            sent += size // 1024

    async def run() -> int:
        async with tcp_server(flood) as port, outbound_client(ssl_context=SSL_CONTEXT) as client:
            async with client.stream("GET", f"http://127.0.0.1:{port}/v1") as response:
                parts = response.aiter_raw()
                await anext(parts)
                # Until the server's writes block.
                before = -1
                while sent != before:
                    before = sent
                    for _ in range(100):
                        await asyncio.sleep(0)
                stood_at = sent
                async for _ in parts:
                    pass
                return stood_at

    assert asyncio.run(run()) < size / 2
    assert sent == size


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "a\x00b"])
def test_an_api_key_cannot_inject_headers(on_this_machine: None, value: str) -> None:
    network = RecordedNetwork()

    async def run() -> None:
        async with outbound_client(connector=network, resolver=answering("127.0.0.1")) as client:
            await client.get("http://a.test/", headers={"Authorization": f"Bearer {value}"})

    with pytest.raises(httpx2.LocalProtocolError):
        asyncio.run(run())
    assert network.connected == []
