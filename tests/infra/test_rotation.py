"""Rotation of the keys that sign tokens, as in the runbook: while a deploy moves the aliases, functions of both
releases verify each other's tokens."""

from collections.abc import Callable
from itertools import pairwise

import pytest

from shared.auth.tokens import issue_access_token, issue_refresh_token, read_refresh_token, read_token
from shared.db.types import utc_now
from shared.errors import Unauthorized

Settings = Callable[..., None]

OLD, NEW = "old:" + "o" * 32, "new:" + "n" * 32
# JWT_KEYS of each deploy of the runbook.
DEPLOYS = [OLD, f"{OLD},{NEW}", f"{NEW},{OLD}", NEW]


def tokens() -> tuple[str, str]:
    now = utc_now()
    return issue_access_token("u", "free", "f", now), issue_refresh_token("u", "f", now).token


def test_a_signing_key_is_rotated_without_a_logout(settings: Settings) -> None:
    """Between two deploys, except before the old key is removed: that deploy waits until its tokens have expired."""
    for before, after in pairwise(DEPLOYS[:3]):
        for signer, verifier in ((before, after), (after, before), (before, before), (after, after)):
            settings(JWT_KEYS=signer)
            access, refresh = tokens()
            settings(JWT_KEYS=verifier)
            assert read_token(access, "access").user_id == "u"
            assert read_refresh_token(refresh).claims.user_id == "u"


def test_a_rotation_in_one_deploy_would_log_users_out(settings: Settings) -> None:
    """Functions of the old release do not know a key that the new one signs with."""
    settings(JWT_KEYS=f"{NEW},{OLD}")
    access, _ = tokens()
    settings(JWT_KEYS=OLD)
    with pytest.raises(Unauthorized):
        read_token(access, "access")


def test_no_token_of_the_removed_key_is_accepted(settings: Settings) -> None:
    settings(JWT_KEYS=f"{OLD},{NEW}")
    _, refresh = tokens()
    settings(JWT_KEYS=NEW)
    with pytest.raises(Unauthorized):
        read_refresh_token(refresh)


def test_the_old_key_signs_nothing_after_the_second_deploy(settings: Settings) -> None:
    """So the last token that it signed expires one lifetime of a refresh token later."""
    settings(JWT_KEYS=DEPLOYS[2])
    access, refresh = tokens()
    settings(JWT_KEYS=DEPLOYS[3])
    assert read_token(access, "access").user_id == "u"
    assert read_refresh_token(refresh).claims.user_id == "u"
