"""The calls that stream a reply: begun in one transaction, then streamed with no session held."""

from collections.abc import AsyncGenerator
from functools import partial

from shared.auth.principal import confirm_login
from shared.auth.tokens import Claims
from shared.chat.begin import Admit, RepeatedRequest, begin_continue, begin_regenerate, begin_send
from shared.chat.detached import start_turn
from shared.chat.events import ChatEvent
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import ReplyBody, SendBody
from shared.chat.resume import follow_reply, read_events
from shared.threads import run_in_thread
from shared.web.connections import broadcast_to


async def send(login: Claims, body: SendBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `begin_send` does, before the first event."""
    begun = await run_in_thread(begin_send, login.user_id, body, request_key, _admit(login))
    return await _events(login.user_id, begun)


async def regenerate(login: Claims, body: ReplyBody, request_key: str | None) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `begin_regenerate` does, before the first event."""
    begun = await run_in_thread(begin_regenerate, login.user_id, body, request_key, _admit(login))
    return await _events(login.user_id, begun)


async def continue_reply(login: Claims, body: ReplyBody) -> AsyncGenerator[ChatEvent, None]:
    """Raises what `begin_continue` does, before the first event."""
    return _start(await run_in_thread(begin_continue, login.user_id, body, _admit(login)))


async def resume(user_id: str, message_id: str, after: int) -> AsyncGenerator[ChatEvent, None]:
    """Raises NotFound, before the first event."""
    first = await run_in_thread(read_events, user_id, message_id, after)
    return follow_reply(user_id, message_id, first, after)


def _admit(login: Claims) -> Admit:
    return partial(confirm_login, claims=login)


async def _events(user_id: str, begun: PreparedTurn | RepeatedRequest) -> AsyncGenerator[ChatEvent, None]:
    if isinstance(begun, RepeatedRequest):
        return await resume(user_id, begun.message_id, 0)
    return _start(begun)


def _start(turn: PreparedTurn) -> AsyncGenerator[ChatEvent, None]:
    return start_turn(turn, broadcast_to(turn.user_id))
