"""What can be said of any reply. Apart from its events, whose models a function without a stream need not load."""

from typing import Literal

from pydantic import BaseModel

EndStatus = Literal["completed", "stopped", "interrupted", "failed"]
Status = Literal["streaming", EndStatus]
# Of one event. As JSON at most 30 KB (six bytes for a control character): a frame of API Gateway takes 32 KB.
MAX_GROUP_CHARACTERS = 5000
# The number of a reply's last event is no greater: what the database's column holds.
MAX_SEQ = 2**31 - 1


class UsageOut(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class ErrorOut(BaseModel):
    code: str
    message: str
