"""Repeated text is removed where a reply goes on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.chat.overlap import MAX_OVERLAP, OverlapFilter


def continued(so_far: str, pieces: list[str]) -> str:
    overlap = OverlapFilter(so_far)
    return "".join([*map(overlap.feed, pieces), overlap.end()])


@pytest.mark.parametrize(
    ("so_far", "continuation", "shown"),
    [
        ("The quick brown fox", "The quick brown fox jumps.", " jumps."),
        ("It was a long sent", "sentence.", "ence."),
        ("第一步是打开设置", "打开设置，然后点击。", "，然后点击。"),
        ("Done. Then we go", "Then we go home.", " home."),
        # Nothing is repeated.
        ("The quick brown fox", " jumps.", " jumps."),
        ("a = {\n    }\n", "    }\n}", "    }\n}"),
        ("She knew what he had", "d been", "d been"),
        ("One, two, ", "two and three", "two and three"),
        ("", "All of it", "All of it"),
        # All of it is a repetition.
        ("so it ends here.", "ends here.", ""),
    ],
)
@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_repetition_is_removed_however_the_answer_is_cut(
    so_far: str, continuation: str, shown: str, size: int
) -> None:
    pieces = [continuation[start : start + size] for start in range(0, len(continuation), size)]
    assert continued(so_far, pieces) == shown


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_an_assistant_prefix_that_the_server_repeats_is_removed(size: int) -> None:
    so_far = " ".join(f"word{n}" for n in range(200))
    assert len(so_far) > MAX_OVERLAP
    continuation = f"{so_far}, and on."
    pieces = [continuation[start : start + size] for start in range(0, len(continuation), size)]
    assert continued(so_far, pieces) == ", and on."
    assert continued(so_far, [so_far]) == ""


def test_a_continuation_that_begins_like_the_text_and_differs_is_shown() -> None:
    so_far = " ".join(f"word{n}" for n in range(200))
    assert continued(so_far, ["word0 ", "word1 ", "other ", "words"]) == "word0 word1 other words"


def test_text_that_repeats_nothing_is_not_withheld() -> None:
    overlap = OverlapFilter("The quick brown fox")
    assert overlap.feed(" j") == " j"
    assert overlap.feed("The quick") == "The quick"


@given(st.text(alphabet="ab \n", max_size=30), st.lists(st.text(alphabet="ab \n", min_size=1, max_size=5), max_size=8))
def test_only_a_beginning_is_removed_and_only_if_the_text_ends_with_it(so_far: str, pieces: list[str]) -> None:
    whole = "".join(pieces)
    shown = continued(so_far, pieces)
    removed = whole[: len(whole) - len(shown)]
    assert removed + shown == whole
    assert so_far[-MAX_OVERLAP:].endswith(removed)
