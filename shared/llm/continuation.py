"""Continuation of a reply that broke off: as an assistant prefix (prefill) where the server has that, else by an
instruction.

With a prefix the model goes on in the middle of a word. Servers name it differently, and one that does not know it
begins a new reply, so it is used only where it is documented: by the host, or by what `GET /models` says of the server.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx2

from shared.llm.authorization import authorization_headers
from shared.llm.base_url import request_url
from shared.llm.endpoint import ModelEndpoint
from shared.llm.learned import ContinueMode
from shared.outbound.transport import OutboundTransport

INSTRUCTION = "Continue your last message exactly where it broke off. Repeat nothing and comment on nothing."
# By the end of a host's name. Sources: docs.mistral.ai (AssistantMessage.prefix), platform.kimi.ai (Partial Mode),
# help.aliyun.com/model-studio/partial-mode. OpenAI and Gemini begin a new reply.
_HOSTS: Mapping[str, ContinueMode] = {
    "api.mistral.ai": "prefix",
    "api.moonshot.cn": "partial",
    "api.moonshot.ai": "partial",
    "dashscope.aliyuncs.com": "partial",
    "dashscope-intl.aliyuncs.com": "partial",
    "dashscope-us.aliyuncs.com": "partial",
    "api.openai.com": "instruction",
    "generativelanguage.googleapis.com": "instruction",
}
# api-docs.deepseek.com, "Chat Prefix Completion (Beta)": only under the path `/beta`.
_DEEPSEEK = "api.deepseek.com"
# By the field `owned_by` of `GET /models`. llama.cpp continues the last message when it is the assistant's.
_SERVERS: Mapping[str, ContinueMode] = {
    "vllm": "continue_final_message",
    "sglang": "continue_final_message",
    "llamacpp": "final_message",
}
_PROBE_SECONDS = 3.0
_MAX_PROBE_BYTES = 2_000_000


def documented_mode(base_url: str) -> ContinueMode | None:
    """The way that the server's own documents name; None for a server that is not known by its host."""
    url = urlsplit(base_url)
    if url.hostname == _DEEPSEEK:
        return "prefix" if url.path.strip("/") == "beta" else "instruction"
    return _HOSTS.get(url.hostname or "")


async def find_mode(transport: OutboundTransport, endpoint: ModelEndpoint) -> ContinueMode | None:
    """The way that fits the server's software, by its list of models; None where there is no such list in time."""
    try:
        listed = await asyncio.wait_for(_list_models(transport, endpoint), _PROBE_SECONDS)
    except (httpx2.HTTPError, asyncio.TimeoutError, ValueError, RecursionError):
        return None
    models = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(models, list):
        return None
    owners = {model.get("id"): model.get("owned_by") for model in models if isinstance(model, dict)}
    owner = owners.get(endpoint.model) or next(iter(owners.values()), None)
    return _SERVERS.get(owner, "instruction") if isinstance(owner, str) else "instruction"


def fields_of(mode: ContinueMode) -> Mapping[str, Any]:
    """Fields of the request's body."""
    if mode == "continue_final_message":
        return {"continue_final_message": True, "add_generation_prompt": False}
    return {}


def with_continuation(messages: Sequence[Mapping[str, Any]], mode: ContinueMode) -> Sequence[Mapping[str, Any]]:
    """The messages, of which the last is the reply so far, for a request that continues it."""
    if mode == "instruction":
        return [*messages, {"role": "user", "content": INSTRUCTION}]
    flag = {mode: True} if mode in ("prefix", "partial") else {}
    return [*messages[:-1], {**messages[-1], **flag}]


async def _list_models(transport: OutboundTransport, endpoint: ModelEndpoint) -> Any:
    headers = httpx2.Headers({"Accept-Encoding": "identity", "User-Agent": "chat", **authorization_headers(endpoint)})
    headers.update(endpoint.headers)
    url = request_url(endpoint.base_url, endpoint.query, "models")
    response = await transport.handle_async_request(httpx2.Request("GET", url, headers=headers))
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    body = bytearray()
    try:
        async for part in response.stream:
            body += part
            if len(body) > _MAX_PROBE_BYTES:
                return None
    finally:
        await response.stream.aclose()
    return json.loads(body) if response.is_success else None
