"""The client with Node's server that has every feature of revision 2025-11-25: each of its tools."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import pytest

from shared.tools.errors import ServerUnreachable
from shared.tools.mcp import client as client_module
from shared.tools.mcp.calls import ServerCalls
from shared.tools.mcp.client import McpClient
from shared.tools.mcp.result import Blob
from shared.tools.tool import InputAnswer, InputRequired, TaskPending, ToolObject, ToolOutcome, ToolResult
from tests.support.tool_servers import everything_server

_T = TypeVar("_T")

pytestmark = pytest.mark.processes

# The text that each tool's result must contain, and its arguments. `simulate-research-query` is a task, and the two
# elicitations are below.
TOOLS: dict[str, tuple[dict[str, Any], str]] = {
    "echo": ({"message": "héllo"}, "Echo: héllo"),
    "get-annotated-message": ({"messageType": "error"}, "Operation failed"),
    "get-env": ({}, "PATH"),
    "get-resource-links": ({"count": 2}, "demo://resource/dynamic/"),
    "get-resource-reference": ({"resourceType": "Text", "resourceId": 1}, "Resource 1"),
    "get-structured-content": ({"location": "New York"}, "temperature"),
    "get-sum": ({"a": 1, "b": 2}, "The sum of 1 and 2 is 3."),
    "get-tiny-image": ({}, "shown to the user"),
    "gzip-file-as-resource": ({"data": "data:text/plain,hello"}, "README.md.gz"),
    "toggle-simulated-logging": ({}, "logging"),
    "toggle-subscriber-updates": ({}, "updates"),
    "trigger-long-running-operation": ({"duration": 0.2, "steps": 2}, "completed"),
}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with everything_server() as url:
        yield url


async def accept(question: InputRequired) -> InputAnswer:
    return InputAnswer(accepted=True, form={"name": "Ann"})


async def store(blob: Blob) -> ToolObject:
    return ToolObject(f"objects/{len(blob.content)}", blob.media_type, blob.name)


def run(url: str, use: Callable[[McpClient], Awaitable[_T]], **options: Any) -> _T:
    async def main() -> _T:
        client = McpClient(url, None, **options)
        try:
            return await use(client)
        finally:
            await client.aclose()

    return asyncio.run(main())


def call(url: str, name: str, arguments: dict[str, Any], **options: Any) -> ToolOutcome:
    async def use(client: McpClient) -> ToolOutcome:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        return await ServerCalls(client, store).call(tools[name], arguments, None, "")

    return run(url, use, **options)


def test_every_tool_of_the_server_has_a_test(url: str) -> None:
    listed = run(url, McpClient.list_tools)
    others = {"trigger-elicitation-request", "trigger-url-elicitation", "simulate-research-query"}
    assert {tool.name for tool in listed.tools} == TOOLS.keys() | others
    assert listed.problems == []


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_called(url: str, name: str) -> None:
    arguments, expected = TOOLS[name]
    result = call(url, name, arguments)
    assert isinstance(result, ToolResult)
    assert expected in result.text
    assert not result.is_error


def test_an_image_is_stored(url: str) -> None:
    result = call(url, "get-tiny-image", {})
    assert isinstance(result, ToolResult)
    assert [(stored.media_type, stored.name) for stored in result.objects] == [("image/png", "image")]


def test_wrong_arguments_are_a_result_for_the_model(url: str) -> None:
    result = call(url, "get-sum", {"a": "one"})
    assert isinstance(result, ToolResult)
    assert result.is_error
    assert "a" in result.text


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("trigger-elicitation-request", {}, "- Name: Ann"),
        ("trigger-url-elicitation", {"url": "https://example.com/login"}, "completed the URL elicitation"),
    ],
)
def test_the_user_is_asked_while_the_call_is_held_open(
    url: str, name: str, arguments: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The server asks on the stream that is opened before the call.
    monkeypatch.setattr(client_module, "_END_SECONDS", 30.0)
    result = call(url, name, arguments, ask_user=accept)
    assert isinstance(result, ToolResult)
    assert expected in result.text


def test_where_nobody_can_be_asked_the_call_fails_with_words(url: str) -> None:
    result = call(url, "trigger-elicitation-request", {})
    assert isinstance(result, ToolResult)
    assert result.is_error
    assert result.text.startswith("The server asked you something during the call and cannot wait for an answer.")
    assert "cancelled" in result.text


def test_a_login_that_a_call_needs_first_is_a_question(url: str) -> None:
    question = call(url, "trigger-url-elicitation", {"url": "https://example.com/login", "errorPath": True})
    assert isinstance(question, InputRequired)
    assert (question.kind, question.url) == ("login", "https://modelcontextprotocol.io")


def test_a_task_is_polled_by_another_client(url: str) -> None:
    async def start(client: McpClient) -> TaskPending:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        pending = await ServerCalls(client).call(tools["simulate-research-query"], {"topic": "tea"}, None, "")
        assert isinstance(pending, TaskPending)
        return pending

    async def main() -> ToolOutcome:
        first = McpClient(url, None)
        pending = await start(first)
        # The task goes on, and with it the session.
        await first.aclose()
        # Another process, which has only what was stored.
        second = McpClient(url, None, protocol=first.protocol)
        for _ in range(100):
            outcome = await ServerCalls(second).poll(pending.handle, None)
            if not isinstance(outcome, TaskPending):
                break
            await asyncio.sleep(0.1)
        await second.aclose()
        # With the task the session has ended.
        third = McpClient(url, None, protocol=first.protocol)
        gone = await ServerCalls(third).poll(pending.handle, None)
        assert isinstance(gone, ToolResult)
        assert gone.is_error
        await third.aclose()
        return outcome

    result = asyncio.run(main())
    assert isinstance(result, ToolResult)
    assert "Research Report: tea" in result.text


def test_a_call_that_takes_too_long_fails(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "CALL_SECONDS", 0.5)
    with pytest.raises(ServerUnreachable, match="in time"):
        call(url, "trigger-long-running-operation", {"duration": 60, "steps": 60})
