"""The calls that run a model: prepare in one transaction, then stream with no session held."""

from collections.abc import AsyncIterator

from anyio.to_thread import run_sync

from functions.chat_stream.schemas import ReplyBody, SendBody
from shared.chat.events import ChatEvent
from shared.chat.prepare import (
    ACTIVE_LEAF,
    PreparedTurn,
    prepare_continue,
    prepare_regenerate,
    prepare_send,
)
from shared.chat.turn import start_turn
from shared.db.session import transaction
from shared.storage import get_object_store


async def send(user_id: str, body: SendBody) -> AsyncIterator[ChatEvent]:
    """Raises what `prepare_send` does, before the first event."""

    def prepare() -> PreparedTurn:
        parent_id = body.parent_id if "parent_id" in body.model_fields_set else ACTIVE_LEAF
        with transaction() as session:
            return prepare_send(
                session, get_object_store(), user_id, body.conversation_id, body.message, parent_id, body
            )

    return start_turn(await run_sync(prepare))


async def regenerate(user_id: str, body: ReplyBody) -> AsyncIterator[ChatEvent]:
    """Raises what `prepare_regenerate` does, before the first event."""

    def prepare() -> PreparedTurn:
        with transaction() as session:
            return prepare_regenerate(session, get_object_store(), user_id, body.message_id, body)

    return start_turn(await run_sync(prepare))


async def continue_reply(user_id: str, body: ReplyBody) -> AsyncIterator[ChatEvent]:
    """Raises what `prepare_continue` does, before the first event."""

    def prepare() -> PreparedTurn:
        with transaction() as session:
            return prepare_continue(session, get_object_store(), user_id, body.message_id, body)

    return start_turn(await run_sync(prepare))
