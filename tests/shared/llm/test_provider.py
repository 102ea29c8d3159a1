"""Calls of a model's server that answers, fails or misbehaves like real servers."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from openai import AsyncOpenAI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.llm.answer import Delta, Finished, ProviderWait, Usage
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import (
    EmptyReply,
    NotAnApi,
    ProviderAuth,
    ProviderBadRequest,
    ProviderBusy,
    ProviderError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnreachable,
    Redirected,
    UnknownModel,
    WebPageInstead,
)
from shared.llm.learned import Learned
from shared.llm.params import ModelParams
from shared.llm.provider import stream_chat
from tests.support.processes import free_port, serve, wait_until
from tests.support.scripted_provider import (
    Script,
    ScriptedProvider,
    delta,
    drop,
    empty_choices,
    error_event,
    finish,
    http_error,
    no_usage,
    raw,
    reasoning,
    stall,
    usage,
)
from tests.support.socket_server import serve_sockets

KEY = "sk-a-key-nobody-may-see"
MESSAGES = [{"role": "user", "content": "Hi"}]


def endpoint(base_url: str, model: str = "scripted", is_default: bool = False, **params: Any) -> ModelEndpoint:
    return ModelEndpoint(base_url, model, KEY, ModelParams(**params), is_default)


def ask(to: ModelEndpoint) -> list[Delta | ProviderWait | Learned | Finished]:
    async def run() -> list[Delta | ProviderWait | Learned | Finished]:
        return [event async for event in stream_chat(to, MESSAGES)]

    return asyncio.run(run())


def failure_of(to: ModelEndpoint) -> ProviderError:
    with pytest.raises(ProviderError) as failed:
        ask(to)
    return failed.value


def text_of(events: list[Delta | ProviderWait | Learned | Finished]) -> str:
    return "".join(event.text for event in events if isinstance(event, Delta) and event.kind == "delta")


def test_text_and_reasoning_are_streamed_then_the_end(provider: ScriptedProvider) -> None:
    provider.enqueue(
        Script(
            [
                empty_choices(),
                reasoning("Hm. "),
                reasoning("Well.", name="reasoning"),
                delta("四"),
                delta("十二"),
                finish("length"),
                usage(7, 3),
            ]
        )
    )
    assert ask(endpoint(provider.base_url)) == [
        Delta("reasoning", "Hm. "),
        Delta("reasoning", "Well."),
        Delta("delta", "四"),
        Delta("delta", "十二"),
        Finished("length", Usage(7, 3)),
    ]


def test_a_server_that_does_not_report_usage_has_none(provider: ScriptedProvider) -> None:
    provider.enqueue(Script([delta("Hi"), no_usage()]))
    assert ask(endpoint(provider.base_url))[-1] == Finished("stop", None)


def test_params_and_extra_body_are_in_the_request(provider: ScriptedProvider) -> None:
    ask(
        endpoint(
            provider.base_url,
            temperature=0.5,
            stop=["END"],
            seed=7,
            reasoning_effort="low",
            system_prompt="ours to apply",
            context_messages=3,
            extra_body={"top_k": 40, "provider": {"order": ["a"]}},
        )
    )
    (request,) = provider.requests
    assert request.authorization == f"Bearer {KEY}"
    assert request.body == {
        "model": "scripted",
        "messages": MESSAGES,
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0.5,
        "stop": ["END"],
        "seed": 7,
        "reasoning_effort": "low",
        "top_k": 40,
        "provider": {"order": ["a"]},
    }


def ask_with_the_sdk(base_url: str, **options: Any) -> tuple[str, list[str | None], Any]:
    """An answer as parsed by OpenAI's own client: text, finish reasons, usage."""

    async def run() -> tuple[str, list[str | None], Any]:
        async with AsyncOpenAI(api_key=KEY, base_url=base_url, max_retries=0) as client:
            create: Any = client.chat.completions.create  # Its overloads cannot be resolved from `options`.
            stream = await create(
                model="scripted", messages=MESSAGES, stream=True, stream_options={"include_usage": True}, **options
            )
            chunks = [chunk async for chunk in stream]
        choices = [choice for chunk in chunks for choice in chunk.choices]
        text = "".join(choice.delta.content or "" for choice in choices)
        return text, [choice.finish_reason for choice in choices if choice.finish_reason], chunks[-1].usage

    return asyncio.run(run())


def test_a_request_equals_that_of_openais_client(provider: ScriptedProvider) -> None:
    ask(endpoint(provider.base_url, temperature=0.5, max_tokens=7, extra_body={"top_k": 40}))
    ask_with_the_sdk(provider.base_url, temperature=0.5, max_tokens=7, extra_body={"top_k": 40})
    ours, theirs = provider.requests
    assert ours.body == theirs.body
    assert ours.authorization == theirs.authorization


def test_an_answer_is_parsed_like_in_openais_client(provider: ScriptedProvider) -> None:
    answer = Script([empty_choices(), delta("四"), delta(" and two\n"), delta('"'), finish("length"), usage(7, 3)])
    provider.enqueue(answer, answer)
    events = ask(endpoint(provider.base_url))
    text, reasons, theirs = ask_with_the_sdk(provider.base_url)
    assert text_of(events) == text
    assert [reason for reason in reasons if reason] == ["length"]
    assert events[-1] == Finished("length", Usage(theirs.prompt_tokens, theirs.completion_tokens))


def test_a_request_accepts_no_compression() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Response:
        asked.append(request)
        return JSONResponse({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})

    ask_server(answer)
    headers = asked[0].headers
    assert headers["accept-encoding"] == "identity"
    assert headers["content-type"] == "application/json"
    assert "text/event-stream" in headers["accept"]


def refusal(text: str, status: int = 400) -> Script:
    return Script(status=status, error={"message": text, "type": "invalid_request_error", "code": None})


@pytest.mark.parametrize("status", [400, 422])
def test_unsupported_options_are_omitted_or_renamed(provider: ScriptedProvider, status: int) -> None:
    provider.enqueue(
        refusal("Unrecognized request argument supplied: stream_options", status),
        refusal("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", status),
    )
    assert text_of(ask(endpoint(provider.base_url, max_tokens=5))) == "You said: Hi"
    last = provider.requests[-1].body
    assert last["max_completion_tokens"] == 5
    assert not {"stream_options", "max_tokens"} & last.keys()


def test_a_repeated_refusal_is_not_retried(provider: ScriptedProvider) -> None:
    provider.enqueue(*[refusal("stream_options is unknown")] * 2)
    assert isinstance(failure_of(endpoint(provider.base_url)), ProviderBadRequest)
    assert len(provider.requests) == 2


@pytest.mark.parametrize(
    ("script", "kind", "code"),
    [
        (http_error(401), ProviderAuth, "provider_auth"),
        (http_error(403), ProviderAuth, "provider_auth"),
        (http_error(429), ProviderRateLimited, "provider_rate_limited"),
        (http_error(404), UnknownModel, "provider_bad_request"),
        (Script(status=404, error={"message": "Not Found"}), ProviderBadRequest, "provider_bad_request"),
        (Script(status=405, error={"message": "Method Not Allowed"}), ProviderBadRequest, "provider_bad_request"),
        (http_error(400), ProviderBadRequest, "provider_bad_request"),
        (http_error(408), ProviderTimeout, "provider_timeout"),
        (http_error(500), ProviderError, "provider_error"),
        (http_error(503), ProviderBusy, "provider_busy"),
        (Script(html=True), WebPageInstead, "provider_error"),
        (Script(html=True, status=404), WebPageInstead, "provider_error"),
        (Script([delta("So far"), error_event("overloaded")]), ProviderError, "provider_error"),
        (Script([delta("So far"), drop()]), ProviderUnreachable, "provider_unreachable"),
        (Script([delta("So far"), raw("data: {not json\n\n")]), ProviderError, "provider_error"),
        (Script([raw("data: [1, 2]\n\n")]), EmptyReply, "empty_reply"),
        (Script([raw("data: " + "[" * 5000 + "\n\n")]), ProviderError, "provider_error"),
        (Script([raw("x" * 2_000_000)]), EmptyReply, "empty_reply"),
    ],
)
def test_each_failure_has_its_code_and_message(
    provider: ScriptedProvider, script: Script, kind: type[ProviderError], code: str
) -> None:
    provider.enqueue(*[script] * 3)  # A busy provider is called again.
    error = failure_of(endpoint(provider.base_url))
    assert type(error) is kind
    assert error.code == code
    assert error.message.strip()
    assert "<" not in error.message


def test_a_silent_server_times_out(provider: ScriptedProvider, settings: Callable[..., None]) -> None:
    settings(OUTBOUND_IDLE_SECONDS="0.1", OUTBOUND_FIRST_BYTE_SECONDS="600")
    provider.enqueue(Script([delta("So far"), stall()]))
    assert isinstance(failure_of(endpoint(provider.base_url)), ProviderTimeout)


def test_a_server_that_refuses_connections_is_unreachable(settings: Callable[..., None]) -> None:
    settings()
    assert isinstance(failure_of(endpoint(f"http://127.0.0.1:{free_port()}/v1")), ProviderUnreachable)


def test_a_private_address_has_an_error_message(settings: Callable[..., None]) -> None:
    settings(STAGE="prod")
    error = failure_of(endpoint("https://127.0.0.1/v1"))
    assert isinstance(error, ProviderUnreachable)
    assert "public" in error.message


def test_the_providers_message_is_quoted_without_the_key(provider: ScriptedProvider) -> None:
    provider.enqueue(refusal(f"Incorrect API key\x00 provided: {KEY} " + "x" * 1000, 401))
    message = failure_of(endpoint(provider.base_url)).message
    assert message.startswith("Incorrect API key provided: … xxx")
    assert KEY not in message
    assert len(message) == 300


@pytest.mark.parametrize("script", [refusal("account acme-corp is out of credit", 429), Script([error_event("acme")])])
def test_the_default_models_provider_message_is_not_shown(provider: ScriptedProvider, script: Script) -> None:
    provider.enqueue(script)
    assert "acme" not in failure_of(endpoint(provider.base_url, is_default=True)).message


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": "No such thing."}},
        {"error": "No such thing."},
        {"message": "No such thing."},
        {"detail": "No such thing."},
        "No such thing.",
    ],
)
def test_a_refusals_message_is_found_in_every_known_format(body: object) -> None:
    with pytest.raises(ProviderBadRequest) as refused:
        ask_server(lambda _request: JSONResponse(body, 400))
    assert refused.value.message == "No such thing."


@pytest.mark.parametrize("body", [b"[" * 100_000, b"{", b"null", b"[]", b'{"error": {"message": 5}}', b"\xff", b""])
def test_a_refusal_without_a_message_has_ours(body: bytes) -> None:
    with pytest.raises(ProviderBadRequest) as refused:
        ask_server(lambda _request: Response(body, 400, media_type="application/json"))
    assert refused.value.message == ProviderBadRequest.message


def test_an_endless_refusal_is_reported() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 10_000
            await asyncio.sleep(0)

    with pytest.raises(ProviderAuth):
        ask_server(lambda _request: StreamingResponse(endless(), 401, media_type="application/json"))


def test_closing_the_answer_closes_the_connection(provider: ScriptedProvider) -> None:
    provider.enqueue(Script([delta("word ", after=0.01) for _ in range(10_000)]))

    async def first() -> None:
        answer = stream_chat(endpoint(provider.base_url), MESSAGES)
        assert await anext(answer) == Delta("delta", "word ")
        await answer.aclose()
        await asyncio.to_thread(wait_until, lambda: provider.requests[0].aborted, what="the provider's notice")

    asyncio.run(first())


# Servers other than the scripted provider.


def ask_server(answer: Callable[[Request], Response]) -> list[Delta | ProviderWait | Learned | Finished]:
    with serve(Starlette(routes=[Route("/v1/chat/completions", answer, methods=["POST"])])) as url:
        return ask(endpoint(f"{url}/v1"))


def test_a_server_that_does_not_stream_is_understood() -> None:
    reply = {
        "choices": [{"message": {"reasoning_content": "Hm.", "content": "Hello"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2},
    }
    assert ask_server(lambda _request: JSONResponse(reply)) == [
        Delta("reasoning", "Hm."),
        Delta("delta", "Hello"),
        Finished("stop", Usage(1, 2)),
    ]


@pytest.mark.parametrize(
    "response",
    [
        JSONResponse({"status": "ok"}),
        JSONResponse([]),
        PlainTextResponse("It works"),
        Response(b""),
        Response(status_code=204),
    ],
)
def test_a_200_that_is_no_answer_is_not_an_api(response: Response) -> None:
    with pytest.raises(NotAnApi):
        ask_server(lambda _request: response)


def test_an_empty_stream_is_an_error() -> None:
    with pytest.raises(ProviderUnreachable):
        ask_server(lambda _request: Response(b"", media_type="text/event-stream"))


def test_an_answer_that_breaks_off_in_what_follows_its_end_is_whole() -> None:
    chunk = json.dumps({"choices": [{"delta": {"content": "All."}, "finish_reason": "length"}]})
    cut = f'data: {chunk}\n\ndata: {{"choices": [], "usage": {{"prompt_to'
    answer = ask_server(lambda _request: StreamingResponse(iter([cut]), media_type="text/event-stream"))
    assert answer == [Delta("delta", "All."), Finished("length", None)]


def test_a_redirect_has_an_error_message() -> None:
    with pytest.raises(Redirected):
        ask_server(lambda _request: RedirectResponse("http://127.0.0.1:1/v1"))


@pytest.mark.parametrize("ending", ["\n\n", "\r\n\r\n", "\n"])
def test_lines_are_joined_across_any_chunk_boundaries(ending: str) -> None:
    chunks = [
        {"choices": [{"delta": {"content": "你"}}]},
        {"choices": [{"delta": {"content": "\ud83d"}}]},
        {"choices": [{"delta": {}, "finish_reason": "stop"}]},
    ]
    sent = ": comment" + ending + "".join(f"data:{json.dumps(chunk)}{ending}" for chunk in chunks) + "data: [DONE]"
    raw_bytes = sent.encode()

    def answer(_request: Request) -> Response:
        parts = (raw_bytes[n : n + 1] for n in range(len(raw_bytes)))
        return StreamingResponse(parts, media_type="text/event-stream")

    # A lone surrogate cannot be stored, so it becomes the replacement character.
    assert ask_server(answer) == [Delta("delta", "你"), Delta("delta", "\ufffd"), Finished("stop", None)]


def test_a_request_whose_connection_is_lost_is_not_repeated() -> None:
    """The provider has received it, and its answer may have to be paid for."""
    connections = []

    def close(client: socket.socket) -> None:
        connections.append(client)
        client.recv(65536)
        client.close()

    with serve_sockets(close) as address:
        assert isinstance(failure_of(endpoint(f"http://{address}/v1")), ProviderUnreachable)
    assert len(connections) == 1


def test_the_next_answer_comes_over_the_same_connection(
    provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.llm.provider._END_SECONDS", 30)

    async def run() -> None:
        for _ in range(3):
            assert [event async for event in stream_chat(endpoint(provider.base_url), MESSAGES)]

    asyncio.run(run())
    assert len({request.client for request in provider.requests}) == 1
