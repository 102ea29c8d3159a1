"""Settings of the WebSocket functions."""

from shared.config import Settings


class ConnectionSettings(Settings):
    # More than a user's open windows; a connection without a `$disconnect` counts until a send to it fails.
    connections_per_user: int = 50


class WorkerSettings(Settings):
    """The function that runs turns for WebSocket connections."""

    # `name:alias`. Absent where turns run in the process of the connection.
    turn_function_name: str | None = None
    # Replaces Lambda's own address: the local gateway.
    invoke_endpoint: str | None = None
