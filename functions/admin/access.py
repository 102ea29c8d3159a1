"""Authorization of the operator's calls."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from shared.auth.claims import Claims
from shared.auth.scopes import ADMIN, require_permission, scope_of
from shared.db.repositories import users
from shared.db.repositories.users import Account
from shared.db.session import plain_transaction
from shared.db.types import utc_now
from shared.errors import TokenRevoked
from shared.web.blocking import run_blocking
from shared.web.dependencies import TokenUser


@dataclass(frozen=True)
class Admin:
    """A caller who is an administrator now."""

    user_id: str


async def get_admin(claims: TokenUser) -> Admin:
    """Check the login and the permission in one statement. Raises TokenRevoked, Forbidden.

    The permission is that of the account's present group, not the token's: an administrator who is moved to another
    group has none from the next call on. The transaction is its own and ends here, because services open theirs and an
    instance may have one connection.
    """
    account = await run_blocking(_find_account, claims)
    if account is None:
        raise TokenRevoked
    require_permission(scope_of(account.group), ADMIN)
    return Admin(claims.user_id)


def _find_account(claims: Claims) -> Account | None:
    with plain_transaction() as connection:
        return users.find_account(connection, claims.user_id, claims.family_id, utc_now())


AdminUser = Annotated[Admin, Depends(get_admin, scope="function")]
