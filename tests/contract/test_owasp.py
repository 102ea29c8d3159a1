"""README.md lists tests for each OWASP risk, and every listed test exists."""

import re
from pathlib import Path

README = Path(__file__).with_name("README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| .+? \| (.+?) \|$", README, re.M)


def test_every_risk_has_tests_that_exist() -> None:
    named = [test for _, tests in ROWS for test in re.findall(r"`([^`]+)`", tests)]
    assert len(named) > 50
    for test in named:
        path, _, name = test.partition("::")
        source = Path(path).read_text(encoding="utf-8")
        assert not name or re.search(rf"^(async )?def {name}\(", source, re.M), test


def test_every_risk_of_the_top_ten_is_listed() -> None:
    risks = {risk.split(",")[0].split(" ")[0] for risk, _ in ROWS}
    assert {f"API{number}" for number in range(1, 11)} <= risks
