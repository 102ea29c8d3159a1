"""The declarative base of all tables: naming convention, charset, timestamps."""

from datetime import datetime
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.types import UtcDateTime, utc_now

# Migrations refer to constraints by name, and SQLite and MySQL would generate different names.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)
    # Explicit, because the default collations of MySQL and MariaDB differ.
    __table_args__: Any = {"mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin", "mysql_engine": "InnoDB"}


class CreatedAt:
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class UpdatedAt:
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
