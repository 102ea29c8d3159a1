"""Status, usage and error of a reply, and the limits of its events."""

from typing import Annotated, TypeVar

from pydantic import BaseModel, Field

# Characters in one event. As JSON at most 30 KB (six bytes for a control character): a WebSocket frame of API Gateway
# takes 32 KB (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
MAX_GROUP_CHARACTERS = 5000
# The greatest `seq` that the database's column can store.
MAX_SEQ = 2**31 - 1


def is_none(value: object) -> bool:
    return value is None


_T = TypeVar("_T")
# Absent where there is nothing: such fields came later, and old clients see what they saw before.
Absent = Annotated[_T | None, Field(exclude_if=is_none)]


class UsageOut(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class ErrorOut(BaseModel):
    """`status`: of the provider's HTTP answer. `retry_after`: seconds after which the provider takes calls again."""

    code: str
    message: str
    status: Absent[int] = None
    retry_after: Absent[int] = None
