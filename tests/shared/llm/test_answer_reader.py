"""The content of an answer: text, reasoning, usage, sources and end, in the fields that servers have for them."""

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.llm.answer import Source, Usage
from shared.llm.answer_reader import AnswerReader
from shared.llm.body import Frame
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import ProviderBusy, ProviderError, ProviderRateLimited
from shared.llm.params import ModelParams

ENDPOINT = ModelEndpoint("https://api.example.com/v1", "m", "key-of-the-user", ModelParams())


def read(*chunks: Any, event: str = "") -> tuple[str, str, AnswerReader]:
    """Text and reasoning of an answer, and its reader."""
    reader = AnswerReader(ENDPOINT)
    deltas = [delta for chunk in chunks for delta in reader.read(Frame(chunk, event))]
    deltas += reader.end()
    texts = {kind: "".join(delta.text for delta in deltas if delta.kind == kind) for kind in ("delta", "reasoning")}
    return texts["delta"], texts["reasoning"], reader


def chunk(finish_reason: str | None = None, **delta: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}


def pieces(text: str, cuts: list[int]) -> list[str]:
    offsets = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(offsets)]


CUTS = st.lists(st.integers(min_value=0), max_size=8)


@given(cuts=CUTS)
def test_reasoning_between_tags_is_told_apart_however_it_is_cut(cuts: list[int]) -> None:
    content = "\n<think>\nIs a < b? </thin> is no end.\n</think>\n\nYes: <think> is a tag."
    answer, reasoning, _ = read(*[chunk(content=piece) for piece in pieces(content, cuts)])
    assert reasoning == "Is a < b? </thin> is no end."
    assert answer == "Yes: <think> is a tag."


@given(cuts=CUTS)
@pytest.mark.parametrize(
    "content", ["<b>bold</b>", "<thin", "  indented", "a <think>b</think>", "<", "\n\n", "<thinker>"]
)
def test_content_without_a_tag_at_its_start_is_text_as_it_is(content: str, cuts: list[int]) -> None:
    answer, reasoning, _ = read(*[chunk(content=piece) for piece in pieces(content, cuts)])
    assert (answer, reasoning) == (content, "")


def test_reasoning_that_does_not_end_is_reasoning() -> None:
    assert read(chunk(content="<think>Still at it </thi"))[:2] == ("", "Still at it </thi")


@given(text=st.text(alphabet=st.characters(codec="utf-8"), min_size=1), cuts=CUTS)
def test_halves_of_surrogate_pairs_are_joined(text: str, cuts: list[int]) -> None:
    units = text.encode("utf-16-le")
    halves = [units[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(units), 2)]
    answer, _, _ = read(chunk(content="x"), *[chunk(content="".join(part)) for part in pieces_of(halves, cuts)])
    assert answer == "x" + text


def pieces_of(units: list[str], cuts: list[int]) -> list[list[str]]:
    offsets = [0, *sorted(cut % (len(units) + 1) for cut in cuts), len(units)]
    return [units[start:end] for start, end in itertools.pairwise(offsets)]


@pytest.mark.parametrize(
    "delta",
    [
        {"reasoning_content": "Hm."},
        {"reasoning": "Hm."},
        {"reasoning": "Hm.", "reasoning_content": "Hm."},
        {"thinking": "Hm."},
        {
            "reasoning_details": [
                {"type": "reasoning.text", "text": "Hm."},
                {"type": "reasoning.encrypted", "data": "x"},
            ]
        },
        {"reasoning_details": [{"type": "reasoning.summary", "summary": "Hm."}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}]},
        {"content": [{"type": "thinking", "thinking": "Hm."}]},
    ],
)
def test_reasoning_is_found_in_each_field(delta: dict[str, Any]) -> None:
    assert read(chunk(**delta), chunk(content="Yes"))[:2] == ("Yes", "Hm.")


@pytest.mark.parametrize(
    ("sent", "usage"),
    [
        ({"prompt_tokens": 3, "completion_tokens": 2}, Usage(3, 2)),
        ({"prompt_tokens": 3.0, "completion_tokens": 2.0}, Usage(3, 2)),
        ({"input_tokens": 3, "output_tokens": 2}, Usage(3, 2)),
        ({"prompt_tokens": 3, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}}, Usage(3, 2, 1)),
        ({"prompt_tokens": 3, "completion_tokens": 2, "prompt_cache_hit_tokens": 1}, Usage(3, 2, 1)),
        (
            {"prompt_tokens": 3, "completion_tokens": 2, "completion_tokens_details": {"reasoning_tokens": 1}},
            Usage(3, 2, None, 1),
        ),
        ({"prompt_tokens": True, "completion_tokens": "2"}, None),
        ({"prompt_tokens": float("inf"), "completion_tokens": -2}, None),
        ([3, 2], None),
        (None, None),
    ],
)
def test_usage_is_read_in_each_form(sent: object, usage: Usage | None) -> None:
    for holder in ({"choices": [], "usage": sent}, {"choices": [{"usage": sent}]}, {"x_groq": {"usage": sent}}):
        assert read(holder)[2].usage == usage


@pytest.mark.parametrize("reason", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
def test_a_cut_answer_ends_with_length_under_each_of_its_names(reason: str) -> None:
    assert read(chunk(content="Half"), chunk(reason))[2].finish_reason == "length"


def test_sources_are_numbered_as_the_text_numbers_them() -> None:
    cited = {
        "choices": [],
        "citations": ["https://a.example/1", "https://b.example/2"],
        "search_results": [{"title": "One\nof two", "url": "https://a.example/1"}, {"url": "javascript:alert(1)"}],
    }
    annotated = chunk(
        annotations=[{"type": "url_citation", "url_citation": {"url": "https://c.example", "title": "C"}}]
    )
    assert read(cited, annotated, cited)[2].sources == (
        Source("https://a.example/1", "One of two"),
        Source("https://b.example/2"),
        Source("https://c.example", "C"),
    )


@pytest.mark.parametrize(
    ("value", "event", "kind", "words"),
    [
        ({"error": {"message": "No."}}, "", ProviderError, "No."),
        ([{"error": {"message": "No.", "code": 429}}], "", ProviderRateLimited, "No."),
        ({"error": '{"error": {"message": "No."}}'}, "", ProviderError, "No."),
        ({"message": "No."}, "error", ProviderError, "No."),
        ({"object": "error", "message": "No.", "code": 503}, "", ProviderBusy, "No."),
        ({"code": "InvalidParameter", "message": "No."}, "", ProviderError, "No."),
        ({"base_resp": {"status_code": 1004, "status_msg": "No."}}, "", ProviderError, "No."),
        ({"choices": [{"delta": {}, "error": {"message": "No.", "code": 502}}]}, "", ProviderError, "No."),
    ],
)
def test_an_error_in_the_stream_has_its_words(value: object, event: str, kind: type[ProviderError], words: str) -> None:
    with pytest.raises(ProviderError) as failed:
        read(value, event=event)
    assert (type(failed.value), failed.value.message) == (kind, words)


def test_resources_that_ran_out_are_a_busy_provider() -> None:
    with pytest.raises(ProviderBusy):
        read(chunk(content="Half"), chunk("insufficient_system_resource"))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "message",
                        "content",
                        "usage",
                        "finish_reason",
                        "citations",
                        "url",
                        "type",
                        "text",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=12,
    )
)
def test_values_of_unexpected_types_are_skipped_or_an_error_of_the_provider(value: object) -> None:
    try:
        answer, reasoning, _ = read(value)
    except ProviderError:
        return
    (answer + reasoning).encode()
