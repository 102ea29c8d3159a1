"""A mail server for the local stage: it accepts every mail, and shows them on a page instead of delivering them.

Run as `python -m infra.local.mail_catcher`. SMTP on 127.0.0.1:MAIL_PORT, the page on MAIL_PAGE_PORT, with the mails as
JSON at `/mails`. Mails are kept in memory, the newest hundred.
"""

import json
import os
import re
from collections import deque
from collections.abc import Mapping
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

_KEPT = 100
_LINK = re.compile(r"https?://[^\s<>\"]+")
_PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="5"><title>Mails</title>
<style>:root{{color-scheme:light dark}}
body{{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}
article{{border:1px solid #8884;border-radius:12px;padding:1rem;margin:1rem 0}}h2{{font-size:1.1rem;margin:0}}
pre{{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}}small{{opacity:.7}}</style></head>
<body><h1>Mails</h1><p>Sent by the local stage, newest first. Nothing leaves this machine.</p>{mails}</body></html>
"""
_MAIL = "<article><h2>{subject}</h2><small>To {to} · {date}</small><pre>{text}</pre></article>"


class Mailbox:
    """The caught mails, newest first, as their headers and plain text. Also aiosmtpd's handler."""

    def __init__(self) -> None:
        self.mails: deque[Mapping[str, Any]] = deque(maxlen=_KEPT)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, _class=EmailMessage, policy=default)
        part = message.get_body(("plain",))
        self.mails.appendleft(
            {
                "to": envelope.rcpt_tos,
                "subject": str(message["Subject"]),
                "date": str(message["Date"]),
                "text": "" if part is None else part.get_content(),
            }
        )
        return "250 OK"


def page_of(mails: deque[Mapping[str, Any]]) -> str:
    shown = [
        _MAIL.format(
            subject=escape(mail["subject"]),
            to=escape(", ".join(mail["to"])),
            date=escape(mail["date"]),
            text=_LINK.sub(lambda link: f'<a href="{link[0]}">{link[0]}</a>', escape(mail["text"])),
        )
        for mail in list(mails)
    ]
    return _PAGE.format(mails="".join(shown) or "<p>None yet.</p>")


def handler_of(mailbox: Mailbox) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_list = self.path.partition("?")[0] == "/mails"
            body = json.dumps(list(mailbox.mails)) if is_list else page_of(mailbox.mails)
            self.send_response(200)
            kind = "application/json" if is_list else "text/html; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base's name
            """No lines: the page refreshes itself every few seconds."""

    return Handler


def main() -> None:
    mailbox = Mailbox()
    controller = Controller(
        mailbox, hostname="127.0.0.1", port=int(os.environ.get("MAIL_PORT", "2525")), enable_SMTPUTF8=True
    )
    controller.start()
    address = ("127.0.0.1", int(os.environ.get("MAIL_PAGE_PORT", "8025")))
    ThreadingHTTPServer(address, handler_of(mailbox)).serve_forever()


if __name__ == "__main__":
    main()
