"""The claims of a verified token. A function that knows its user from a WebSocket connection needs only these."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Claims:
    """The claims of a verified token. `group` and `scope` are empty in a refresh token, `family_id` in a device token,
    too."""

    token_id: str
    user_id: str
    family_id: str
    expires_at: datetime
    group: str = ""
    scope: str = ""
