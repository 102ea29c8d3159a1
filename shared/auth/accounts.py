"""Validation and normalization of email addresses and usernames."""

import unicodedata
from typing import Annotated

import email_validator
from pydantic import AfterValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from shared.schemas import VisibleName

# Only the syntax is checked, not deliverability: domains such as `.test` or a company's `.local` are accepted.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def _normalized_email(value: str) -> str:
    try:
        checked = email_validator.validate_email(value.strip(), check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        # The validator's own text quotes the input.
        raise PydanticCustomError("email", "This is not an email address.") from None
    return unicodedata.normalize("NFC", checked.normalized.lower())


# Trimmed, in lower case, in Unicode's composed form (NFC): addresses are stored and compared in this form.
Email = Annotated[str, AfterValidator(_normalized_email), WithJsonSchema({"type": "string", "format": "email"})]
# Trimmed, 1 to 64 characters.
Username = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    VisibleName,
]
