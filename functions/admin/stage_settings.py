"""Rules of the stage's settings on the operator's page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from shared.auth.registration import RegistrationSettings
from shared.chat import administration
from shared.chat.quota import Quota
from shared.config import (
    ChatSettings,
    DocumentSettings,
    ObjectStoreSettings,
    SharingSettings,
    UploadSettings,
    load,
)
from shared.db.types import utc_now
from shared.mail.sender import sends_mail
from shared.stage_settings import (
    DEFAULT_CURRENCY,
    DefaultModelPrice,
    RegistrationMode,
    Sharing,
    StageSettings,
    Verification,
    read_settings,
)


@dataclass(frozen=True)
class Values:
    """A value of every setting (shared.stage_settings)."""

    registration: RegistrationMode
    shares: Sharing
    verification: Verification
    currency: str
    default_model_price: DefaultModelPrice
    default_model_turns_per_day: Mapping[str, int]
    default_model_turns_total: Literal["none"] | int
    streams_per_user: int
    uploads_per_user_per_day: int
    files_per_user_per_day: int


@dataclass(frozen=True)
class SettingsInForce:
    """`defaults`: of the environment. `changed`: the names of those that the operator has changed. `has_mail`,
    `has_site_bucket`: what verified addresses and share links need."""

    values: Values
    defaults: Values
    changed: list[str]
    has_mail: bool
    has_site_bucket: bool


def get_settings(session: Session) -> SettingsInForce:
    return _in_force(read_settings(session))


def update_settings(session: Session, admin_id: str, given: StageSettings) -> SettingsInForce:
    """Change the settings that `given` was made with. Raises InvalidInput."""
    return _in_force(administration.change_settings(session, admin_id, given, utc_now()))


def _in_force(changed: StageSettings) -> SettingsInForce:
    defaults = _defaults()
    differing = {name: value for name, value in changed if value is not None}
    return SettingsInForce(
        values=replace(defaults, **differing),
        defaults=defaults,
        changed=list(differing),
        has_mail=sends_mail(),
        has_site_bucket=load(ObjectStoreSettings).site_bucket is not None,
    )


def _defaults() -> Values:
    quota = Quota.of(StageSettings.from_stored(None))
    return Values(
        registration=load(RegistrationSettings).registration,
        shares=load(SharingSettings).shares,
        verification="off",
        currency=DEFAULT_CURRENCY,
        default_model_price=DefaultModelPrice(input=0, cached_input=0, output=0),
        default_model_turns_per_day=quota.by_group,
        default_model_turns_total="none" if quota.total is None else quota.total,
        streams_per_user=load(ChatSettings).streams_per_user,
        uploads_per_user_per_day=load(UploadSettings).uploads_per_user_per_day,
        files_per_user_per_day=load(DocumentSettings).files_per_user_per_day,
    )
