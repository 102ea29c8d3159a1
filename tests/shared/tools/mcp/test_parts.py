"""Parts of the client: server-sent events, mirrored parameters, results."""

import base64

import pytest

from shared.tools.mcp.result import read_result
from shared.tools.mcp.schema import header_value, parameter_headers
from shared.tools.mcp.sse import SseParser
from shared.tools.policy import effective_policy

STREAM = (
    b": ping\r\n\r\nid: 7\nretry: 250\ndata: \n\nevent: message\rdata: one\rdata: two\r\rid: 8\ndata: end\n\ndata: cut"
)


@pytest.mark.parametrize("size", [1, 2, 3, 7, len(STREAM)])
def test_events_are_read_however_the_stream_is_cut(size: int) -> None:
    parser = SseParser()
    parts = [STREAM[start : start + size] for start in range(0, len(STREAM), size)]
    events = [(event.data, event.id, event.retry) for part in parts for event in parser.feed(part)]
    assert events == [("", "7", 250), ("one\ntwo", "7", None), ("end", "8", None)]


def test_annotated_parameters_are_mirrored_in_headers() -> None:
    schema = {
        "type": "object",
        "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "other": {"type": "string"},
            "nested": {"type": "object", "properties": {"dry": {"type": "boolean", "x-mcp-header": "Dry-Run"}}},
        },
    }
    arguments = {"region": "eu 北", "other": "x", "nested": {"dry": True}}
    encoded = base64.b64encode("eu 北".encode()).decode()
    assert parameter_headers(schema, arguments) == {
        "Mcp-Param-Region": f"=?base64?{encoded}?=",
        "Mcp-Param-Dry-Run": "true",
    }
    assert parameter_headers(schema, {}) == {}


@pytest.mark.parametrize("value", ["plain text", "", "a=b"])
def test_a_plain_value_stays_as_it_is_in_a_header(value: str) -> None:
    assert header_value(value) == value


def test_every_kind_of_content_is_read() -> None:
    image = base64.b64encode(b"pixels").decode()
    result = read_result(
        {
            "content": [
                {"type": "text", "text": "First line\nsecond"},
                {"type": "image", "data": image, "mimeType": "image/png"},
                {"type": "image", "data": "not base64!", "mimeType": "image/png"},
                {"type": "resource_link", "uri": "file:///notes", "name": "Notes"},
                {"type": "resource", "resource": {"uri": "file:///a", "text": "of the resource"}},
                {"type": "hologram"},
                "nothing",
            ],
            "isError": True,
        }
    )
    assert (result.is_error, result.preview) == (True, "First line")
    assert [(blob.content, blob.media_type) for blob in result.blobs] == [(b"pixels", "image/png")]
    for words in ("second", "cannot be shown", "Resource Notes: file:///notes", "of the resource", "'hologram'"):
        assert words in result.text


def test_structured_content_without_text_is_text() -> None:
    assert read_result({"content": [], "structuredContent": {"a": "ü"}}).text == '{"a": "ü"}'


@pytest.mark.parametrize(
    ("policy", "read_only", "expected"),
    [
        ({}, True, "allow"),
        ({}, False, "ask"),
        ({"*": "deny"}, True, "deny"),
        ({"*": "deny", "add": "allow"}, False, "allow"),
        ({"add": "nonsense"}, True, "allow"),
    ],
)
def test_a_policy_is_the_tools_own_then_that_of_every_tool(
    policy: dict[str, str], read_only: bool, expected: str
) -> None:
    assert effective_policy(policy, "add", read_only=read_only) == expected
