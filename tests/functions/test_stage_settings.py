"""Settings that the operator changes at run time: their effects, defaults, and entries in the audit log."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from infra.manage import main
from shared.chat.idempotency import prepare_send_once
from shared.chat.requests import SendBody
from shared.db.models import ChangedSettings, User
from shared.db.types import utc_now
from tests.conftest import PASSWORD
from tests.support.api import Client, error_code
from tests.support.concurrency import at_once
from tests.support.scripted_provider import Script, ScriptedProvider, delta, finish, usage

NewClient = Callable[[], Client]
Settings = Callable[..., None]
PRICE = {"input": 1, "cached_input": 0.1, "output": 3}


def change(admin: Client, **values: Any) -> dict[str, Any]:
    """The settings after a change of some."""
    response = admin.post("/admin/settings", **values)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refusal(response: Any) -> tuple[int, str]:
    return response.status_code, error_code(response)


def send(user: Client, **body: Any) -> Any:
    conversation_id = user.post("/conversation/create").json()["id"]
    return user.post("/chat/send", conversation_id=conversation_id, message="Hi", **body)


def register(client: Client, email: str = "ada@example.com") -> Any:
    return client.post("/user/register", email=email, username="Ada", password=PASSWORD)


def test_every_setting_has_the_environments_value_until_it_is_changed(admin: Client, settings: Settings) -> None:
    settings(REGISTRATION="invite", SHARES="off", STREAMS_PER_USER="7", DEFAULT_MODEL_TURNS_PER_DAY="free:5")
    found = admin.get("/admin/settings").json()
    assert (found["changed"], found["values"]) == ([], found["defaults"])
    values = found["values"]
    assert (values["registration"], values["shares"], values["streams_per_user"]) == ("invite", "off", 7)
    assert values["default_model_turns_per_day"] == {"free": 5}
    assert (values["default_model_turns_total"], values["verification"], values["currency"]) == ("none", "off", "USD")

    found = change(admin, registration="closed", default_model_price=PRICE, default_model_turns_total=9)
    assert sorted(found["changed"]) == ["default_model_price", "default_model_turns_total", "registration"]
    assert (found["values"]["registration"], found["defaults"]["registration"]) == ("closed", "invite")
    assert found["values"]["default_model_price"] == PRICE
    assert admin.get("/admin/settings").json() == found


def test_a_setting_that_is_reset_has_its_default_again(admin: Client) -> None:
    change(admin, registration="closed", currency="CNY")
    found = change(admin, registration=None)
    assert (found["changed"], found["values"]["registration"]) == (["currency"], "open")


@pytest.mark.parametrize(
    "wrong",
    [
        {"registration": "maybe"},
        {"currency": "dollars"},
        {"default_model_price": {"input": -1, "cached_input": 0, "output": 0}},
        {"default_model_price": {"input": 1}},
        {"default_model_turns_per_day": {"free": -1}},
        {"default_model_turns_total": "some"},
        {"streams_per_user": 0},
        {"unknown": 1},
    ],
)
def test_invalid_values_are_refused(admin: Client, wrong: dict[str, Any]) -> None:
    assert refusal(admin.post("/admin/settings", **wrong)) == (422, "validation_error")
    assert admin.get("/admin/settings").json()["changed"] == []


def test_every_change_is_in_the_audit_log(admin: Client) -> None:
    change(admin, registration="closed", currency="CNY")
    change(admin, registration="closed")
    change(admin, registration=None)
    newest, oldest = admin.get("/admin/audit").json()["items"]
    assert (oldest["actor_email"], oldest["action"]) == (admin.email, "settings_update")
    assert oldest["changes"] == {"registration": [None, "closed"], "currency": [None, "CNY"]}
    assert newest["changes"] == {"registration": ["closed", None]}


def test_two_administrators_who_change_settings_at_once_lose_no_change(admin: Client, database: Engine) -> None:
    names = ["currency", "registration", "shares", "verification"]
    values = dict(zip(names, ["CNY", "closed", "off", "off"], strict=True))

    def changing(name: str) -> Callable[[], Any]:
        return lambda: change(admin, **{name: values[name]})

    for _ in range(5):
        with database.begin() as connection:  # The first changes add the row.
            connection.execute(delete(ChangedSettings))
        at_once(*map(changing, names))
        assert sorted(admin.get("/admin/settings").json()["changed"]) == names


def test_registration_is_closed_for_the_next_request(admin: Client, new_client: NewClient) -> None:
    assert register(new_client(), "first@example.com").status_code == 201
    change(admin, registration="closed")
    assert new_client().get("/user/options").json()["registration"] == "closed"
    assert refusal(register(new_client())) == (403, "registration_closed")
    change(admin, registration="open")
    assert register(new_client()).status_code == 201


@pytest.mark.usefixtures("store_url")
def test_sharing_is_off_for_the_next_request_and_a_link_can_still_be_revoked(
    admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    conversation_id = user.post("/conversation/create").json()["id"]
    user.turn("/chat/send", conversation_id=conversation_id, message="Hi")
    user.post("/share/create", conversation_id=conversation_id)
    (shared,) = user.get("/share").json()["items"]
    change(admin, shares="off")
    listing = user.get("/share").json()
    assert (listing["enabled"], len(listing["items"])) == (False, 1)
    assert refusal(user.post("/share/create", conversation_id=conversation_id)) == (403, "sharing_disabled")
    assert refusal(user.post("/share/update", id=shared["id"])) == (403, "sharing_disabled")
    assert user.post("/share/revoke", ids=[shared["id"]]).json() == {"revoked": 1}


def test_sharing_can_be_turned_on_where_the_environment_has_it_off(
    admin: Client, user: Client, settings: Settings
) -> None:
    settings(SHARES="off")
    assert not user.get("/share").json()["enabled"]
    change(admin, shares="on")
    assert user.get("/share").json()["enabled"]


def test_the_default_model_costs_its_price_and_counts_for_budgets(
    admin: Client, user: Client, provider: ScriptedProvider
) -> None:
    change(admin, default_model_price=PRICE, currency="CNY")
    admin.post("/admin/budget/update", group="free", day=2, month=None)
    provider.enqueue(Script([delta("Hello"), finish(), usage(1_000_000, 500_000)]))
    assert send(user).status_code == 200
    found = user.get("/user/me/usage").json()
    assert (found["currency"], found["days"][0]["cost"], found["budget"]["used"]) == ("CNY", 2.5, 2.5)
    assert refusal(send(user)) == (429, "budget_exhausted")

    change(admin, default_model_price=None)
    assert send(user).status_code == 200


def test_quotas_of_the_default_model_replace_those_of_the_environment(
    admin: Client, user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    settings(DEFAULT_MODEL_TURNS_PER_DAY="free:1")
    assert [send(user).status_code for _ in range(2)] == [200, 429]
    change(admin, default_model_turns_per_day={"free": 2})
    assert [send(user).status_code for _ in range(2)] == [200, 429]
    change(admin, default_model_turns_per_day={}, default_model_turns_total=1)
    assert [send(user).status_code for _ in range(2)] == [200, 429]
    change(admin, default_model_turns_total="none")
    assert send(user).status_code == 200


def test_concurrent_replies_are_limited_by_the_page(
    admin: Client, user: Client, provider: ScriptedProvider, conversation_id: str
) -> None:
    change(admin, streams_per_user=1)
    user_id: str = user.get("/user/me").json()["id"]
    # Not run, so that its reply stays a streaming one.
    prepare_send_once(user_id, SendBody(conversation_id=conversation_id, message="Hi"), "key")
    assert refusal(send(user)) == (429, "rate_limited")
    change(admin, streams_per_user=2)
    assert send(user).status_code == 200


def test_uploads_are_limited_by_the_page(admin: Client, user: Client, conversation_id: str) -> None:
    document: dict[str, Any] = {"name": "a.txt", "media_type": "", "size": 5, "conversation_id": conversation_id}
    assert user.post("/file/create", **document).status_code == 201
    change(admin, uploads_per_user_per_day=0, files_per_user_per_day=1)
    images = user.post("/chat/get_upload_presigned_url", conversation_id=conversation_id, suffixes=["png"])
    assert refusal(images) == (429, "rate_limited")
    assert refusal(user.post("/file/create", **document)) == (429, "rate_limited")


def verify(user: Client, database: Engine) -> None:
    with Session(database) as session, session.begin():
        session.execute(update(User).where(User.email == user.email).values(email_verified_at=utc_now()))


def test_a_turn_with_the_operators_model_needs_a_verified_address(
    admin: Client, user: Client, provider: ScriptedProvider, settings: Settings, database: Engine
) -> None:
    settings(MAIL_FROM="Chat <chat@example.org>")
    change(admin, verification="required")
    assert refusal(send(user)) == (403, "email_unverified")
    title = {"conversation_id": user.post("/conversation/create").json()["id"], "message": "A question of mine"}
    assert user.post("/conversation/generate_title", **title).json()["title"] == "A question of mine"
    assert provider.requests == []
    # A model of one's own is not the operator's to refuse.
    own = {"base_url": provider.base_url, "model": "m", "api_key": "key-of-the-user"}
    assert send(user, **own).status_code == 200

    verify(user, database)
    assert send(user).status_code == 200


def test_verified_addresses_cannot_be_required_without_mail(
    admin: Client, user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    assert admin.get("/admin/settings").json()["mail"] is False
    assert refusal(admin.post("/admin/settings", verification="required")) == (422, "validation_error")

    settings(MAIL_FROM="Chat <chat@example.org>")
    change(admin, verification="required")
    # Nobody could verify an address any more.
    settings(MAIL_FROM="none")
    assert send(user).status_code == 200


def test_settings_of_a_newer_release_are_ignored(admin: Client, user: Client, database: Engine) -> None:
    change(admin, registration="closed")
    with Session(database) as session, session.begin():
        session.execute(update(ChangedSettings).values(changed={"registration": "closed", "of_tomorrow": 1}))
    assert admin.get("/admin/settings").json()["changed"] == ["registration"]
    # The newer release has its value again after the rollback ends.
    change(admin, currency="CNY")
    with Session(database) as session:
        stored = session.scalars(session.query(ChangedSettings).statement).one()
        assert stored.changed == {"registration": "closed", "of_tomorrow": 1, "currency": "CNY"}


def test_the_operator_changes_settings_from_the_command_line(
    admin: Client, new_client: NewClient, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["set-setting", "registration", "closed"])
    main(["set-setting", "default_model_turns_per_day", '{"free": 3}'])
    assert refusal(register(new_client())) == (403, "registration_closed")
    main(["list-settings"])
    assert capsys.readouterr().out == 'registration "closed"\ndefault_model_turns_per_day {"free": 3}\n'
    main(["reset-setting", "registration"])
    assert register(new_client()).status_code == 201
    newest = admin.get("/admin/audit").json()["items"][0]
    assert (newest["actor_id"], newest["changes"]) == (None, {"registration": ["closed", None]})

    with pytest.raises(SystemExit, match="registration: Input should be"):
        main(["set-setting", "registration", "maybe"])
    with pytest.raises(SystemExit, match="verification: This server sends no mail"):
        main(["set-setting", "verification", "required"])
