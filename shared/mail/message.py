"""Mails as messages of RFC 5322: plain text and simple HTML."""

from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape

from shared.mail.kinds import MailKind
from shared.mail.texts import Letter, texts_of

_PAGE = """\
<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer"></head>
<body style="margin:0;padding:24px;background:#f6f6f6;color:#1c1c1c;font:16px/1.6 system-ui,sans-serif">
<div style="max-width:520px;margin:auto;padding:24px;background:#ffffff;border-radius:12px">
<h1 style="margin:0 0 16px;font-size:20px">{subject}</h1>
{body}
<p style="margin:24px 0 0;font-size:13px;color:#666666">{footer}</p>
</div></body></html>
"""
_BUTTON = (
    '<p style="margin:24px 0"><a href="{link}" style="display:inline-block;padding:10px 20px;border-radius:8px;'
    'background:#2457d6;color:#ffffff;text-decoration:none">{action}</a></p>'
)


def compose(
    kind: MailKind,
    *,
    mail_id: str,
    sender: str,
    recipient: str,
    language: str,
    site: str,
    parameters: Mapping[str, str],
    link: str,
    created_at: datetime,
) -> EmailMessage:
    """The mail of a kind in a language of the interface. `link`: of its button, empty for a kind without one.

    `mail_id` is its Message-ID, so that a receiver recognizes a mail that was sent twice. Values of `parameters` are
    inserted once, as text. Raises ValueError for a sender or recipient that cannot be in a header, such as one with a
    line break.
    """
    texts = texts_of(language)
    letter: Letter = getattr(texts, kind)
    values = {"site": site.partition("://")[2], "device": "", "address": "", "time": "", "provider": "", "added": ""}
    values |= parameters
    values["device"] = values["device"] or texts.unknown_device
    paragraphs = [paragraph.format_map(values) for paragraph in letter.paragraphs]
    footer = texts.footer.format_map(values)

    message = EmailMessage(policy=SMTP.clone(utf8=not recipient.isascii()))
    name, address = parseaddr(sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(created_at)
    message["Message-ID"] = f"<{mail_id}@{address.rpartition('@')[2]}>"
    # No automatic replies, such as of absence (RFC 3834; the second for Exchange).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    text = paragraphs[:1] + ([f"{texts.open_link}\n{link}"] if link else []) + paragraphs[1:]
    message.set_content("\n\n".join([*text, f"-- \n{footer}"]) + "\n", cte="base64")
    message.add_alternative(_html(language, letter, paragraphs, link, footer), subtype="html", cte="base64")
    # Last: `add_alternative` moves the headers of the content into its first part.
    message["Content-Language"] = language
    return message


def _html(language: str, letter: Letter, paragraphs: list[str], link: str, footer: str) -> str:
    parts = [f"<p>{escape(paragraph).replace(chr(10), '<br>')}</p>" for paragraph in paragraphs]
    if link:
        parts.insert(1, _BUTTON.format(link=escape(link), action=escape(letter.action)))
    return _PAGE.format(language=language, subject=escape(letter.subject), body="\n".join(parts), footer=escape(footer))
