"""An SMTP server (aiosmtpd) that records mails, for tests."""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.support.log_watch import keep_secret
from tests.support.processes import WAIT_SECONDS, free_port

_TOKEN = re.compile(r"/#/(?:reset|verify)/([\w-]+)")


@dataclass
class MailServer:
    """`mails`: those received. `answers`: SMTP replies to the next recipients, by which the server refuses them."""

    port: int
    login: tuple[str, str] | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        found = _TOKEN.search(text_of(message))
        if found:
            keep_secret(found[1])
        self.mails.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 OK"

    def authenticate(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=given == self.login, handled=False)


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    assert part is not None
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


def token_of(message: EmailMessage) -> str:
    """The token of the link in a mail."""
    found = _TOKEN.search(text_of(message))
    assert found is not None
    return found[1]


@contextmanager
def mail_server(
    login: tuple[str, str] | None = None, context: ssl.SSLContext | None = None, *, implicit: bool = False
) -> Iterator[MailServer]:
    """Run a server. With `context` it requires STARTTLS, or with `implicit` TLS from the start."""
    server = MailServer(free_port(), login)
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ready_timeout=WAIT_SECONDS,
        enable_SMTPUTF8=True,
        ssl_context=context if implicit else None,
        tls_context=None if implicit else context,
        require_starttls=context is not None and not implicit,
        authenticator=server.authenticate if login else None,
        # aiosmtpd counts only STARTTLS as TLS.
        auth_required=login is not None and not implicit,
        auth_require_tls=not implicit,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
