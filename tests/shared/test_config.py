"""Settings from the environment."""

from collections.abc import Callable

import pytest
from pydantic import SecretStr, ValidationError

from shared.config import AppSettings, DatabaseSettings, Settings, TokenSettings, load

Change = Callable[..., None]


class Probe(Settings):
    probe_number: int = 7
    probe_secret: SecretStr


def test_a_field_is_the_variable_of_its_name(settings: Change) -> None:
    settings(PROBE_NUMBER="8", PROBE_SECRET="s3cret-value")
    probe = load(Probe)
    assert (probe.probe_number, probe.probe_secret.get_secret_value()) == (8, "s3cret-value")
    assert load(Probe) is probe


def test_an_empty_variable_is_an_absent_one(settings: Change) -> None:
    settings(PROBE_NUMBER="", PROBE_SECRET="s3cret-value")
    assert load(Probe).probe_number == 7


def test_a_missing_or_malformed_variable_is_named_and_not_shown(settings: Change) -> None:
    settings(PROBE_NUMBER="s3cret-value", PROBE_SECRET="")
    with pytest.raises(ValidationError) as caught:
        load(Probe)
    message = str(caught.value)
    assert "probe_number" in message
    assert "probe_secret" in message
    assert "s3cret-value" not in message


def test_settings_do_not_show_secrets_and_do_not_change(settings: Change) -> None:
    settings(PROBE_SECRET="s3cret-value")
    assert "s3cret-value" not in repr(load(Probe))
    with pytest.raises(ValidationError):
        setattr(load(Probe), "probe_number", 9)  # noqa: B010 - a type checker would refuse the plain form


def test_the_database_is_a_file_in_the_local_stages_folder_unless_another_is_named(settings: Change) -> None:
    settings(DATABASE_URL="")
    assert load(DatabaseSettings).url == "sqlite:///.local/chat.db"
    settings(DATABASE_URL="mysql+pymysql://someone@database/chat")
    assert load(DatabaseSettings).url == "mysql+pymysql://someone@database/chat"


@pytest.mark.parametrize(("access", "refresh", "is_valid"), [("900", "8130", True), ("900", "8129", False)])
def test_a_login_outlives_the_connections_that_it_opens(
    settings: Change, access: str, refresh: str, is_valid: bool
) -> None:
    """Two hours, from the last second of an access token on."""
    settings(STAGE="prod", ACCESS_TOKEN_SECONDS=access, REFRESH_TOKEN_SECONDS=refresh)
    if is_valid:
        load(TokenSettings)
    else:
        with pytest.raises(ValidationError, match="at least 8130"):
            load(TokenSettings)
    settings(STAGE="local")
    assert load(TokenSettings).refresh_token_seconds == int(refresh)


def test_only_the_local_stage_is_local(settings: Change) -> None:
    assert load(AppSettings).is_local
    settings(STAGE="prod")
    assert not load(AppSettings).is_local
