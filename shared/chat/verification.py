"""Verified email addresses, which the operator may require for turns with the models that the operator pays for."""

from shared.chat.errors import EmailUnverified
from shared.db.repositories.conversations import UserUsage
from shared.llm.endpoint import ModelEndpoint
from shared.mail.sender import sends_mail
from shared.stage_settings import StageSettings


def check_verification(endpoint: ModelEndpoint, usage: UserUsage, settings: StageSettings) -> None:
    """Raises EmailUnverified when the user has to verify the address first."""
    if not is_verified_enough(endpoint, usage, settings):
        raise EmailUnverified


def is_verified_enough(endpoint: ModelEndpoint, usage: UserUsage, settings: StageSettings) -> bool:
    """Whether the address is verified, or need not be: for a user's own model, and where no mail can be sent."""
    is_required = settings.verification == "required" and endpoint.is_operators and sends_mail()
    return usage.is_verified or not is_required
