"""Sending by SMTP: encryption, authentication, and servers that are slow, refuse, or die."""

import socket
import ssl
import time
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from pydantic import ValidationError

from shared.config import load
from shared.mail import smtp
from shared.mail.smtp import MailDeferred, MailRefused, MailUnavailable, SmtpSettings, send
from tests.support.certificates import CertificateFiles, write_certificates
from tests.support.log_watch import keep_secret
from tests.support.mail_server import mail_server
from tests.support.processes import free_port
from tests.support.socket_server import serve_sockets

Settings = Callable[..., None]
PASSWORD = "the-operators-password"
keep_secret(PASSWORD)


def a_mail(recipient: str = "ada@example.com") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "chat@example.org", recipient, "Hello"
    message.set_content("Hello\n")
    return message


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> CertificateFiles:
    return write_certificates(tmp_path_factory.mktemp("smtp"))


@pytest.fixture
def tls(files: CertificateFiles, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """The context of a server whose certificate the client trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(files.authority))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    return context


@pytest.mark.parametrize("implicit", [False, True], ids=["STARTTLS", "TLS"])
def test_a_mail_is_sent_encrypted_with_a_login(tls: ssl.SSLContext, settings: Settings, implicit: bool) -> None:
    with mail_server(("chat@example.org", PASSWORD), tls, implicit=implicit) as server:
        scheme = "smtps" if implicit else "smtp"
        settings(STAGE="prod", SMTP_URL=f"{scheme}://chat%40example.org:{PASSWORD}@127.0.0.1:{server.port}")
        send(a_mail())
        assert server.recipients == ["ada@example.com"]


def test_nothing_is_sent_in_the_clear_by_a_deployed_stage(settings: Settings) -> None:
    with mail_server() as server:
        settings(STAGE="prod", SMTP_URL=f"smtp://user:{PASSWORD}@127.0.0.1:{server.port}")
        with pytest.raises(MailUnavailable, match="STARTTLS"):
            send(a_mail())
        assert server.mails == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_certificate_of_another_authority_or_name_is_refused(
    files: CertificateFiles, tls: ssl.SSLContext, settings: Settings, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    if host == "127.0.0.1":
        monkeypatch.delenv("SSL_CERT_FILE")
    with mail_server(None, tls) as server:
        settings(SMTP_URL=f"smtp://{host}:{server.port}")
        with pytest.raises(MailUnavailable, match="SSLCertVerificationError"):
            send(a_mail())
        assert server.mails == []


def test_a_refused_login_names_no_secret(tls: ssl.SSLContext, settings: Settings) -> None:
    with mail_server(("chat", "another-password"), tls) as server:
        settings(SMTP_URL=f"smtp://chat:{PASSWORD}@127.0.0.1:{server.port}")
        with pytest.raises(MailUnavailable) as caught:
            send(a_mail())
    assert str(caught.value) == "the server answered 535"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 No such user", MailRefused),
        ("452 Mailbox full", MailDeferred),
        ("421 Closing", MailUnavailable),
    ],
)
def test_the_servers_answer_decides_whether_a_mail_is_tried_again(
    settings: Settings, answer: str, error: type[Exception]
) -> None:
    with mail_server() as server:
        server.answers[:] = [answer]
        settings(SMTP_URL=server.url)
        with pytest.raises(error, match=f"^the server answered {answer[:3]}$"):
            send(a_mail())


def dribble(client: socket.socket) -> None:
    """A banner of a byte every 50 ms, which never ends."""
    try:
        with client:
            client.sendall(b"220-")
            while True:
                client.sendall(b"x")
                time.sleep(0.05)
    except OSError:
        pass


def hang(client: socket.socket) -> None:
    """No answer at all, until the client gives up."""
    with client:
        client.recv(1)


def die(client: socket.socket) -> None:
    """Dies before it has acknowledged the mail."""
    with client:
        client.sendall(b"220 ready\r\n")
        for answer in (b"250 hello", b"250 ok", b"250 ok", b"354 go on"):
            client.recv(65536)
            client.sendall(answer + b"\r\n")
        client.recv(1)


def babble(client: socket.socket) -> None:
    """Answers with anything but SMTP."""
    try:
        with client:
            client.sendall(b"\x00\xff\x16\x03garbage without an end" * 10_000 + b"\r\n")
            client.recv(1)
    except OSError:
        pass


@pytest.mark.parametrize("server", [dribble, hang, die, babble])
def test_a_hostile_server_is_left_within_the_time_of_a_mail(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, server: Callable[[socket.socket], None]
) -> None:
    monkeypatch.setattr(smtp, "_WAIT_SECONDS", 0.5)
    monkeypatch.setattr(smtp, "_MAIL_SECONDS", 1.0)
    with serve_sockets(server) as address:
        settings(SMTP_URL=f"smtp://{address}")
        with pytest.raises(MailUnavailable):
            send(a_mail())


def test_an_unreachable_or_missing_server_is_unavailable(settings: Settings) -> None:
    settings(SMTP_URL=f"smtp://127.0.0.1:{free_port()}")
    with pytest.raises(MailUnavailable, match="ConnectionRefusedError"):
        send(a_mail())
    settings(SMTP_URL="")
    with pytest.raises(MailUnavailable, match="SMTP_URL is not set"):
        send(a_mail())


def test_an_address_beyond_ascii_needs_a_server_that_supports_it(settings: Settings) -> None:
    def without_smtputf8(client: socket.socket) -> None:
        with client:
            client.sendall(b"220 ready\r\n")
            while client.recv(65536):
                client.sendall(b"250 ok\r\n")

    with mail_server() as server:
        settings(SMTP_URL=server.url)
        send(a_mail("用户@example.com"))
        assert server.recipients == ["用户@example.com"]
    with serve_sockets(without_smtputf8) as address:
        settings(SMTP_URL=f"smtp://{address}")
        with pytest.raises(MailRefused):
            send(a_mail("用户@example.com"))


@pytest.mark.parametrize("url", ["http://host", "smtp://", "smtp://u:the-secret@host:port", "mail.example.com"])
def test_a_malformed_url_is_refused_without_quoting_it(settings: Settings, url: str) -> None:
    settings(SMTP_URL=url)
    with pytest.raises(ValidationError) as caught:
        load(SmtpSettings)
    assert "the-secret" not in str(caught.value)
