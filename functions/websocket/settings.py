"""Settings of the WebSocket functions."""

from shared.config import Settings


class ConnectionSettings(Settings):
    # More windows than anybody has open; a connection whose end was missed counts until it is found to be gone.
    connections_per_user: int = 50


class WorkerSettings(Settings):
    """The function that runs turns for WebSocket connections."""

    # Absent where turns run in the process that holds the connection.
    turn_function_name: str | None = None
    # Instead of Lambda's own address: the local gateway.
    invoke_endpoint: str | None = None
