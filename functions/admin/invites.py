"""Listing and revoking invitations; `shared.chat.administration` creates them, also for `infra.manage`."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.chat.administration import record_change
from shared.db.models import Invite
from shared.db.repositories import invites
from shared.db.types import utc_now

# The newest are listed. Expired ones are deleted by the sweep.
MAX_LISTED = 200


def list_invites(session: Session) -> Sequence[Invite]:
    """Invitations that have not expired, newest first."""
    return invites.list_invites(session, utc_now(), MAX_LISTED)


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
