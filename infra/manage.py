"""The operator's commands: `python -m infra.manage --help`.

They act on the database of the environment (DATABASE_URL, or SQLite in CHAT_DATA_DIR).
"""

import argparse
import getpass
import sys
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from shared.auth.passwords import hash_password, is_acceptable
from shared.auth.scopes import DEFAULT_GROUP, GROUP_PERMISSIONS
from shared.db.engine import get_engine
from shared.db.models import User
from shared.db.repositories import refresh_tokens, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.ids import new_id


def migrate(_arguments: argparse.Namespace) -> None:
    from infra.migrations.migrate import upgrade  # Alembic is not where the other commands may run.

    upgrade(get_engine())


def create_user(arguments: argparse.Namespace) -> None:
    email = arguments.email.lower()
    password = arguments.password or getpass.getpass("Password: ")
    if not is_acceptable(password):
        sys.exit("a password has 8 to 72 bytes, with at least one letter and one digit")
    user = User(
        id=new_id(),
        email=email,
        username=arguments.username or email.partition("@")[0],
        password_hash=hash_password(password),
        group=arguments.group,
    )
    try:
        with transaction() as session:
            users.add_user(session, user)
    except IntegrityError:
        if not arguments.if_missing:
            sys.exit(f"{email} has an account already")


def list_users(_arguments: argparse.Namespace) -> None:
    with transaction() as session:
        for user in users.list_users(session):
            print(f"{user.id}  {user.created_at:%Y-%m-%d %H:%M}  {user.group:<5}  {user.email}  {user.username}")


def set_group(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        user = users.find_user_by_email(session, arguments.email.lower())
        if user is None:
            sys.exit(f"{arguments.email} has no account")
        user.group = arguments.group
        user.updated_at = utc_now()


def revoke_sessions(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        user = users.find_user_by_email(session, arguments.email.lower())
        if user is None:
            sys.exit(f"{arguments.email} has no account")
        refresh_tokens.revoke_user(session, user.id, utc_now())


def openapi(arguments: argparse.Namespace) -> None:
    from infra.openapi import merged_document, write_document  # Imports every function.

    write_document(merged_document(), arguments.file)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.manage", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    command = commands.add_parser("migrate", help="bring the database to the newest schema")
    command.set_defaults(run=migrate)

    command = commands.add_parser("create-user", help="make an account")
    command.add_argument("email")
    command.add_argument("--password", help="asked for when absent")
    command.add_argument("--username", help="the part of the email before the @ when absent")
    command.add_argument("--group", choices=GROUP_PERMISSIONS, default=DEFAULT_GROUP)
    command.add_argument("--if-missing", action="store_true", help="succeed when the account exists")
    command.set_defaults(run=create_user)

    command = commands.add_parser("list-users", help="everyone, oldest first")
    command.set_defaults(run=list_users)

    command = commands.add_parser("set-group", help="takes effect at the user's next refresh")
    command.add_argument("email")
    command.add_argument("group", choices=GROUP_PERMISSIONS)
    command.set_defaults(run=set_group)

    command = commands.add_parser("revoke-sessions", help="log a user out everywhere")
    command.add_argument("email")
    command.set_defaults(run=revoke_sessions)

    command = commands.add_parser("openapi", help="write the merged OpenAPI document of all functions")
    command.add_argument("file", type=Path)
    command.set_defaults(run=openapi)
    return parser


if __name__ == "__main__":
    parsed = _parser().parse_args()
    parsed.run(parsed)
