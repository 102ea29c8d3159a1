"""Writing the reply of a running turn: chunks, heartbeat, and the end."""

import math

from sqlalchemy.exc import IntegrityError

from shared.chat.event_log import EventLog, ReplyEnd, ReplyIds, TextKind
from shared.chat.events import LoggedEvent, Notice, text_event
from shared.db.repositories import conversations, messages
from shared.db.session import plain_transaction, transaction
from shared.db.types import utc_now
from shared.llm.answer import ProviderWait


class ReplyWriter:
    """The reply that one turn streams into, in the database.

    Each method that writes is a transaction of its own, blocks, and may be called again after a lost connection.
    Every statement names the turn: a process that was taken for dead cannot write into the turn that followed.
    """

    def __init__(self, user_id: str, turn_id: str, ids: ReplyIds, log: EventLog) -> None:
        self._user_id = user_id
        self._turn_id = turn_id
        self._ids = ids
        self._log = log
        # The turn was asked to stop, or another process took it for dead and ended it.
        self.is_stopped = False

    def start(self) -> LoggedEvent:
        """The turn's `started` event. Its row was written when the turn was prepared."""
        event = self._ids.started_event(self._log.next_seq)
        self._log.append_started()
        return event

    def append(self, kind: TextKind, text: str) -> LoggedEvent | None:
        """Write a group and return its event; None when the turn is stopped."""
        seq = self._log.next_seq
        try:
            with plain_transaction() as connection:
                written = messages.append_chunk(
                    connection, self._ids.message_id, self._turn_id, seq, kind, text, utc_now()
                )
        except IntegrityError:
            # Written by the attempt before, whose commit was not confirmed.
            written = True
        if not written:
            self.is_stopped = True
            return None
        self._log.append_text(kind, text)
        return text_event(kind, seq, self._ids.message_id, text)

    def wait_notice(self, wait: ProviderWait) -> Notice:
        """The notice of a wait for the provider. It is not stored."""
        return Notice(message_id=self._ids.message_id, seconds=math.ceil(wait.seconds), status=wait.status)

    def check_stop(self, with_heartbeat: bool) -> None:
        """Read the stop flag while there is nothing to write."""
        with transaction() as session:
            if with_heartbeat:
                messages.record_heartbeat(session, self._ids.message_id, self._turn_id, utc_now())
            self.is_stopped = not messages.is_wanted(session, self._ids.message_id, self._turn_id)

    def release(self) -> None:
        """Leave the reply streaming without a turn, for another process to take over."""
        with plain_transaction() as connection:
            messages.release_turn(connection, self._ids.message_id, self._turn_id)

    def finish(self, end: ReplyEnd) -> ReplyEnd:
        """Fold the log into the message's row; the end that it has, which is another's when that came first."""
        with plain_transaction() as connection:
            # Whoever locks both locks the conversation before its messages, so that a concurrent deletion waits
            # instead of deadlocking.
            conversations.record_activity(connection, self._user_id, self._ids.conversation_id, utc_now())
            columns = {**self._log.columns(), **vars(end)}
            if messages.end_streaming(connection, self._ids.message_id, self._turn_id, columns):
                return end
        with transaction() as session:
            message = messages.find_message(session, self._user_id, self._ids.message_id)
            # None: it was deleted with its conversation.
            return ReplyEnd("stopped") if message is None else ReplyEnd.of(message)

    def final_event(self, end: ReplyEnd) -> LoggedEvent:
        return self._ids.final_event(self._log.next_seq, end)
