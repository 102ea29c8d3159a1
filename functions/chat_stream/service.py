"""Business rules of the streaming calls: prepared in one transaction, then streamed without a database session."""

from collections.abc import AsyncGenerator

from shared.auth.principal import confirm_login
from shared.auth.tokens import Claims
from shared.chat.detached import start_turn
from shared.chat.events import ChatEvent
from shared.chat.idempotency import RepeatedRequest, prepare_continue_once, prepare_regenerate_once, prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import ReplyBody, SendBody
from shared.chat.resume import Snapshot, follow_reply, read_events
from shared.db.session import transaction
from shared.threads import run_in_thread
from shared.web.fan_out import broadcast_to


async def send(claims: Claims, body: SendBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_send_once` does, before the first event."""
    begun = await run_in_thread(prepare_send_once, claims.user_id, body, request_key, claims)
    return await _events(claims.user_id, begun)


async def regenerate(claims: Claims, body: ReplyBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_regenerate_once` does, before the first event."""
    begun = await run_in_thread(prepare_regenerate_once, claims.user_id, body, request_key, claims)
    return await _events(claims.user_id, begun)


async def continue_reply(claims: Claims, body: ReplyBody) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_continue_once` does, before the first event."""
    return _start(await run_in_thread(prepare_continue_once, claims.user_id, body, claims))


async def resume(claims: Claims, message_id: str, after: int) -> AsyncGenerator[ChatEvent, None]:
    """Raises TokenRevoked and NotFound, before the first event."""

    def first_events() -> Snapshot:
        with transaction() as session:
            confirm_login(session, claims)
        return read_events(claims.user_id, message_id, after)

    return follow_reply(claims.user_id, message_id, await run_in_thread(first_events), after)


async def _events(user_id: str, begun: PreparedTurn | RepeatedRequest) -> AsyncGenerator[ChatEvent, None]:
    if isinstance(begun, RepeatedRequest):
        first = await run_in_thread(read_events, user_id, begun.message_id, 0)
        return follow_reply(user_id, begun.message_id, first, 0)
    return _start(begun)


def _start(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    return start_turn(turn, broadcast_to(turn.user_id))
