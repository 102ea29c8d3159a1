"""The number of rows that a statement changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable
from sqlalchemy.orm import Session


def rows_changed(session: Session | Connection, statement: Executable, values: Mapping[str, Any] | None = None) -> int:
    """Execute an update or a deletion; the number of its rows. Objects that the session has read stay as they are."""
    result = session.execute(statement, values, execution_options={"synchronize_session": False})
    assert isinstance(result, CursorResult)
    return result.rowcount
