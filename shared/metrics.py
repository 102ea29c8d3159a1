"""Metrics as log lines, for charts and alarms in CloudWatch and CLS (decision 0011).

A line is flat JSON, which CLS charts. With METRICS_NAMESPACE set it also declares, in CloudWatch's embedded metric
format, which of its fields are metrics. The format is a few lines; the libraries for it (aws-embedded-metrics,
Powertools) import more than the rest of a function.
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import logging
import time
from collections.abc import Mapping

from shared.config import Settings, load

# CloudWatch charges for each metric once an account has more than ten: hence no dimensions, which would multiply them.
# Status, limit and model are fields of the line.
UNITS: Mapping[str, str] = {
    "turns": "Count",
    "failed_turns": "Count",
    "first_token_ms": "Milliseconds",
    "duration_ms": "Milliseconds",
    "prompt_tokens": "Count",
    "completion_tokens": "Count",
    "stuck_turns": "Count",
    "recovered_turns": "Count",
    "rate_limited": "Count",
}

_log = logging.getLogger(__name__)
# An alarm must not fall silent because LOG_LEVEL is WARNING.
_log.setLevel(logging.INFO)


class MetricsSettings(Settings):
    # CloudWatch's namespace for the metrics; only set on AWS.
    metrics_namespace: str | None = None


def record(event: str, **values: object) -> None:
    """Log one line with `values`. Those in UNITS are metrics; None values are left out."""
    line = {name: value for name, value in values.items() if value is not None}
    namespace = load(MetricsSettings).metrics_namespace
    if namespace is not None:
        line["_aws"] = _metadata(namespace, line)
    _log.info(event, extra=line)


def _metadata(namespace: str, line: Mapping[str, object]) -> Mapping[str, object]:
    metrics = [{"Name": name, "Unit": unit} for name, unit in UNITS.items() if name in line]
    directive = {"Namespace": namespace, "Dimensions": [[]], "Metrics": metrics}
    return {"Timestamp": time.time_ns() // 1_000_000, "CloudWatchMetrics": [directive]}
