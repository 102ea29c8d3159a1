"""What the alarms of CLS and those of Cloud Monitor have in common."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Kind, its entry in the runbook → what it is raised at, as on AWS (infra/aws/alarms.cjs): a count, milliseconds to
# a first token, per cent of what a database may have.
THRESHOLDS: Mapping[str, int] = json.loads(
    Path(__file__).parents[1].joinpath("alarm_thresholds.json").read_text(encoding="utf-8")
)
# Until an alarm that goes on is told again.
REPEAT_MINUTES = 60


def holds(found: Any, wanted: Any) -> bool:
    """Whether everything that is wanted is so; the APIs answer with more."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(holds(found.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(holds, found, wanted))
    return bool(found == wanted)
