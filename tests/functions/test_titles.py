"""Cleaning of titles from a model's answer, and titles from a message."""

import pytest

from functions.conversation.titles import MAX_CHARACTERS, clean_title, title_from_text


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("A trip to Rome", "A trip to Rome"),
        ('  "A trip to Rome."\n', "A trip to Rome"),
        ("“A trip to Rome”", "A trip to Rome"),
        ("“Don’t panic”", "Don’t panic"),
        ("'A trip to Rome'", "A trip to Rome"),
        ('It\'s "fine"', 'It\'s "fine"'),
        ("「罗马之旅」", "罗马之旅"),
        ("《三体》与《球状闪电》", "《三体》与《球状闪电》"),
        ("罗马之旅。", "罗马之旅"),
        ("为什么天空是蓝的？", "为什么天空是蓝的？"),
        ("Title: A trip", "A trip"),
        ("TITLE - not a label", "TITLE - not a label"),
        ("标题：《罗马之旅》", "罗马之旅"),
        ("標題: 罗马之旅", "罗马之旅"),
        ("**Title:** A trip", "A trip"),
        ("Title: **A trip**", "A trip"),
        ("**Title: A trip**", "A trip"),
        ('"**A trip**."', "A trip"),
        ("# A trip", "A trip"),
        ("- A trip", "A trip"),
        ("1. A trip\n2. Another", "A trip"),
        ("1984", "1984"),
        ("C# and F#", "C# and F#"),
        ("A trip\n\nThis title says what it is.", "A trip"),
        ("<think>It is about\nRome.</think>\n\nA trip", "A trip"),
        ("<Thinking>It is.</Thinking>A trip", "A trip"),
        ("It is about\nRome.</think>\n\nA trip", "A trip"),
        ('```\n"A trip"\n```', "A trip"),
        ("a  b\tc", "a b c"),
        ("**Rome** in `May`", "Rome in May"),
        ("A *very* __long__ ~~short~~ ***trip***", "A very long short trip"),
        ("A **trip to _Rome_**", "A trip to Rome"),
        ('[A trip](https://example.com/rome) to ![Rome](rome.png "Rome")', "A trip to Rome"),
        ("See [Rome][1]", "See Rome"),
        ("> ## A trip ##", "A trip"),
        ("+ **Title**: A trip", "A trip"),
        ("<b>A trip</b> to<br/> Rome", "A trip to Rome"),
        ("Use `__init__` and `a * b`", "Use __init__ and a * b"),
        ("2 * 3 * 4 = 24", "2 * 3 * 4 = 24"),
        ("snake_case_names and C*", "snake_case_names and C*"),
        ("A \\*starred\\* trip", "A *starred* trip"),
        ("Vec<T> and x < y > z", "Vec<T> and x < y > z"),
        ("```text\nA trip\n```", "A trip"),
        ("**关于**罗马的`旅行`", "关于罗马的旅行"),
        ("<think>One</think>\n<think>Two</think>\nA trip", "A trip"),
        ("A trip<think>It is about", "A trip"),
    ],
)
def test_a_title_has_no_markup(answer: str, title: str) -> None:
    assert clean_title(answer) == title


@pytest.mark.parametrize(
    "piece",
    ["</think", "<think", "</think>", "<think>", "**", "*a", "_a_", "`a", "[a", "[a](", "'", "“", "\n", "# ", "x"],
)
@pytest.mark.timeout(10)
def test_a_title_is_cleaned_in_linear_time(piece: str) -> None:
    """Eighty kilobytes of one piece, which took a minute where patterns backtracked."""
    clean_title(piece * (80_000 // len(piece)))


def test_a_title_has_no_directional_controls() -> None:
    text = "\u202eAn evil\u202c plan\u200f"
    assert clean_title(text) == title_from_text(text) == "An evil plan"


@pytest.mark.parametrize("answer", ["", "  \n", '""', "<think>It never ends", "Title:", "…", "“”", "---", "**"])
def test_an_empty_answer_is_no_title(answer: str) -> None:
    assert clean_title(answer) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Hello", "Hello"),
        ("Hello\n\n  world", "Hello world"),
        ("word " * 40, "word " * 10 + "word word…"),
        ("字" * 100, "字" * MAX_CHARACTERS + "…"),
        ("x" * 100, "x" * MAX_CHARACTERS + "…"),
        ("x " + "y" * 100, "x " + "y" * (MAX_CHARACTERS - 2) + "…"),
        ("", "🖼"),
    ],
)
def test_without_a_model_the_title_is_the_first_words(text: str, title: str) -> None:
    assert title_from_text(text) == title
