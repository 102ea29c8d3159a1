"""Settings of users."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db.models import User, UserSettings


def find_user_settings(session: Session, user_id: str) -> UserSettings | None:
    """The user's settings; None if the user has never changed one."""
    return session.get(UserSettings, user_id)


def lock_user_settings(session: Session, user_id: str) -> UserSettings:
    """The user's settings, added where there are none, with their user locked until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    settings = find_user_settings(session, user_id)
    if settings is None:
        settings = UserSettings(user_id=user_id)
        session.add(settings)
    return settings


def delete_user_settings(session: Session, user_id: str) -> None:
    session.execute(delete(UserSettings).where(UserSettings.user_id == user_id))
