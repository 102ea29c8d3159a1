"""Search in messages

Revises: 0001
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # MySQL commits DDL by itself: an interrupted run may have created the index.
    if not _has_bigrams() or _exists():
        return
    # An index keeps the stopword setting of its creation. With the default list every bigram with an "a" or an "i"
    # would be skipped.
    try:
        op.execute("SET SESSION innodb_ft_enable_stopword = OFF")
        op.execute("CREATE FULLTEXT INDEX ft_messages_text ON messages (text) WITH PARSER ngram")
        op.execute("SET SESSION innodb_ft_enable_stopword = DEFAULT")
    except DBAPIError as error:
        # A lost connection is no answer of the server, and must not leave a database without the index.
        if error.connection_invalidated:
            raise


def downgrade() -> None:
    if _exists():
        op.drop_index("ft_messages_text", "messages")


def _exists() -> bool:
    return "ft_messages_text" in {index["name"] for index in sa.inspect(op.get_bind()).get_indexes("messages")}


def _has_bigrams() -> bool:
    """Whether the server says that it has the ngram parser, with its default token size of 2.

    MySQL has it (https://dev.mysql.com/doc/refman/8.4/en/fulltext-search-ngram.html), MariaDB does not. TiDB has the
    variable without the parser, so the index is only tried; search works without it (shared.db.repositories.search).
    """
    connection = op.get_bind()
    if connection.dialect.name != "mysql":
        return False
    variable = connection.execute(sa.text("SHOW VARIABLES LIKE 'ngram_token_size'")).one_or_none()
    return variable is not None and variable[1] == "2"
