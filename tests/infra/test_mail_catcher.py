"""The local stage's mail catcher: mails as text on a page, and as JSON."""

import smtplib
import threading
from email.message import EmailMessage
from http.server import ThreadingHTTPServer

import httpx2
from aiosmtpd.controller import Controller

from infra.local.mail_catcher import Mailbox, handler_of
from tests.support.processes import free_port


def test_a_mail_is_shown_as_text_with_its_link() -> None:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port(), enable_SMTPUTF8=True, ready_timeout=60)
    controller.start()
    page = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(mailbox))
    thread = threading.Thread(target=page.serve_forever)
    thread.start()
    try:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = "chat@localhost", "ada@example.com", "<b>Hello</b>"
        mail.set_content("<script>alert(1)</script>\nhttp://localhost:5173/#/reset/token\n")
        with smtplib.SMTP("127.0.0.1", controller.port) as client:
            client.send_message(mail)

        address = f"http://127.0.0.1:{page.server_port}"
        (listed,) = httpx2.get(f"{address}/mails", timeout=30).json()
        assert (listed["to"], listed["subject"]) == (["ada@example.com"], "<b>Hello</b>")
        shown = httpx2.get(address, timeout=30).text
        assert "&lt;b&gt;Hello&lt;/b&gt;" in shown
        assert "<script>" not in shown
        assert '<a href="http://localhost:5173/#/reset/token">' in shown
    finally:
        page.shutdown()
        page.server_close()
        thread.join()
        controller.stop()
