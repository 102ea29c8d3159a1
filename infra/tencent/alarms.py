"""Thresholds and comparison that the alarms of CLS and of Cloud Monitor share."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Kind (an entry of the runbook) → threshold, as on AWS (infra/aws/alarms.cjs): a count, milliseconds to the first
# token, or per cent of the database's maximum.
THRESHOLDS: Mapping[str, int] = json.loads(
    Path(__file__).parents[1].joinpath("alarm_thresholds.json").read_text(encoding="utf-8")
)
# Interval at which a continuing alarm notifies again.
REPEAT_MINUTES = 60


def matches(found: Any, wanted: Any) -> bool:
    """Whether every wanted value is found; the APIs return additional fields, which are ignored."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(matches(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(matches, found, wanted))
    return bool(found == wanted)
