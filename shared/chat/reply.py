"""Status, usage and error of a reply, and the limits of its events."""

from pydantic import BaseModel

# Characters in one event. As JSON at most 30 KB (six bytes for a control character): a WebSocket frame of API Gateway
# takes 32 KB (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
MAX_GROUP_CHARACTERS = 5000
# The greatest `seq` that the database's column can store.
MAX_SEQ = 2**31 - 1


class UsageOut(BaseModel):
    prompt_tokens: int
    completion_tokens: int


class ErrorOut(BaseModel):
    code: str
    message: str
