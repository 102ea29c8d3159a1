"""Page cursors."""

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cursors import decode_cursor, encode_cursor
from shared.errors import InvalidInput


@given(
    st.booleans(),
    st.datetimes(timezones=st.just(timezone.utc)),
    st.text(st.characters(max_codepoint=127, exclude_categories=["Cs"])),
)
def test_a_cursor_round_trips(pinned: bool, time: datetime, row_id: str) -> None:
    cursor = encode_cursor(pinned, time, row_id)
    assert cursor.isascii()
    assert "=" not in cursor
    assert decode_cursor(cursor, bool, datetime, str) == [pinned, time, row_id]


@given(st.text(st.characters()))
def test_an_invalid_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        decode_cursor(cursor, bool, datetime, str)
    assert refused.value.details == [{"field": "cursor", "message": "This is not a cursor of this list."}]


def test_the_types_must_be_those_of_the_list() -> None:
    cursor = encode_cursor("one", True)
    for types in ((str,), (bool, str), (str, bool, str), (str, datetime), (str, int)):
        with pytest.raises(InvalidInput):
            decode_cursor(cursor, *types)
