"""Tool calls as servers send them: whole, in pieces, numbered or not, with ids or without."""

from typing import Any

import pytest

from shared.llm.errors import AnswerTooLong
from shared.llm.tool_calls import ToolCallReader


def piece(
    arguments: Any = None, *, index: int | None = None, call_id: str | None = None, name: str | None = None, **more: Any
) -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    entry = {"index": index, "id": call_id, "function": {k: v for k, v in function.items() if v is not None}, **more}
    return {k: v for k, v in entry.items() if v is not None}


CASES: dict[str, tuple[list[list[dict[str, Any]]], list[tuple[str, str]]]] = {
    "OpenAI: pieces by index": (
        [
            [piece("", index=0, call_id="a", name="look")],
            [piece('{"at": ', index=0)],
            [piece("1}", index=0)],
            [piece("", index=1, call_id="b", name="find")],
            [piece("{}", index=1)],
        ],
        [("look", '{"at": 1}'), ("find", "{}")],
    ),
    "Gemini: whole calls without an index": (
        [[piece("{}", call_id="a", name="look"), piece('{"x":1}', call_id="b", name="look")]],
        [("look", "{}"), ("look", '{"x":1}')],
    ),
    "every call has index 0": (
        [[piece("{}", index=0, call_id="a", name="look")], [piece("{}", index=0, call_id="b", name="find")]],
        [("look", "{}"), ("find", "{}")],
    ),
    "index 0 and no ids": (
        [[piece("{}", index=0, name="look")], [piece("{}", index=0, name="look")]],
        [("look", "{}"), ("look", "{}")],
    ),
    "the name and the id in every piece": (
        [[piece('{"a"', index=0, call_id="a", name="look")], [piece(":1}", index=0, call_id="a", name="look")]],
        [("look", '{"a":1}')],
    ),
    "pieces without an index or an id": (
        [[piece('{"a"', call_id="a", name="look")], [piece(":1}")]],
        [("look", '{"a":1}')],
    ),
    "arguments as an object": ([[piece({"a": 1}, name="look")]], [("look", '{"a": 1}')]),
    "no arguments": ([[piece(index=0, call_id="a", name="look")]], [("look", "{}")]),
    "a call without a name": ([[piece("{}", index=0, call_id="a")]], []),
}


@pytest.mark.parametrize("case", CASES)
def test_calls_are_gathered_from_their_pieces(case: str) -> None:
    deltas, expected = CASES[case]
    reader = ToolCallReader()
    for entries in deltas:
        reader.read({"tool_calls": entries}, is_whole=False)
    calls = reader.calls()
    assert [(call.name, call.arguments) for call in calls] == expected
    assert len({call.id for call in calls}) == len(calls)


def test_a_whole_message_has_whole_calls_and_repeats_none() -> None:
    message = {"tool_calls": [piece("{}", call_id="a", name="look"), piece("{}", call_id="b", name="look")]}
    reader = ToolCallReader()
    reader.read(message, is_whole=True)
    reader.read(message, is_whole=True)
    assert [call.id for call in reader.calls()] == ["a", "b"]


def test_a_call_of_the_older_form_is_read() -> None:
    reader = ToolCallReader()
    reader.read({"function_call": {"name": "look", "arguments": "{}"}}, is_whole=True)
    assert [call.name for call in reader.calls()] == ["look"]


def test_ids_that_are_missing_or_double_are_replaced_by_ones_that_every_server_takes() -> None:
    reader = ToolCallReader()
    reader.read({"tool_calls": [piece("{}", name="a"), piece("{}", call_id="x", name="b")]}, is_whole=True)
    reader.read({"tool_calls": [piece("{}", call_id="x", name="c")]}, is_whole=True)
    missing, kept, double = (call.id for call in reader.calls())
    assert (kept, missing == double) == ("x", False)
    assert all(len(call_id) == 9 and call_id.isalnum() for call_id in (missing, double))


def test_fields_that_have_to_be_sent_back_are_kept() -> None:
    signature = {"google": {"thought_signature": "s"}}
    reader = ToolCallReader()
    reader.read({"tool_calls": [piece("{}", name="look", extra_content=signature)]}, is_whole=False)
    assert reader.calls()[0].extra == {"extra_content": signature}


def test_arguments_without_an_end_are_cut_off() -> None:
    reader = ToolCallReader()
    cut = [piece("x" * 400_000, index=0, call_id="a", name="look")]
    reader.read({"tool_calls": cut}, is_whole=False)
    reader.read({"tool_calls": cut}, is_whole=False)
    with pytest.raises(AnswerTooLong):
        reader.read({"tool_calls": cut}, is_whole=False)
