"""Settings of the conversation function."""

from shared.config import Settings


class TitleSettings(Settings):
    # How long a model may take; the gateway waits 29 s for the whole answer.
    title_seconds: float = 20
