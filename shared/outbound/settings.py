"""Settings of outbound HTTP requests."""

from typing import Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import Field, SecretStr, field_validator

from shared.config import AppSettings, Settings, load


class Proxy(NamedTuple):
    """`credentials`: "user:password", empty where the proxy takes none."""

    host: str
    port: int
    credentials: str


class OutboundSettings(Settings):
    """In the local stage, models on localhost and plain HTTP are allowed."""

    outbound_allow_http: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    outbound_allow_private: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    # Timeout of the DNS lookup, and of the connection to each address.
    outbound_connect_seconds: float = 5
    # Until the first bytes of the response and of its body: a model reads a long conversation before its first token,
    # and some send nothing while they reason, for minutes.
    outbound_first_byte_seconds: float = 300
    # Between two pieces of the body. A model config's `idle_seconds` replaces both.
    outbound_idle_seconds: float = 300
    outbound_max_bytes: int = 64 * 1024 * 1024
    # The operator's egress proxy: http://[user:password@]host[:port], by default port 80.
    outbound_proxy: Literal["none"] | SecretStr = "none"

    @field_validator("outbound_proxy")
    @classmethod
    def _url_of_a_proxy(cls, value: Literal["none"] | SecretStr) -> Literal["none"] | SecretStr:
        if value != "none":
            _proxy_of(value.get_secret_value())
        return value

    @property
    def proxy(self) -> Proxy | None:
        return None if self.outbound_proxy == "none" else _proxy_of(self.outbound_proxy.get_secret_value())


def _proxy_of(url: str) -> Proxy:
    """Raises ValueError. A proxy with TLS is not supported: Python 3.10 has no TLS inside TLS."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError("a proxy is http://[user:password@]host[:port]")
    credentials = "" if parts.username is None else f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return Proxy(parts.hostname, parts.port or 80, credentials)
