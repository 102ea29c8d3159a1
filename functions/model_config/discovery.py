"""Discovery: the list of models that a provider offers, read from its `GET /models`."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from functions.model_config.service import check_deadline, server_to_list
from shared.auth.claims import Claims
from shared.llm.endpoint import ModelServer
from shared.llm.errors import NotAnApi, ProviderError, ProviderTimeout
from shared.threads import run_in_thread

MAX_MODELS = 1000
# The longest real lists have 1 MB: hundreds of models, each with its description.
_MAX_LIST_BYTES = 4 * 1024 * 1024
# As long as a config's `model` and its form allow.
_MAX_NAME = 200
_MAX_CONTEXT_WINDOW = 1_000_000_000
# Servers' names for the number of tokens a model reads at most: Groq; OpenRouter, Together, Moonshot; Mistral,
# LM Studio; vLLM.
_CONTEXT_WINDOW_FIELDS = ("context_window", "context_length", "max_context_length", "max_model_len")

InputKind = Literal["text", "image"]


@dataclass(frozen=True)
class ListedModel:
    """A model in a provider's list. `context_window` in tokens. None: the list does not have it."""

    id: str
    owned_by: str | None
    context_window: int | None
    input: list[InputKind] | None


async def discover_models(
    claims: Claims, config_id: str | None, base_url: str | None, api_key: str | None
) -> Sequence[ListedModel]:
    """The models of a stored config's server, or of the server at `base_url`: at most 1,000, sorted by id.

    Raises TokenRevoked, NotFound, UnsafeBaseUrl, UnreadableApiKey, RateLimited, ProviderError.
    """
    server = await run_in_thread(server_to_list, claims, config_id, base_url, api_key)
    from shared.llm.sdk import openai_client  # Loads HTTP; only this call needs it.

    try:
        async with openai_client(server, _MAX_LIST_BYTES) as client:
            # From here: loading the SDK, which a new instance does above, is no time of the provider's.
            with check_deadline():
                # Unparsed: the SDK expects the list as OpenAI has it, and drops what others add.
                response = await client.models.with_raw_response.list()
    except TimeoutError:
        raise ProviderTimeout from None
    return read_models(server, response.http_response.content)


def read_models(server: ModelServer, content: bytes) -> Sequence[ListedModel]:
    """The models in the body of a successful answer. Entries without a usable id are skipped.

    Raises NotAnApi for a body that is no list of models, ProviderError for an error sent with a status of success.
    """
    from shared.llm.failures import quote, words_of

    try:
        body = json.loads(content)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError.
        raise NotAnApi from None
    entries = _entries(body)
    if entries is None:
        words = words_of(body)
        raise ProviderError(quote(server, words)) if words else NotAnApi
    models = {model.id: model for entry in entries if (model := _model(entry)) is not None}
    return [models[name] for name in sorted(models)[:MAX_MODELS]]


def _entries(body: object) -> list[Any] | None:
    """The entries of a list, in the forms that servers use: `{"data": [...]}`, `{"models": [...]}`, or `[...]`."""
    if isinstance(body, dict):
        if body.get("object") == "list" and body.get("data") is None:
            return []  # Go writes an empty list as null.
        body = next((body[name] for name in ("data", "models") if isinstance(body.get(name), list)), None)
    return body if isinstance(body, list) else None


def _model(entry: object) -> ListedModel | None:
    if isinstance(entry, str):
        entry = {"id": entry}
    if not isinstance(entry, dict):
        return None
    # Ollama's and Google's own APIs have no id; their name is what a call names.
    name = _text(entry.get("id") if "id" in entry else entry.get("name"))
    if name is None:
        return None
    windows = (entry.get(field) for field in _CONTEXT_WINDOW_FIELDS)
    return ListedModel(
        id=name,
        owned_by=_text(entry.get("owned_by")),
        context_window=next(filter(_is_window, windows), None),
        input=list(_input(entry)) or None,
    )


def _text(value: object) -> str | None:
    """A name as it can be shown, stored and sent; None for what is not one."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    return value if value.isprintable() and 0 < len(value) <= _MAX_NAME else None


def _is_window(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MAX_CONTEXT_WINDOW


def _input(entry: dict[str, Any]) -> Iterator[InputKind]:
    """OpenRouter lists kinds of input, Mistral says whether there is vision."""
    architecture, capabilities = entry.get("architecture"), entry.get("capabilities")
    listed = architecture.get("input_modalities") if isinstance(architecture, dict) else None
    if isinstance(listed, list):
        kinds: tuple[InputKind, ...] = ("text", "image")
        yield from (kind for kind in kinds if kind in listed)
    elif isinstance(capabilities, dict) and isinstance(capabilities.get("vision"), bool):
        yield "text"
        if capabilities["vision"]:
            yield "image"
