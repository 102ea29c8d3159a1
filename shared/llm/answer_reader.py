"""The content of a model's answer: text, reasoning, usage, sources and end, from the JSON values of its stream.

Servers that call themselves OpenAI-compatible differ in almost every field; each difference that is read here has the
servers that have it beside it. Values of unexpected types are skipped.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from shared.llm.answer import Delta, Source, Usage
from shared.llm.body import Done, Frame
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderBusy, ProviderError
from shared.llm.failures import error_of_value
from shared.llm.think_tags import ThinkTagSplitter
from shared.llm.tool_calls import ToolCallReader
from shared.surrogates import has_surrogates, without_lone_surrogates

# OpenAI, then vLLM and OpenRouter, Ollama. Some send two of them with the same words.
_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details")
# Anthropic and Gemini by gateways; Mistral; OpenAI's Responses by gateways.
_CUT = frozenset({"length", "max_tokens", "model_length", "max_output_tokens"})
_FAILED = frozenset({"error", "network_error"})
# DeepSeek.
_NO_RESOURCES = "insufficient_system_resource"
_MAX_TOKENS = 10**12
_MAX_SOURCES = 50
_MAX_URL = 2000
_MAX_TITLE = 300
_MAX_FINISH_REASON = 64

# Fields of a chunk, and of its choice, besides a piece of text.
_OTHER_FIELDS = frozenset({"error", "x_groq", "citations", "search_results", "search_info", "web_search"})
_OTHER_CHOICE_FIELDS = ("finish_reason", "message", "error", "usage")

_Kind = Literal["delta", "reasoning"]


class AnswerReader:
    """One answer. `read` takes the frames in their order."""

    def __init__(self, endpoint: ModelEndpoint) -> None:
        self._endpoint = endpoint
        self._tags = ThinkTagSplitter()
        # Half of a surrogate pair whose other half comes with the next piece.
        self._halves: dict[_Kind, str] = {"delta": "", "reasoning": ""}
        self._sources: dict[str, str | None] = {}
        self.finish_reason: str | None = None
        self.usage: Usage | None = None
        # The server says that nothing follows.
        self.is_done = False
        # Something that only such an API sends has come.
        self.is_api = False
        self.has_text = False
        self.tool_calls = ToolCallReader()
        # DeepSeek's and Moonshot's name for reasoning, which they expect back with the results of calls.
        self.has_reasoning_content = False

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(Source(url, title) for url, title in self._sources.items())

    def read(self, frame: Frame | Done) -> Iterable[Delta]:
        """Raises ProviderError for an error that came instead of a piece."""
        if isinstance(frame, Done):
            self.is_done = True
            return ()
        # Most frames of a stream are a piece of the answer and nothing else.
        text = _only_text(frame.value) if self._tags.is_answer and not self._halves["delta"] else None
        if text is not None and not has_surrogates(text):
            self.has_text = self.has_text or not text.isspace()
            return (Delta("delta", text),)
        return self._read(frame)

    def _read(self, frame: Frame) -> Iterator[Delta]:
        value = frame.value
        if isinstance(value, list):
            # An error in a list (Gemini).
            value = next((item for item in value if isinstance(item, dict)), {})
        if isinstance(value, dict):
            self._raise_error(value, frame.event)
            yield from self._read_chunk(value)

    def end(self) -> Iterator[Delta]:
        """The text that was kept back, when no frame follows."""
        for delta in self._tags.end():
            yield from self._whole_characters(delta)
        for kind, half in self._halves.items():
            if half:
                yield Delta(kind, "\ufffd")

    def _raise_error(self, chunk: Mapping[str, Any], event: str) -> None:
        if chunk.get("error"):
            raise error_of_value(self._endpoint, chunk)
        if isinstance(chunk.get("choices"), list):
            return
        base = chunk.get("base_resp")  # MiniMax.
        is_refused = isinstance(base, dict) and base.get("status_code") not in (None, 0)
        # An error's fields alone (DashScope's, FastAPI's), and what names itself an error.
        is_error = event == "error" or "error" in (chunk.get("object"), chunk.get("type"))
        words = [chunk.get(name) for name in ("message", "detail", "errors", "error_msg")]
        if is_refused or is_error or any(isinstance(word, str | list) and word for word in words):
            raise error_of_value(self._endpoint, chunk)

    def _read_chunk(self, chunk: Mapping[str, Any]) -> Iterator[Delta]:
        self._read_usage(chunk)
        self._read_sources(chunk)
        choices = chunk.get("choices")
        self.is_api = self.is_api or isinstance(choices, list)
        choice = choices[0] if isinstance(choices, list) and choices else None
        if not isinstance(choice, dict):
            return
        self._read_usage(choice)
        delta, message = _dict(choice.get("delta")), _dict(choice.get("message"))
        # A server that does not stream has the whole `message` alone; Perplexity repeats it beside each delta.
        is_whole = not delta and bool(message) and not self.has_text
        self.tool_calls.read(message if is_whole else delta, is_whole=is_whole)
        self.has_reasoning_content |= bool((message if is_whole else delta).get("reasoning_content"))
        for kind, text in _texts(message if is_whole else delta):
            if kind == "reasoning":
                yield from self._whole_characters(Delta(kind, text))
            else:
                for piece in self._tags.feed(text):
                    yield from self._whole_characters(piece)
        self._read_annotations(delta or message)
        if choice.get("error"):  # OpenRouter.
            raise error_of_value(self._endpoint, choice)
        reason = choice.get("finish_reason")
        if isinstance(reason, str) and reason not in ("", "null"):
            self._read_finish_reason(reason)
        elif is_whole and self.finish_reason is None:
            self.finish_reason = "stop"

    def _whole_characters(self, delta: Delta) -> Iterator[Delta]:
        text = self._halves[delta.kind] + delta.text
        self._halves[delta.kind] = ""
        if not text.isascii():
            if "\ud800" <= text[-1] <= "\udbff":
                text, self._halves[delta.kind] = text[:-1], text[-1]
            text = without_lone_surrogates(text)
        if text:
            self.has_text = self.has_text or (delta.kind == "delta" and not text.isspace())
            yield Delta(delta.kind, text)

    def _read_finish_reason(self, reason: str) -> None:
        plain = reason.lower()
        if plain == _NO_RESOURCES:
            raise ProviderBusy("The provider ran out of resources before the answer ended. Try again in a moment.")
        if plain in _FAILED:
            raise ProviderError("The provider ended the answer with an error.")
        self.finish_reason = "length" if plain in _CUT else without_lone_surrogates(reason)[:_MAX_FINISH_REASON]

    def _read_usage(self, holder: Mapping[str, Any]) -> None:
        """Usage beside the choices (OpenAI), in a choice (Moonshot), or in `x_groq`."""
        given = _dict(holder.get("usage")) or _dict(_dict(holder.get("x_groq")).get("usage"))
        prompt = _first_count(given, "prompt_tokens", "input_tokens")
        completion = _first_count(given, "completion_tokens", "output_tokens")
        if prompt is None and completion is None:
            return
        prompt_details = _dict(given.get("prompt_tokens_details")) or _dict(given.get("input_tokens_details"))
        details = _dict(given.get("completion_tokens_details")) or _dict(given.get("output_tokens_details"))
        cached = _first_count(prompt_details, "cached_tokens")
        if cached is None:  # DeepSeek, Moonshot, Anthropic by gateways.
            cached = _first_count(given, "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")
        reasoning = _first_count(details, "reasoning_tokens")
        self.usage = Usage(
            prompt or 0,
            completion or 0,
            cached,
            _first_count(given, "reasoning_tokens") if reasoning is None else reasoning,
        )

    def _read_sources(self, chunk: Mapping[str, Any]) -> None:
        """`search_results` and `citations` (Perplexity, xAI), `search_info` (Qwen), `web_search` (GLM): in the order
        in which the text numbers them."""
        search_info = _dict(chunk.get("search_info"))
        for found in (chunk.get("search_results"), search_info.get("search_results"), chunk.get("web_search")):
            for entry in found if isinstance(found, list) else ():
                self._add_source(_dict(entry))
        citations = chunk.get("citations")
        for citation in citations if isinstance(citations, list) else ():
            self._add_source(citation if isinstance(citation, dict) else {"url": citation})

    def _read_annotations(self, message: Mapping[str, Any]) -> None:
        """`url_citation` annotations (OpenAI, OpenRouter)."""
        annotations = message.get("annotations")
        for entry in annotations if isinstance(annotations, list) else ():
            annotation = _dict(entry)
            self._add_source(_dict(annotation.get("url_citation")) or annotation)

    def _add_source(self, entry: Mapping[str, Any]) -> None:
        url = entry.get("url") or entry.get("link")
        if not isinstance(url, str) or not url.startswith(("https://", "http://")) or len(url) > _MAX_URL:
            return
        # Not storable, or not one line.
        if not url.isprintable() or " " in url or (url not in self._sources and len(self._sources) >= _MAX_SOURCES):
            return
        title = entry.get("title")
        words = " ".join(title.split()) if isinstance(title, str) else ""
        words = "".join(character for character in words if character.isprintable())[:_MAX_TITLE]
        self._sources[url] = self._sources.get(url) or words or None


def _only_text(value: Any) -> str | None:
    """The text of a chunk that has nothing else to read; None for any other."""
    if not isinstance(value, dict) or not _OTHER_FIELDS.isdisjoint(value) or value.get("usage") is not None:
        return None
    choices = value.get("choices")
    choice = choices[0] if isinstance(choices, list) and len(choices) == 1 else None
    if not isinstance(choice, dict) or any(choice.get(name) for name in _OTHER_CHOICE_FIELDS):
        return None
    delta = choice.get("delta")
    if not isinstance(delta, dict) or any(delta[name] for name in delta if name not in ("content", "role")):
        return None
    text = delta.get("content")
    return text if isinstance(text, str) and text else None


def _texts(message: Mapping[str, Any]) -> Iterator[tuple[_Kind, str]]:
    """The reasoning and the text of a delta or message, in this order, but parts in their own."""
    reasoning = next((text for name in _REASONING_FIELDS if (text := _text_of(message.get(name)))), "")
    if reasoning:
        yield "reasoning", reasoning
    content = message.get("content")
    if isinstance(content, str) and content:
        yield "delta", content
    elif isinstance(content, dict | list):
        for part in content if isinstance(content, list) else [content]:
            yield from _part_texts(part)
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        yield "delta", refusal


def _part_texts(part: object) -> Iterator[tuple[_Kind, str]]:
    """The text of a part of content, or Mistral's and Anthropic's `thinking`."""
    if isinstance(part, str) and part:
        yield "delta", part
    elif isinstance(part, dict):
        kind = part.get("type")
        if kind in ("thinking", "reasoning"):
            if text := _text_of(part.get("thinking") or part.get("reasoning") or part.get("text")):
                yield "reasoning", text
        elif text := _text_of(part.get("text") or part.get("refusal")):
            yield "delta", text


def _text_of(value: object) -> str:
    """The text of a string, of a part, or of a list of them. Encrypted reasoning has none."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(_text_of, value))
    if isinstance(value, dict):
        names = ("text", "content", "summary", "thinking")
        return next((text for name in names if (text := _text_of(value.get(name)))), "")
    return ""


def _dict(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _first_count(holder: Mapping[str, Any], *names: str) -> int | None:
    """The first of these fields that is a number of tokens. JSON has one kind of number: 3.0 is 3."""
    for name in names:
        value = holder.get(name)
        if isinstance(value, float) and math.isfinite(value) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_TOKENS:
            return value
    return None
