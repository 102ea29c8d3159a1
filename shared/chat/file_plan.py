"""The part of each file that a model is given: of the files of messages, and of the conversation's project.

It depends on nothing but the message and the model, so that it is the same in every turn and the provider's prompt
cache holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.chat.parts import StoredPart
from shared.llm.tokens import IMAGE_TOKENS

# Limit of one message's files that are given whole; lower where the model's context is known to be small.
MAX_WHOLE_TOKENS = 30_000
# Limit of a file of which only parts are given, and of all texts of a project together.
_MAX_EXCERPT_TOKENS = 8_000
# Limit of a project's files in a turn, newest first: each turn of a model without tools reads their texts.
MAX_PROJECT_FILES = 50
_MAX_PROJECT_TEXT_TOKENS = 1_000_000

Given = Literal["whole", "searched", "matching", "images"]


@dataclass(frozen=True)
class PlannedMessage:
    """A message of a branch whose file parts say what the model is given of each file (shared.chat.context.ModelInput).

    `given`: `whole`; `searched` with tools; `matching` pages, put in by us; or `images` of a scan's pages.
    `given_tokens`: of it, estimated.
    """

    id: str
    role: str
    content: list[StoredPart]
    details: Mapping[str, Any] | None


@dataclass(frozen=True)
class ProjectFiles:
    """The files of a conversation's project, newest first, that a model is given in every turn.

    `scans`: with the number of page images that fit. `texts`: for a model without tools, of which `text_tokens` are
    given together; one with tools searches them.
    """

    scans: Sequence[Mapping[str, Any]] = ()
    texts: Sequence[Mapping[str, Any]] = ()
    text_tokens: int = 0

    def given_tokens(self, *, with_tools: bool) -> int:
        """An estimate of what is given in one turn."""
        texts: int = 0 if with_tools else min(self.text_tokens, sum(file["tokens"] for file in self.texts))
        images: int = sum(file["images"] for file in self.scans)
        return images * IMAGE_TOKENS + texts


def plan_files(path: Sequence[Any], max_tokens: int | None, *, with_tools: bool) -> Sequence[Any]:
    """The messages of a branch, with the decision what the model is given of each file.

    `max_tokens`: of the model's context, where it is known. `with_tools`: the model can search and read files.
    """
    whole = _whole_tokens(max_tokens)
    return [
        PlannedMessage(message.id, message.role, _planned(message.content, whole, with_tools), message.details)
        if any(part["type"] == "file" for part in message.content)
        else message
        for message in path
    ]


def plan_project_files(files: Sequence[Any], path: Sequence[Any], max_tokens: int | None) -> ProjectFiles:
    """`files`: rows of the project's files, newest first. Those that a message of the branch names are given there."""
    named = {part["file"]["id"] for message in path for part in message.content if part["type"] == "file"}
    whole = _whole_tokens(max_tokens)
    images_left, tokens_left = whole // IMAGE_TOKENS, _MAX_PROJECT_TEXT_TOKENS
    scans, texts = [], []
    for row in files:
        file = {"id": row.id, "name": row.name, "pages": row.pages, "tokens": row.tokens}
        if row.id in named:
            continue
        if row.page_images:
            images = min(row.page_images, images_left)
            images_left -= images
            scans.append({**file, "images": images})
        elif row.tokens <= tokens_left:
            tokens_left -= row.tokens
            texts.append(file)
    return ProjectFiles(scans, texts, min(_MAX_EXCERPT_TOKENS, whole))


def _whole_tokens(max_tokens: int | None) -> int:
    return MAX_WHOLE_TOKENS if max_tokens is None else min(MAX_WHOLE_TOKENS, max_tokens // 4)


def _planned(content: Sequence[StoredPart], whole: int, with_tools: bool) -> list[StoredPart]:
    left = whole
    parts: list[StoredPart] = []
    for part in content:
        if part["type"] != "file":
            parts.append(part)
            continue
        tokens = part["file"]["tokens"]
        given: Given = "whole" if tokens <= left else "searched" if with_tools else "matching"
        if "images" in part["file"]:
            given = "images"
        elif given == "whole":
            left -= tokens
        else:
            tokens = min(_MAX_EXCERPT_TOKENS, whole)
        parts.append({"type": "file", "file": {**part["file"], "given": given, "given_tokens": tokens}})
    return parts
