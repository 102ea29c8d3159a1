"""Turns whose tools are real: built in, and of an MCP server that a user added by /tool/create."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from infra.local.search_server import results_for
from tests.support.api import Client
from tests.support.processes import serve, wait_until
from tests.support.scripted_provider import Script, ScriptedProvider, call, delta, finish
from tests.support.tool_servers import ToolServerUnderTest, everything_server, sdk_server


@pytest.fixture(scope="module")
def server() -> Iterator[ToolServerUnderTest]:
    with sdk_server() as running:
        yield running


@pytest.fixture
def server_id(user: Client, server: ToolServerUnderTest) -> str:
    created: str = user.post("/tool/create", name="Notes", url=server.url, auth="none").json()["id"]
    return created


def steps_of(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last state of each step."""
    return list({event["step"]["n"]: event["step"] for event in events if event["type"] == "step"}.values())


def test_a_model_calls_a_tool_of_a_users_server(
    user: Client, provider: ScriptedProvider, conversation_id: str, server_id: str
) -> None:
    provider.enqueue(
        Script([call("add", a=2, b=40), finish("tool_calls")]), Script([delta("It is 42."), finish("stop")])
    )
    events = user.turn(
        "/chat/send", conversation_id=conversation_id, message="Add", tools=[{"server_id": server_id, "names": ["add"]}]
    )
    (step,) = steps_of(events)
    assert (step["tool"], step["server_id"], step["state"], step["preview"]) == ("add", server_id, "done", "42")
    offered, answered = (request.body for request in provider.requests)
    assert [tool["function"]["name"] for tool in offered["tools"]] == ["add"]
    assert answered["messages"][-1] == {"role": "tool", "tool_call_id": "call-1", "content": "42"}


def test_images_and_files_of_a_result_are_kept_and_shown(
    user: Client, provider: ScriptedProvider, conversation_id: str, server_id: str, store_url: str
) -> None:
    provider.enqueue(Script([call("report"), finish("tool_calls")]), Script([delta("There."), finish("stop")]))
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", tools=[{"server_id": server_id}])
    (step,) = steps_of(events)
    image, page = step["objects"]
    assert (image["media_type"], page["media_type"], page["name"]) == (
        "image/png",
        "application/octet-stream",
        "page.html",
    )
    assert httpx2.get(image["url"]).content == b"png"
    # The store's origin must not run a server's scripts.
    fetched = httpx2.get(page["url"])
    assert (fetched.content, fetched.headers["content-type"]) == (b"<script>", "application/octet-stream")


def test_a_tool_that_changes_something_waits_for_the_user_and_then_runs_once(
    user: Client, provider: ScriptedProvider, conversation_id: str, server_id: str, server: ToolServerUnderTest
) -> None:
    server.calls.clear()
    provider.enqueue(
        Script([call("remember", note="tea"), finish("tool_calls")]), Script([delta("Done."), finish("stop")])
    )
    events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", tools=[{"server_id": server_id}])
    assert events[-1]["type"] == "waiting"
    (step,) = steps_of(events)
    assert (step["state"], step["ask"]["kind"], step["arguments"]) == ("waiting", "approve", {"note": "tea"})
    assert server.calls == []

    answer = {"message_id": events[0]["assistant_message_id"], "n": 1, "decision": "allow_always"}
    assert user.post("/chat/answer", **answer).status_code == 202
    went_on = user.turn(f"/chat/resume/{answer['message_id']}", after=events[-1]["seq"])
    assert went_on[-1]["type"] == "completed"
    assert server.calls == ["remember"]
    wait_until(lambda: user.get("/tool").json()["items"][0]["policy"] == {"remember": "allow"})


def test_a_server_with_sessions_asks_the_user_during_its_call(
    user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    tool = "trigger-elicitation-request"
    with everything_server() as url:
        created = user.post("/tool/create", name="Everything", url=url, auth="none", policy={"*": "allow"})
        chosen = {"server_id": created.json()["id"], "names": [tool]}
        assert user.post("/tool/test", id=chosen["server_id"]).json()["ok"]
        provider.answer_with = lambda body: (
            Script([delta("Thank you."), finish("stop")])
            if body["messages"][-1]["role"] == "tool"
            else Script([call(body["tools"][0]["function"]["name"]), finish("tool_calls")])
        )
        events: list[dict[str, Any]] = []
        with user.stream("/chat/send", conversation_id=conversation_id, message="Hi", tools=[chosen]) as stream:
            for event in stream.events():
                events.append(event)
                if event["type"] == "step" and event["step"]["state"] == "waiting":
                    assert "name" in event["step"]["ask"]["schema"]["properties"]
                    answer: dict[str, Any] = {"decision": "allow", "form": {"name": "Ann"}}
                    user.post("/chat/answer", message_id=event["message_id"], n=event["step"]["n"], **answer)
    (step,) = steps_of(events)
    assert step["state"] == "done"
    assert "- Name: Ann" in step["result"]


def test_web_searches_give_the_reply_its_sources(
    user: Client, provider: ScriptedProvider, conversation_id: str, settings: Callable[..., None]
) -> None:
    async def search(request: Request) -> JSONResponse:
        found = results_for(request.query_params["q"])
        return JSONResponse({"results": [{**result, "url": f"{result['url']}{page(request)}"} for result in found]})

    def page(request: Request) -> str:
        return "" if request.query_params["q"] == "tea" else "?2"

    provider.enqueue(
        Script([call("web_search", query="tea"), finish("tool_calls")]),
        Script([call("web_search", query="cake"), finish("tool_calls")]),
        Script([delta("See [1] and [4]."), finish("stop")]),
    )
    with serve(Starlette(routes=[Route("/search", search)])) as url:
        settings(SEARCH_PROVIDER="searxng", SEARCH_BASE_URL=url)
        events = user.turn("/chat/send", conversation_id=conversation_id, message="Hi", tools=["web_search"])
    first, second = steps_of(events)
    assert (first["title"], first["preview"]) == ("Web search", "3 results")
    assert [source["n"] for source in first["sources"]] == [1, 2, 3]
    assert first["sources"][0]["url"] == "https://example.com/"
    assert [source["n"] for source in second["sources"]] == [4, 5, 6]
    # The model reads no other numbers.
    results = [message["content"] for message in provider.requests[-1].body["messages"] if message["role"] == "tool"]
    assert [re.findall(r"\[\d+\]", result) for result in results] == [["[1]", "[2]", "[3]"], ["[4]", "[5]", "[6]"]]
