"""Take-over of replies whose lease has expired: a reader whose process can run a turn goes on with them (decision
0025)."""

import logging

from sqlalchemy.orm import Session

from shared.chat.prepare import PreparedTurn, take_over_turn
from shared.chat.recovery import can_be_taken_over, end_abandoned, is_stale
from shared.db.models import Message
from shared.db.repositories import messages
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import AppError
from shared.logging import fields
from shared.metrics import record

_log = logging.getLogger(__name__)


def take_over_reply(user_id: str, message_id: str) -> PreparedTurn | None:
    """A turn that goes on with an abandoned reply from what is stored; None when it is not abandoned any more.

    A reply whose model cannot be chosen any more is ended. A transaction of its own, which blocks.
    """
    try:
        with transaction() as session:
            reply = _find_abandoned(session, user_id, message_id)
            if reply is None:
                return None
            turn = take_over_turn(session, reply)
    except AppError as error:
        _log.warning("nobody can go on with a reply", extra=fields(code=error.code, message_id=message_id))
        with transaction() as session:
            reply = _find_abandoned(session, user_id, message_id)
            if reply is not None:
                session.expunge(reply)
                end_abandoned(session, reply, "interrupted", utc_now())
        return None
    if turn is not None:
        record("recovered turn", recovered_turns=1, message_id=message_id)
    return turn


def _find_abandoned(session: Session, user_id: str, message_id: str) -> Message | None:
    reply = messages.find_message(session, user_id, message_id)
    if reply is None or reply.status != "streaming" or not can_be_taken_over(reply):
        return None
    return reply if is_stale(session, reply, utc_now()) else None
