"""Request and response bodies of the account calls."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from shared.auth.accounts import Email, Username
from shared.chat.reply import Absent
from shared.schemas import GivenId, InstructionsText, RequestBody, ResponseBody, Timestamp, VisibleName
from shared.stage_settings import RegistrationMode

MailedToken = Annotated[str, StringConstraints(min_length=1, max_length=200)]
# Spaces and hyphens in it are ignored.
Code = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class RegisterBody(RequestBody):
    email: Email
    username: Username
    password: str
    confirm_password: str | None = None
    # The token of an invitation's link.
    invite: str | None = Field(None, min_length=1, max_length=200)


class LoginBody(RequestBody):
    email: Email
    password: str
    # Token of an earlier login on this device.
    device_token: str | None = Field(None, max_length=2000)


class UsernameBody(RequestBody):
    username: Username


class EmailBody(RequestBody):
    email: Email
    current_password: str | None = None


class PasswordBody(RequestBody):
    new_password: str
    confirm_password: str
    current_password: str | None = None


class ReauthenticateBody(RequestBody):
    current_password: str | None = None
    # Code of a second factor, for accounts without a password.
    code: Code | None = None


class CodeBody(RequestBody):
    """`code`: of the authenticator app, or a recovery code."""

    code: Code


class ForgotPasswordBody(RequestBody):
    email: Email


class ResetPasswordBody(RequestBody):
    # Token of the mail's link.
    token: MailedToken
    new_password: str
    confirm_password: str


class VerifyEmailBody(RequestBody):
    # Token of the mail's link.
    token: MailedToken


class RevokeSessionsBody(RequestBody):
    ids: list[GivenId] = Field(min_length=1, max_length=100)


class DeleteAccountBody(RequestBody):
    current_password: str | None = None


class SettingsBody(RequestBody):
    """Absent fields do not change; null sets the default."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9-]{1,16}$")] | None = None
    theme: Literal["system", "light", "dark"] | None = None
    send_key: Literal["enter", "mod-enter"] | None = None
    default_model_config_id: GivenId | None = None
    instructions: InstructionsText | None = None
    # Whether a login on a new device is reported by mail; null: it is.
    login_notices: bool | None = None


class SettingsOut(ResponseBody):
    """Null: the client's default."""

    language: str | None
    theme: str | None
    send_key: str | None
    default_model_config_id: str | None
    instructions: str | None
    login_notices: bool | None


class AccountOptions(ResponseBody):
    """`registration`: who may register. `mail`: whether the server sends mail, and a password can be reset by it.
    `passkeys`: whether the server has them."""

    registration: RegistrationMode
    mail: bool
    passkeys: bool


class Tokens(ResponseBody):
    """The tokens of a login. `device_token`, only of a new login: for the next login on this device."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    # Lifetime of the access token, in seconds.
    expires_in: int
    device_token: str | None = None


class SecondStep(ResponseBody):
    """A login that is completed by `/user/login/mfa`, or with a passkey, with `mfa_token` as the bearer token."""

    mfa_required: Literal[True] = True
    mfa_token: str
    methods: list[Literal["passkey", "totp", "recovery"]]


class TotpSetup(ResponseBody):
    """`secret`: in base32, to be typed. `uri`: the same for a QR code."""

    secret: str
    uri: str


class OidcStartBody(RequestBody):
    provider: str = Field(min_length=1, max_length=32)


class SignInStartBody(OidcStartBody):
    # The token of an invitation's link, for a new account.
    invite: str | None = Field(None, min_length=1, max_length=200)


class OidcFinishBody(RequestBody):
    """`code`, `state`, `iss`: the parameters with which the provider sent the browser back. `secret`: of the start."""

    code: str = Field(min_length=1, max_length=4000)
    state: str = Field(min_length=1, max_length=200)
    iss: str | None = Field(None, max_length=1000)
    secret: str = Field(min_length=1, max_length=200)


class SignInFinishBody(OidcFinishBody):
    # Token of an earlier login on this device.
    device_token: str | None = Field(None, max_length=2000)


class LinkBody(RequestBody):
    password: str
    # Token of an earlier login on this device.
    device_token: str | None = Field(None, max_length=2000)


class RemoveIdentityBody(RequestBody):
    id: GivenId


class OidcProviderOut(ResponseBody):
    id: str
    name: str


class OidcProviderList(ResponseBody):
    providers: list[OidcProviderOut]


class OidcStarted(ResponseBody):
    """`url`: for the browser to open. `secret`: for the browser to keep, and to send with the provider's response."""

    url: str
    secret: str


class LinkRequired(ResponseBody):
    """A sign-in whose address has an account, which `/user/oidc/link` connects, with `link_token` as its bearer token.

    `password`: whether the account has one; if not, its owner logs in as before and connects the sign-in.
    """

    link_required: Literal[True] = True
    link_token: str
    email: str
    provider: str
    password: bool


class IdentityOut(ResponseBody):
    """A sign-in with another provider. `provider`: its name; `provider_id`: null if it is configured no more; `email`:
    the address there."""

    id: str
    provider: str
    provider_id: str | None
    email: str | None
    created_at: Timestamp
    last_used_at: Timestamp


class IdentityList(ResponseBody):
    items: list[IdentityOut]


class RecoveryCodes(ResponseBody):
    """Shown once: only hashes of the codes are stored."""

    recovery_codes: list[str]


_MAX_CREDENTIAL = 1400  # Characters of base64url: an id has 1023 bytes at most.
CredentialId = Annotated[str, StringConstraints(min_length=1, max_length=_MAX_CREDENTIAL)]
_Encoded = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=40_000)]
PasskeyName = Annotated[str, VisibleName, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class _WebAuthnForm(RequestBody):
    """A JSON form of WebAuthn, of which browsers have more fields than are read here."""

    model_config = ConfigDict(extra="ignore")


class AttestationResponse(_WebAuthnForm):
    client_data: _Encoded = Field(alias="clientDataJSON")
    attestation_object: _Encoded = Field(alias="attestationObject")
    transports: list[Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,20}$")]] | None = Field(None, max_length=8)


class RegistrationCredential(_WebAuthnForm):
    """WebAuthn's `RegistrationResponseJSON`."""

    response: AttestationResponse


class AssertionResponse(_WebAuthnForm):
    client_data: _Encoded = Field(alias="clientDataJSON")
    authenticator_data: _Encoded = Field(alias="authenticatorData")
    signature: _Encoded


class AuthenticationCredential(_WebAuthnForm):
    """WebAuthn's `AuthenticationResponseJSON`."""

    id: CredentialId
    response: AssertionResponse


class FinishPasskeyBody(RequestBody):
    name: PasskeyName
    credential: RegistrationCredential


class AuthenticateBody(RequestBody):
    credential: AuthenticationCredential


class PasskeyLoginBody(AuthenticateBody):
    # Token of an earlier login on this device.
    device_token: str | None = Field(None, max_length=2000)


class RenamePasskeyBody(RequestBody):
    id: GivenId
    name: PasskeyName


class RemovePasskeyBody(RequestBody):
    id: GivenId


class WebAuthnOptions(ResponseBody):
    """Options in WebAuthn's JSON form, for `navigator.credentials`. Their challenge is valid for five minutes, once."""

    options: dict[str, Any]


class PasskeyOut(ResponseBody):
    """`backed_up`: whether its authenticator synchronizes it with other devices."""

    id: str
    name: str
    backed_up: bool
    created_at: Timestamp
    last_used_at: Timestamp | None


class PasskeyList(ResponseBody):
    items: list[PasskeyOut]


class AddedPasskey(PasskeyOut):
    """`recovery_codes`: if it is the account's first second factor. They are shown once: only hashes are stored."""

    recovery_codes: list[str] | None


class FactorsOut(ResponseBody):
    """The ways in which the caller can authenticate. `recovery_codes`: the number of those left."""

    password: bool
    totp: bool
    passkeys: bool
    recovery_codes: int


class Profile(ResponseBody):
    id: str
    username: str
    email: str
    email_verified: bool
    group: str
    created_at: Timestamp


class SessionOut(ResponseBody):
    """A login. `device`: the `User-Agent` of its last use; `address`: the network address."""

    id: str
    current: bool
    device: str | None
    address: str | None
    created_at: Timestamp
    last_used_at: Timestamp


class SessionList(ResponseBody):
    items: list[SessionOut]


class Revoked(ResponseBody):
    revoked: int


class UsageDayOut(ResponseBody):
    """A day's turns with one model, in UTC. `prompt_tokens` include `cached_tokens`. `cost`: at the prices of the time,
    0 for one's own models."""

    day: date
    model: str
    own: bool
    turns: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cost: float


class MyBudget(ResponseBody):
    """A budget for the operator's models: of a day or a month (UTC)."""

    period: Literal["day", "month"]
    limit: float
    used: float
    resets_at: Timestamp


class MyUsage(ResponseBody):
    """`currency`: of costs and budgets (ISO 4217). `budget`: the one with the least left, and of several that are
    used up the one that resets last; absent where none is limited."""

    days: list[UsageDayOut]
    currency: str
    budget: Absent[MyBudget] = None
