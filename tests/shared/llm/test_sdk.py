"""OpenAI's SDK on the checked outbound transport."""

import asyncio
import gzip
import json
import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

from shared.llm.endpoint import ModelServer
from shared.llm.errors import ProviderError, ProviderUnreachable
from shared.llm.sdk import openai_client
from tests.support.raw_server import RawServer
from tests.support.scripted_provider import ModelList, ScriptedProvider

KEY = "sk-a-key-nobody-may-see"


async def list_models(base_url: str, max_bytes: int = 10_000) -> list[str]:
    async with openai_client(ModelServer(base_url, KEY), max_bytes) as client:
        return [model.id async for model in client.models.list()]


def test_the_sdk_reads_what_a_provider_answers(provider: ScriptedProvider) -> None:
    provider.model_list = ModelList({"object": "list", "data": [{"id": "b"}, {"id": "a"}]})
    assert asyncio.run(list_models(provider.base_url)) == ["b", "a"]


def test_calls_of_one_event_loop_share_its_connections(provider: ScriptedProvider) -> None:
    clients: list[str] = []

    async def run() -> None:
        for _ in range(2):
            await list_models(provider.base_url)
            clients.append(provider.list_clients[-1])

    asyncio.run(run())
    assert clients[0] == clients[1]


def test_a_public_name_of_a_private_address_is_not_connected_to(
    provider: ScriptedProvider, settings: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def private(host: str, port: int, *_: Any, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]

    settings(OUTBOUND_ALLOW_HTTP="true", OUTBOUND_ALLOW_PRIVATE="false")
    monkeypatch.setattr("socket.getaddrinfo", private)
    with pytest.raises(ProviderUnreachable) as failed:
        asyncio.run(list_models(provider.base_url.replace("127.0.0.1", "models.example.com")))
    assert "not at a public address" in failed.value.message
    assert provider.list_headers == []


def test_an_answer_larger_than_its_call_accepts_is_an_error(provider: ScriptedProvider) -> None:
    provider.model_list = ModelList({"data": [{"id": "x" * 1000}]})
    with pytest.raises(ProviderError) as failed:
        asyncio.run(list_models(provider.base_url, max_bytes=1000))
    assert "more data" in failed.value.message


@pytest.mark.parametrize("padding", [10, 1_000_000])
def test_a_compressed_list_is_read_within_the_limit(padding: int) -> None:
    body = gzip.compress(json.dumps({"data": [{"id": "a"}], "padding": " " * padding}).encode())
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    with RawServer([head.encode(), body]).serve() as server:
        if padding < 1000:
            assert asyncio.run(list_models(server.base_url)) == ["a"]
            return
        with pytest.raises(ProviderError) as failed:
            asyncio.run(list_models(server.base_url))
        assert "more data" in failed.value.message


def test_the_sdks_own_lines_stay_out_of_the_log(
    provider: ScriptedProvider, settings: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """They hold the server's address and the request's options."""
    from shared.logging import configure_logging

    settings(LOG_LEVEL="DEBUG")
    level = logging.getLogger().level
    configure_logging()
    try:
        asyncio.run(list_models(provider.base_url))
    finally:
        logging.getLogger().setLevel(level)
    assert [record.name for record in caplog.records if record.name.split(".")[0] in ("openai", "httpx2")] == []


def test_the_list_is_requested_with_query_headers_and_key_of_the_server(provider: ScriptedProvider) -> None:
    server = ModelServer(
        f"{provider.base_url}/openai/deployments/d1/chat/completions?api-version=2024-10-21",
        KEY,
        headers={"X-Team": "chat", "user-agent": "mine"},
        query={"region": "eu"},
    )

    async def run() -> None:
        async with openai_client(server, 10_000) as client:
            await client.with_options(default_query={"page": "2"}).models.list()

    asyncio.run(run())
    (headers,) = provider.list_headers
    assert (headers["api-key"], headers["x-team"], headers["user-agent"]) == (KEY, "chat", "mine")
    assert "authorization" not in headers
    assert provider.list_targets == ["/v1/openai/deployments/d1/models?api-version=2024-10-21&region=eu&page=2"]
