"""Objects that are to go, remembered until they are gone."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt


class ObjectDeletion(Base, CreatedAt):
    """Every object whose key begins with `prefix`.

    Written in the transaction that deletes the rows, acted on after it, so that a store that is away
    leaves nothing behind.
    """

    __tablename__ = "object_deletions"

    prefix: Mapped[str] = mapped_column(String(200), primary_key=True)
