"""The operator's commands: `python -m infra.manage --help`.

They act on the database of the environment: DATABASE_URL, or the local stage's (CHAT_DATA_DIR). With `--stage prod` a
deployed stage's maintenance function runs them, which has access to its database.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.auth.accounts import Email, Username
from shared.auth.passwords import hash_password, is_acceptable
from shared.auth.scopes import DEFAULT_GROUP, GROUP_PERMISSIONS
from shared.chat import administration
from shared.db.models import User
from shared.db.repositories import passkeys, refresh_tokens, second_factors, tool_servers, users
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.errors import InvalidInput
from shared.ids import new_id
from shared.schemas import validation_details
from shared.stage_settings import StageSettings, read_settings

# For what one account owns; the sweep deletes the rest.
_DELETE_SECONDS = 600.0


def migrate(_arguments: argparse.Namespace) -> None:
    from infra.migrations import migrate as migrations  # The other commands may run without Alembic.

    migrations.migrate()


def current(_arguments: argparse.Namespace) -> None:
    from infra.migrations import migrate as migrations

    print(migrations.current())


def stamp(arguments: argparse.Namespace) -> None:
    from infra.migrations import migrate as migrations

    migrations.stamp(arguments.revision)


def list_releases(arguments: argparse.Namespace) -> None:
    from infra.stages import open_stage, releases  # Cloud SDKs are slow to import, and not in functions.

    for release in releases(open_stage(arguments.stage, arguments.cloud)):
        print(f"{release.id}  {release.created}  {'live' if release.is_live else ''}".rstrip())


def rollback(arguments: argparse.Namespace) -> None:
    from infra.stages import open_stage
    from infra.stages import rollback as move_aliases

    for function in move_aliases(open_stage(arguments.stage, arguments.cloud), arguments.release):
        print(f"{function}: {arguments.release}")


def prune(arguments: argparse.Namespace) -> None:
    from infra.stages import AwsStage, open_stage

    stage = open_stage(arguments.stage, arguments.cloud)
    if not isinstance(stage, AwsStage):
        sys.exit("on Tencent Cloud each deploy deletes old versions itself")
    for deleted in stage.delete_old_versions():
        print(f"deleted {deleted}")


def revision(arguments: argparse.Namespace) -> None:
    from infra.revision import write_revision  # Needs ruff, a development dependency.

    file = write_revision(arguments.message)
    print(f"wrote {file}: read and complete it" if file else "no migration needed: the models match the newest schema")


def create_user(arguments: argparse.Namespace) -> None:
    if arguments.if_missing:
        with transaction() as session:
            if users.find_user_by_email(session, arguments.email) is not None:
                return
    user = User(
        id=new_id(),
        email=arguments.email,
        username=arguments.username or arguments.email.partition("@")[0],
        password_hash=_hashed_password(arguments.password),
        group=arguments.group,
    )
    try:
        with transaction() as session:
            users.add_user(session, user)
            changes = {"group": (None, user.group)}
            administration.record_change(session, None, "user_create", utc_now(), user_id=user.id, changes=changes)
    except IntegrityError:
        if not arguments.if_missing:
            sys.exit(f"{arguments.email} already has an account")


def list_users(_arguments: argparse.Namespace) -> None:
    with transaction() as session:
        for user in users.list_users(session):
            print(f"{user.id}  {user.created_at:%Y-%m-%d %H:%M}  {user.group:<5}  {user.email}  {user.username}")


def set_group(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        administration.set_group(session, None, _lock_user(session, arguments.email), arguments.group, utc_now())


def disable_user(arguments: argparse.Namespace) -> None:
    from shared.chat.account_deletion import delete_shares

    with transaction() as session:
        user = _lock_user(session, arguments.email)
        administration.set_disabled(session, None, user, True, utc_now())
    delete_shares(user.id)


def enable_user(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        administration.set_disabled(session, None, _lock_user(session, arguments.email), False, utc_now())


def set_password(arguments: argparse.Namespace) -> None:
    password_hash = _hashed_password(arguments.password)
    with transaction() as session:
        user = _lock_user(session, arguments.email)
        user.password_hash = password_hash
        user.updated_at = utc_now()
        administration.record_change(session, None, "user_set_password", utc_now(), user_id=user.id)
        refresh_tokens.revoke_user(session, user.id, utc_now())


def remove_second_factors(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        user = _lock_user(session, arguments.email)
        second_factors.delete_totp(session, user.id)
        second_factors.delete_recovery_codes(session, user.id)
        passkeys.delete_all_passkeys(session, user.id)
        administration.record_change(session, None, "user_remove_factors", utc_now(), user_id=user.id)
        refresh_tokens.revoke_user(session, user.id, utc_now())


def delete_user(arguments: argparse.Namespace) -> None:
    from shared.chat.account_deletion import delete_account_data

    if not arguments.yes:
        _confirm_deletion(arguments.email)
    with transaction() as session:
        user = _lock_user(session, arguments.email)
        administration.start_deletion(session, None, user, utc_now())
    if not delete_account_data(user.id, _DELETE_SECONDS):
        print("the account has ended; the next sweep deletes the rest of what it owns")


def _confirm_deletion(email: str) -> None:
    if input(f"Delete {email} with everything it owns? [y/N] ") != "y":
        sys.exit("nothing was deleted")


def export_user(arguments: argparse.Namespace) -> None:
    from shared.chat.account_export import export_page
    from shared.storage import get_object_store

    cursor: str | None = None
    while True:
        with transaction() as session:
            user = _lock_user(session, arguments.email)
            items, cursor = export_page(session, user, get_object_store(), cursor)
        for item in items:
            print(item.model_dump_json())
        if cursor is None:
            return


def invite(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        created = administration.invite(session, None, arguments.group, arguments.email)
    print(f"{created.url}\nvalid until {created.expires_at:%Y-%m-%d %H:%M} UTC")


def revoke_sessions(arguments: argparse.Namespace) -> None:
    with transaction() as session:
        administration.end_logins(session, None, _lock_user(session, arguments.email), utc_now())


def add_tool_server(arguments: argparse.Namespace) -> None:
    from shared.chat import operator_tool_servers  # Loads cryptography.
    from shared.tools.stored_server import UnsafeUrl

    auth: operator_tool_servers.ServerAuth = "none" if arguments.token is None else "bearer"
    new = operator_tool_servers.NewServer(arguments.name, arguments.url, auth, arguments.token)
    try:
        with transaction() as session:
            operator_tool_servers.create_server(session, None, new)
    except UnsafeUrl as error:
        sys.exit("; ".join(detail["message"] for detail in error.details or ()))
    except operator_tool_servers.ServerNameTaken:
        sys.exit(f"there is a tool server named {arguments.name}")
    except operator_tool_servers.ServerLimit as error:
        sys.exit(error.message)


def list_tool_servers(_arguments: argparse.Namespace) -> None:
    from shared.chat import operator_tool_servers

    with transaction() as session:
        for server in operator_tool_servers.list_servers(session):
            # A query may hold a key.
            url = server.url.partition("?")[0]
            disabled = "" if server.enabled else "  (disabled)"
            print(f"{server.created_at:%Y-%m-%d %H:%M}  {server.auth:<6}  {server.name}  {url}{disabled}")


def remove_tool_server(arguments: argparse.Namespace) -> None:
    from shared.chat import operator_tool_servers

    with transaction() as session:
        server = tool_servers.find_operators_server(session, arguments.name)
        if server is None:
            sys.exit(f"there is no tool server named {arguments.name}")
        operator_tool_servers.delete_servers(session, None, [server.id])


def list_settings(_arguments: argparse.Namespace) -> None:
    with transaction() as session:
        for name, value in read_settings(session).model_dump(mode="json", exclude_none=True).items():
            print(f"{name} {json.dumps(value)}")


def set_setting(arguments: argparse.Namespace) -> None:
    _change_setting(arguments.name, _json_or_text(arguments.value))


def reset_setting(arguments: argparse.Namespace) -> None:
    _change_setting(arguments.name, None)


def _change_setting(name: str, value: Any) -> None:
    try:
        given = StageSettings.model_validate({name: value})
        with transaction() as session:
            administration.change_settings(session, None, given, utc_now())
    except ValidationError as error:
        sys.exit("\n".join(f"{detail['field']}: {detail['message']}" for detail in validation_details(error.errors())))
    except InvalidInput as error:
        sys.exit("\n".join(f"{detail['field']}: {detail['message']}" for detail in error.details or ()))


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def openapi(arguments: argparse.Namespace) -> None:
    from infra.openapi import merged_document, write_document  # Imports every function.

    write_document(merged_document(), arguments.file)


def _hashed_password(given: str | None) -> str:
    """The hash of a password, which is prompted for when absent. Exits when it is too weak."""
    password = given or getpass.getpass("Password: ")
    if not is_acceptable(password):
        sys.exit("the password must have 8 to 72 bytes, with at least one letter and one digit")
    return hash_password(password)


def _lock_user(session: Session, email: str) -> User:
    found = users.find_user_by_email(session, email)
    user = users.lock_user(session, found.id) if found else None
    if user is None:
        sys.exit(f"no account has the email {email}")
    return user


def _argument(rule: Any) -> Callable[[str], str]:
    """An argparse type that validates an argument by the API's own rule."""

    def parse(value: str) -> str:
        try:
            parsed: str = TypeAdapter(rule).validate_python(value)
        except ValidationError as error:
            raise argparse.ArgumentTypeError(error.errors()[0]["msg"]) from None
        return parsed

    return parse


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.manage", description=__doc__)
    parser.add_argument("--stage", help="a deployed stage, instead of the database of the environment")
    parser.add_argument("--cloud", choices=["aws", "tencent"], default="aws", help="of the stage")
    # `task`: an event of the maintenance function that takes minutes. `only_on`: this machine (`here`), or a `stage`.
    # `prints_accounts`: or links with tokens. SCF logs what a function returns.
    parser.set_defaults(task=None, only_on=None, prints_accounts=False)
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_stage_commands(commands)
    _add_account_commands(commands)
    _add_setting_commands(commands)
    return parser


def _add_stage_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Schema, maintenance and releases, and the commands of developers."""
    command = commands.add_parser("migrate", help="migrate the database to the newest schema")
    command.set_defaults(run=migrate, task="migrate")

    command = commands.add_parser("current", help="print the revision of the database's schema")
    command.set_defaults(run=current)

    command = commands.add_parser("stamp", help="record a schema's revision without migrating")
    command.add_argument("revision", help="such as 0006, or head")
    command.set_defaults(run=stamp)

    command = commands.add_parser("sweep", help="run the daily cleanup now")
    command.set_defaults(task="sweep", only_on="stage")

    command = commands.add_parser("renew-api-keys", help="encrypt stored secrets with the first encryption key")
    command.set_defaults(task="renew_api_keys", only_on="stage")

    command = commands.add_parser("releases", help="list the releases that are complete, newest first")
    command.set_defaults(run=list_releases, only_on="stage")

    command = commands.add_parser("rollback", help="let callers reach another release, by moving the aliases")
    command.add_argument("release", help="as the command releases prints it")
    command.set_defaults(run=rollback, only_on="stage")

    command = commands.add_parser("prune", help="delete versions of functions and layers that no kept release uses")
    command.set_defaults(run=prune, only_on="stage")

    command = commands.add_parser("revision", help="write a migration for changed models; uses no database")
    command.add_argument("-m", "--message", required=True, help="its title, such as 'Add projects'")
    command.set_defaults(run=revision, only_on="here")

    command = commands.add_parser("openapi", help="write the merged OpenAPI document of all functions")
    command.add_argument("file", type=Path)
    command.set_defaults(run=openapi, only_on="here")


def _add_account_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    email = _argument(Email)

    command = commands.add_parser("create-user", help="create an account")
    command.add_argument("email", type=email)
    command.add_argument("--password", help="prompted for when absent")
    command.add_argument("--username", type=_argument(Username), help="the part of the email before the @ when absent")
    command.add_argument("--group", choices=GROUP_PERMISSIONS, default=DEFAULT_GROUP)
    command.add_argument("--if-missing", action="store_true", help="succeed when the account exists")
    command.set_defaults(run=create_user)

    command = commands.add_parser("invite", help="print a link with which one person can register, within a week")
    command.add_argument("--email", type=email, help="only this address may use it")
    command.add_argument("--group", choices=GROUP_PERMISSIONS, default=DEFAULT_GROUP)
    command.set_defaults(run=invite, prints_accounts=True)

    command = commands.add_parser("list-users", help="list all users, oldest first")
    command.set_defaults(run=list_users, prints_accounts=True)

    command = commands.add_parser("set-group", help="change a user's group; takes effect at the next token refresh")
    command.add_argument("email", type=email)
    command.add_argument("group", choices=GROUP_PERMISSIONS)
    command.set_defaults(run=set_group)

    command = commands.add_parser("revoke-sessions", help="log a user out everywhere")
    command.add_argument("email", type=email)
    command.set_defaults(run=revoke_sessions)

    command = commands.add_parser("disable-user", help="end a user's logins, and refuse new ones")
    command.add_argument("email", type=email)
    command.set_defaults(run=disable_user)

    command = commands.add_parser("enable-user", help="let a disabled user log in again")
    command.add_argument("email", type=email)
    command.set_defaults(run=enable_user)

    command = commands.add_parser("set-password", help="set a user's password, and log the user out everywhere")
    command.add_argument("email", type=email)
    command.add_argument("--password", help="prompted for when absent")
    command.set_defaults(run=set_password)

    command = commands.add_parser(
        "remove-second-factors",
        help="remove the authenticator app, passkeys and recovery codes of a user who lost them, and log the user out",
    )
    command.add_argument("email", type=email)
    command.set_defaults(run=remove_second_factors)

    command = commands.add_parser("delete-user", help="delete an account with everything it owns")
    command.add_argument("email", type=email)
    command.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    command.set_defaults(run=delete_user)

    command = commands.add_parser("export-user", help="print everything an account owns, an item of JSON a line")
    command.add_argument("email", type=email)
    command.set_defaults(run=export_user, prints_accounts=True)


def _add_setting_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Tool servers of every user, and the settings of the admin page."""
    command = commands.add_parser("add-tool-server", help="offer the tools of an MCP server to every user")
    command.add_argument("name")
    command.add_argument("url", help="of its streamable HTTP endpoint")
    command.add_argument("--token", help="bearer token, sent with every request")
    command.set_defaults(run=add_tool_server)

    command = commands.add_parser("list-tool-servers", help="list the tool servers offered to every user")
    command.set_defaults(run=list_tool_servers)

    command = commands.add_parser("remove-tool-server", help="remove a tool server offered to every user")
    command.add_argument("name")
    command.set_defaults(run=remove_tool_server)

    command = commands.add_parser("list-settings", help="list the settings of the admin page that differ from defaults")
    command.set_defaults(run=list_settings)

    command = commands.add_parser("set-setting", help="change a setting of the admin page")
    command.add_argument("name", choices=StageSettings.model_fields)
    command.add_argument("value", help="such as closed, or JSON")
    command.set_defaults(run=set_setting)

    command = commands.add_parser("reset-setting", help="give a setting of the admin page its default again")
    command.add_argument("name", choices=StageSettings.model_fields)
    command.set_defaults(run=reset_setting)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command. Exits with a message when it fails."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parsed = _parser().parse_args(given)
    if parsed.stage is None and parsed.only_on != "stage":
        parsed.run(parsed)
    elif parsed.stage is None:
        sys.exit("this command needs --stage")
    elif parsed.only_on == "here":
        sys.exit("this command does not take --stage")
    else:
        _run_on_stage(parsed, given)


def _run_on_stage(parsed: argparse.Namespace, given: Sequence[str]) -> None:
    from infra.deployment import DeployFailed, InvalidStage
    from infra.stages import open_stage

    if parsed.prints_accounts and parsed.cloud == "tencent":
        sys.exit(
            "SCF logs what a function returns, so this command cannot run on Tencent Cloud with --stage:"
            " run it with DATABASE_URL where the database can be reached"
        )
    try:
        if parsed.only_on == "stage" and parsed.task is None:
            parsed.run(parsed)
            return
        stage = open_stage(parsed.stage, parsed.cloud)
        if parsed.task is not None:
            stage.run({"task": parsed.task})
            print("done")
            return
        answer = stage.call({"task": "manage", "arguments": _for_the_function(parsed, given)})
    except (DeployFailed, InvalidStage) as error:
        sys.exit(str(error))
    print(answer["output"], end="")
    if answer["error"]:
        sys.exit(answer["error"])


def _for_the_function(parsed: argparse.Namespace, given: Sequence[str]) -> list[str]:
    """The arguments without `--stage` and `--cloud`, and with the answers for which a function cannot prompt."""
    own = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    own.add_argument("--stage")
    own.add_argument("--cloud")
    _, command = own.parse_known_args(list(given))
    if getattr(parsed, "password", "") is None:
        command += ["--password", getpass.getpass("Password: ")]
    if getattr(parsed, "yes", None) is False:
        _confirm_deletion(parsed.email)
        command.append("--yes")
    return command


if __name__ == "__main__":
    from infra.local.environment import database_url  # Not in functions.

    os.environ["DATABASE_URL"] = database_url(os.environ)
    main()
