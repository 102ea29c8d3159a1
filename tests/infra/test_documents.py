"""Paths, tests and variables named in the documents exist."""

import re

import pytest

from tests.support.stack import ROOT

DOCUMENTS = ("README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md", "infra/README.md")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
# A path in the text: folders, and perhaps a file.
_PATH = re.compile(r"`((?:functions|shared|infra|tests|fd|layers)/[\w./-]+)`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_named_in_a_document_exist(name: str) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")

    missing = [link for link in _LINK.findall(text) if not (document.parent / link).exists()]
    missing += [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    assert missing == []


def test_tests_named_in_the_contributors_guide_exist() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    checklists = guide.partition("\n## Checklists\n")[2]
    named = re.findall(r"`(?P<file>[\w./-]+)::(?P<test>\w+)`", checklists)
    assert [name for file, name in named if f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")] == []
    # Each checklist names the tests that fail when a step is forgotten.
    lists = re.findall(r"^### (.+)\n((?:(?!###).*\n)*)", checklists, re.M)
    assert len(lists) == 7
    assert [title for title, text in lists if not re.search(r"^Enforced by .*`(tests|fd)/", text, re.M)] == []


def test_the_operators_guide_lists_every_variable_that_a_deploy_reads() -> None:
    guide = (ROOT / "infra/README.md").read_text(encoding="utf-8")
    service = (ROOT / "serverless.yml").read_text(encoding="utf-8")
    # Without the local stage's settings, and this machine's ports.
    cloud = re.sub(r"\n  (local|serverless-offline):\n(    .*\n)+", "\n", service)
    read = set(re.findall(r"\$\{env:(\w+)", cloud))
    for file in (ROOT / "infra/aws").rglob("*.yml"):
        read |= set(re.findall(r"\$\{env:(\w+)", file.read_text(encoding="utf-8")))
    for folder in ("tencent", "site"):
        for file in (ROOT / "infra" / folder).glob("*.py"):
            read |= set(re.findall(r"""environ(?:\.get\(|\[|, )['"](\w+)['"]""", file.read_text(encoding="utf-8")))
    # Set by GitHub.
    read -= {name for name in read if name.startswith("ACTIONS_")}

    assert len(read) > 20
    assert {name for name in read if f"`{name}`" not in guide} == set()
