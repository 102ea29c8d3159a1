"""The queue of stored objects to delete."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.models.base import Base, CreatedAt


class ObjectDeletion(Base, CreatedAt):
    """Every object whose key begins with `prefix`.

    Written in the transaction that deletes the rows and processed after it, so that an unreachable store leaves no
    orphaned objects.
    """

    __tablename__ = "object_deletions"

    prefix: Mapped[str] = mapped_column(String(200), primary_key=True)
