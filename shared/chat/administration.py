"""The operator's changes of accounts and settings, each with an entry in the audit log.

The admin page and `infra.manage` share them. The caller locks the user, commits, and then closes the WebSocket
connections of the logins that have ended.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from shared.auth.registration import NewInvite, create_invite
from shared.chat.account_deletion import start_account_deletion
from shared.db.models import AuditEntry, User
from shared.db.repositories import audit_entries, messages, refresh_tokens, stage_settings
from shared.db.types import utc_now
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.mail.sender import sends_mail
from shared.stage_settings import StageSettings

# Field → value before, value after.
Changes = Mapping[str, tuple[Any, Any]]
# Characters of a value in the audit log, a page of which has to fit a function's answer (6 MB).
_MAX_VALUE = 2_000


def record_change(
    session: Session,
    actor_id: str | None,
    action: str,
    now: datetime,
    *,
    user_id: str | None = None,
    subject: str | None = None,
    changes: Changes | None = None,
) -> None:
    """Add an entry to the audit log. `actor_id`: None for `infra.manage`. `changes` must not contain a secret."""
    entry = AuditEntry(
        id=new_id(),
        actor_id=actor_id,
        action=action,
        user_id=user_id,
        subject=subject,
        changes=shortened(changes or {}),
        created_at=now,
    )
    audit_entries.add_entry(session, entry)


def shortened(changes: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Changes whose long values are the beginnings of their texts."""
    return {name: [_shortened(value) for value in values] for name, values in changes.items()}


def _shortened(value: Any) -> Any:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}…"


def record_differences(
    session: Session,
    actor_id: str | None,
    action: str,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    user_id: str | None = None,
    subject: str | None = None,
) -> None:
    """`record_change` of the fields that differ, if any do; a field that one side does not have is None there."""
    names = dict.fromkeys([*before, *after])
    changes = {name: (before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)}
    if changes:
        record_change(session, actor_id, action, now, user_id=user_id, subject=subject, changes=changes)


def change_settings(session: Session, actor_id: str | None, given: StageSettings, now: datetime) -> StageSettings:
    """Change the settings that `given` was made with, a value of None to its default; returns all changed settings.

    Raises InvalidInput when verified addresses are to be required and no mail is sent.
    """
    if given.verification == "required" and not sends_mail():
        message = "This server sends no mail, so nobody could verify an address. Configure mail first."
        raise InvalidInput(details=[{"field": "verification", "message": message}])
    row = stage_settings.lock_changed_settings(session)
    before = dict(row.changed)
    new = given.model_dump(mode="json", include=given.model_fields_set)
    row.changed = {name: value for name, value in {**before, **new}.items() if value is not None}
    record_differences(session, actor_id, "settings_update", now, {name: before.get(name) for name in new}, new)
    return StageSettings.from_stored(row.changed)


def invite(session: Session, actor_id: str | None, group: str, email: str | None) -> NewInvite:
    """Create an invitation into `group`; with `email`, for this address only. Its link is not stored."""
    now = utc_now()
    created = create_invite(session, group, email, now)
    record_change(session, actor_id, "invite_create", now, subject=email, changes={"group": (None, group)})
    return created


def set_group(session: Session, actor_id: str | None, user: User, group: str, now: datetime) -> None:
    """Move a user to another group. Access tokens carry the old group's permissions until their next refresh; the
    operator's calls check the group itself."""
    if user.group == group:
        return
    record_change(session, actor_id, "user_update", now, user_id=user.id, changes={"group": (user.group, group)})
    user.group = group
    user.updated_at = now


def set_disabled(session: Session, actor_id: str | None, user: User, disabled: bool, now: datetime) -> None:
    """Disable an account, which ends its logins and streaming replies, or enable it again."""
    was_disabled = user.disabled_at is not None
    if was_disabled == disabled:
        return
    changes = {"disabled": (was_disabled, disabled)}
    record_change(session, actor_id, "user_update", now, user_id=user.id, changes=changes)
    user.disabled_at = now if disabled else None
    user.updated_at = now
    if disabled:
        refresh_tokens.revoke_user(session, user.id, now)
        messages.request_stop_of_all(session, user.id, now)


def end_logins(session: Session, actor_id: str | None, user: User, now: datetime) -> int:
    """End every login of a user; returns their number."""
    ended = len(refresh_tokens.list_logins(session, user.id, now))
    refresh_tokens.revoke_user(session, user.id, now)
    record_change(session, actor_id, "user_revoke_sessions", now, user_id=user.id)
    return ended


def start_deletion(session: Session, actor_id: str | None, user: User, now: datetime) -> None:
    """End an account; `delete_account_data` deletes the rest of it after the commit."""
    record_change(session, actor_id, "user_delete", now, user_id=user.id)
    start_account_deletion(session, user.id, now)
