"""Re-authentication: calls that need a login in which the user authenticated recently, or the password."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from shared.chat import account_export
from shared.db.models import RefreshToken
from shared.db.types import utc_now
from tests.conftest import PASSWORD
from tests.functions.test_user import is_logged_in, log_in, refresh, refusal
from tests.support.api import Client

NewClient = Callable[[], Client]
Settings = Callable[..., None]
NEW_PASSWORD = "another-horse-2"
# Each call that needs a recent authentication, with the token that it takes.
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "/user/me/email": ("access_token", {"email": "new-address@example.com"}),
    "/user/me/password": ("refresh_token", {"new_password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD}),
    "/user/me/delete": ("refresh_token", {}),
}


def age_logins(database: Engine, minutes: int = 11) -> None:
    with database.begin() as connection:
        earlier = utc_now() - timedelta(minutes=minutes)
        connection.execute(update(RefreshToken).values(logged_in_at=earlier, authenticated_at=earlier))


@pytest.fixture
def old_login(user: Client, database: Engine) -> Client:
    """A user who logged in more than ten minutes ago, and whose tokens were refreshed since."""
    age_logins(database)
    user.sign_in(refresh(user))
    return user


def call(client: Client, path: str, **more: Any) -> Any:
    token, body = CALLS[path]
    return client.post(path, token=token, **body, **more)


@pytest.mark.parametrize("path", CALLS)
def test_a_recent_login_needs_no_password_again(user: Client, path: str) -> None:
    assert call(user, path).status_code in (200, 202)


@pytest.mark.parametrize("path", CALLS)
def test_an_older_login_needs_the_right_password(old_login: Client, path: str) -> None:
    assert refusal(call(old_login, path)) == (403, "reauthentication_required")
    assert refusal(call(old_login, path, current_password="wrong-horse-1")) == (401, "wrong_password")
    assert is_logged_in(old_login)
    assert call(old_login, path, current_password=PASSWORD).status_code in (200, 202)


@pytest.mark.parametrize("path", CALLS)
def test_a_wrong_password_is_refused_in_a_recent_login_too(user: Client, path: str) -> None:
    assert refusal(call(user, path, current_password="wrong-horse-1")) == (401, "wrong_password")


@pytest.mark.parametrize("path", CALLS)
def test_authenticating_again_makes_the_login_recent(old_login: Client, path: str) -> None:
    assert refusal(old_login.post("/user/reauthenticate", current_password="wrong-horse-1")) == (401, "wrong_password")
    assert refusal(call(old_login, path)) == (403, "reauthentication_required")
    assert old_login.post("/user/reauthenticate", current_password=PASSWORD).status_code == 204
    # A refresh does not lose that.
    old_login.sign_in(refresh(old_login))
    assert call(old_login, path).status_code in (200, 202)


def test_authenticating_again_counts_for_this_login_only(old_login: Client, new_client: NewClient) -> None:
    other = log_in(new_client(), old_login.email)
    assert call(old_login, "/user/me/email").status_code == 403
    assert call(other, "/user/me/email").status_code == 200


def test_the_export_needs_a_recent_login(user: Client, database: Engine) -> None:
    assert user.get("/user/me/export").status_code == 200
    age_logins(database)
    assert refusal(user.get("/user/me/export")) == (403, "reauthentication_required")
    assert user.post("/user/reauthenticate", current_password=PASSWORD).status_code == 204
    assert user.get("/user/me/export").status_code == 200


def test_an_export_that_was_begun_goes_on_for_an_hour(
    user: Client, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_export, "_MAX_ITEMS", 1)
    user.post("/conversation/create")
    cursor = user.get("/user/me/export").json()["next_cursor"]
    assert cursor is not None
    age_logins(database, minutes=50)
    assert user.get("/user/me/export", cursor=cursor).status_code == 200
    age_logins(database, minutes=61)
    assert refusal(user.get("/user/me/export", cursor=cursor)) == (403, "reauthentication_required")


def test_a_row_of_an_earlier_release_counts_from_its_login(user: Client, database: Engine) -> None:
    with database.begin() as connection:
        connection.execute(update(RefreshToken).values(authenticated_at=None))
    assert user.get("/user/me/export").status_code == 200
    with database.begin() as connection:
        connection.execute(update(RefreshToken).values(logged_in_at=utc_now() - timedelta(minutes=11)))
    assert refusal(user.get("/user/me/export")) == (403, "reauthentication_required")


def test_guesses_of_the_password_are_limited_like_logins(old_login: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="2")
    guesses = [old_login.post("/user/reauthenticate", current_password="wrong-horse-1") for _ in range(3)]
    assert [response.status_code for response in guesses] == [401, 401, 429]


def test_a_right_password_is_not_counted(old_login: Client, settings: Settings) -> None:
    settings(FAILED_LOGINS_PER_EMAIL="1")
    for _ in range(3):
        assert old_login.post("/user/reauthenticate", current_password=PASSWORD).status_code == 204
