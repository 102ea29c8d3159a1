"""The form of mails: headers, languages, text and HTML."""

from dataclasses import fields
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, get_args

import pytest

from shared.db.types import utc_now
from shared.mail.device import device_name
from shared.mail.kinds import USEFUL_FOR, MailKind
from shared.mail.message import compose
from shared.mail.texts import LANGUAGES, Letter, best_language, texts_of
from tests.support.stack import ROOT

KINDS: tuple[MailKind, ...] = get_args(MailKind)
CHANGE = {"device": "Firefox, Windows", "address": "192.0.2.7", "time": "2026-01-02 03:04 UTC"}


def composed(kind: MailKind = "password_reset", **changes: Any) -> EmailMessage:
    """A mail as its receiver parses it."""
    values: dict[str, Any] = {
        "mail_id": "0198",
        "sender": "Chat <chat@example.org>",
        "recipient": "ada@example.com",
        "language": "en",
        "site": "https://chat.example.org",
        "parameters": CHANGE,
        "link": "https://chat.example.org/#/reset/token",
        "created_at": utc_now(),
        **changes,
    }
    return message_from_bytes(compose(kind, **values).as_bytes(), _class=EmailMessage, policy=default)


def bodies(message: EmailMessage) -> list[str]:
    return [part.get_content() for part in message.walk() if not part.is_multipart()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_exists_in_every_language(kind: MailKind, language: str) -> None:
    text, html = bodies(composed(kind, language=language, link=""))
    assert "chat.example.org" in text
    assert "{" not in text
    assert f'lang="{language}"' in html
    assert kind in USEFUL_FOR
    if kind in ("new_login", "password_changed", "email_changed"):
        assert all(value in text and value in html for value in CHANGE.values())


def test_mails_have_the_languages_of_the_interface() -> None:
    files = {file.stem for file in (ROOT / "fd/src/i18n").glob("*.ts")}
    with_texts = {name for name in files if "export const name" in Path(ROOT / f"fd/src/i18n/{name}.ts").read_text()}
    assert with_texts == set(LANGUAGES)


def test_each_language_has_subjects_of_its_own_and_the_same_buttons() -> None:
    for field in fields(texts_of("en")):
        values = [getattr(texts_of(language), field.name) for language in LANGUAGES]
        if isinstance(values[0], Letter):
            assert len({letter.subject for letter in values}) == len(LANGUAGES), field.name
            assert len({bool(letter.action) for letter in values}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "ada@example.com\r\nBcc: eve@example.com"},
        {"recipient": "ada@example.com, eve@example.com"},
        {"sender": "Chat\r\nBcc: eve@example.com <chat@example.org>"},
        {"sender": "none"},
    ],
)
def test_no_header_can_be_injected(changes: dict[str, Any]) -> None:
    try:
        message = composed(**changes)
    except ValueError:
        return
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@example.com"]


def test_a_value_is_text_in_the_mail_and_never_markup_or_a_placeholder() -> None:
    text, html = bodies(composed("new_login", parameters={**CHANGE, "device": "<b>{site}</b>"}))
    assert "Device: <b>{site}</b>" in text
    assert "&lt;b&gt;{site}&lt;/b&gt;" in html


def test_a_link_is_alone_on_its_line_and_survives_the_transfer() -> None:
    link = f"https://chat.example.org/#/reset/{'t' * 120}"
    text, html = bodies(composed(link=link))
    assert link in text.splitlines()
    assert f'href="{link}"' in html


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome, Windows",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl"),
        ("visit https://evil.example", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_known_words_only(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


@pytest.mark.parametrize("accepted", ["", "*", "xx", "en-GB", "de;q=1.0, en;q=0.1", "," * 100])
def test_readers_of_other_languages_get_english(accepted: str) -> None:
    assert best_language(accepted) == "en"
