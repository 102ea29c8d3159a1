"""Metrics in log lines: flat for CLS, in the embedded metric format for CloudWatch."""

import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from shared.metrics import UNITS, record
from tests.support.log_lines import Line, logged

# The format's rules, from its specification; without dimensions, which are not used.
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
EMBEDDED_METRIC_FORMAT = {
    "type": "object",
    "required": ["Timestamp", "CloudWatchMetrics"],
    "additionalProperties": False,
    "properties": {
        "Timestamp": {"type": "integer", "minimum": 1_500_000_000_000},
        "CloudWatchMetrics": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["Namespace", "Dimensions", "Metrics"],
                "additionalProperties": False,
                "properties": {
                    "Namespace": {"type": "string", "pattern": r"^[0-9A-Za-z.\-_/#]{1,255}$"},
                    "Dimensions": {"const": [[]]},
                    "Metrics": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 100,
                        "items": {
                            "type": "object",
                            "required": ["Name", "Unit"],
                            "additionalProperties": False,
                            "properties": {
                                "Name": {"type": "string", "minLength": 1, "maxLength": 255},
                                "Unit": {"enum": ["Count", "Milliseconds"]},
                            },
                        },
                    },
                },
            },
        },
    },
}


def metrics_of(line: Line) -> dict[str, float]:
    """The metrics that CloudWatch reads from a line. Fails for a line that violates the format."""
    jsonschema.validate(line["_aws"], EMBEDDED_METRIC_FORMAT)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    names = [metric["Name"] for metric in directive["Metrics"]]
    # A metric's value is a number, at the top level of the line.
    assert all(isinstance(line[name], int | float) and not isinstance(line[name], bool) for name in names)
    return {name: line[name] for name in names}


@pytest.fixture
def on_aws(settings: Callable[..., None]) -> None:
    settings(METRICS_NAMESPACE="chat/prod")


def test_a_line_names_its_metrics_to_cloudwatch(on_aws: None) -> None:
    with logged() as lines:
        record("turn", turns=1, first_token_ms=321, status="completed", message_id="m1")

    assert metrics_of(lines[0]) == {"turns": 1, "first_token_ms": 321}
    assert lines[0]["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "chat/prod"
    assert (lines[0]["status"], lines[0]["message_id"]) == ("completed", "m1")


def test_none_values_are_no_metrics(on_aws: None) -> None:
    with logged() as lines:
        record("turn", turns=1, first_token_ms=None)

    assert metrics_of(lines[0]) == {"turns": 1}
    assert "first_token_ms" not in lines[0]


def test_without_a_namespace_a_line_is_flat() -> None:
    with logged() as lines:
        record("turn", turns=1, status="completed")

    assert not [name for name, value in lines[0].items() if isinstance(value, dict | list)]


def test_measures_are_written_at_every_log_level(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("ERROR", logger=None)
    with logged() as lines:
        record("stuck turn", stuck_turns=1)

    assert lines[0]["stuck_turns"] == 1


def test_the_number_of_metrics_stays_within_the_free_tier() -> None:
    assert len(UNITS) <= 10


def test_a_line_records_only_names_that_have_a_unit() -> None:
    """A misspelled metric would be a field that no alarm reads."""
    recorded = set()
    for source in Path("shared").rglob("*.py"):
        for call in re.findall(r"^\s+record\((.*?)\)$", source.read_text(encoding="utf-8"), re.M | re.S):
            recorded |= set(re.findall(r"\b(\w+)=", call))
    others = {"status", "error_code", "model_host", "conversation_id", "message_id", "limit"}
    assert recorded == UNITS.keys() | others
