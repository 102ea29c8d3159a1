"""Settings, read from the environment.

Each concern has a class, loaded where it is used, so that a function needs only the variables of its own
concerns. The field `jwt_keys` is the variable `JWT_KEYS`; an empty variable counts as absent (both clouds'
consoles and CloudFormation write empty strings for "not set").
"""

import os
from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class Settings(BaseModel):
    """Base of the classes below, and of a function's own settings."""

    # Validation errors are logged, so their messages must not contain the values, which include secrets.
    # Built at the first load, to keep cold starts short: most functions need few of them.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


_S = TypeVar("_S", bound=Settings)
_loaded: dict[type[Settings], Settings] = {}


def load(kind: type[_S]) -> _S:
    """The settings of one concern, read once per process.

    Raises pydantic.ValidationError when a variable is missing or malformed.
    """
    settings = _loaded.get(kind)
    if not isinstance(settings, kind):
        values = {name: os.environ.get(name.upper(), "") for name in kind.model_fields}
        settings = kind.model_validate({name: value for name, value in values.items() if value})
        _loaded[kind] = settings
    return settings


def clear_cache() -> None:
    """Clear the cache of loaded settings, so that the next `load` reads the environment again."""
    _loaded.clear()


class AppSettings(Settings):
    """Settings of every function that serves requests."""

    stage: str = "local"
    log_level: str = "INFO"
    # Comma-separated origins of the SPA; empty where it shares the API's origin.
    cors_origins: str = ""
    # The path before the API's own on its domain, such as `/v1`; empty where there is none.
    api_base_path: str = ""

    @property
    def is_local(self) -> bool:
        return self.stage == "local"


class ReleaseSettings(Settings):
    # The id of the release (decision 0022), which a deploy sets; absent on a developer's machine.
    release_id: str | None = None


_V = TypeVar("_V")


def by_stage(cloud: _V, local: _V) -> _V:
    """A default that differs on a developer's machine."""
    return local if load(AppSettings).is_local else cloud


class DatabaseSettings(Settings):
    # SQLAlchemy's URL; the default is the local stage's database file.
    database_url: SecretStr = SecretStr("sqlite:///.local/chat.db")
    # The certificate authorities that the server's certificate is checked against: RDS's or the system's. With `none`
    # it is not checked, and the connection is encrypted if the server supports TLS.
    database_authorities: Literal["none", "rds", "system"] = "none"
    # Size of the connection pool. An instance serves one request at a time, except the streaming server.
    database_pool_size: int = 1
    # Timeout of a connection attempt. A paused server (Aurora Serverless) takes up to half a minute to resume.
    database_connect_seconds: int = 5
    # Seconds for which a connect is retried while the server is paused, fails over or is full; gateways wait 29 s.
    database_wake_seconds: float = 12
    # Seconds for which a streaming reply retries a database that does not answer.
    database_retry_seconds: float = 30
    # Below MySQL's wait_timeout (TDSQL-C: 3600 s). On AWS 240, below the cluster's 300 s (serverless.yml).
    database_pool_recycle_seconds: int = 1800

    @property
    def url(self) -> str:
        return self.database_url.get_secret_value()


# A connection of an API Gateway WebSocket API ends after two hours
# (https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html).
CONNECTION_SECONDS = 2 * 3600
# Nothing about a connection is of use after so long; the hour is for clocks that differ, and for what comes late.
CONNECTION_OVER_SECONDS = CONNECTION_SECONDS + 3600
# The clocks of a client's server and ours may differ by this.
CLOCK_SKEW_SECONDS = 30


class TokenSettings(Settings):
    # "kid:secret", comma-separated. The first signs, all verify. A new key is appended in one deploy and put first in
    # the next; the old one is removed when the last refresh token that it signed has expired.
    jwt_keys: SecretStr
    access_token_seconds: int = 15 * 60
    refresh_token_seconds: int = 30 * 24 * 3600

    @field_validator("jwt_keys")
    @classmethod
    def _well_formed(cls, value: SecretStr) -> SecretStr:
        entries = [entry.partition(":") for entry in value.get_secret_value().split(",")]
        for kid, _, secret in entries:
            if not kid or kid != kid.strip() or len(secret.encode()) < 32:
                raise ValueError("each key is kid:secret, the secret at least 32 bytes, with no spaces between them")
        if len({kid for kid, _, _ in entries}) < len(entries):
            raise ValueError("two keys have the same kid")
        return value

    @model_validator(mode="after")
    def _logins_outlive_connections(self) -> "TokenSettings":
        """API Gateway takes no end time for a connection, and a timer would resume a paused database. A login
        is refreshed with each access token, so with this limit it expires after every connection that it opened."""
        shortest = CONNECTION_SECONDS + self.access_token_seconds + CLOCK_SKEW_SECONDS
        if self.refresh_token_seconds < shortest and not load(AppSettings).is_local:
            raise ValueError(f"refresh_token_seconds must be at least {shortest}, to outlive WebSocket connections")
        return self

    @property
    def keys(self) -> dict[str, str]:
        """kid → secret, in order."""
        entries = self.jwt_keys.get_secret_value().split(",")
        return {kid: secret for kid, _, secret in (entry.partition(":") for entry in entries)}


class EncryptionSettings(Settings):
    # Fernet keys, comma-separated. The first encrypts, all decrypt.
    api_key_encryption_keys: SecretStr


class ObjectStoreSettings(Settings):
    object_store: Literal["cos", "s3"] = "cos"
    object_store_bucket: str
    object_store_region: str
    # Replaces the provider's own address: an emulator, or a custom domain of the bucket.
    object_store_endpoint: str | None = None
    # On AWS a function may use its role instead; COS needs the key of a sub-account.
    object_store_access_key_id: str | None = None
    object_store_secret_access_key: SecretStr | None = None
    # Timeout of an attempt. A call has two attempts, and gateways wait 29 s for both.
    object_store_seconds: float = 10
    upload_url_seconds: int = 10 * 60
    download_url_seconds: int = 60 * 60
    max_image_bytes: int = 10 * 1024 * 1024
    # The form of images sent to models. `auto`: by URL, or inline where models could not reach the store.
    image_delivery: Literal["auto", "url", "inline"] = "auto"
    # The site's bucket, at the same provider and in the same region, for share links. Absent: nobody can share.
    site_bucket: str | None = None

    @model_validator(mode="after")
    def _keys_for_cos(self) -> "ObjectStoreSettings":
        if self.object_store == "cos" and not (self.object_store_access_key_id and self.object_store_secret_access_key):
            raise ValueError("COS needs OBJECT_STORE_ACCESS_KEY_ID and OBJECT_STORE_SECRET_ACCESS_KEY")
        return self


class ModelSettings(Settings):
    """The operator's default model, for users without a model of their own."""

    default_model_base_url: str | None = None
    default_model: str | None = None
    default_model_api_key: SecretStr | None = None
    # Its limit of context tokens, if it is below CONTEXT_TOKENS.
    default_model_context_tokens: int | None = None
    # Other models of its server that a call may name, comma-separated; `*` means any, `none` no other.
    default_model_others: str = Field(default_factory=lambda: by_stage("none", "*"))
    # A larger `max_tokens` of a call is reduced to this.
    default_model_max_tokens: int = Field(16_384, ge=1)

    def offered_name(self, model: str) -> str | None:
        """`model` as the operator spells it, None if a call may not use it on the default model's server.

        Servers match names with and without regard to case, so any spelling is the same model.
        """
        listed = [self.default_model or "", *(name.strip() for name in self.default_model_others.split(","))]
        by_name = {name.casefold(): name for name in reversed(listed) if name not in ("", "*", "none")}
        return by_name.get(model.casefold(), model if "*" in listed else None)


class QuotaSettings(Settings):
    """Daily quotas (UTC) for the operator's models; titles count, too."""

    # By user, as "group:turns", comma-separated. A group that is not listed has no limit; `none` means no limits.
    default_model_turns_per_day: str = Field(default_factory=lambda: by_stage("free:200,pro:2000", "none"))
    # Limit of all accounts together.
    default_model_turns_total: Literal["none"] | Annotated[int, Field(ge=0)] = "none"

    @field_validator("default_model_turns_per_day")
    @classmethod
    def _groups_and_numbers(cls, value: str) -> str:
        _turns_by_group(value)
        return value

    @property
    def turns_per_day(self) -> Mapping[str, int]:
        """The daily quota of each limited group."""
        return _turns_by_group(self.default_model_turns_per_day)


def _turns_by_group(value: str) -> Mapping[str, int]:
    if value == "none":
        return {}
    entries = [entry.strip().partition(":") for entry in value.split(",")]
    if not all(group and turns.isdecimal() for group, _, turns in entries):
        raise ValueError("each entry is group:turns, or the whole is none")
    return {group: int(turns) for group, _, turns in entries}


class ChatSettings(Settings):
    # Tokens are gathered for this long before they are written and sent; the first is sent at once.
    group_seconds: float = 0.1
    # Interval at which a turn that waits for its model polls for a stop request.
    stop_poll_seconds: float = 0.2
    heartbeat_seconds: float = 2
    # A reply without a heartbeat for this long counts as dead.
    stale_seconds: float = 7
    # A turn that runs for longer is left to another process, as is one whose platform reports less than a minute left:
    # a function's time limit is 15 minutes.
    turn_seconds: float = 840
    # The operator's instructions, the first part of every turn's system prompt.
    system_prompt: str = "none"
    # Limit of concurrent replies of one user.
    streams_per_user: int = 20
    # Limit of one user's concurrent calls that resume a reply.
    follows_per_user: int = 60
    # Number of newest messages sent to a model, unless its parameters set it.
    context_messages: int = 50
    # Estimated tokens of those messages at most.
    context_tokens: int = 60_000


class UploadSettings(Settings):
    # Images only: documents have DocumentSettings.
    uploads_per_user_per_day: int = Field(default_factory=lambda: by_stage(1000, 100_000))


class DocumentSettings(Settings):
    files_per_user_per_day: int = Field(default_factory=lambda: by_stage(500, 100_000))


class SharingSettings(Settings):
    # `off`: nobody can make or update a share link. Existing ones stay until they are revoked or expire.
    shares: Literal["on", "off"] = "on"


class SiteSettings(Settings):
    # The SPA's address, such as https://chat.example.com: for links in mails and share links, and where OAuth sends
    # browsers back.
    # `auto`: the first of CORS_ORIGINS.
    site_url: str = "auto"

    @property
    def site(self) -> str:
        """The SPA's address without a slash at its end; empty where it is not known."""
        first = load(AppSettings).cors_origins.partition(",")[0].strip()
        return (first if self.site_url == "auto" else self.site_url).rstrip("/")


class GatewaySettings(Settings):
    """The WebSocket gateway (AWS)."""

    # https://<api>.execute-api.<region>.amazonaws.com/<stage>; absent where there is no such gateway.
    websocket_endpoint: str | None = None
