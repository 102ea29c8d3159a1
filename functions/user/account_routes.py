"""Routes of the own account: profile, settings, use, logins, export and deletion."""

from typing import Annotated

from fastapi import Query, Response

from functions.user import service
from functions.user.bodies import tokens_of
from functions.user.devices import ClientDevice
from functions.user.errors import (
    EmailTaken,
    PasswordMismatch,
    ReauthenticationRequired,
    WeakPassword,
    WrongPassword,
)
from functions.user.schemas import (
    DeleteAccountBody,
    EmailBody,
    MyBudget,
    MyUsage,
    PasswordBody,
    Profile,
    Revoked,
    RevokeSessionsBody,
    SessionList,
    SessionOut,
    SettingsBody,
    SettingsOut,
    Tokens,
    UsageDayOut,
    UsernameBody,
)
from shared.chat.account_export import ExportItem
from shared.chat.budget import Budget
from shared.chat.usage import OWN, money
from shared.db.models import UsageDay, User, UserSettings
from shared.db.repositories.users import Account
from shared.errors import RateLimited
from shared.schemas import Day, Page
from shared.web.dependencies import CurrentUser, DbSession, RefreshTokenUser, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_WITH_TOKEN = error_responses(*WITH_TOKEN)
_CONFIRMED = (ReauthenticationRequired, WrongPassword, RateLimited)
_CHANGE_EMAIL = error_responses(*WITH_TOKEN, *_CONFIRMED, EmailTaken)
_CHANGE_PASSWORD = error_responses(*WITH_TOKEN, *_CONFIRMED, PasswordMismatch, WeakPassword)
_EXPORT = error_responses(*WITH_TOKEN, ReauthenticationRequired)
_DELETE = error_responses(*WITH_TOKEN, *_CONFIRMED)
_SETTINGS = error_responses(*OWN_THING)


@router.get("/me", responses=_WITH_TOKEN)
def me(user: TokenUser) -> Profile:
    """Get the profile of the caller.

    `group` names the set of permissions that the caller's access tokens carry.
    """
    return _profile(service.get_account(user))


@router.post("/me/username", responses=_WITH_TOKEN)
def change_username(body: UsernameBody, session: DbSession, caller: CurrentUser) -> Profile:
    """Change the username.

    It has 1 to 64 characters after trimming, and need not be unique.
    """
    return _profile(service.rename_user(session, caller.user_id, body.username))


@router.post("/me/email", responses=_CHANGE_EMAIL)
def change_email(body: EmailBody, user: TokenUser, device: ClientDevice) -> Profile:
    """Change the email address.

    It is the name to log in with from then on. Logins stay. Where the server sends mail, the old address is notified
    and the new one receives a link to verify it. Changes are limited per day. `current_password` is needed unless the
    user authenticated within the last ten minutes, by a login or by `/user/reauthenticate`.
    """
    return _profile(service.change_email(user, body.email, body.current_password, device))


@router.post("/me/password", responses=_CHANGE_PASSWORD)
def change_password(body: PasswordBody, refresh_token: RefreshTokenUser, device: ClientDevice) -> Tokens:
    """Change the password.

    Revokes every login of the user and starts a new one, whose tokens are the response. `current_password` is needed
    unless the user authenticated within the last ten minutes, by a login or by `/user/reauthenticate`.
    """
    pair = service.change_password(
        refresh_token, body.new_password, body.confirm_password, device, body.current_password
    )
    return tokens_of(pair)


@router.get("/me/settings", responses=_WITH_TOKEN)
def get_settings(session: DbSession, caller: CurrentUser) -> SettingsOut:
    """Get the settings of the caller.

    Those that follow the user to every device. Null: the client's default.
    """
    return _settings(service.get_settings(session, caller.user_id))


@router.post("/me/settings", responses=_SETTINGS)
def update_settings(body: SettingsBody, session: DbSession, caller: CurrentUser) -> SettingsOut:
    """Change settings of the caller.

    Fields that are absent stay as they are; null sets the default. `instructions` are part of the system prompt of
    every turn.
    """
    changes = {name: value for name, value in body if name in body.model_fields_set}
    return _settings(service.update_settings(session, caller.user_id, changes))


@router.post("/me/delete", status_code=202, response_class=Response, responses=_DELETE)
def delete_account(body: DeleteAccountBody, refresh_token: RefreshTokenUser, device: ClientDevice) -> None:
    """Delete the account.

    Every login ends at once, and what the account owns is deleted, including stored images; for a large account that
    takes until the next day. `current_password` is needed unless the user authenticated within the last ten minutes,
    by a login or by `/user/reauthenticate`.
    """
    service.delete_account(refresh_token, body.current_password, device)


@router.get("/me/export", responses=_EXPORT)
def export_account(user: TokenUser, cursor: Annotated[str | None, Query(max_length=400)] = None) -> Page[ExportItem]:
    """Export the account.

    Everything the account owns, in pages of items of a `kind`: the account, its model configs without API keys, and
    each conversation, also in the bin, followed by its messages with download URLs for their images. The user must
    have authenticated within the last ten minutes, or within the last hour for the pages after the first.
    """
    items, next_cursor = service.export_account(user, cursor)
    return Page[ExportItem](items=items, next_cursor=next_cursor)


@router.get("/me/usage", responses=_WITH_TOKEN)
def get_usage(
    session: DbSession,
    caller: CurrentUser,
    first: Annotated[Day | None, Query(alias="from")] = None,
    last: Annotated[Day | None, Query(alias="to")] = None,
) -> MyUsage:
    """Get the caller's usage.

    By day (UTC) and model, oldest first: the days `from` to `to`, by default the last 30, at most 366.
    """
    days = [_usage_day(day) for day in service.list_usage(session, caller.user_id, first, last)]
    budget = service.find_budget(session, caller.user_id)
    return MyUsage(
        days=days,
        currency=service.find_currency(session),
        budget=_budget(budget) if budget is not None else None,
    )


@router.get("/session", responses=_WITH_TOKEN)
def list_sessions(session: DbSession, caller: CurrentUser) -> SessionList:
    """List the logins of the caller.

    Last used first; `current` is the one of this call. A login's last use is its last refresh.
    """
    logins = service.list_sessions(session, caller.user_id)
    items = [
        SessionOut(
            id=login.id,
            current=login.id == caller.family_id,
            device=login.device,
            address=login.address,
            created_at=login.logged_in_at,
            last_used_at=login.last_used_at,
        )
        for login in logins
    ]
    return SessionList(items=items)


@router.post("/session/revoke", responses=_WITH_TOKEN)
def revoke_sessions(body: RevokeSessionsBody, user: TokenUser) -> Revoked:
    """Revoke logins.

    Their tokens are refused from then on, and their WebSocket connections closed. Ids that are not logins of the
    caller are ignored; `revoked` counts the others.
    """
    return Revoked(revoked=service.revoke_sessions(user, body.ids))


def _budget(budget: Budget) -> MyBudget:
    return MyBudget(
        period=budget.period,
        limit=money(budget.limit),
        used=money(budget.used),
        resets_at=budget.resets_at,
    )


def _usage_day(day: UsageDay) -> UsageDayOut:
    return UsageDayOut(
        day=day.day,
        model=day.model,
        own=day.source == OWN,
        turns=day.turns,
        prompt_tokens=day.prompt_tokens,
        cached_tokens=day.cached_tokens,
        completion_tokens=day.completion_tokens,
        cost=money(day.cost),
    )


def _settings(settings: UserSettings) -> SettingsOut:
    return SettingsOut(
        language=settings.language,
        theme=settings.theme,
        send_key=settings.send_key,
        default_model_config_id=settings.default_model_config_id,
        instructions=settings.instructions,
        login_notices=settings.login_notices,
    )


def _profile(account: Account | User) -> Profile:
    return Profile(
        id=account.id,
        username=account.username,
        email=account.email,
        email_verified=account.email_verified_at is not None,
        group=account.group,
        created_at=account.created_at,
    )
