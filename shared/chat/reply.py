"""Status, usage, error and details of a reply, and the limits of its events."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import Self

# Characters in one event. As JSON at most 30 KB (six bytes for a control character): a WebSocket frame of API Gateway
# takes 32 KB (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
MAX_GROUP_CHARACTERS = 5000
# The greatest `seq` that the database's column can store.
MAX_SEQ = 2**31 - 1


def is_none(value: object) -> bool:
    return value is None


_T = TypeVar("_T")
# Absent where there is nothing: such fields came later, and old clients see what they saw before.
Absent = Annotated[_T | SkipJsonSchema[None], Field(exclude_if=is_none)]


class UsageOut(BaseModel):
    """Tokens. `cached_tokens` are part of the prompt, `reasoning_tokens` of the completion."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: Absent[int] = None
    reasoning_tokens: Absent[int] = None


class ErrorOut(BaseModel):
    """`status`: of the provider's HTTP answer. `retry_after`: seconds after which the provider takes calls again."""

    code: str
    message: str
    status: Absent[int] = None
    retry_after: Absent[int] = None


class SourceOut(BaseModel):
    """A web page that the text cites as `[n]`."""

    n: int
    title: str
    url: str


class FileExcerptOut(BaseModel):
    """A file of which the model was given only these pages, and the beginning where a message has the file. `pages`:
    empty where the document has none."""

    id: str
    name: str
    pages: list[int]


class ReplyDetails(BaseModel):
    """`context_start_id`: the first message of the branch that the model was given, absent when it was all of them.
    `images_omitted`: images were replaced by a note, because the model takes none. `tools_omitted`: the same of tools.
    `tool_problems`: one sentence for each tool or server that could not be offered. `file_excerpts`: long files, of
    which the model was given the pages that match the question."""

    sources: Absent[list[SourceOut]] = None
    context_start_id: Absent[str] = None
    images_omitted: Absent[bool] = None
    tools_omitted: Absent[bool] = None
    tool_problems: Absent[list[str]] = None
    file_excerpts: Absent[list[FileExcerptOut]] = None

    def with_details(self, stored: Mapping[str, Any] | None) -> Self:
        """A copy with the `details` of a message's row."""
        return self.model_copy(update=vars(ReplyDetails.model_validate(stored))) if stored else self
