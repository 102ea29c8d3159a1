"""The functions' account in the database: reads and writes rows, and cannot change tables or accounts.

Its name ends with a number, `chat_1`, that increases when the password is changed. The account before it stays valid,
because running instances, and the previous release, use it.
"""

import re

from sqlalchemy import Engine, make_url, text

_NUMBERED = re.compile(r"(?P<prefix>\w+_)(?P<number>\d+)")


def grant_account(engine: Engine, url: str) -> None:
    """Create the account of `url`, or set its password, and grant it what functions need on the database of `engine`.
    Drops accounts that are older than the one before it. Idempotent.

    `engine`: of an account that may create accounts.
    """
    account = make_url(url)
    database = engine.dialect.identifier_preparer.quote_identifier(str(engine.url.database))
    named = {"name": account.username, "password": account.password}
    with engine.begin() as connection:
        # The account's name and password are literals, escaped by the driver.
        for statement in (
            "CREATE USER IF NOT EXISTS :name@'%' IDENTIFIED BY :password",
            "ALTER USER :name@'%' IDENTIFIED BY :password",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.* TO :name@'%'",
        ):
            connection.execute(text(statement), named)
        for name in connection.scalars(text("SELECT user FROM mysql.user WHERE host = '%'")).all():
            if _is_obsolete(str(name), str(account.username)):
                connection.execute(text("DROP USER IF EXISTS :name@'%'"), {"name": name})


def _is_obsolete(name: str, current: str) -> bool:
    """Whether `name` is of the same series as `current`, and more than one number behind it."""
    found, newest = _NUMBERED.fullmatch(name), _NUMBERED.fullmatch(current)
    if found is None or newest is None or found["prefix"] != newest["prefix"]:
        return False
    return int(found["number"]) < int(newest["number"]) - 1
