"""Entry of the function that sends mails, invoked asynchronously when one is queued."""

import logging
from typing import Any

from shared.db.retry import retry_if_rolled_back
from shared.ids import new_id
from shared.logging import RequestContext, configure_logging, fields, request_context
from shared.mail.delivery import deliver_mails
from shared.mail.smtp import MailUnavailable

configure_logging()
_log = logging.getLogger(__name__)


def handler(_event: Any, context: Any) -> dict[str, int]:
    """Send the mails of the outbox; returns their counts. Idempotent: the platform may deliver an event twice.

    Raises MailUnavailable when some are left, so that the platform invokes it again.
    """
    request_id = getattr(context, "aws_request_id", None) or new_id()
    request_context.set(RequestContext(request_id, request_id, "unknown", "INVOKE", "mailer"))
    counts = retry_if_rolled_back(deliver_mails)
    _log.info("mails sent", extra=fields(**counts))
    if counts["left"]:
        raise MailUnavailable("mails are left in the outbox")
    return counts
