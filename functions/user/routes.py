"""Routes of the account calls. They are plain functions, which run in a thread, so that bcrypt does not block."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from functions.user import identities, passkeys, recovery, second_factors, service, sign_in
from functions.user.errors import (
    AccountDisabled,
    EmailNotFound,
    EmailTaken,
    FactorExists,
    MailDisabled,
    PasskeyExists,
    PasskeysUnavailable,
    PasswordMismatch,
    ReauthenticationRequired,
    TooManyPasskeys,
    WeakPassword,
    WrongCode,
    WrongPasskey,
    WrongPassword,
)
from functions.user.logins import Device, TokenPair
from functions.user.oidc.errors import (
    IdentityTaken,
    LastSignIn,
    OidcEmailMissing,
    OidcEmailUnverified,
    OidcExpired,
    OidcFailed,
    OidcUnavailable,
)
from functions.user.oidc.messages import SignInRequest, SignInResponse
from functions.user.schemas import (
    AccountOptions,
    AddedPasskey,
    AuthenticateBody,
    AuthenticationCredential,
    CodeBody,
    DeleteAccountBody,
    EmailBody,
    FactorsOut,
    FinishPasskeyBody,
    ForgotPasswordBody,
    IdentityList,
    IdentityOut,
    LinkBody,
    LinkRequired,
    LoginBody,
    MyBudget,
    MyUsage,
    OidcFinishBody,
    OidcProviderList,
    OidcProviderOut,
    OidcStartBody,
    OidcStarted,
    PasskeyList,
    PasskeyLoginBody,
    PasskeyOut,
    PasswordBody,
    Profile,
    ReauthenticateBody,
    RecoveryCodes,
    RegisterBody,
    RemoveIdentityBody,
    RemovePasskeyBody,
    RenamePasskeyBody,
    ResetPasswordBody,
    Revoked,
    RevokeSessionsBody,
    SecondStep,
    SessionList,
    SessionOut,
    SettingsBody,
    SettingsOut,
    SignInFinishBody,
    SignInStartBody,
    Tokens,
    TotpSetup,
    UsageDayOut,
    UsernameBody,
    VerifyEmailBody,
    WebAuthnOptions,
)
from functions.user.second_factors import PendingLogin
from shared.auth.account_tokens import InvalidToken
from shared.auth.registration import RegistrationClosed
from shared.chat.account_export import ExportItem
from shared.chat.budget import Budget
from shared.chat.usage import OWN, money
from shared.db.models import Identity, Passkey, UsageDay, User, UserSettings
from shared.db.repositories.users import Account
from shared.errors import NotFound, RateLimited
from shared.invocation import role_keys
from shared.schemas import Day, Page
from shared.web.dependencies import ClientIp, CurrentUser, DbSession, LinkToken, MfaToken, RefreshTokenUser, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_OPTIONS = error_responses(RateLimited)
_REGISTER = error_responses(RegistrationClosed, EmailTaken, PasswordMismatch, WeakPassword, RateLimited)
_LOGIN = error_responses(EmailNotFound, WrongPassword, AccountDisabled, RateLimited)
_REFRESH = error_responses(*WITH_TOKEN, RateLimited)
_WITH_TOKEN = error_responses(*WITH_TOKEN)
_LOGOUT = error_responses(*WITH_TOKEN, RateLimited)
_CONFIRMED = (ReauthenticationRequired, WrongPassword, RateLimited)
_CHANGE_EMAIL = error_responses(*WITH_TOKEN, *_CONFIRMED, EmailTaken)
_CHANGE_PASSWORD = error_responses(*WITH_TOKEN, *_CONFIRMED, PasswordMismatch, WeakPassword)
_REAUTHENTICATE = error_responses(*WITH_TOKEN, WrongPassword, WrongCode, RateLimited)
_LOGIN_MFA = error_responses(*WITH_TOKEN, WrongCode, AccountDisabled, RateLimited)
_START_TOTP = error_responses(*WITH_TOKEN, ReauthenticationRequired, FactorExists)
_CHANGE_TOTP = error_responses(*OWN_THING, ReauthenticationRequired, WrongCode, RateLimited)
_RECOVERY_CODES = error_responses(*OWN_THING, ReauthenticationRequired)
_EXPORT = error_responses(*WITH_TOKEN, ReauthenticationRequired)
_DELETE = error_responses(*WITH_TOKEN, *_CONFIRMED)
_SETTINGS = error_responses(*OWN_THING)
_FORGOT = error_responses(MailDisabled, RateLimited)
_RESET = error_responses(InvalidToken, PasswordMismatch, WeakPassword, AccountDisabled, RateLimited)
_VERIFY = error_responses(InvalidToken, RateLimited)
_REQUEST_VERIFICATION = error_responses(*WITH_TOKEN, MailDisabled, RateLimited)
_PROVIDER = (OidcUnavailable, OidcFailed, RateLimited)
_START_OIDC = error_responses(NotFound, *_PROVIDER)
_FINISH_OIDC = error_responses(
    *_PROVIDER,
    OidcExpired,
    OidcEmailMissing,
    OidcEmailUnverified,
    RegistrationClosed,
    AccountDisabled,
    EmailTaken,
    IdentityTaken,
)
_LINK_OIDC = error_responses(*WITH_TOKEN, WrongPassword, AccountDisabled, IdentityTaken, RateLimited)
_START_LINK = error_responses(*OWN_THING, ReauthenticationRequired, *_PROVIDER)
_FINISH_LINK = error_responses(*WITH_TOKEN, OidcExpired, IdentityTaken, *_PROVIDER)
_START_REAUTHENTICATION = error_responses(*OWN_THING, *_PROVIDER)
_FINISH_REAUTHENTICATION = error_responses(*WITH_TOKEN, OidcExpired, *_PROVIDER)
_REMOVE_IDENTITY = error_responses(*OWN_THING, ReauthenticationRequired, LastSignIn)
_START_PASSKEY = error_responses(*WITH_TOKEN, ReauthenticationRequired, TooManyPasskeys, PasskeysUnavailable)
_FINISH_PASSKEY = error_responses(*WITH_TOKEN, ReauthenticationRequired, WrongPasskey, PasskeyExists, TooManyPasskeys)
_RENAME_PASSKEY = error_responses(*OWN_THING)
_REMOVE_PASSKEY = error_responses(*OWN_THING, ReauthenticationRequired, LastSignIn)
_START_PASSKEY_LOGIN = error_responses(PasskeysUnavailable, RateLimited)
_FINISH_PASSKEY_LOGIN = error_responses(WrongPasskey, AccountDisabled, RateLimited)
_START_PASSKEY_STEP = error_responses(*WITH_TOKEN, WrongPasskey, PasskeysUnavailable, RateLimited)
_FINISH_PASSKEY_STEP = error_responses(*WITH_TOKEN, WrongPasskey, AccountDisabled, RateLimited)
_START_PASSKEY_AGAIN = error_responses(*WITH_TOKEN, WrongPasskey, PasskeysUnavailable)
_FINISH_PASSKEY_AGAIN = error_responses(*WITH_TOKEN, WrongPasskey, RateLimited)
# Limits of the columns of a login.
_MAX_DEVICE, _MAX_ADDRESS = 200, 45


async def get_device(request: Request, client_ip: ClientIp) -> Device:
    headers = request.headers
    name = "".join(filter(str.isprintable, headers.get("user-agent", "")))
    language = headers.get("accept-language", "")
    return Device(name[:_MAX_DEVICE], client_ip[:_MAX_ADDRESS], language, role_keys(headers))


ClientDevice = Annotated[Device, Depends(get_device)]


@router.get("/options", responses=_OPTIONS)
def get_options(device: ClientDevice) -> AccountOptions:
    """Get what the server offers to visitors.

    Whether they may register, whether it sends mail, and whether it has passkeys.
    """
    options = service.get_options(device)
    return AccountOptions(registration=options.registration, mail=options.mail, passkeys=options.passkeys)


@router.post("/register", status_code=201, responses=_REGISTER)
def register(body: RegisterBody, device: ClientDevice) -> Tokens:
    """Create an account and log in.

    The email address is compared without regard to case. A password has 8 to 72 bytes in UTF-8, with at least one
    letter and one digit. Registrations are limited by network address. `invite`, the token of an invitation, is needed
    where the operator has restricted registration, and decides the account's group. The first account of an
    empty server is the administrator's.
    """
    pair = service.register(body.email, body.username, body.password, body.confirm_password, device, body.invite)
    return _tokens(pair)


@router.post("/login", responses=_LOGIN)
def login(body: LoginBody, device: ClientDevice) -> Tokens | SecondStep:
    """Log in.

    An account with a second factor needs another step: the response then has `mfa_required` instead of tokens.

    Failed attempts are limited by network address, and by email address: strictly from one network address, loosely
    from all of them, except from one from which the user has logged in before. With the `device_token` of an earlier
    login, attempts on this device are counted apart from all others, which then cannot lock it out.
    """
    return _tokens_or_step(service.login(body.email, body.password, device, body.device_token))


@router.post("/login/mfa", responses=_LOGIN_MFA)
def finish_login(body: CodeBody, mfa_token: MfaToken, device: ClientDevice) -> Tokens:
    """Complete a login with a second factor.

    Takes the `mfa_token` of the login, valid for ten minutes, and a code of the authenticator app or a recovery code.
    Each is accepted once. Wrong codes are limited per user.
    """
    return _tokens(second_factors.finish_login(mfa_token, body.code, device))


@router.get("/oidc", responses=_OPTIONS)
def list_oidc_providers(device: ClientDevice) -> OidcProviderList:
    """List the providers to sign in with.

    Those of the operator, with OpenID Connect.
    """
    providers = [OidcProviderOut(id=one.id, name=one.name) for one in sign_in.list_providers(device)]
    return OidcProviderList(providers=providers)


@router.post("/oidc/start", responses=_START_OIDC)
async def start_sign_in(body: SignInStartBody, device: ClientDevice) -> OidcStarted:
    """Begin to sign in with a provider.

    The client keeps `secret` and opens `url` in the browser, which comes back to the site's page `oidc.html` with
    `code`, `state` and perhaps `iss`, for `finish`, within ten minutes.
    """
    return _started(await sign_in.begin_sign_in(body.provider, body.invite, device))


@router.post("/oidc/finish", responses=_FINISH_OIDC)
async def finish_sign_in(body: SignInFinishBody, device: ClientDevice) -> Tokens | SecondStep | LinkRequired:
    """Finish to sign in with a provider.

    Logs in to the account that has the sign-in. Without one, an account is created, under the rules of `register`. If
    the address has an account already, and the provider has verified it, the response has `link_required`: `link`
    connects the two. A `state` can be used once.
    """
    opened = await sign_in.finish_sign_in(_response(body), device, body.device_token)
    if isinstance(opened, sign_in.LinkRequired):
        return LinkRequired(
            link_token=opened.link_token,
            email=opened.email,
            provider=opened.provider_name,
            password=opened.has_password,
        )
    return _tokens_or_step(opened)


@router.post("/oidc/link", responses=_LINK_OIDC)
def confirm_link(body: LinkBody, link_token: LinkToken, device: ClientDevice) -> Tokens | SecondStep:
    """Connect a sign-in to the account with its address.

    Takes the `link_token` of `finish`, valid for ten minutes, and the account's password, and logs in. With a second
    factor, the sign-in is connected when that was right, too. Failed attempts count as failed logins.
    """
    return _tokens_or_step(sign_in.confirm_link(link_token, body.password, device, body.device_token))


@router.post("/refresh", responses=_REFRESH)
def refresh(refresh_token: RefreshTokenUser, device: ClientDevice) -> Tokens:
    """Exchange a refresh token for a new pair of tokens.

    The presented token is used up. Presented again within 10 seconds, as by several tabs at once, it gets another pair
    of the same login, up to three times; a use after that revokes the whole login.
    """
    return _tokens(service.refresh(refresh_token, device))


@router.post("/logout", status_code=204, response_class=Response, responses=_LOGOUT)
def logout(refresh_token: RefreshTokenUser, device: ClientDevice) -> None:
    """Log out.

    Revokes the login that the refresh token belongs to, with its access tokens. Other logins of the user stay.
    """
    service.logout(refresh_token, device)


@router.post("/password/forgot", status_code=202, response_class=Response, responses=_FORGOT)
def request_password_reset(body: ForgotPasswordBody, device: ClientDevice) -> None:
    """Request a link to set a new password.

    It is mailed to the address, if that has an account; the answer is the same if not. The link works once, for 30
    minutes. Requests are limited by network address. Above a limit by email address no mail is sent.
    """
    recovery.request_password_reset(body.email, device)


@router.post("/password/reset", responses=_RESET)
def reset_password(body: ResetPasswordBody, device: ClientDevice) -> Tokens | SecondStep:
    """Set a new password with the token of a link.

    Revokes every login of the user and starts a new one, whose tokens are the response. As at `/user/login`, an account
    with a second factor needs another step.
    """
    return _tokens_or_step(recovery.reset_password(body.token, body.new_password, body.confirm_password, device))


@router.post("/email/verify", status_code=204, response_class=Response, responses=_VERIFY)
def verify_email(body: VerifyEmailBody, device: ClientDevice) -> None:
    """Verify an email address with the token of a link.

    A link is mailed at registration, when the address changes, and on request. It works once, for three days, unless
    the address has changed again.
    """
    recovery.verify_email(body.token, device)


@router.post("/email/verification", status_code=202, response_class=Response, responses=_REQUEST_VERIFICATION)
def request_verification(user: TokenUser, device: ClientDevice) -> None:
    """Request another link to verify the email address.

    No effect on an address that is verified. Requests are limited by email address.
    """
    recovery.request_verification(user, device)


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
    return _tokens(pair)


@router.post("/reauthenticate", status_code=204, response_class=Response, responses=_REAUTHENTICATE)
def reauthenticate(body: ReauthenticateBody, user: TokenUser, device: ClientDevice) -> None:
    """Authenticate again within a login.

    Calls that answer `reauthentication_required` are then accepted from this login for ten minutes. Failed attempts
    count as failed logins. An account without a password takes a `code` of its second factor.
    """
    service.reauthenticate(user, body.current_password, body.code, device)


@router.post("/reauthenticate/oidc/start", responses=_START_REAUTHENTICATION)
async def start_reauthentication(body: OidcStartBody, user: TokenUser, device: ClientDevice) -> OidcStarted:
    """Begin to authenticate again with a provider.

    As `/user/oidc/start`, for the login of this call. The provider is requested to authenticate the user anew.
    """
    return _started(await sign_in.begin_reauthentication(user, body.provider, device))


@router.post(
    "/reauthenticate/oidc/finish", status_code=204, response_class=Response, responses=_FINISH_REAUTHENTICATION
)
async def finish_reauthentication(body: OidcFinishBody, user: TokenUser, device: ClientDevice) -> None:
    """Authenticate again with a provider.

    With the effect of `/user/reauthenticate`. Refused if the sign-in is not the account's, or if the provider does not
    confirm that it authenticated the user just now (`auth_time`).
    """
    await sign_in.finish_reauthentication(user, _response(body), device)


@router.get("/identity", responses=_WITH_TOKEN)
def list_identities(session: DbSession, caller: CurrentUser) -> IdentityList:
    """List the sign-ins of the caller.

    Those with other providers, oldest first.
    """
    return IdentityList(items=[_identity(found) for found in identities.list_identities(session, caller.user_id)])


@router.post("/identity/start", responses=_START_LINK)
async def start_link(body: OidcStartBody, user: TokenUser, device: ClientDevice) -> OidcStarted:
    """Begin to connect a sign-in.

    As `/user/oidc/start`. The user must have authenticated within the last ten minutes.
    """
    return _started(await sign_in.begin_link(user, body.provider, device))


@router.post("/identity/finish", status_code=201, responses=_FINISH_LINK)
async def finish_link(body: OidcFinishBody, user: TokenUser, device: ClientDevice) -> IdentityOut:
    """Connect a sign-in.

    The caller's account can be logged in to with it from then on. The address at the provider need not be the
    account's.
    """
    return _identity(await sign_in.finish_link(user, _response(body), device))


@router.post("/identity/remove", status_code=204, response_class=Response, responses=_REMOVE_IDENTITY)
def remove_identity(body: RemoveIdentityBody, user: TokenUser, device: ClientDevice) -> None:
    """Remove a sign-in.

    Logins stay. Refused if the account has no other way to log in. The user must have authenticated within the last
    ten minutes.
    """
    identities.remove_identity(user, body.id, device)


@router.get("/mfa", responses=_WITH_TOKEN)
def get_factors(session: DbSession, caller: CurrentUser) -> FactorsOut:
    """Get the caller's second factors.

    With the number of recovery codes left, and whether the account has a password.
    """
    factors = second_factors.get_factors(session, caller.user_id)
    return FactorsOut(
        password=factors.password,
        totp=factors.totp,
        passkeys=factors.passkeys,
        recovery_codes=factors.recovery_codes,
    )


@router.post("/mfa/totp/start", responses=_START_TOTP)
def start_totp(user: TokenUser) -> TotpSetup:
    """Begin to add an authenticator app.

    The response's secret becomes a second factor when it is confirmed with a code. The user must have authenticated
    within the last ten minutes.
    """
    secret, uri = second_factors.start_totp(user)
    return TotpSetup(secret=secret, uri=uri)


@router.post("/mfa/totp/confirm", responses=_CHANGE_TOTP)
def confirm_totp(body: CodeBody, user: TokenUser) -> RecoveryCodes:
    """Add the authenticator app.

    Takes its first code. The recovery codes of the response replace earlier ones.
    """
    return RecoveryCodes(recovery_codes=list(second_factors.confirm_totp(user, body.code)))


@router.post("/mfa/totp/remove", status_code=204, response_class=Response, responses=_CHANGE_TOTP)
def remove_totp(body: CodeBody, user: TokenUser) -> None:
    """Remove the authenticator app.

    Takes a code of it, or a recovery code.
    """
    second_factors.remove_totp(user, body.code)


@router.post("/mfa/recovery_codes", responses=_RECOVERY_CODES)
def replace_recovery_codes(user: TokenUser) -> RecoveryCodes:
    """Replace the recovery codes.

    Those left are no longer valid. The user must have authenticated within the last ten minutes.
    """
    return RecoveryCodes(recovery_codes=list(second_factors.replace_recovery_codes(user)))


@router.get("/passkey", responses=_WITH_TOKEN)
def list_passkeys(session: DbSession, caller: CurrentUser) -> PasskeyList:
    """List the caller's passkeys.

    Oldest first.
    """
    return PasskeyList(items=[_passkey(passkey) for passkey in passkeys.list_passkeys(session, caller.user_id)])


@router.post("/passkey/start", responses=_START_PASSKEY)
def start_passkey(user: TokenUser) -> WebAuthnOptions:
    """Begin to add a passkey.

    The options are for `navigator.credentials.create`. The user must have authenticated within the last ten minutes.
    """
    return WebAuthnOptions(options=passkeys.start_registration(user))


@router.post("/passkey/finish", status_code=201, responses=_FINISH_PASSKEY)
def finish_passkey(body: FinishPasskeyBody, user: TokenUser, device: ClientDevice) -> AddedPasskey:
    """Add a passkey.

    It can log in by itself from then on, and is a second factor: a login with the password needs it, another second
    factor or a recovery code.
    """
    given = body.credential.response
    response = passkeys.Registration(given.client_data, given.attestation_object, given.transports or ())
    added = passkeys.finish_registration(user, response, body.name, device)
    return AddedPasskey(
        **vars(_passkey(added.passkey)),
        recovery_codes=None if added.recovery_codes is None else list(added.recovery_codes),
    )


@router.post("/passkey/rename", responses=_RENAME_PASSKEY)
def rename_passkey(body: RenamePasskeyBody, session: DbSession, caller: CurrentUser) -> PasskeyOut:
    """Rename a passkey.

    The name has 1 to 100 characters after trimming, and need not be unique.
    """
    return _passkey(passkeys.rename_passkey(session, caller.user_id, body.id, body.name))


@router.post("/passkey/remove", status_code=204, response_class=Response, responses=_REMOVE_PASSKEY)
def remove_passkey(body: RemovePasskeyBody, user: TokenUser, device: ClientDevice) -> None:
    """Remove a passkey.

    Logins stay. Refused if the account has no other way to log in. The user must have authenticated within the last
    ten minutes.
    """
    passkeys.remove_passkey(user, body.id, device)


@router.post("/passkey/login/start", responses=_START_PASSKEY_LOGIN)
def start_passkey_login(device: ClientDevice) -> WebAuthnOptions:
    """Begin to log in with a passkey.

    The options are for `navigator.credentials.get`, and the same for everybody: the browser lists the passkeys of this
    site that it can reach.
    """
    return WebAuthnOptions(options=passkeys.start_login(device))


@router.post("/passkey/login/finish", responses=_FINISH_PASSKEY_LOGIN)
def finish_passkey_login(body: PasskeyLoginBody, device: ClientDevice) -> Tokens:
    """Log in with a passkey.

    No second step follows: the authenticator has verified the user. Failed attempts are limited by network address.
    """
    return _tokens(passkeys.finish_login(_assertion(body.credential), device, body.device_token))


@router.post("/login/mfa/passkey/start", responses=_START_PASSKEY_STEP)
def start_passkey_step(mfa_token: MfaToken, device: ClientDevice) -> WebAuthnOptions:
    """Begin to complete a login with a passkey.

    Takes the `mfa_token` of the login. The options are for `navigator.credentials.get`.
    """
    return WebAuthnOptions(options=passkeys.start_second_step(mfa_token, device))


@router.post("/login/mfa/passkey/finish", responses=_FINISH_PASSKEY_STEP)
def finish_passkey_step(body: AuthenticateBody, mfa_token: MfaToken, device: ClientDevice) -> Tokens:
    """Complete a login with a passkey.

    Failed attempts are limited per user, together with wrong codes.
    """
    return _tokens(passkeys.finish_second_step(mfa_token, _assertion(body.credential), device))


@router.post("/reauthenticate/passkey/start", responses=_START_PASSKEY_AGAIN)
def start_passkey_reauthentication(user: TokenUser) -> WebAuthnOptions:
    """Begin to authenticate again with a passkey.

    The options are for `navigator.credentials.get`.
    """
    return WebAuthnOptions(options=passkeys.start_reauthentication(user))


@router.post(
    "/reauthenticate/passkey/finish", status_code=204, response_class=Response, responses=_FINISH_PASSKEY_AGAIN
)
def finish_passkey_reauthentication(body: AuthenticateBody, user: TokenUser, device: ClientDevice) -> None:
    """Authenticate again with a passkey.

    With the effect of `/user/reauthenticate`. Failed attempts are limited per user, together with wrong codes.
    """
    passkeys.finish_reauthentication(user, _assertion(body.credential), device)


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
    """Get the use of models by the caller.

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


def _tokens(pair: TokenPair) -> Tokens:
    return Tokens(
        access_token=pair.access_token,
        refresh_token=pair.refresh_token,
        expires_in=pair.expires_in,
        device_token=pair.device_token,
    )


def _tokens_or_step(login: TokenPair | PendingLogin) -> Tokens | SecondStep:
    if isinstance(login, PendingLogin):
        return SecondStep(mfa_token=login.mfa_token, methods=list(login.methods))
    return _tokens(login)


def _started(request: SignInRequest) -> OidcStarted:
    return OidcStarted(url=request.url, secret=request.secret)


def _response(body: OidcFinishBody) -> SignInResponse:
    return SignInResponse(body.code, body.state, body.iss, body.secret)


def _identity(identity: Identity) -> IdentityOut:
    provider = identities.provider_of(identity.issuer)
    return IdentityOut(
        id=identity.id,
        provider=identities.provider_name(identity.issuer),
        provider_id=None if provider is None else provider.id,
        email=identity.email,
        created_at=identity.created_at,
        last_used_at=identity.last_used_at,
    )


def _assertion(credential: AuthenticationCredential) -> passkeys.Response:
    given = credential.response
    return passkeys.Response(credential.id, given.client_data, given.authenticator_data, given.signature)


def _passkey(passkey: Passkey) -> PasskeyOut:
    return PasskeyOut(
        id=passkey.id,
        name=passkey.name,
        backed_up=passkey.backed_up,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )


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
