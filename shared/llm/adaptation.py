"""Adaptation of a request to its provider: what a refusal names is left out or changed, each once, and remembered.

OpenAI-compatible servers and models differ in the parameters, roles and images that they take, and only their refusals
report it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from shared.llm.continuation import documented_mode, fields_of, with_continuation
from shared.llm.endpoint import ModelEndpoint
from shared.llm.failures import Refusal
from shared.llm.learned import ContinueMode, ImageMode, Learned

# Request fields that may be left out. The words of a refusal have to name one: these in any way ...
_DISTINCT = (
    "max_completion_tokens",
    "max_tokens",
    "temperature",
    "top_p",
    "presence_penalty",
    "frequency_penalty",
    "reasoning_effort",
    "stream_options",
    "seed",
)
# ... and these, which are words of the language, as a name.
_NAMED = {
    "stop": r"""["'`‘“]stop["'`’”]|\bstop (parameter|sequences?)\b|\bparameter:? stop\b""",
    "stream": r"""["'`‘“]stream["'`’”]|\bstream(ing)? (parameter|is|mode|responses?)\b"""
    r"""|\b(support|allow|parameter:?) stream""",
    "system": r"""["'`‘“]system["'`’”]|\bsystem (role|messages?|prompts?|instructions?)\b"""
    r"""|\bdeveloper instructions?\b""",
    "tools": r"""["'`‘“]?\btools?\b|\btool[ _-]?(use|calls?|calling|choice)\b|\bfunctions?[ _-]?call|工具|函数调用""",
}
# Refusals of one tool, or of their number: the model takes tools. vLLM names the options that it was started without.
_ONE_TOOL = re.compile(
    r"schema|parameters|\btools?[.\[]+\d|invalid .{0,20}function|duplicate|too many|at most|maximum", re.IGNORECASE
)
_TOOLS_OFF = re.compile(r"requires --enable-auto-tool-choice|tool-call-parser", re.IGNORECASE)
_REFUSES = re.compile(
    r"support|unknown|unrecogni[sz]ed|invalid|illegal|unexpected|unpermitted|extra|forbid|deprecated|cannot|can't"
    r"|not? (such|allow|permit|offer|accept|valid|know|enabled|take)|does(n't| not)|may not|must (be|not)"
    r"|only (the )?default|不支持|无效|非法|不允许|未知|不能",
    re.IGNORECASE,
)
# A conversation that is too long names max_tokens as well, and leaving it out does not help.
_TOO_LONG = re.compile(r"context[ _](length|window|size)|too long|too many tokens|上下文", re.IGNORECASE)
_IMAGE = re.compile(
    r"image|picture|photo|vision|visual|multi-?modal|modalit|base64|data ur[il]|download|图片|图像|多模态|视觉",
    re.IGNORECASE,
)
# Some servers say of an image part only that content has to be a string.
_TEXT_ONLY = re.compile(r"content.{0,60}(string|text)|(string|text).{0,60}content", re.IGNORECASE | re.DOTALL)
# The model takes no images. Others may be refused for what is wrong with one of them.
_NO_IMAGES = re.compile(
    r"(not|n't) (\w+ )?(support|accept|enable|allow|permit|available|take|handle|multi-?modal|vision)|only support"
    r"|text[- ]only|(仅|只)支持"
    r"|\bsupports? (image|vision)|unsupported (content|input|modalit)|unknown (variant|part|type|content)|is unknown"
    r"|missing data required|at most 0\b|不支持",
    re.IGNORECASE,
)
_ONE_IMAGE = re.compile(
    r"\bformat|mime|image/|image type|\b(jpe?g|png|gif|webp)\b|animated|too (large|big|small|many)|larger|smaller"
    r"|\bsize|dimension|resolution|pixel|exceed|\d ?[km]i?b\b|base64|download|safety|policy|格式|大小|尺寸|像素|下载",
    re.IGNORECASE,
)
# Refusals of a request that ends in the beginning of the reply (assistant prefix, prefill).
_PREFIX = re.compile(
    r"prefix|prefill|\bpartial\b|continue_final_message|add_generation_prompt|enable_thinking|assistant"
    r"|\b(last|final) (message|role)|\bend with\b|续写|前缀",
    re.IGNORECASE,
)
_PARAMETER_STATUSES = (400, 404, 415, 422, 500, 501)
_IMAGE_STATUSES = (400, 404, 413, 415, 422, 500, 501)


class Adaptation:
    """The differences of one call's request from its config, beginning with those that earlier calls learned."""

    def __init__(
        self,
        endpoint: ModelEndpoint,
        image_mode: ImageMode | None,
        *,
        newest_has_images: bool,
        tools: Sequence[Mapping[str, Any]] = (),
        continues: bool = False,
        may_prefix: bool = True,
    ) -> None:
        """`image_mode`: None where no message has images. `tools`: to be offered, in OpenAI's format. `continues`: the
        last message is a reply to be continued; not as a prefix unless `may_prefix`."""
        params, learned = endpoint.params, endpoint.learned
        self._endpoint = endpoint
        self._newest_has_images = newest_has_images
        self._fields: dict[str, Any] = {
            "stream": True,
            "stream_options": {"include_usage": True},
            **params.request_fields(),
        }
        self._are_tools_wanted = bool(tools)
        if tools:
            self._fields["tools"] = tools
        self._omitted: list[str] = []
        self._max_completion_tokens = False
        self._continues = continues
        self._may_prefix = may_prefix
        self._continue_mode = (learned.continue_mode or documented_mode(endpoint.base_url)) if may_prefix else None
        self._learned_mode: ContinueMode | None = None
        # The config has precedence over what was learned.
        self._may_adapt_images = params.image_delivery in (None, "auto")
        self._learned_images = learned.image_delivery if self._may_adapt_images else None
        self.image_mode = self._first_mode(image_mode)
        if params.stream == "off":
            self._leave_out("stream")
        for name in learned.omitted:
            self._leave_out(name)
        if learned.max_completion_tokens:
            self._rename_max_tokens()

    @property
    def images_omitted(self) -> bool:
        return self.image_mode in ("latest", "none")

    @property
    def has_tools(self) -> bool:
        """Whether the request offers tools."""
        return "tools" in self._fields

    @property
    def tools_omitted(self) -> bool:
        return self._are_tools_wanted and not self.has_tools

    @property
    def is_continue_mode_unknown(self) -> bool:
        """Whether the server has to be asked how it continues a reply."""
        return self._continues and self._may_prefix and self._continue_mode is None

    def learn_continue_mode(self, mode: ContinueMode | None) -> None:
        """`mode`: None where the server did not report it, which is not remembered."""
        self._learned_mode = mode
        self._continue_mode = mode or "instruction"

    def learned(self) -> Learned | None:
        """Everything learned of the provider, after this call; None when this call learned nothing.

        Nothing is learned from a request's own parameters for an offered model: its operator's are everybody's.
        """
        before, of_request = self._endpoint.learned, self._endpoint.request_params
        omitted = [name for name in self._omitted if name not in of_request]
        is_renamed = self._max_completion_tokens and "max_tokens" not in of_request
        learned = Learned(
            omitted=tuple(dict.fromkeys((*before.omitted, *omitted))),
            max_completion_tokens=is_renamed or before.max_completion_tokens,
            image_delivery=self._learned_images or before.image_delivery,
            continue_mode=self._learned_mode or before.continue_mode,
        )
        return None if learned == before else learned

    def body(self, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The request's body."""
        if "system" in self._omitted or "system" in self._endpoint.learned.omitted:
            messages = without_system_role(messages)
        if not self.has_tools:
            messages = without_tool_messages(messages)
        fields = self._fields
        if self._continues:
            mode = self._continue_mode or "instruction"
            messages, fields = with_continuation(messages, mode), {**fields, **fields_of(mode)}
        extra = dict(self._endpoint.params.extra_body or {})
        if self.has_tools and isinstance(extra.get("tools"), list):
            extra["tools"] = [*extra["tools"], *self._fields["tools"]]  # The provider's own tools besides ours.
        return {"model": self._endpoint.model, "messages": messages, **fields, **extra}

    def adapt(self, refusal: Refusal) -> bool:
        """Change what a refusal names; False when there is nothing, and the refusal stands."""
        if refusal.status in _PARAMETER_STATUSES and self._is_prefix_refused(refusal):
            self.learn_continue_mode("instruction")
            return True
        if refusal.status in _PARAMETER_STATUSES and (name := self._named(refusal)) is not None:
            if name == "max_tokens" and "max_completion_tokens" in refusal.text:
                self._rename_max_tokens()  # OpenAI's reasoning models.
            else:
                self._leave_out(name)
                # Fields that the config itself turns off are not learned.
                if name == "tools" and _ONE_TOOL.search(refusal.words or ""):
                    return True
                self._omitted.append("max_tokens" if name == "max_completion_tokens" else name)
            return True
        return refusal.status in _IMAGE_STATUSES and self._adapt_images(refusal)

    def _is_prefix_refused(self, refusal: Refusal) -> bool:
        is_prefix = self._continues and self._continue_mode not in (None, "instruction")
        return is_prefix and _PREFIX.search(refusal.words or refusal.text) is not None

    def _named(self, refusal: Refusal) -> str | None:
        """The part of the request that a refusal names, if it is there to be left out."""
        present = [name for name in (*_DISTINCT, *_NAMED) if name in self._fields or name == "system"]
        present = [name for name in present if name not in self._omitted and name not in self._endpoint.learned.omitted]
        if refusal.param is not None and refusal.param in present:
            return refusal.param
        words = refusal.words or ""
        if "tools" in present and _TOOLS_OFF.search(words):
            return "tools"
        if not _REFUSES.search(words) or _TOO_LONG.search(words):
            return None
        patterns = {**{name: rf"\b{name}\b" for name in _DISTINCT}, **_NAMED}
        return next((name for name in present if re.search(patterns[name], words, re.IGNORECASE)), None)

    def _leave_out(self, name: str) -> None:
        self._fields.pop(name, None)
        if name == "max_tokens":
            self._fields.pop("max_completion_tokens", None)
        if name == "stream":
            self._fields.pop("stream_options", None)

    def _rename_max_tokens(self) -> None:
        self._max_completion_tokens = True
        if "max_tokens" in self._fields:
            self._fields["max_completion_tokens"] = self._fields.pop("max_tokens")

    def _first_mode(self, mode: ImageMode | None) -> ImageMode | None:
        if mode is None or self._learned_images is None:
            return mode
        if self._learned_images == "inline":
            return "inline" if mode == "url" else mode
        # The newest message's images are for the model to refuse: its words give the user the reason.
        return "latest" if self._newest_has_images else "none"

    def _adapt_images(self, refusal: Refusal) -> bool:
        words = refusal.words or refusal.text
        if self.image_mode not in ("url", "inline") or not self._may_adapt_images:
            return False
        if not _IMAGE.search(words) and not _TEXT_ONLY.search(words):
            return False
        if self.image_mode == "url":
            self.image_mode = self._learned_images = "inline"
            return True
        takes_none = (_NO_IMAGES.search(words) or _TEXT_ONLY.search(words)) and not _ONE_IMAGE.search(words)
        self._learned_images = "none" if takes_none else self._endpoint.learned.image_delivery
        if self._newest_has_images:
            return False
        self.image_mode = "none"
        return True


def without_tool_messages(messages: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The messages without calls of tools and their results, for a request that offers no tools: many servers refuse
    them there. What the model wrote around the calls becomes one message."""
    if not any(message["role"] == "tool" or "tool_calls" in message for message in messages):
        return messages
    kept: list[dict[str, Any]] = []
    for message in messages:
        content = message.get("content")
        if message["role"] == "tool" or not content:
            continue
        plain = {"role": message["role"], "content": content}
        before = kept[-1] if kept else None
        if before is not None and before["role"] == plain["role"] == "assistant":
            before["content"] = f"{before['content']}\n\n{content}"
        else:
            kept.append(plain)
    return kept


def without_system_role(messages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The messages with the system prompt in front of the first user message: some chat templates have no such role."""
    prompts = [str(message["content"]) for message in messages if message["role"] == "system"]
    others = [message for message in messages if message["role"] != "system"]
    if not prompts:
        return others
    prompt = "\n\n".join(prompts)
    if not others or others[0]["role"] != "user":
        return [{"role": "user", "content": prompt}, *others]
    content = others[0]["content"]
    content = f"{prompt}\n\n{content}" if isinstance(content, str) else [{"type": "text", "text": prompt}, *content]
    return [{**others[0], "content": content}, *others[1:]]
