"""Rules of invitations, and of links with which a user sets a new password."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.auth.account_tokens import account_link, issue_account_token
from shared.auth.registration import NewInvite
from shared.chat import administration
from shared.chat.administration import record_change
from shared.db.models import Invite
from shared.db.repositories import invites, users
from shared.db.types import utc_now
from shared.errors import NotFound

# The newest are listed. Expired ones are deleted by the sweep.
MAX_LISTED = 200


def list_invites(session: Session) -> Sequence[Invite]:
    """Invitations that have not expired, newest first."""
    return invites.list_invites(session, utc_now(), MAX_LISTED)


def invite(session: Session, admin_id: str, group: str, email: str | None) -> NewInvite:
    """Create an invitation into `group`; with `email`, for this address only. Its link is not stored."""
    return administration.invite(session, admin_id, group, email, utc_now())


def revoke_invites(session: Session, admin_id: str, invite_ids: Sequence[str]) -> int:
    """Delete invitations that nobody has used; returns their number."""
    revoked = invites.lock_unused(session, invite_ids)
    now = utc_now()
    for each in revoked:
        record_change(
            session, admin_id, "invite_revoke", now, subject=each.email, changes={"group": (each.group, None)}
        )
    invites.delete_invites(session, [each.id for each in revoked])
    return len(revoked)


def create_reset_link(session: Session, admin_id: str, user_id: str) -> str:
    """A link with which the user sets a new password once, valid for 30 minutes. Raises NotFound."""
    user = users.lock_user(session, user_id)
    if user is None or user.deleted_at is not None:
        raise NotFound
    now = utc_now()
    record_change(session, admin_id, "user_reset_link", now, user_id=user.id)
    return account_link("operator_reset", issue_account_token(session, user, "operator_reset", now))
