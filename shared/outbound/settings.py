"""Settings of outbound HTTP requests."""

from pydantic import Field

from shared.config import AppSettings, Settings, load


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
