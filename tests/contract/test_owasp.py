"""README.md lists tests for each OWASP risk, SECURITY.md for each attack, and every listed test exists."""

import re
from pathlib import Path

_ROW = re.compile(r"^\| (.+?) \| .+? \| (.+?) \|$", re.M)
ROWS = _ROW.findall(Path(__file__).with_name("README.md").read_text(encoding="utf-8"))
_ATTACKS = Path("SECURITY.md").read_text(encoding="utf-8").partition("## Attacks that were tried")[2]
ATTACKS = [row for row in _ROW.findall(_ATTACKS.partition("## Accepted risks")[0]) if row[1] != "test"]


def test_every_risk_has_tests_that_exist() -> None:
    assert len(ATTACKS) > 20
    assert all("::" in tests or ".test.ts" in tests for _, tests in ATTACKS)
    named = [test for _, tests in (*ROWS, *ATTACKS) for test in re.findall(r"`([^`]+)`", tests)]
    assert len(named) > 90
    for test in named:
        path, _, name = test.partition("::")
        source = Path(path).read_text(encoding="utf-8")
        assert not name or re.search(rf"^(async )?def {name}\(", source, re.M), test


def test_every_risk_of_the_top_ten_is_listed() -> None:
    risks = {risk.split(",")[0].split(" ")[0] for risk, _ in ROWS}
    assert {f"API{number}" for number in range(1, 11)} <= risks
