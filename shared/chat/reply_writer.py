"""Writing the reply of a running turn: chunks, heartbeat, and the end."""

import math
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from shared.chat.event_log import EventLog, ReplyEnd, ReplyIds, TextKind, step_event, store_event
from shared.chat.events import LoggedEvent, Notice, text_event
from shared.config import ChatSettings, load
from shared.db.models import MessageStep
from shared.db.repositories import message_steps, messages
from shared.db.repositories.usage import TurnUsage, add_usage, count_failure, record_turn
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
        self._heartbeat_at = time.monotonic()
        self._waiting: LoggedEvent | None = None

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
        self._heartbeat_at = time.monotonic()
        self._log.append_text(kind, text)
        return text_event(kind, seq, self._ids.message_id, text)

    def start_step(self, step: MessageStep) -> LoggedEvent | None:
        """Write a new step, before its call leaves, and return its event; None when the turn is stopped."""
        seq = self._log.next_seq
        store_event(step, seq)
        try:
            with plain_transaction() as connection:
                written = message_steps.start_step(connection, self._turn_id, step)
        except IntegrityError:
            # Written by the attempt before, whose commit was not confirmed.
            written = True
        if not written:
            self.is_stopped = True
            return None
        self._log.append_step(step.n, step.state)
        return step_event(step, step.state, seq)

    def change_step(self, step: MessageStep, *names: str) -> LoggedEvent | None:
        """Write the state and other columns of a step and return its event; None when another process has taken the
        reply over."""
        seq = self._log.next_seq
        store_event(step, seq)
        with plain_transaction() as connection:
            if not message_steps.update_step(connection, self._turn_id, step, ["state", "events", *names]):
                self.is_stopped = True
                return None
        self._log.append_step(step.n, step.state)
        return step_event(step, step.state, seq)

    def store_task(self, step: MessageStep) -> None:
        """Store the handle of a call that its server goes on with by itself."""
        with plain_transaction() as connection:
            message_steps.update_step(connection, self._turn_id, step, ["task"])

    def read_answers(self, steps: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
        """The user's answers to these steps, of those that have one."""
        with transaction() as session:
            return message_steps.list_answers(session, self._user_id, self._ids.message_id, steps)

    def wait_notice(self, wait: ProviderWait) -> Notice:
        """The notice of a wait for the provider. It is not stored."""
        return Notice(message_id=self._ids.message_id, seconds=math.ceil(wait.seconds), status=wait.status)

    @property
    def is_heartbeat_due(self) -> bool:
        """Whether the last heartbeat is `heartbeat_seconds` old; the writing of a group is one."""
        return time.monotonic() - self._heartbeat_at >= load(ChatSettings).heartbeat_seconds

    def check_stop(self) -> None:
        """Read the stop flag while there is nothing to write, with a heartbeat if one is due."""
        is_due = self.is_heartbeat_due
        with transaction() as session:
            if is_due:
                messages.record_heartbeat(session, self._ids.message_id, self._turn_id, utc_now())
            self.is_stopped = not messages.is_wanted(session, self._ids.message_id, self._turn_id)
        if is_due:
            self._heartbeat_at = time.monotonic()

    def release(self, resume_at: datetime | None, end: ReplyEnd, usage: TurnUsage, *, has_failed: bool) -> None:
        """Leave the reply streaming without a turn, for another process to take over, not before `resume_at`. `end`:
        with the usage and the details of the reply until now, with which the other goes on. `usage`: the turn's.
        `has_failed`: count it as a recovery, so that a turn that fails each time ends."""
        with plain_transaction() as connection:
            message_id, turn_id = self._ids.message_id, self._turn_id
            columns = {"usage": end.usage, "details": end.details}
            if messages.release_turn(connection, message_id, turn_id, resume_at, columns, has_failed=has_failed):
                add_usage(connection, self._user_id, usage)

    def wait_for(self, steps: Sequence[int]) -> None:
        """Make `finish` leave the reply waiting for its user's answers to these steps."""
        if self._waiting is None:
            self._waiting = self._ids.waiting_event(self._log.next_seq, steps)
            self._log.append_waiting(steps)

    def finish(self, end: ReplyEnd, usage: TurnUsage, provider: str, *, has_open_steps: bool) -> ReplyEnd | None:
        """Fold the log into the message's row, and add the turn to the sums of the day; the end that the reply has,
        which is another's when that came first. None: another turn streams it, or has ended it.

        `provider`: in the sums of failed replies. `has_open_steps`: steps without a result end with the reply, unless
        it waits for its user.
        """
        with plain_transaction() as connection:
            now = utc_now()
            # Whoever locks both locks the conversation before its messages, so that a concurrent deletion waits
            # instead of deadlocking.
            if record_turn(connection, self._user_id, self._ids.conversation_id, usage, now):
                columns = {**self._log.columns(), **vars(end)}
                if messages.end_streaming(connection, self._ids.message_id, self._turn_id, columns):
                    if end.status == "failed" and end.error is not None:
                        count_failure(connection, now.date(), provider, end.error["code"])
                    if has_open_steps and end.status != "waiting":
                        message_steps.end_open_steps(connection, self._ids.message_id, now)
                    return end
                if messages.is_turn_of(connection, self._user_id, self._ids.message_id, self._turn_id):
                    # Ended as abandoned, or by the attempt before, whose commit was not confirmed and counted the turn.
                    connection.rollback()
        with transaction() as session:
            message = messages.find_message(session, self._user_id, self._ids.message_id)
            if message is None:  # It was deleted, perhaps with its conversation.
                return ReplyEnd("stopped")
            return ReplyEnd.of(message) if message.turn_id == self._turn_id else None

    def final_event(self, end: ReplyEnd) -> LoggedEvent:
        if end.status == "waiting" and self._waiting is not None:
            return self._waiting
        return self._ids.final_event(self._log.next_seq, end)
