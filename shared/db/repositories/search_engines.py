"""Search engines of users."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.db.models import SearchEngine, User
from shared.db.repositories.changed import rows_changed


def find_search_engine(session: Session, user_id: str) -> SearchEngine | None:
    return session.scalar(select(SearchEngine).where(SearchEngine.user_id == user_id))


def lock_search_engine(session: Session, user_id: str) -> SearchEngine | None:
    """The user's search engine, with their user locked until the transaction ends."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update())
    return find_search_engine(session, user_id)


def add_search_engine(session: Session, engine: SearchEngine) -> None:
    session.add(engine)
    session.flush()


def delete_search_engine(session: Session, user_id: str) -> int:
    """Delete the user's search engine; returns the number deleted."""
    return rows_changed(session, delete(SearchEngine).where(SearchEngine.user_id == user_id))


def lock_next_search_engines(session: Session, after_id: str, limit: int) -> Sequence[SearchEngine]:
    """All users' search engines in the order of their ids, for the renewal of their encryption."""
    query = select(SearchEngine).where(SearchEngine.id > after_id).order_by(SearchEngine.id).limit(limit)
    return session.scalars(query.with_for_update()).all()
