"""Errors of model calls, before and during a turn."""

from shared.errors import AppError
from shared.llm.answer import Usage


class UnsafeBaseUrl(AppError):
    code, status = "unsafe_base_url", 422
    message = "The base URL must be a public https address without credentials."


class NoModel(AppError):
    code, status = "no_model", 422
    message = "No model is selected. Add a model in the settings, or select one for this conversation."


class ProviderError(Exception):
    """A failed model call. Clients get it as a `failed` event, not as an HTTP error.

    `message` is for a person. It may quote the provider, never our own exceptions.
    `status`: of the provider's HTTP answer. `retry_after`: seconds after which the provider takes calls again.
    """

    code = "provider_error"
    message = "The model's server reported an error. Try again, or use another model."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or type(self).message
        self.status: int | None = None
        self.retry_after: int | None = None
        super().__init__(self.code)


class ProviderUnreachable(ProviderError):
    code = "provider_unreachable"
    message = (
        "The model's server could not be reached, or the connection was lost. Check the base URL, or try again later."
    )


class ProviderAuth(ProviderError):
    code = "provider_auth"
    message = "The model's server refused the API key. Check the key."


class ProviderRateLimited(ProviderError):
    code = "provider_rate_limited"
    message = (
        "The model's server refuses requests for now: too many requests, or no credit left. "
        "Try again later, or use another model."
    )


class ProviderBusy(ProviderError):
    code = "provider_busy"
    message = "The model's server is busy. Try again in a moment."


class ProviderBadRequest(ProviderError):
    code = "provider_bad_request"
    message = "The model's server did not accept the request. Check the model's parameters, or use another model."


class UnknownModel(ProviderBadRequest):
    message = "The server does not know this model. Check the model ID."


class ProviderTimeout(ProviderError):
    code = "provider_timeout"
    message = "The model's server did not answer in time. Try again."


class NotAnApi(ProviderError):
    message = "This address does not answer like an OpenAI-compatible API. Most base URLs end in /v1."


class WebPageInstead(ProviderError):
    """An HTML page, such as a gateway's error or a bot check."""

    message = "The model's server answered with a web page instead of an API's answer. Check the base URL."

    def __init__(self, *, is_challenge: bool = False) -> None:
        super().__init__(
            "The model's server answered with a bot check (such as Cloudflare's) that only a browser passes. "
            "Ask its operator to let API clients through."
            if is_challenge
            else None
        )


class EmptyReply(ProviderError):
    """An answer that ended without a word of text, which has its cost all the same."""

    code = "empty_reply"
    message = "The model ended its answer without a word. Try again."

    _REASONS = {
        "content_filter": "The provider's content filter removed the answer. Change the question and try again.",
        "length": "The model used up its token limit before the first word of its answer. Raise max_tokens, or lower "
        "the reasoning effort.",
        "tool_calls": "The model asked for a tool, and it was offered none. Try again, or use another model.",
        "function_call": "The model asked for a tool, and it was offered none. Try again, or use another model.",
    }

    def __init__(self, finish_reason: str, usage: Usage | None = None) -> None:
        super().__init__(self._REASONS.get(finish_reason))
        self.finish_reason = finish_reason
        self.usage = usage


class Redirected(ProviderError):
    message = "This address redirects to another one, which is not followed. Enter the address it leads to."


class AnswerTooLong(ProviderError):
    message = "The reply was too long and was cut off. Ask for a shorter one."
