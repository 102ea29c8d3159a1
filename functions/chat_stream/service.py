"""Business rules of the streaming calls: prepared in one transaction, then streamed without a database session."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from shared.auth.claims import Claims
from shared.auth.principal import confirm_login
from shared.chat.detached import run_detached, start_turn
from shared.chat.events import ChatEvent
from shared.chat.follow_limit import end_follow, read_slot, start_follow
from shared.chat.idempotency import RepeatedRequest, prepare_continue_once, prepare_regenerate_once, prepare_send_once
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import ReplyBody, SendBody
from shared.chat.resume import follow_reply, read_first_events
from shared.db.session import transaction
from shared.threads import run_in_thread
from shared.web.fan_out import broadcast_to


async def send(claims: Claims, body: SendBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_send_once` does, before the first event."""
    prepared = await run_in_thread(prepare_send_once, claims.user_id, body, request_key, claims)
    return await _events(claims.user_id, prepared)


async def regenerate(claims: Claims, body: ReplyBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_regenerate_once` does, before the first event."""
    prepared = await run_in_thread(prepare_regenerate_once, claims.user_id, body, request_key, claims)
    return await _events(claims.user_id, prepared)


async def continue_reply(claims: Claims, body: ReplyBody) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `prepare_continue_once` does, before the first event."""
    return _start(await run_in_thread(prepare_continue_once, claims.user_id, body, claims))


async def resume(claims: Claims, message_id: str, after: int) -> AsyncGenerator[ChatEvent, None]:
    """Raises TokenRevoked, NotFound and RateLimited, before the first event."""

    def count() -> datetime:
        with transaction() as session:
            confirm_login(session, claims)
            return start_follow(session, claims.user_id)

    async with read_slot(claims.user_id):
        counted_at = await run_in_thread(count)
    return await _follow(claims.user_id, message_id, after, counted_at)


async def _events(user_id: str, prepared: PreparedTurn | RepeatedRequest) -> AsyncGenerator[ChatEvent, None]:
    if not isinstance(prepared, RepeatedRequest):
        return _start(prepared)

    def count() -> datetime:
        with transaction() as session:
            return start_follow(session, user_id)

    return await _follow(user_id, prepared.message_id, 0, await run_in_thread(count))


async def _follow(user_id: str, message_id: str, after: int, counted_at: datetime) -> AsyncGenerator[ChatEvent, None]:
    """The events of a reply, for a follow that was counted at `counted_at`."""
    try:
        first = await read_first_events(user_id, message_id, after)
    except BaseException:
        await asyncio.shield(run_in_thread(end_follow, user_id, counted_at))
        raise

    async def run(turn: PreparedTurn) -> None:
        run_detached(turn, broadcast_to(user_id))

    async def events() -> AsyncGenerator[ChatEvent, None]:
        try:
            async with aclosing(follow_reply(user_id, message_id, first, after, run)) as following:
                async for event in following:
                    yield event
        finally:
            await asyncio.shield(run_in_thread(end_follow, user_id, counted_at))

    return events()


def _start(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    return start_turn(turn, broadcast_to(turn.user_id))
