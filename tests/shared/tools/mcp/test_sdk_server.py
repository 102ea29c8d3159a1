"""The client with the Python SDK's server: the stateless revision, sessions, and questions to the user."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from shared.tools.mcp.calls import ServerCalls
from shared.tools.mcp.client import STATELESS, WITH_SESSIONS, McpClient
from shared.tools.tool import InputAnswer, InputRequired, ToolOutcome, ToolResult
from tests.support.tool_servers import ToolServerUnderTest, sdk_server


@pytest.fixture(scope="module")
def server() -> Iterator[ToolServerUnderTest]:
    with sdk_server() as running:
        yield running


async def call(client: McpClient, name: str, arguments: dict[str, Any]) -> ToolOutcome:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    return await ServerCalls(client).call(tools[name], arguments, None, "step-1")


@pytest.mark.parametrize("protocol", [None, STATELESS, WITH_SESSIONS[-1]])
def test_a_tool_is_called_in_each_revision(server: ToolServerUnderTest, protocol: str | None) -> None:
    async def main() -> tuple[ToolOutcome, str | None]:
        client = McpClient(server.url, None, protocol=protocol)
        result = await call(client, "add", {"a": 2, "b": 3})
        await client.aclose()
        return result, client.protocol

    result, negotiated = asyncio.run(main())
    assert isinstance(result, ToolResult)
    assert (result.text, result.is_error) == ("5", False)
    assert negotiated == (protocol or STATELESS)


def test_parallel_calls_share_one_negotiation(server: ToolServerUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    negotiations = 0

    async def main() -> list[ToolOutcome]:
        client = McpClient(server.url, None)
        negotiate = client._is_stateless

        async def counted() -> bool:
            nonlocal negotiations
            negotiations += 1
            return await negotiate()

        monkeypatch.setattr(client, "_is_stateless", counted)
        results = await asyncio.gather(*(call(client, "add", {"a": n, "b": 1}) for n in range(8)))
        await client.aclose()
        return list(results)

    texts = [result.text for result in asyncio.run(main()) if isinstance(result, ToolResult)]
    assert texts == [str(n + 1) for n in range(8)]
    assert negotiations == 1


def test_a_session_that_the_server_forgot_is_begun_again(server: ToolServerUnderTest) -> None:
    async def main() -> ToolOutcome:
        client = McpClient(server.url, None, protocol=WITH_SESSIONS[-1])
        await client.list_tools()
        await client._channel.delete_session()
        result = await call(client, "remember", {"note": "once"})
        await client.aclose()
        return result

    server.calls.clear()
    result = asyncio.run(main())
    assert isinstance(result, ToolResult)
    assert result.text == "Remembered: once"
    assert server.calls == ["remember"]


def test_a_question_of_the_stateless_revision_is_answered_by_another_process(server: ToolServerUnderTest) -> None:
    async def ask() -> ToolOutcome:
        return await call(McpClient(server.url, None), "book", {"seats": 2})

    async def answer(question: InputRequired) -> ToolOutcome:
        client = McpClient(server.url, None)
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        given = InputAnswer(accepted=True, form={"name": "Ann"}, state=question.state)
        return await ServerCalls(client).call(tools["book"], {"seats": 2}, given, "step-1")

    question = asyncio.run(ask())
    assert isinstance(question, InputRequired)
    assert (question.kind, question.message) == ("form", "Who is it for?")
    assert question.schema is not None
    assert question.schema["properties"]["name"]["type"] == "string"
    result = asyncio.run(answer(question))
    assert isinstance(result, ToolResult)
    assert result.text == "2 seats for Ann"
