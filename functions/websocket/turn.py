"""The worker that runs turns: for WebSocket connections, and for replies that nobody follows."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from functions.websocket.follows import is_newest_follow
from shared.chat.detached import run_detached, wait_for_turns
from shared.chat.events import ChatEvent
from shared.chat.follow_limit import end_follow
from shared.chat.job_fields import fields_of
from shared.chat.prepare import PreparedTurn, claim_prepared_turn
from shared.chat.resume import follow_reply, read_events
from shared.chat.takeover import take_over_reply
from shared.chat.turn import run_turn
from shared.chat.worker import TurnJob
from shared.config import GatewaySettings, load
from shared.db.retry import retry_if_rolled_back
from shared.db.session import transaction
from shared.db.types import utc_now
from shared.deadline import set_seconds_left
from shared.errors import AppError
from shared.logging import RequestContext, configure_logging, request_context
from shared.threads import run_in_thread
from shared.web.fan_out import Broadcast

configure_logging()
_log = logging.getLogger(__name__)
# Interval at which a worker checks that its follow is the newest of the connection.
_CHECK_SECONDS = 2.0


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Run a TurnJob. Idempotent: the platform may deliver an event twice."""
    set_seconds_left(_seconds_left(context))
    try:
        job = TurnJob.model_validate(event)
    except ValidationError:
        _log.exception("the event is not a TurnJob")
        return {"status": "refused"}
    request_context.set(
        RequestContext(
            request_id=job.request_id or job.trace_id,
            trace_id=job.trace_id,
            client_ip="unknown",
            method="TURN",
            path=job.message_id,
            user_id=job.user_id,
        )
    )
    try:
        asyncio.run(_run(job))
    except AppError as error:
        # The reply or its model was deleted meanwhile; the next reader ends the row, if it still exists.
        _log.warning("a turn could not be run", extra={"code": error.code})
        return {"status": "refused"}
    return {"status": "done"}


def _seconds_left(context: Any) -> float | None:
    """The time until the platform ends the invocation: Lambda's context is an object, SCF's a dict. None on the local
    stage, whose context always has 6 seconds."""
    if os.environ.get("IS_OFFLINE"):
        return None
    if isinstance(context, dict):
        limit = context.get("time_limit_in_ms")
        return limit / 1000 if isinstance(limit, int) else None
    return context.get_remaining_time_in_millis() / 1000 if context is not None else None


async def _run(job: TurnJob) -> None:
    # A follow was counted just before.
    counted_at = utc_now()
    try:
        if job.take_over:
            turn = await run_in_thread(retry_if_rolled_back, partial(take_over_reply, job.user_id, job.message_id))
            if turn is not None:
                await _send(job, run_turn(turn), everyone=True)
            return
        if job.turn_id is None:
            await _send(job, _follow(job), everyone=False)
            return
        turn = await run_in_thread(retry_if_rolled_back, partial(_claim_turn, job, job.turn_id))
        if turn is not None:
            await _send(job, run_turn(turn), everyone=True)
    finally:
        await wait_for_turns()
        if job.is_counted:
            await run_in_thread(end_follow, job.user_id, counted_at)


async def _go_on(turn: PreparedTurn) -> None:
    run_detached(turn)


async def _send(job: TurnJob, events: AsyncGenerator[ChatEvent, None], *, everyone: bool) -> None:
    """Send events to the job's connection, or to all of the user's."""
    if not load(GatewaySettings).websocket_endpoint:
        # A native server reads the events from the database and sends them itself.
        async with aclosing(events) as running:
            async for _ in running:
                pass
        return
    audience = Broadcast(job.user_id, job.connection_id or None, job.request_id, everyone=everyone)
    try:
        async with aclosing(events) as running:
            async for event in running:
                audience.put(event)
    finally:
        await audience.close()


async def _follow(job: TurnJob) -> AsyncGenerator[ChatEvent, None]:
    """The events of a reply, until its end, or until the connection follows it anew with another worker."""
    first = await run_in_thread(read_events, job.user_id, job.message_id, job.after)
    checked_at = time.monotonic()
    async with aclosing(follow_reply(job.user_id, job.message_id, first, job.after, _go_on)) as events:
        async for event in events:
            if time.monotonic() - checked_at > _CHECK_SECONDS:
                checked_at = time.monotonic()
                if not await run_in_thread(_is_newest, job):
                    return
            yield event


def _is_newest(job: TurnJob) -> bool:
    return job.follow_number is None or is_newest_follow(job.connection_id, job.message_id, job.follow_number)


def _claim_turn(job: TurnJob, turn_id: str) -> PreparedTurn | None:
    # A job without fields goes on with an abandoned reply, whose fields are stored with it.
    model_fields = fields_of(job)
    with transaction() as session:
        turn = claim_prepared_turn(session, job.user_id, job.message_id, turn_id, model_fields)
    return turn and replace(turn, notices=job.notices)
