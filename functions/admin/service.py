"""Business rules of the operator's calls."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from functions.admin.budgets import set_user_budget
from functions.admin.errors import OwnAccount
from shared.auth.account_tokens import account_link, issue_account_token
from shared.chat import administration
from shared.chat.account_deletion import delete_account_data, delete_shares
from shared.chat.usage import period
from shared.cursors import decode_cursor, encode_cursor
from shared.db.models import User
from shared.db.repositories import audit_entries, usage, users
from shared.db.repositories.audit_entries import ListedEntry
from shared.db.repositories.server_state import ServerState, read_server_state
from shared.db.repositories.usage import FailureSum, UsageSum
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.web.connection_closing import close_ended_connections

PAGE_SIZE = 50
# The days whose failures are listed, and the time without a heartbeat after which a reply counts as stuck: its process
# is dead, and no reader or sweep has taken the reply over.
FAILURE_DAYS = 7
STUCK_AFTER = timedelta(minutes=2)
# Rows of a list of sums; a year has 366 days.
MAX_SUMS = 500


class ListedUser(NamedTuple):
    """`month_cost`: of this month (UTC), in millionths of the currency."""

    user: User
    month_cost: int


def list_users(session: Session, query: str, cursor: str | None) -> tuple[Sequence[ListedUser], str | None]:
    """A page of accounts whose address or name contains `query`, newest first, and the next page's cursor. Raises
    InvalidInput."""
    before = decode_cursor(cursor, str)[0] if cursor is not None else None
    found = users.search_users(session, query, before, PAGE_SIZE + 1)
    page = _with_cost(session, found[:PAGE_SIZE])
    return page, encode_cursor(page[-1].user.id) if len(found) > PAGE_SIZE else None


def _with_cost(session: Session, found: Sequence[User]) -> Sequence[ListedUser]:
    costs = usage.sum_cost_by_user(session, [user.id for user in found], utc_now().date().replace(day=1))
    return [ListedUser(user, costs.get(user.id, 0)) for user in found]


def update_user(
    admin_id: str,
    user_id: str,
    group: str | None,
    disabled: bool | None,
    budget: Mapping[str, float | None] | None,
) -> ListedUser:
    """`budget`: changes of `day` and `month`. Raises NotFound, OwnAccount, the latter not for a budget alone."""
    if group is not None or disabled is not None:
        _check_other(admin_id, user_id)
    now = utc_now()
    with transaction() as session:
        user = _lock_user(session, user_id)
        if group is not None:
            administration.set_group(session, admin_id, user, group, now)
        if disabled is not None:
            administration.set_disabled(session, admin_id, user, disabled, now)
        if budget is not None:
            set_user_budget(session, admin_id, user, budget)
        (listed,) = _with_cost(session, [user])
    if disabled:
        close_ended_connections(user_id)
        delete_shares(user_id)
    return listed


def revoke_sessions(admin_id: str, user_id: str) -> int:
    """End every login of a user; returns their number. Raises NotFound."""
    with transaction() as session:
        ended = administration.end_logins(session, admin_id, _lock_user(session, user_id), utc_now())
    close_ended_connections(user_id)
    return ended


def create_reset_link(session: Session, admin_id: str, user_id: str) -> str:
    """A link with which the user sets a new password once, valid for 30 minutes. Raises NotFound."""
    user = _lock_user(session, user_id)
    now = utc_now()
    administration.record_change(session, admin_id, "user_reset_link", now, user_id=user.id)
    return account_link("operator_reset", issue_account_token(session, user, "operator_reset", now))


def delete_user(admin_id: str, user_id: str) -> None:
    """Delete an account with everything it owns. Raises NotFound, OwnAccount."""
    _check_other(admin_id, user_id)
    with transaction() as session:
        administration.start_deletion(session, admin_id, _lock_user(session, user_id), utc_now())
    close_ended_connections(user_id)
    delete_account_data(user_id)


def list_usage(session: Session, by: str, first: date | None, last: date | None) -> Sequence[UsageSum]:
    """Everybody's use of models, by `day`, `user` or `model`. Raises InvalidInput."""
    return usage.sum_usage(session, by, *period(first, last, utc_now().date()), limit=MAX_SUMS)


def get_status(session: Session) -> tuple[Sequence[FailureSum], ServerState]:
    """The failed replies of the last days, and the state of the server."""
    now = utc_now()
    failures = usage.sum_failures(session, now.date() - timedelta(days=FAILURE_DAYS - 1), MAX_SUMS)
    return failures, read_server_state(session, now - STUCK_AFTER)


def list_audit_entries(session: Session, cursor: str | None) -> tuple[Sequence[ListedEntry], str | None]:
    """A page of the audit log, newest first, and the next page's cursor. Raises InvalidInput."""
    before = decode_cursor(cursor, str)[0] if cursor is not None else None
    found = audit_entries.list_entries(session, before, PAGE_SIZE + 1)
    page = found[:PAGE_SIZE]
    return page, encode_cursor(page[-1].entry.id) if len(found) > PAGE_SIZE else None


def _check_other(admin_id: str, user_id: str) -> None:
    """An administrator cannot lose the own access by mistake. Raises OwnAccount."""
    if admin_id == user_id:
        raise OwnAccount


def _lock_user(session: Session, user_id: str) -> User:
    user = users.lock_user(session, user_id)
    if user is None or user.deleted_at is not None:
        raise NotFound
    return user
