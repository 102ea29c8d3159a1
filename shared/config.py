"""Settings, read from the environment.

They are split by concern and loaded where they are used, so that a function needs only the
variables of what it does. A field `jwt_keys` is the variable `JWT_KEYS`; an empty variable counts
as absent (both clouds' consoles and CloudFormation write empty strings for "not set").
"""

import os
from collections.abc import Mapping
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator


class Settings(BaseModel):
    """Base of the classes below, and of a function's own settings."""

    # A failed load is logged: the values, secrets among them, must not be in the message.
    # Built when it is first loaded: most functions need few of them.
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


def forget() -> None:
    """Drop what was loaded, so that the next `load` reads the environment again."""
    _loaded.clear()


class AppSettings(Settings):
    """What every function needs to serve a request."""

    stage: str = "local"
    log_level: str = "INFO"
    # Comma-separated origins of the SPA; empty where it shares the API's origin.
    cors_origins: str = ""

    @property
    def is_local(self) -> bool:
        return self.stage == "local"


_V = TypeVar("_V")


def by_stage(cloud: _V, local: _V) -> _V:
    """A default that differs on a developer's machine."""
    return local if load(AppSettings).is_local else cloud


class DatabaseSettings(Settings):
    # SQLAlchemy's; by default the file in which the local stage has its data.
    database_url: SecretStr = SecretStr("sqlite:///.local/chat.db")
    # Whom the server's certificate must be signed by: RDS's own authorities or the system's. With `none` it is not
    # checked, and a connection is encrypted if the server can.
    database_authorities: Literal["none", "rds", "system"] = "none"
    # One instance serves one request at a time, except where a server takes many (streaming).
    database_pool_size: int = 1
    # A server that pauses while nobody chats (Aurora Serverless) takes up to half a minute to wake.
    database_connect_seconds: int = 5
    # How long a streamed reply outlives a database that does not answer.
    database_retry_seconds: float = 30
    # Below MySQL's wait_timeout on both clouds (TDSQL-C: 3600 s; Aurora: 28800 s).
    database_pool_recycle_seconds: int = 1800

    @property
    def url(self) -> str:
        return self.database_url.get_secret_value()


class TokenSettings(Settings):
    # "kid:secret", comma-separated. The first signs, all verify: put a new key first, and remove
    # the old one when the last refresh token it signed has expired.
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
    # Instead of the provider's own address: an emulator, or a custom domain of the bucket.
    object_store_endpoint: str | None = None
    # On AWS a function may use its role instead; COS is given a key of a sub-account.
    object_store_access_key_id: str | None = None
    object_store_secret_access_key: SecretStr | None = None
    # How long a call waits for an answer. It is made twice, and gateways wait 29 s for both.
    object_store_seconds: float = 10
    upload_url_seconds: int = 10 * 60
    download_url_seconds: int = 60 * 60
    max_image_bytes: int = 10 * 1024 * 1024
    # How models are given images: by URL, inline, or by URL unless they could not reach the store.
    image_delivery: Literal["auto", "url", "inline"] = "auto"

    @model_validator(mode="after")
    def _keys_for_cos(self) -> "ObjectStoreSettings":
        if self.object_store == "cos" and not (self.object_store_access_key_id and self.object_store_secret_access_key):
            raise ValueError("COS needs OBJECT_STORE_ACCESS_KEY_ID and OBJECT_STORE_SECRET_ACCESS_KEY")
        return self


class ModelSettings(Settings):
    """The server's default model, for users who have not brought their own."""

    default_model_base_url: str | None = None
    default_model: str | None = None
    default_model_api_key: SecretStr | None = None
    # How many tokens of a conversation it is given at most, where that is less than CONTEXT_TOKENS.
    default_model_context_tokens: int | None = None
    # Which other models of its server may be named instead, comma-separated; `*` means any.
    default_model_others: str = "*"
    # "group:turns", comma-separated: how often a user of a group may have it run in a day (UTC), titles included.
    # A group that is not named has no limit; `none` names none.
    default_model_turns_per_day: str = Field(default_factory=lambda: by_stage("free:200,pro:2000", "none"))

    @field_validator("default_model_turns_per_day")
    @classmethod
    def _groups_and_numbers(cls, value: str) -> str:
        _turns_by_group(value)
        return value

    @property
    def turns_per_day(self) -> Mapping[str, int]:
        """By group."""
        return _turns_by_group(self.default_model_turns_per_day)

    def may_name(self, model: str) -> bool:
        """Whether a call may have the default model's server run `model`."""
        others = [name.strip() for name in self.default_model_others.split(",")]
        return model == self.default_model or "*" in others or model in others


def _turns_by_group(value: str) -> Mapping[str, int]:
    if value == "none":
        return {}
    entries = [entry.strip().partition(":") for entry in value.split(",")]
    if not all(group and turns.isdecimal() for group, _, turns in entries):
        raise ValueError("each entry is group:turns, or the whole is none")
    return {group: int(turns) for group, _, turns in entries}


class ChatSettings(Settings):
    # Tokens are gathered for this long before they are written and sent; the first is not kept waiting.
    group_seconds: float = 0.1
    # How often a turn that waits for its model looks whether it was asked to stop.
    stop_poll_seconds: float = 0.2
    heartbeat_seconds: float = 2
    # A reply whose process has given no sign for this long is taken to be dead.
    stale_seconds: float = 7
    # How many replies of one user may stream at once.
    streams_per_user: int = 20
    # How many of the newest messages a model is given when its parameters do not say.
    context_messages: int = 50
    # And how many tokens of them at most, by estimate.
    context_tokens: int = 60_000


class GatewaySettings(Settings):
    """The gateway that holds WebSocket connections (AWS)."""

    # https://<api>.execute-api.<region>.amazonaws.com/<stage>; absent where there is no such gateway.
    websocket_endpoint: str | None = None
