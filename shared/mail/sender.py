"""Whether this server sends mails."""

from shared.config import Settings, load


class SenderSettings(Settings):
    # The sender, `Name <address>` or an address; `none`: no mail is sent, and calls that need it are refused.
    mail_from: str = "none"


def sends_mail() -> bool:
    """Whether the operator has configured mail."""
    return load(SenderSettings).mail_from != "none"
