"""Adaptation of a request: what a refusal names is left out, once, and nothing else is."""

from typing import Any

import pytest

from shared.llm.adaptation import Adaptation
from shared.llm.endpoint import ModelEndpoint
from shared.llm.failures import read_refusal
from shared.llm.learned import ImageMode, Learned
from shared.llm.params import ModelParams

ALL: dict[str, Any] = {
    "temperature": 0.3,
    "top_p": 0.9,
    "max_tokens": 50,
    "presence_penalty": 0.1,
    "frequency_penalty": 0.1,
    "stop": ["END"],
    "seed": 7,
    "reasoning_effort": "high",
}
MESSAGES = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]


def adaptation(
    learned: Learned | None = None, image_mode: ImageMode | None = None, newest: bool = False, **params: Any
) -> Adaptation:
    endpoint = ModelEndpoint(
        "https://api.example.com/v1", "m", "key", ModelParams(**params), learned=learned or Learned()
    )
    return Adaptation(endpoint, image_mode, newest_has_images=newest)


def refuse(request: Adaptation, words: str, param: str | None = None, status: int = 400) -> bool:
    body = f'{{"error": {{"message": "{words}", "param": {f"{chr(34)}{param}{chr(34)}" if param else "null"}}}}}'
    return request.adapt(read_refusal(status, {}, body))


@pytest.mark.parametrize(
    ("words", "param", "omitted"),
    [
        ("Unsupported value", "temperature", "temperature"),
        ("Unknown parameter: top_p.", None, "top_p"),
        ("'presence_penalty' is not supported by this model", None, "presence_penalty"),
        ("Unrecognized request argument supplied: frequency_penalty", None, "frequency_penalty"),
        ("This model does not know the parameter 'stop'.", None, "stop"),
        ("seed: Extra inputs are not permitted", None, "seed"),
        ("reasoning_effort is not allowed", None, "reasoning_effort"),
        ("max_tokens is too large, must be at most 10", "max_tokens", "max_tokens"),
        ("stream_options is only allowed when ...", "stream_options", "stream_options"),
        ("参数 temperature 不支持", None, "temperature"),
    ],
)
def test_a_refused_parameter_is_left_out_once(words: str, param: str | None, omitted: str) -> None:
    request = adaptation(**ALL)
    before = request.body(MESSAGES)
    assert refuse(request, words, param)
    after = request.body(MESSAGES)
    assert before.keys() - after.keys() == {omitted}
    assert not refuse(request, words, param)
    learned = request.learned()
    assert learned is not None
    assert learned.omitted == (omitted,)


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 8192 tokens; max_tokens is not valid.",
        "The messages are invalid.",
        "Please stop sending invalid requests.",
        "The temperature outside is fine.",
        "Invalid system state.",
    ],
)
def test_a_refusal_that_names_no_parameter_stands(words: str) -> None:
    assert not refuse(adaptation(**ALL), words)


def test_max_tokens_is_renamed_where_the_refusal_names_the_other() -> None:
    request = adaptation(max_tokens=50)
    assert refuse(request, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    assert request.body(MESSAGES)["max_completion_tokens"] == 50
    assert request.learned() == Learned(max_completion_tokens=True)
    # And left out, if that is refused as well.
    assert refuse(request, "Unknown parameter: 'max_completion_tokens'")
    assert not {"max_tokens", "max_completion_tokens"} & request.body(MESSAGES).keys()


def test_an_answer_that_may_not_be_streamed_is_requested_whole() -> None:
    request = adaptation()
    assert refuse(request, "Your organization must be verified to stream this model.", "stream")
    assert not {"stream", "stream_options"} & request.body(MESSAGES).keys()


def test_a_config_without_streaming_requests_the_answer_whole() -> None:
    request = adaptation(stream="off")
    assert "stream" not in request.body(MESSAGES)
    assert request.learned() is None


@pytest.mark.parametrize(
    "words",
    ["System role not supported", "Developer instruction is not enabled for models/gemma", "invalid role 'system'"],
)
def test_a_refused_system_role_moves_to_the_user(words: str) -> None:
    request = adaptation()
    assert refuse(request, words)
    assert request.body(MESSAGES)["messages"] == [{"role": "user", "content": "Be brief.\n\nHi"}]


def test_what_was_learned_is_applied_from_the_start() -> None:
    learned = Learned(("temperature", "stream", "system"), max_completion_tokens=True)
    body = adaptation(learned, **ALL).body(MESSAGES)
    assert not {"temperature", "stream", "stream_options", "max_tokens"} & body.keys()
    assert body["max_completion_tokens"] == 50
    assert [message["role"] for message in body["messages"]] == ["user"]
    assert adaptation(learned, **ALL).learned() is None


IMAGE_WORDS = "invalid image: it must be given as base64"


def test_images_that_are_refused_by_url_are_sent_inline() -> None:
    request = adaptation(image_mode="url", newest=True)
    assert refuse(request, IMAGE_WORDS)
    assert (request.image_mode, request.learned()) == ("inline", Learned(image_delivery="inline"))


def test_images_of_the_newest_message_are_not_left_out_silently() -> None:
    request = adaptation(image_mode="inline", newest=True)
    assert not refuse(request, "image_url is not supported")
    # But the next turn knows.
    assert request.learned() == Learned(image_delivery="none")


@pytest.mark.parametrize(
    "words",
    [
        "Invalid content type. image_url is only supported by certain models.",
        "No endpoints found that support image input",
        "This model does not support images. See the documentation for more information.",
        "vision-less-7b is not a multimodal model",
        "Image input is not enabled for this model",
        "Images are not permitted with this model",
        "Unsupported image: this is a text-only model",
        "该模型仅支持文本，不能输入图片",
        "At most 0 image(s) may be provided in one request.",
        "messages[0]: unknown variant `image_url`, expected `text`",
        "content must be a string",
        "该模型不支持图片输入",
    ],
)
def test_words_that_a_model_takes_no_images_are_remembered(words: str) -> None:
    request = adaptation(image_mode="inline")
    assert refuse(request, words)
    assert (request.image_mode, request.learned()) == ("none", Learned(image_delivery="none"))


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize(
    "words",
    [
        "messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6291456 bytes > 5242880 bytes",
        "Could not process image",
        "You uploaded an unsupported image. Please make sure your image has one of the formats: png, jpeg, gif, webp.",
        "Unsupported image format. Only images of type image/png are supported, not image/gif.",
        "The image data you provided does not represent a valid image.",
        "Your input image may contain content that is not allowed by our safety system.",
        "At most 4 image(s) may be provided in one request.",
        "不支持该图片格式",
    ],
)
def test_what_may_be_wrong_with_one_image_is_not_remembered(words: str, newest: bool) -> None:
    request = adaptation(image_mode="url", newest=newest)
    assert refuse(request, words)
    # Inline it is no better: an earlier message's image is left out of this call alone.
    assert refuse(request, words) is not newest
    assert request.image_mode == ("inline" if newest else "none")
    assert request.learned() is None


@pytest.mark.parametrize(
    "words", ["tools.3.custom.input_schema: JSON schema is invalid", "Only 64 tools are supported at most."]
)
def test_tools_that_are_refused_for_what_they_are_teach_nothing(words: str) -> None:
    endpoint = ModelEndpoint("https://api.example.com/v1", "m", "key", ModelParams())
    request = Adaptation(endpoint, None, newest_has_images=False, tools=[{"type": "function"}])
    assert refuse(request, words)
    assert (request.tools_omitted, request.learned()) == (True, None)


def test_parameters_that_a_request_set_for_an_offered_model_teach_nothing() -> None:
    given = frozenset({"reasoning_effort", "max_tokens"})
    params = ModelParams(reasoning_effort="bogus", max_tokens=50, seed=7)
    request = Adaptation(
        ModelEndpoint("https://api.example.com/v1", "m", "key", params, offered_id="o", request_params=given),
        None,
        newest_has_images=False,
    )
    assert refuse(request, "Unsupported value", "reasoning_effort")
    assert refuse(request, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")
    assert request.body(MESSAGES)["max_completion_tokens"] == 50
    assert request.learned() is None
    assert refuse(request, "Unknown parameter: seed")
    assert not {"reasoning_effort", "seed"} & request.body(MESSAGES).keys()
    assert request.learned() == Learned(("seed",))


def test_images_of_earlier_messages_are_left_out() -> None:
    request = adaptation(image_mode="inline")
    assert refuse(request, "messages.0.content must be a string")
    assert request.image_mode == "none"
    assert request.images_omitted


def test_a_model_without_images_is_sent_the_newest_alone() -> None:
    learned = Learned(image_delivery="none")
    assert adaptation(learned, "url", newest=True).image_mode == "latest"
    assert adaptation(learned, "url").image_mode == "none"


def test_the_config_decides_how_images_are_sent() -> None:
    request = adaptation(Learned(image_delivery="none"), "url", newest=True, image_delivery="url")
    assert request.image_mode == "url"
    assert not refuse(request, IMAGE_WORDS)
