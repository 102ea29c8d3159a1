"""Stopping a reply, from any instance."""

from sqlalchemy.orm import Session

from shared.db.repositories import messages
from shared.db.types import utc_now
from shared.errors import NotFound


def stop_reply(session: Session, user_id: str, message_id: str) -> None:
    """Ask the turn that streams a reply to stop; nothing to do when it has ended. Raises NotFound.

    The turn reads the request with its next group, or within `stop_poll_seconds` while it waits.
    """
    message = messages.find_message(session, user_id, message_id)
    if message is None or message.role != "assistant":
        raise NotFound
    messages.request_stop(session, user_id, message_id, utc_now())
