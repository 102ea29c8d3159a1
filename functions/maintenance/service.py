"""The tasks of the maintenance function: idempotent, and safe to interrupt at any point."""

import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infra.migrations import migrate as migrations
from shared.chat.account_deletion import delete_account_data
from shared.chat.conversation_deletion import purge_conversations
from shared.chat.recovery import can_be_taken_over, recover_replies
from shared.chat.task_polls import list_due_polls, remove_poll
from shared.chat.worker import hand_over, has_worker
from shared.config import CONNECTION_OVER_SECONDS, ChatSettings, load
from shared.crypto.encryption import OPERATOR, UnreadableApiKey, renew_secret
from shared.db.models import ModelConfig, SearchEngine, ToolServer, TotpSecret
from shared.db.repositories import (
    account_tokens,
    conversations,
    files,
    invites,
    login_challenges,
    message_steps,
    messages,
    model_configs,
    object_deletions,
    outgoing_mails,
    pending_uploads,
    rate_limits,
    refresh_tokens,
    search_engines,
    second_factors,
    shares,
    streaming_replies,
    task_runs,
    tool_servers,
    users,
    ws_connections,
)
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.mail.outbox import wake_sender
from shared.storage.files import file_prefix
from shared.storage.removal import remove_queued_objects
from shared.storage.shares import share_prefix

_Row = ModelConfig | ToolServer | TotpSecret | SearchEngine
_LockNext = Callable[[Session, str, int], Sequence[_Row]]

_BATCH = 100
# Batch of expired rows, which are small.
_EXPIRED_BATCH = 2000
# A function's result has at most 6 MB as JSON (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
_MAX_OUTPUT_CHARACTERS = 5_900_000
# An upload that no message names for so long is deleted.
_UNNAMED = timedelta(days=1)
# For the rows of one deleted account; the next sweep goes on.
_ACCOUNT_SECONDS = 60.0
# The contract's: a deleted conversation can be restored for so long, and a temporary one ends after so much silence.
_IN_THE_BIN = timedelta(days=30)
_TEMPORARY = timedelta(hours=24)
# A reply that waits for its user ends after this time.
_ANSWERED_WITHIN = timedelta(days=30)
# Rows with secrets, and their columns that hold one. A sign-in that has begun holds one, too, for ten minutes.
_ENCRYPTED: Mapping[_LockNext, Sequence[str]] = {
    model_configs.lock_next_model_configs: ("api_key_encrypted", "headers_encrypted"),
    tool_servers.lock_next_tool_servers: ("token_encrypted", "oauth_encrypted", "authorization_encrypted"),
    second_factors.lock_next_totps: ("secret_encrypted",),
    search_engines.lock_next_search_engines: ("api_key_encrypted",),
}


def migrate() -> dict[str, int]:
    """Migrate the database to the newest schema."""
    migrations.migrate()
    return {}


def manage(arguments: Sequence[str]) -> dict[str, str]:
    """Run a command of the operator. Returns what it printed, and its message when it failed."""
    from infra.manage import main  # The timer's tasks do not need it.

    output, error = io.StringIO(), ""
    with redirect_stdout(output), redirect_stderr(output):
        try:
            main(arguments)
        except SystemExit as exit_:
            error = exit_.code if isinstance(exit_.code, str) else "the command has failed" if exit_.code else ""
    if len(json.dumps(output.getvalue())) > _MAX_OUTPUT_CHARACTERS:
        return {"output": "", "error": "the output is larger than a function may return: run it beside the database"}
    return {"output": output.getvalue(), "error": error}


def sweep(now: datetime) -> dict[str, int]:
    """End replies whose process died, delete expired rows and the rest of deleted accounts, and remove the objects of
    deleted conversations.

    The object store comes last, so that its failure does not prevent the other steps. The end of a complete sweep is
    recorded for the operator's page.
    """
    ended = _end_abandoned_replies(now)
    purged = _purge_conversations(now)
    accounts = _delete_ended_accounts()
    expired_shares = _delete_expired_shares(now)
    unnamed = _queue_unnamed_uploads(now) + _delete_unattached_files(now)
    _delete_expired(refresh_tokens.delete_expired, now)
    _delete_expired(login_challenges.delete_expired, now)
    _delete_expired(rate_limits.delete_ended, now)
    _delete_expired(account_tokens.delete_expired, now)
    _delete_expired(invites.delete_expired, now)
    _delete_expired(outgoing_mails.delete_expired, now)
    _delete_expired(ws_connections.delete_older, now - timedelta(seconds=CONNECTION_OVER_SECONDS))
    with transaction() as session:
        has_mail = outgoing_mails.is_any_due(session, now)
    if has_mail:
        wake_sender()
    removed = remove_queued_objects(now)
    with transaction() as session:
        task_runs.record_run(session, "sweep", utc_now())
    return {
        "replies_ended": ended,
        "conversations_purged": purged,
        "accounts_deleted": accounts,
        "shares_expired": expired_shares,
        "uploads_expired": unnamed,
        "prefixes_removed": removed,
    }


def poll_tasks(now: datetime) -> dict[str, int]:
    """Invoke the worker for the replies whose tool server runs a call on its own and is to be polled (decision 0034).

    Without one that is due the database is not used. Raises ObjectStoreUnavailable.
    """
    handed_over = 0
    for poll in list_due_polls(now):
        # Polls that the platform did not accept stay for the next run.
        if hand_over(poll.user_id, poll.message_id):
            remove_poll(poll)
            handed_over += 1
    return {"replies_handed_over": handed_over}


def renew_api_keys() -> dict[str, int]:
    """Encrypt stored secrets with the first encryption key.

    Counts model configs, tool servers, authenticator apps and search engines. When `unreadable` is 0, the other
    encryption keys can be removed from API_KEY_ENCRYPTION_KEYS.
    """
    counts = {"renewed": 0, "unreadable": 0}
    for lock_next, columns in _ENCRYPTED.items():
        _renew_all(lock_next, columns, counts)
    return counts


def _renew_all(lock_next: _LockNext, columns: Sequence[str], counts: dict[str, int]) -> None:
    last_id = ""
    while True:
        with transaction() as session:
            batch = lock_next(session, last_id, _BATCH)
            for row in batch:
                try:
                    counts["renewed"] += _renew(row, columns)
                except UnreadableApiKey:
                    counts["unreadable"] += 1
        if not batch:
            return
        last_id = batch[-1].id


def _renew(row: _Row, columns: Sequence[str]) -> bool:
    """Whether something was encrypted anew. Raises UnreadableApiKey, and then changes nothing."""
    owner = row.user_id or OPERATOR
    before = {name: getattr(row, name) for name in columns}
    after = {name: None if value is None else renew_secret(owner, value) for name, value in before.items()}
    for name, value in after.items():
        setattr(row, name, value)
    return after != before


def _purge_conversations(now: datetime) -> int:
    """Delete conversations whose time in the bin is over, and temporary ones that nobody uses; returns their number."""
    purged = 0
    while True:
        with transaction() as session:
            expired = conversations.list_expired(session, now - _IN_THE_BIN, now - _TEMPORARY, _BATCH)
            for user_id, conversation_id in expired:
                purge_conversations(session, user_id, [conversation_id])
        if not expired:
            return purged
        purged += len(expired)


def _delete_expired(delete_some: Callable[[Session, datetime, int], int], before: datetime) -> None:
    while True:
        with transaction() as session:
            deleted = delete_some(session, before, _EXPIRED_BATCH)
        if deleted < _EXPIRED_BATCH:
            return


def _delete_ended_accounts() -> int:
    """Delete what the requests that ended accounts had no time for; returns the number of accounts."""
    with transaction() as session:
        ended = users.list_deleted(session, _BATCH)
    return sum(delete_account_data(user_id, _ACCOUNT_SECONDS) for user_id in ended)


def _queue_unnamed_uploads(now: datetime) -> int:
    """Queue the objects that were uploaded a day ago and that no message names; returns their number."""
    before = now - _UNNAMED
    queued = 0
    while True:
        with transaction() as session:
            keys = pending_uploads.take_pending_uploads(session, before, _BATCH)
            # Their upload URLs have expired, so they are deleted in the same sweep.
            object_deletions.add_object_deletions(session, keys, before)
        if not keys:
            return queued
        queued += len(keys)


def _delete_unattached_files(now: datetime) -> int:
    """Delete files that were uploaded a day ago and that no message has named; returns their number."""
    before = now - _UNNAMED
    deleted = 0
    while True:
        with transaction() as session:
            unattached = files.take_unattached(session, before, _BATCH)
            prefixes = [file_prefix(user_id, file_id) for user_id, file_id in unattached]
            object_deletions.add_object_deletions(session, prefixes, before)
        if not unattached:
            return deleted
        deleted += len(unattached)


def _delete_expired_shares(now: datetime) -> int:
    """Delete share links that have expired, or whose sealed document was not uploaded for a day; returns their
    number."""
    deleted = 0
    while True:
        with transaction() as session:
            over = shares.take_expired(session, now, now - _UNNAMED, _BATCH)
            # Nothing can be uploaded to these prefixes, so they are deleted in the same sweep.
            object_deletions.add_object_deletions(session, [share_prefix(id_) for id_ in over], now - _UNNAMED)
        if not over:
            return deleted
        deleted += len(over)


def _end_abandoned_replies(now: datetime) -> int:
    """End the replies that no process can go on with, and those that their user did not answer; returns their number.

    The others are handed over to the worker, where there is one; without one they end, too: nobody has resumed them.
    """
    stale_before = now - timedelta(seconds=load(ChatSettings).stale_seconds)
    ended = 0
    last_id = ""
    while True:
        with transaction() as session:
            batch = streaming_replies.list_stale_replies(session, stale_before, last_id, _BATCH)
            left = [message for message in batch if has_worker() and can_be_taken_over(message)]
            recover_replies(
                session, [message for message in batch if message not in left], now, may_be_taken_over=False
            )
        for message in left:
            hand_over(message.user_id, message.id)
        if not batch:
            return ended + _end_unanswered_replies(now)
        ended += sum(message.status != "streaming" for message in batch)
        last_id = batch[-1].id


def _end_unanswered_replies(now: datetime) -> int:
    ended = 0
    while True:
        with transaction() as session:
            batch = streaming_replies.list_waiting_replies(session, now - _ANSWERED_WITHIN, _BATCH)
            for message in batch:
                messages.leave_waiting(session, message.user_id, message.id, "stopped")
                message_steps.end_open_steps(session, message.id, now)
        if not batch:
            return ended
        ended += len(batch)
