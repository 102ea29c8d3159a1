"""The operator's commands."""

import json
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import Engine, inspect

from infra.manage import main
from shared.auth.passwords import verify_password
from shared.db.engine import dispose_engine, get_engine
from shared.db.models import Base, User
from shared.db.repositories import users
from shared.db.session import transaction
from tests.conftest import OPERATOR, PASSWORD
from tests.support import tokens
from tests.support.api import Client, error_code
from tests.support.log_watch import keep_secret

keep_secret("correct-horse-9")


def find(email: str) -> User:
    with transaction() as session:
        user = users.find_user_by_email(session, email)
    assert user is not None
    return user


def test_a_created_account_can_log_in(database: Engine, new_client: Callable[[], Client]) -> None:
    main(["create-user", "Ada@Example.com", "--password", PASSWORD, "--username", " Ada ", "--group", "pro"])
    client = new_client()
    client.sign_in(client.post("/user/login", email="ada@example.com", password=PASSWORD))
    profile = client.get("/user/me").json()
    assert (profile["username"], profile["email"], profile["group"]) == ("Ada", "ada@example.com", "pro")


def test_absent_arguments_have_defaults(database: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda prompt: PASSWORD)
    main(["create-user", "ada@example.com"])
    user = find("ada@example.com")
    assert (user.username, user.group) == ("ada", "free")
    assert verify_password(PASSWORD, user.password_hash)


def test_an_account_is_created_once(database: Engine) -> None:
    main(["create-user", "ada@example.com", "--password", PASSWORD])
    with pytest.raises(SystemExit, match="already has an account"):
        main(["create-user", "ADA@example.com", "--password", PASSWORD])
    main(["create-user", "ada@example.com", "--password", "correct-horse-9", "--if-missing"])
    assert verify_password(PASSWORD, find("ada@example.com").password_hash)


def test_the_commands_enforce_the_rules_of_the_api(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="8 to 72 bytes"):
        main(["create-user", "ada@example.com", "--password", "weak"])
    for arguments, complaint in (
        (["create-user", "ada", "--password", PASSWORD], "not an email address"),
        (["create-user", "ada@example.com", "--password", PASSWORD, "--username", "x" * 65], "at most 64"),
        (["create-user", "ada@example.com", "--password", PASSWORD, "--group", "kings"], "invalid choice"),
        (["set-group", "ada@example.com", "kings"], "invalid choice"),
        ([], "required"),
    ):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert complaint in capsys.readouterr().err


def test_users_are_listed_oldest_first(database: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    for email in ("z@example.com", "a@example.com"):
        main(["create-user", email, "--password", PASSWORD])
    main(["list-users"])
    lines = capsys.readouterr().out.splitlines()
    assert ["z@example.com" in lines[0], "a@example.com" in lines[1]] == [True, True]
    assert "free" in lines[0]
    assert "$2b$" not in "".join(lines)


def test_a_group_takes_effect_at_the_next_refresh(user: Client) -> None:
    main(["set-group", user.email.upper(), "admin"])
    assert tokens.read(user.tokens["access_token"])["group"] == "free"
    user.sign_in(user.post("/user/refresh", token="refresh_token"))
    claims = tokens.read(user.tokens["access_token"])
    assert (claims["group"], claims["scope"]) == ("admin", "model_config:create chat:send admin")
    assert user.get("/user/me").json()["group"] == "admin"


def test_revoking_sessions_logs_a_user_out_everywhere_and_nobody_else(new_user: Callable[[], Client]) -> None:
    user, other = new_user(), new_user()
    main(["revoke-sessions", user.email])
    assert error_code(user.get("/user/me")) == "token_revoked"
    assert error_code(user.post("/user/refresh", token="refresh_token")) == "token_revoked"
    assert other.get("/user/me").status_code == 200
    assert user.post("/user/login", email=user.email, password=PASSWORD).status_code == 200


def test_a_password_is_set_and_ends_every_login(new_user: Callable[[], Client]) -> None:
    user, other = new_user(), new_user()
    with pytest.raises(SystemExit, match="8 to 72 bytes"):
        main(["set-password", user.email, "--password", "weak"])
    assert user.get("/user/me").status_code == 200

    main(["set-password", user.email, "--password", "correct-horse-9"])

    assert error_code(user.get("/user/me")) == "token_revoked"
    assert error_code(user.post("/user/login", email=user.email, password=PASSWORD)) == "wrong_password"
    user.sign_in(user.post("/user/login", email=user.email, password="correct-horse-9"))
    assert other.get("/user/me").status_code == 200


def test_second_factors_that_were_lost_are_removed(new_user: Callable[[], Client]) -> None:
    user = new_user()
    secret = user.post("/user/mfa/totp/start").json()["secret"]
    assert user.post("/user/mfa/totp/confirm", code=pyotp.TOTP(secret).now()).status_code == 200
    credentials = {"email": user.email, "password": PASSWORD}
    assert "mfa_token" in user.post("/user/login", **credentials).json()

    main(["remove-second-factors", user.email])

    assert error_code(user.get("/user/me")) == "token_revoked"
    user.sign_in(user.post("/user/login", **credentials))
    assert user.get("/user/me").json()["email"] == user.email


def test_an_account_is_exported_and_deleted(
    new_user: Callable[[], Client],
    database: Engine,
    store_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    user, other = new_user(), new_user()
    for client in (user, other):
        client.post("/conversation/create")
    main(["export-user", user.email])
    items = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [item["kind"] for item in items] == ["account", "conversation"]
    assert items[0]["email"] == user.email

    monkeypatch.setattr("builtins.input", lambda prompt: "")
    with pytest.raises(SystemExit, match="nothing was deleted"):
        main(["delete-user", user.email])
    assert find(user.email)

    main(["delete-user", user.email, "--yes"])

    assert error_code(user.get("/user/me")) == "token_revoked"
    with transaction() as session:
        assert [found.email for found in users.list_users(session)] == [OPERATOR, other.email]
    assert len(other.get("/conversation").json()["items"]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["set-group", "nobody@example.com", "pro"],
        ["revoke-sessions", "nobody@example.com"],
        ["set-password", "nobody@example.com", "--password", PASSWORD],
        ["remove-second-factors", "nobody@example.com"],
        ["delete-user", "nobody@example.com", "--yes"],
        ["export-user", "nobody@example.com"],
    ],
)
def test_an_unknown_account_is_an_error(database: Engine, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="no account has the email"):
        main(arguments)


def test_migrating_makes_the_tables_and_can_be_repeated(settings: Callable[..., None], tmp_path: Path) -> None:
    settings(DATABASE_URL=f"sqlite:///{tmp_path / 'new' / 'chat.db'}")
    dispose_engine()
    try:
        main(["migrate"])
        main(["migrate"])
        tables = set(inspect(get_engine()).get_table_names())
    finally:
        dispose_engine()
    assert tables == {*Base.metadata.tables, "alembic_version"}


def test_the_openapi_document_has_every_function(tmp_path: Path) -> None:
    main(["openapi", str(tmp_path / "openapi.json")])
    document = json.loads((tmp_path / "openapi.json").read_text(encoding="utf-8"))
    assert {"/user/register", "/model_config", "/conversation", "/chat/send"} <= document["paths"].keys()
    assert "ChatEvent" in document["components"]["schemas"]


def test_an_operators_tool_server_is_offered_to_everybody_until_it_is_removed(
    user: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_secret("a-token-of-the-operator")
    arguments = ["add-tool-server", "Shared notes", "https://tools.example.com/mcp"]
    main([*arguments, "--token", "a-token-of-the-operator"])
    with pytest.raises(SystemExit, match="there is a tool server named Shared notes"):
        main(arguments)
    with pytest.raises(SystemExit, match="must begin with https"):
        main(["add-tool-server", "Other", "tools.example.com"])
    main(["list-tool-servers"])
    printed = capsys.readouterr().out
    assert "bearer  Shared notes  https://tools.example.com/mcp" in printed
    assert "a-token" not in printed
    (offered,) = user.get("/tool").json()["items"]
    assert (offered["name"], offered["offered"], offered["auth"]) == ("Shared notes", True, "bearer")
    assert "token_hint" not in offered

    main(["remove-tool-server", "Shared notes"])
    assert user.get("/tool").json() == {"items": []}
    with pytest.raises(SystemExit, match="there is no tool server named Shared notes"):
        main(["remove-tool-server", "Shared notes"])
