"""Sending of a mail through the operator's SMTP server.

The server's address is the operator's setting, so the rules for addresses that users enter (`shared.outbound`) do not
apply: it may be a private relay, and OUTBOUND_PROXY is not used. Its certificate is always checked; without TLS
nothing is sent, except on a developer's machine.
"""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from threading import Timer
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr, field_validator

from shared.config import AppSettings, Settings, load

# Limits of each wait for the server, and of a whole mail: a slow server must not use up the function's time.
_WAIT_SECONDS = 10.0
_MAIL_SECONDS = 30.0
_PORTS = {"smtp": 587, "smtps": 465}


class MailRefused(Exception):
    """The server will never accept this mail, for example because the mailbox does not exist."""


class MailDeferred(Exception):
    """The server cannot accept this mail for now, for example because the mailbox is full."""


class MailUnavailable(Exception):
    """The server cannot be reached, or refuses the login."""


class SmtpSettings(Settings):
    # `smtp[s]://[user:password@]host[:port]`; with `smtp` the connection changes to TLS by STARTTLS.
    smtp_url: SecretStr | None = None

    @field_validator("smtp_url")
    @classmethod
    def _well_formed(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _server_of(value.get_secret_value())
        return value


class _Server(NamedTuple):
    is_tls: bool
    host: str
    port: int
    user: str
    password: str


def send(message: EmailMessage) -> None:
    """Send a mail. A mail may arrive twice when the connection breaks off at its end.

    Raises MailRefused, MailDeferred, MailUnavailable; their texts contain no address and no secret.
    """
    url = load(SmtpSettings).smtp_url
    if url is None:
        raise MailUnavailable("SMTP_URL is not set")
    server = _server_of(url.get_secret_value())
    context = ssl.create_default_context()
    client = (
        smtplib.SMTP_SSL(timeout=_WAIT_SECONDS, context=context)
        if server.is_tls
        else smtplib.SMTP(timeout=_WAIT_SECONDS)
    )
    # The constructor sets the name that certificates are checked for, but also connects, before there is a deadline.
    client._host = server.host  # type: ignore[attr-defined]  # noqa: SLF001
    try:
        with _deadline(client):
            client.connect(server.host, server.port)
            if not server.is_tls:
                _start_tls(client, context)
            if server.user:
                client.login(server.user, server.password)
            client.send_message(message)
            with suppress(smtplib.SMTPException, OSError):
                client.quit()  # The mail has been accepted.
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _failure(codes[0] if codes else 0) from None
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
        raise _failure(error.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        # An address with letters beyond ASCII, on a server without SMTPUTF8.
        raise MailRefused("the server does not support the address") from None
    except smtplib.SMTPResponseException as error:
        raise MailUnavailable(f"the server answered {error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        raise MailUnavailable(type(error).__name__) from None
    finally:
        client.close()


def _start_tls(client: smtplib.SMTP, context: ssl.SSLContext) -> None:
    client.ehlo_or_helo_if_needed()
    if client.has_extn("starttls"):
        client.starttls(context=context)
    elif not load(AppSettings).is_local:
        raise MailUnavailable("the server offers no STARTTLS")


def _failure(code: int) -> MailRefused | MailDeferred | MailUnavailable:
    """The error of a server's answer to a mail: 5xx is final (RFC 5321, 4.2.1); 421 ends the connection."""
    kind = MailRefused if 500 <= code < 600 else MailUnavailable if code == 421 else MailDeferred
    return kind(f"the server answered {code}")


@contextmanager
def _deadline(client: smtplib.SMTP) -> Iterator[None]:
    """Close the connection after `_MAIL_SECONDS`: a socket's timeout starts anew with every byte."""

    def end() -> None:
        with suppress(OSError, AttributeError):
            client.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]

    timer = Timer(_MAIL_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _server_of(url: str) -> _Server:
    """Raises ValueError, without the URL's text, which has a password."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("SMTP_URL is not a URL") from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("SMTP_URL is smtp[s]://[user:password@]host[:port]")
    return _Server(
        parts.scheme == "smtps",
        parts.hostname,
        port or _PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
    )
