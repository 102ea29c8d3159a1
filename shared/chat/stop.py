"""Stopping a reply from any instance, by a flag in the database."""

from sqlalchemy.orm import Session

from shared.db.repositories import message_steps, messages
from shared.db.types import utc_now
from shared.errors import NotFound


def stop_reply(session: Session, user_id: str, message_id: str) -> None:
    """Set the stop flag of a reply, or end one that waits for its user; no effect when it has ended. Raises NotFound.

    The turn reads the flag with its next group, or within `stop_poll_seconds` while it waits; the next reader ends a
    reply without one.
    """
    message = messages.find_message(session, user_id, message_id)
    if message is None or message.role != "assistant":
        raise NotFound
    if message.status == "waiting" and messages.leave_waiting(session, user_id, message_id, "stopped"):
        message_steps.end_open_steps(session, message_id, utc_now())
        return
    messages.request_stop(session, user_id, message_id, utc_now())
