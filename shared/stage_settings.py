"""Settings that the operator changes at run time, on the admin page or by `infra.manage`.

A changed value replaces that of the environment. All are read from the database when they are needed, without a cache:
a turn reads them in the statement that locks its conversation, other calls by one statement. A change therefore applies
from the next request on, in every process.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from shared.db.repositories import stage_settings
from shared.schemas import RequestBody

RegistrationMode = Literal["open", "invite", "closed"]
Sharing = Literal["on", "off"]
# `required`: of the email address, before a turn with a model that the operator pays for.
Verification = Literal["off", "required"]
# ISO 4217.
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Price = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=0, le=1_000_000_000)]
TurnsByGroup = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{1,16}$")], Count], Field(max_length=10)]
DEFAULT_CURRENCY = "USD"


class DefaultModelPrice(RequestBody):
    """Money per million tokens."""

    input: Price
    cached_input: Price
    output: Price


class StageSettings(RequestBody):
    """Values of the settings. None: not changed, or in a change the default again.

    `default_model_price`: also of the other models of its server that a call may name. `default_model_turns_per_day`:
    group → turns of one user on the operator's models; a group that is absent has no limit.
    `default_model_turns_total`: of all accounts together.
    """

    registration: RegistrationMode | None = None
    shares: Sharing | None = None
    verification: Verification | None = None
    currency: Currency | None = None
    default_model_price: DefaultModelPrice | None = None
    default_model_turns_per_day: TurnsByGroup | None = None
    default_model_turns_total: Literal["none"] | Count | None = None
    streams_per_user: Annotated[int, Field(ge=1, le=1000)] | None = None
    uploads_per_user_per_day: Count | None = None
    files_per_user_per_day: Count | None = None

    @classmethod
    def from_stored(cls, changed: Mapping[str, Any] | None) -> "StageSettings":
        """The settings of a stored row. Names that only a newer release has are ignored, so that a release can be
        rolled back."""
        if not changed:
            return cls.model_construct()  # Without the validator, which takes milliseconds to build at a cold start.
        return cls.model_validate({name: value for name, value in changed.items() if name in cls.model_fields})


def read_settings(session: Session | Connection) -> StageSettings:
    """The settings that the operator has changed, in one statement."""
    return StageSettings.from_stored(stage_settings.find_changed_settings(session))
