"""OpenAI's SDK requests a chat from the servers of tests/cases, and reads what our client reads (decision 0019)."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from openai import APIStatusError, AsyncOpenAI

from shared.llm.answer import Delta, Finished
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderError
from shared.llm.params import ModelParams
from shared.llm.provider import stream_chat
from tests.support.case_server import CaseServer

_CASES = json.loads((Path(__file__).parents[2] / "cases" / "providers.json").read_text())["cases"]
# One answer to one request. In cases of other kinds our client corrects the URL or repeats the call; the SDK does not.
_KINDS = ("framing", "error-words", "content-shape", "reasoning", "finish", "usage", "silence")
_SDK_CANNOT = {
    "framing-crlf-fields": "fails to parse the fields' lines",
    "framing-empty-data": "fails to parse an empty event",
    "framing-bom": "drops the event after a byte order mark",
    "framing-whole-labelled-sse": "drops JSON in a response that is labelled as a stream",
    "framing-gzip-whole": "drops JSON in a response to a streamed request",
    "error-as-the-whole-stream": "drops an error that is not an event",
    "error-in-a-choice": "drops an error in a choice",
    "error-page-instead-of-api": "reads a web page as an empty stream",
    "content-list-of-text": "passes a list of parts on",
    "content-refusal": "has refusals in a field of their own",
    "content-filtered-away": "reads a filtered answer as an empty one",
    "content-nothing-in-chunks": "passes null choices on",
    "reasoning-thinking-parts": "passes a list of parts on",
    "finish-then-reset": "fails when the connection breaks after the finish_reason",
    "finish-then-held-open": "waits for the end of the connection",
    "finish-max-tokens": "passes a provider's name of `length` on",
    "finish-missing-and-reset": "has an error without a status, as ours",
    "usage-in-the-choice": "drops usage in a choice",
    "usage-in-x-groq": "drops usage in `x_groq`",
}
Read = tuple[Any, ...]


def _is_comparable(case: Mapping[str, Any]) -> bool:
    call = case["send"]
    if case["kind"] not in _KINDS or case["id"] in _SDK_CANNOT or isinstance(call, list):
        return False
    pieces = [piece for answer in case["answers"] for piece in answer["body"] if isinstance(piece, dict)]
    is_slow = any(piece.get("delay", 0) >= 1000 for piece in pieces)
    return call.get("call", "send") == "send" and "params" not in call and not is_slow


async def read_with_the_sdk(base_url: str) -> Read:
    """Text, finish reason and usage of an answer, or the status of a refusal."""
    async with AsyncOpenAI(api_key="sk-case-key-0001", base_url=base_url, max_retries=0) as client:
        text, finish_reason, usage = "", None, None
        try:
            stream = await client.chat.completions.create(
                model="m1",
                messages=[{"role": "user", "content": "Hi"}],
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in stream:
                if chunk.usage is not None:
                    usage = (chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
                for choice in chunk.choices[:1]:
                    text += choice.delta.content or ""
                    finish_reason = choice.finish_reason or finish_reason
        except APIStatusError as error:
            return (error.status_code,)
    return text, finish_reason, usage


async def read_with_ours(base_url: str) -> Read:
    endpoint = ModelEndpoint(base_url, "m1", "sk-case-key-0001", ModelParams())
    text, usage, finished = "", None, None
    try:
        async for event in stream_chat(endpoint, [{"role": "user", "content": "Hi"}]):
            if isinstance(event, Delta):
                text += event.text if event.kind == "delta" else ""
            elif isinstance(event, Finished):
                finished = event
    except ProviderError as error:
        return (error.status,)
    assert finished is not None
    if finished.usage is not None:
        usage = (finished.usage.prompt_tokens, finished.usage.completion_tokens)
    return text, finished.finish_reason, usage


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in _CASES if _is_comparable(case)])
def test_the_sdk_and_our_client_read_the_same(case: dict[str, Any], settings: Callable[..., None]) -> None:
    def outcome(read: Callable[[str], Awaitable[Read]]) -> tuple[Read, str, Mapping[str, Any]]:
        with CaseServer(case["answers"]).serve() as server:

            async def run() -> Read:
                return await read(f"{server.url}/v1")

            result = asyncio.run(run())
            (request,) = server.requests
            return result, request.headers["authorization"], request.body

    assert outcome(read_with_ours) == outcome(read_with_the_sdk)


def test_every_case_that_is_left_out_is_one() -> None:
    assert _SDK_CANNOT.keys() <= {case["id"] for case in _CASES}
    assert sum(map(_is_comparable, _CASES)) >= 12
