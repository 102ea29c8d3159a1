"""Idempotency of sends: a request that is repeated with its key attaches to the reply of the first one.

`claims`: the verified token of a caller whose login is still to be looked up, by the first statement of the
transaction; None where it was checked before.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat.errors import RequestKeyReused
from shared.chat.parts import check_uploads
from shared.chat.prepare import UNSPECIFIED_PARENT, PreparedTurn, prepare_continue, prepare_regenerate, prepare_send
from shared.chat.requests import ReplyBody, SendBody
from shared.db.models import Message
from shared.db.repositories import messages
from shared.db.session import plain_transaction, transaction
from shared.errors import RateLimited
from shared.storage import get_object_store


@dataclass(frozen=True)
class RepeatedRequest:
    """The request was made before: its reply is there, streaming or ended."""

    message_id: str


def prepare_send_once(
    user_id: str, body: SendBody, request_key: str | None, claims: Claims | None = None
) -> PreparedTurn | RepeatedRequest:
    """Raises what `check_uploads` and `prepare_send` do, RequestKeyReused; TokenRevoked where `claims` are given."""
    store = get_object_store()
    check_uploads(body.message, user_id, body.conversation_id, store)
    parent_id = body.parent_id if "parent_id" in body.model_fields_set else UNSPECIFIED_PARENT

    def prepare() -> PreparedTurn:
        with plain_transaction() as connection:
            _confirm(connection, claims)
            return prepare_send(
                connection, store, user_id, body.conversation_id, body.message, parent_id, body, request_key
            )

    def is_same(reply: Message) -> bool:
        return reply.conversation_id == body.conversation_id

    return _once(user_id, request_key, prepare, is_same)


def prepare_regenerate_once(
    user_id: str, body: ReplyBody, request_key: str | None, claims: Claims | None = None
) -> PreparedTurn | RepeatedRequest:
    """Raises what `prepare_regenerate` does, RequestKeyReused; TokenRevoked where `claims` are given."""

    def prepare() -> PreparedTurn:
        with transaction() as session:
            _confirm(session, claims)
            return prepare_regenerate(session, user_id, body.message_id, body, request_key)

    def is_same(reply: Message) -> bool:
        return reply.id != body.message_id

    return _once(user_id, request_key, prepare, is_same)


def prepare_continue_once(user_id: str, body: ReplyBody, claims: Claims | None = None) -> PreparedTurn:
    """Raises what `prepare_continue` does, and TokenRevoked where `claims` are given.

    A repeat finds the reply streaming, and is refused.
    """
    with transaction() as session:
        _confirm(session, claims)
        return prepare_continue(session, user_id, body.message_id, body)


def _confirm(session: Session | Connection, claims: Claims | None) -> None:
    if claims is not None:
        confirm_login(session, claims)


def _once(
    user_id: str,
    request_key: str | None,
    prepare: Callable[[], PreparedTurn],
    is_same: Callable[[Message], bool],
) -> PreparedTurn | RepeatedRequest:
    # The unique index decides, because two repeats may arrive at the same instant. A rate limit must not hide a reply
    # that exists: a repeat still attaches to it.
    try:
        return prepare()
    except (IntegrityError, RateLimited) as error:
        if request_key is None:
            raise
        refusal = error
    with transaction() as session:
        reply = messages.find_message_of_request(session, user_id, request_key)
        if reply is None and isinstance(refusal, RateLimited):
            raise refusal
        if reply is None or not is_same(reply):
            raise RequestKeyReused
        return RepeatedRequest(reply.id)
