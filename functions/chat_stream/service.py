"""The calls that stream a reply: begun in one transaction, then streamed with no session held."""

from collections.abc import AsyncIterator

from anyio.to_thread import run_sync

from shared.chat.begin import RepeatedRequest, begin_continue, begin_regenerate, begin_send
from shared.chat.events import ChatEvent
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import ReplyBody, SendBody
from shared.chat.resume import follow_reply, look
from shared.chat.turn import start_turn
from shared.web.connections import broadcast_to


async def send(user_id: str, body: SendBody, request_key: str | None) -> AsyncIterator[ChatEvent]:
    """Raises what `begin_send` does, before the first event."""
    return await _events(user_id, await run_sync(begin_send, user_id, body, request_key))


async def regenerate(user_id: str, body: ReplyBody, request_key: str | None) -> AsyncIterator[ChatEvent]:
    """Raises what `begin_regenerate` does, before the first event."""
    return await _events(user_id, await run_sync(begin_regenerate, user_id, body, request_key))


async def continue_reply(user_id: str, body: ReplyBody) -> AsyncIterator[ChatEvent]:
    """Raises what `begin_continue` does, before the first event."""
    return _start(await run_sync(begin_continue, user_id, body))


async def resume(user_id: str, message_id: str, after: int) -> AsyncIterator[ChatEvent]:
    """Raises NotFound, before the first event."""
    first = await run_sync(look, user_id, message_id, after)
    return follow_reply(user_id, message_id, first, after)


async def _events(user_id: str, begun: PreparedTurn | RepeatedRequest) -> AsyncIterator[ChatEvent]:
    if isinstance(begun, RepeatedRequest):
        return await resume(user_id, begun.message_id, 0)
    return _start(begun)


def _start(turn: PreparedTurn) -> AsyncIterator[ChatEvent]:
    return start_turn(turn, broadcast_to(turn.user_id))
