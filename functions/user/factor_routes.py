"""Routes of how the own account is signed in to: re-authentication, providers, second factors, passkeys."""

from fastapi import Response

from functions.user import identities, passkeys, second_factors, service, sign_in
from functions.user.bodies import assertion_of, sign_in_response, started
from functions.user.devices import ClientDevice
from functions.user.errors import (
    FactorExists,
    PasskeyExists,
    PasskeysUnavailable,
    ReauthenticationRequired,
    TooManyPasskeys,
    UnreadableAppSecret,
    WrongCode,
    WrongPasskey,
    WrongPassword,
)
from functions.user.oidc.errors import (
    IdentityTaken,
    LastSignIn,
    OidcExpired,
    OidcFailed,
    OidcUnavailable,
)
from functions.user.schemas import (
    AddedPasskey,
    AuthenticateBody,
    CodeBody,
    FactorsOut,
    FinishPasskeyBody,
    IdentityList,
    IdentityOut,
    OidcFinishBody,
    OidcStartBody,
    OidcStarted,
    PasskeyList,
    PasskeyOut,
    ReauthenticateBody,
    RecoveryCodes,
    RemoveIdentityBody,
    RemovePasskeyBody,
    RenamePasskeyBody,
    TotpSetup,
    WebAuthnOptions,
)
from shared.db.models import Identity, Passkey
from shared.errors import RateLimited
from shared.web.dependencies import CurrentUser, DbSession, TokenUser
from shared.web.responses import OWN_THING, WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_WITH_TOKEN = error_responses(*WITH_TOKEN)
_REAUTHENTICATE = error_responses(*WITH_TOKEN, WrongPassword, WrongCode, UnreadableAppSecret, RateLimited)
_START_TOTP = error_responses(*WITH_TOKEN, ReauthenticationRequired, FactorExists)
_CHANGE_TOTP = error_responses(*OWN_THING, ReauthenticationRequired, WrongCode, UnreadableAppSecret, RateLimited)
_RECOVERY_CODES = error_responses(*OWN_THING, ReauthenticationRequired)
_PROVIDER = (OidcUnavailable, OidcFailed, RateLimited)
_START_LINK = error_responses(*OWN_THING, ReauthenticationRequired, *_PROVIDER)
_FINISH_LINK = error_responses(*WITH_TOKEN, OidcExpired, IdentityTaken, *_PROVIDER)
_START_REAUTHENTICATION = error_responses(*OWN_THING, *_PROVIDER)
_FINISH_REAUTHENTICATION = error_responses(*WITH_TOKEN, OidcExpired, *_PROVIDER)
_REMOVE_IDENTITY = error_responses(*OWN_THING, ReauthenticationRequired, LastSignIn)
_START_PASSKEY = error_responses(*WITH_TOKEN, ReauthenticationRequired, TooManyPasskeys, PasskeysUnavailable)
_FINISH_PASSKEY = error_responses(*WITH_TOKEN, ReauthenticationRequired, WrongPasskey, PasskeyExists, TooManyPasskeys)
_RENAME_PASSKEY = error_responses(*OWN_THING)
_REMOVE_PASSKEY = error_responses(*OWN_THING, ReauthenticationRequired, LastSignIn)
_START_PASSKEY_AGAIN = error_responses(*WITH_TOKEN, WrongPasskey, PasskeysUnavailable)
_FINISH_PASSKEY_AGAIN = error_responses(*WITH_TOKEN, WrongPasskey, RateLimited)


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
    return started(await sign_in.start_reauthentication(user, body.provider, device))


@router.post(
    "/reauthenticate/oidc/finish", status_code=204, response_class=Response, responses=_FINISH_REAUTHENTICATION
)
async def finish_reauthentication(body: OidcFinishBody, user: TokenUser, device: ClientDevice) -> None:
    """Authenticate again with a provider.

    With the effect of `/user/reauthenticate`. Refused if the sign-in is not the account's, or if the provider does not
    confirm that it authenticated the user just now (`auth_time`).
    """
    await sign_in.finish_reauthentication(user, sign_in_response(body), device)


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
    return started(await sign_in.start_link(user, body.provider, device))


@router.post("/identity/finish", status_code=201, responses=_FINISH_LINK)
async def finish_link(body: OidcFinishBody, user: TokenUser, device: ClientDevice) -> IdentityOut:
    """Connect a sign-in.

    The caller's account can be logged in to with it from then on. The address at the provider need not be the
    account's.
    """
    return _identity(await sign_in.finish_link(user, sign_in_response(body), device))


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
def confirm_totp(body: CodeBody, user: TokenUser, device: ClientDevice) -> RecoveryCodes:
    """Add the authenticator app.

    Takes its first code. The recovery codes of the response replace earlier ones.
    """
    return RecoveryCodes(recovery_codes=list(second_factors.confirm_totp(user, body.code, device)))


@router.post("/mfa/totp/remove", status_code=204, response_class=Response, responses=_CHANGE_TOTP)
def remove_totp(body: CodeBody, user: TokenUser, device: ClientDevice) -> None:
    """Remove the authenticator app.

    Takes a code of it, or a recovery code.
    """
    second_factors.remove_totp(user, body.code, device)


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
    passkeys.finish_reauthentication(user, assertion_of(body.credential), device)


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


def _passkey(passkey: Passkey) -> PasskeyOut:
    return PasskeyOut(
        id=passkey.id,
        name=passkey.name,
        backed_up=passkey.backed_up,
        created_at=passkey.created_at,
        last_used_at=passkey.last_used_at,
    )
