"""Settings of the WebSocket functions."""

from shared.config import Settings


class ConnectionSettings(Settings):
    # More windows than anybody has open; a connection whose end was missed counts until it is found to be gone.
    connections_per_user: int = 50
