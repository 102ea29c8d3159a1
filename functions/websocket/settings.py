"""Settings of the WebSocket functions."""

from shared.config import Settings


class ConnectionSettings(Settings):
    # More than a user's open windows; a connection without a `$disconnect` counts until a send to it fails.
    connections_per_user: int = 50
