"""Re-runnable migrations on MySQL, which commits every DDL statement by itself.

A migration that was interrupted has done some of its statements and has not written its revision. The next run starts
it again, so each operation of Alembic first inspects whether its result exists. A statement of `op.execute` has to
inspect by itself.
"""

from typing import Any

from alembic.ddl.mysql import MySQLImpl
from sqlalchemy import Column, Constraint, Index, Inspector, Table, inspect


class RerunnableMySQLImpl(MySQLImpl):
    """Alembic's operations on MySQL. Importing this module registers it: Alembic finds implementations by dialect."""

    __dialect__ = "mysql"

    def create_table(self, table: Table, **options: Any) -> None:
        if table.name not in self._inspector().get_table_names():
            super().create_table(table, **options)
            return
        # Its indexes are statements of their own.
        for index in table.indexes:
            self.create_index(index)

    def drop_table(self, table: Table, **options: Any) -> None:
        if table.name in self._inspector().get_table_names():
            super().drop_table(table, **options)

    def add_column(self, table_name: str, column: Column[Any], **options: Any) -> None:
        if column.name not in self._columns(table_name):
            super().add_column(table_name, column, **options)

    def drop_column(self, table_name: str, column: Column[Any], **options: Any) -> None:
        if column.name in self._columns(table_name):
            super().drop_column(table_name, column, **options)

    def create_index(self, index: Index, **options: Any) -> None:
        if index.table is None or index.name not in self._indexes(index.table.name):
            super().create_index(index, **options)

    def drop_index(self, index: Index, **options: Any) -> None:
        if index.table is None or index.name in self._indexes(index.table.name):
            super().drop_index(index, **options)

    def add_constraint(self, const: Constraint, **options: Any) -> None:
        if const.name is None or const.name not in self._constraints(const.table.name):
            super().add_constraint(const, **options)

    def drop_constraint(self, const: Constraint, **options: Any) -> None:
        if const.name is None or const.name in self._constraints(const.table.name):
            super().drop_constraint(const, **options)

    def _columns(self, table: str) -> set[str]:
        return {column["name"] for column in self._inspector().get_columns(table)}

    def _indexes(self, table: str) -> set[str | None]:
        return {index["name"] for index in self._inspector().get_indexes(table)}

    def _constraints(self, table: str) -> set[str | None]:
        """Foreign keys, unique and check constraints; a unique constraint is an index on MySQL."""
        inspector = self._inspector()
        keys = {key["name"] for key in inspector.get_foreign_keys(table)}
        return keys | {check["name"] for check in inspector.get_check_constraints(table)} | self._indexes(table)

    def _inspector(self) -> Inspector:
        """A new inspector for each call, because inspectors cache what they have read."""
        assert self.connection is not None, "migrations need a connection"
        return inspect(self.connection)
