"""Mails (eml): the headers that people read, the body, and the names of attachments.

RFC 5322, RFC 2045
"""

from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser

from functions.file.readers.html import html_text
from functions.file.readers.outcome import TextBudget, UnreadableDocument
from functions.file.readers.plain import decode_text
from shared.documents.text import DocumentText, Page

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_MAX_PARTS = 1_000


def read_mail(data: bytes) -> DocumentText:
    """Raises UnreadableDocument."""
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
        text = "\n".join(_lines(message)).strip()
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableDocument("file_unreadable") from error
    if not text:
        raise UnreadableDocument("file_empty_text")
    return DocumentText([Page(TextBudget().add(text))])


def _lines(message: EmailMessage) -> list[str]:
    lines = [f"{name}: {' '.join(str(message[name]).split())}" for name in _HEADERS if message[name]]
    body = message.get_body(("plain", "html"))
    if body is not None:
        text = _decoded(body)
        lines += ["", html_text(text)[0] if body.get_content_type() == "text/html" else text.replace("\r\n", "\n")]
    for part, _ in zip(message.iter_attachments(), range(_MAX_PARTS), strict=False):
        name = part.get_filename() or part.get_content_type()
        lines.append(f"[Attachment, not read: {' '.join(name.split())}]")
    return lines


def _decoded(part: MIMEPart) -> str:
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)  # A part that is no multipart has bytes.
    return decode_text(content, part.get_content_charset())
