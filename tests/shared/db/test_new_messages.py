"""Inserts of messages without ORM objects."""

from dataclasses import fields

from shared.db.models import Message
from shared.db.repositories.messages import NewMessage


def test_a_new_message_has_all_columns_of_the_table() -> None:
    assert {field.name for field in fields(NewMessage)} == set(Message.__table__.columns.keys())
