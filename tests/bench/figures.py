"""Benchmark figures with floor and goal, and their output as a table and as JSON."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timezone
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("fastapi", "starlette", "uvicorn", "sqlalchemy", "pymysql", "pydantic", "openai", "httpx2", "mangum")


@dataclass(frozen=True)
class Figure:
    """`floor` is in the figure's unit. `holds`: whether the goal is met; None without a goal."""

    what: str
    case: str
    value: float
    unit: str
    floor: float | None = None
    goal: str = ""
    holds: bool | None = None


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


def at_most(what: str, case: str, value: float, unit: str, limit: float, floor: float | None = None) -> Figure:
    """A figure whose goal is a limit in its unit."""
    return Figure(what, case, value, unit, floor, f"≤ {limit:g} {unit}".rstrip(), value <= limit)


def within(what: str, case: str, value: float, unit: str, floor: float, ratio: float) -> Figure:
    """A figure whose goal is a multiple of its floor."""
    return Figure(what, case, value, unit, floor, f"≤ {ratio:g} × floor", value <= ratio * floor)


def alternating(count: int, *measures: Callable[[], float]) -> list[list[float]]:
    """The values of each measurement, run alternately, so that other load on the machine affects all of them alike."""
    values: list[list[float]] = [[] for _ in measures]
    for _ in range(count):
        for taken, measure in zip(values, measures, strict=True):
            taken.append(measure())
    return values


def as_table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    lines = ["| figure | case | measured | floor | goal | |", "|---|---|---:|---:|---|---|"]
    before = ""
    for figure in figures:
        what, before = ("" if figure.what == before else figure.what), figure.what
        floor = "" if figure.floor is None else f"{_number(figure.floor)} {figure.unit}"
        verdict = {None: "", True: "met", False: "**missed**"}[figure.holds]
        lines.append(
            f"| {what} | {figure.case} | {_number(figure.value)} {figure.unit} | {floor} | {figure.goal} | {verdict} |"
        )
    return "\n".join(lines)


def as_json(figures: Sequence[Figure], *, quick: bool) -> str:
    """The document of a run, with a line for each figure."""
    head = {
        "taken_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "quick": quick,
        "machine": machine(),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
    }
    members = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    lines = ",\n  ".join(json.dumps(asdict(figure), ensure_ascii=False) for figure in figures)
    return "{\n " + ",\n ".join([*members, f'"figures": [\n  {lines}\n ]']) + "\n}\n"


def machine() -> Mapping[str, Any]:
    cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    model = next((line.partition(":")[2].strip() for line in cpuinfo if line.startswith("model name")), "unknown")
    memory = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1]) // 1024
    # Other load on the machine affects the figures.
    load = round(os.getloadavg()[0], 2)
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": model,
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "load_at_end": load,
        "platform": sys.platform,
    }


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
