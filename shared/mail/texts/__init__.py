"""Texts of the mails, a module per language of the interface."""

import re
from dataclasses import dataclass
from importlib import import_module

# The languages of the interface (`fd/src/i18n`); the first is for readers of any other.
LANGUAGES = ("en", "zh-CN", "zh-TW", "ja")


@dataclass(frozen=True)
class Letter:
    """A mail's text. Its paragraphs may contain `{site}`, `{device}`, `{address}`, `{time}`, `{provider}`, `{added}`,
    nothing that the user chose. `action`: on the button of the link."""

    subject: str
    paragraphs: tuple[str, ...]
    action: str = ""


@dataclass(frozen=True)
class Texts:
    """A language's mails. `password_reset` and the other letters are named like the kinds of mail."""

    password_reset: Letter
    email_verification: Letter
    new_login: Letter
    password_changed: Letter
    email_changed: Letter
    identity_linked: Letter
    identity_removed: Letter
    passkey_added: Letter
    passkey_removed: Letter
    passkey_refused: Letter
    totp_added: Letter
    totp_removed: Letter
    # Above a link in the plain text.
    open_link: str
    unknown_device: str
    # The last line of every mail.
    footer: str


def texts_of(language: str) -> Texts:
    """`language`: one of LANGUAGES."""
    module = import_module(f"{__name__}.{language.replace('-', '_').lower()}")
    texts: Texts = module.TEXTS
    return texts


def best_language(accepted: str) -> str:
    """The best of LANGUAGES for an `Accept-Language` header or a language tag (RFC 4647's lookup, by quality)."""
    ranges: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, parameter = part.strip().partition(";")
        weight = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)", parameter) if parameter else None
        ranges.append((float(weight[1]) if weight else 1.0, tag.strip().lower()))
    for quality, tag in sorted(ranges, key=lambda item: -item[0]):
        found = _of_tag(tag) if quality > 0 else None
        if found is not None:
            return found
    return LANGUAGES[0]


def _of_tag(tag: str) -> str | None:
    if re.match(r"zh-(hant|tw|hk|mo)\b", tag):
        return "zh-TW"
    primary = tag.partition("-")[0]
    return next((language for language in LANGUAGES if language.partition("-")[0] == primary), None)
