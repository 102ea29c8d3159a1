"""What documents point at is there: a guide that names a file that has moved misleads when it is needed."""

import re

import pytest

from tests.support.stack import ROOT

DOCUMENTS = ("README.md", "README.zh-CN.md", "SECURITY.md", "infra/README.md")
_LINK = re.compile(r"\]\(([^)#:]+)\)")
# A path in the text: folders, and perhaps a file.
_PATH = re.compile(r"`((?:functions|shared|infra|tests|fd|layers)/[\w./-]+)`")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_files_that_a_document_names_are_there(name: str) -> None:
    document = ROOT / name
    text = document.read_text(encoding="utf-8")

    missing = [link for link in _LINK.findall(text) if not (document.parent / link).exists()]
    missing += [path for path in _PATH.findall(text) if not (ROOT / path).exists()]
    assert missing == []
