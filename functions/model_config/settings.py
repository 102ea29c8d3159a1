"""Settings of the model_config function."""

from shared.config import Settings


class ConnectionTestSettings(Settings):
    # The gateway waits 29 s for an answer.
    connection_test_seconds: float = 20
