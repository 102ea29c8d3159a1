"""Routes of logins: registration, sign-in, tokens, forgotten passwords, verification of addresses.

They are plain functions, which run in a thread, so that bcrypt does not block.
"""

from fastapi import Response

from functions.user import passkeys, recovery, second_factors, service, sign_in
from functions.user.bodies import assertion_of, sign_in_response, started, tokens_of
from functions.user.devices import ClientDevice
from functions.user.errors import (
    AccountDisabled,
    EmailNotFound,
    EmailTaken,
    MailDisabled,
    PasskeysUnavailable,
    PasswordMismatch,
    UnreadableAppSecret,
    WeakPassword,
    WrongCode,
    WrongPasskey,
    WrongPassword,
)
from functions.user.logins import TokenPair
from functions.user.oidc.errors import (
    IdentityTaken,
    OidcEmailMissing,
    OidcEmailUnverified,
    OidcExpired,
    OidcFailed,
    OidcUnavailable,
)
from functions.user.schemas import (
    AccountOptions,
    AuthenticateBody,
    CodeBody,
    ForgotPasswordBody,
    LinkBody,
    LinkRequired,
    LoginBody,
    OidcProviderList,
    OidcProviderOut,
    OidcStarted,
    PasskeyLoginBody,
    RegisterBody,
    ResetPasswordBody,
    SecondStep,
    SignInFinishBody,
    SignInStartBody,
    Tokens,
    VerifyEmailBody,
    WebAuthnOptions,
)
from functions.user.second_factors import PendingLogin
from shared.auth.account_tokens import InvalidToken
from shared.auth.registration import RegistrationClosed
from shared.errors import NotFound, RateLimited
from shared.web.dependencies import LinkToken, MfaToken, RefreshTokenUser, TokenUser
from shared.web.responses import WITH_TOKEN, error_responses
from shared.web.routing import Router

router = Router("user")
_OPTIONS = error_responses(RateLimited)
_REGISTER = error_responses(RegistrationClosed, EmailTaken, PasswordMismatch, WeakPassword, RateLimited)
_LOGIN = error_responses(EmailNotFound, WrongPassword, AccountDisabled, RateLimited)
_REFRESH = error_responses(*WITH_TOKEN, RateLimited)
_LOGOUT = error_responses(*WITH_TOKEN, RateLimited)
_LOGIN_MFA = error_responses(*WITH_TOKEN, WrongCode, UnreadableAppSecret, AccountDisabled, IdentityTaken, RateLimited)
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
_START_PASSKEY_LOGIN = error_responses(PasskeysUnavailable, RateLimited)
_FINISH_PASSKEY_LOGIN = error_responses(WrongPasskey, AccountDisabled, RateLimited)
_START_PASSKEY_STEP = error_responses(*WITH_TOKEN, WrongPasskey, PasskeysUnavailable, RateLimited)
_FINISH_PASSKEY_STEP = error_responses(*WITH_TOKEN, WrongPasskey, AccountDisabled, IdentityTaken, RateLimited)


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
    return tokens_of(pair)


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
    return tokens_of(second_factors.finish_login(mfa_token, body.code, device))


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
    return started(await sign_in.start_sign_in(body.provider, body.invite, device))


@router.post("/oidc/finish", responses=_FINISH_OIDC)
async def finish_sign_in(body: SignInFinishBody, device: ClientDevice) -> Tokens | SecondStep | LinkRequired:
    """Finish signing in with a provider.

    Logs in to the account that has the sign-in. Without one, an account is created, under the rules of `register`. If
    the address has an account already, and the provider has verified it, the response has `link_required`: `link`
    connects the two. A `state` can be used once.
    """
    opened = await sign_in.finish_sign_in(sign_in_response(body), device, body.device_token)
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
    return tokens_of(service.refresh(refresh_token, device))


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
    with a second factor needs another step. A link that was mailed verifies the address, too; if it was not verified
    before, this removes the account's passkeys and sign-ins with other providers.
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
    return tokens_of(passkeys.finish_login(assertion_of(body.credential), device, body.device_token))


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
    return tokens_of(passkeys.finish_second_step(mfa_token, assertion_of(body.credential), device))


def _tokens_or_step(login: TokenPair | PendingLogin) -> Tokens | SecondStep:
    if isinstance(login, PendingLogin):
        return SecondStep(mfa_token=login.mfa_token, methods=list(login.methods))
    return tokens_of(login)
