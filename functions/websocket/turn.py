"""The worker that runs turns for WebSocket connections, invoked asynchronously by `message`."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from pydantic import ValidationError

from functions.websocket.schemas import TurnJob
from shared.chat.events import ChatEvent
from shared.chat.prepare import PreparedTurn, claim_prepared_turn
from shared.chat.resume import follow_reply, read_events
from shared.chat.turn import run_turn
from shared.config import GatewaySettings, load
from shared.db.retry import retry_if_rolled_back
from shared.db.session import transaction
from shared.errors import AppError
from shared.logging import RequestContext, configure_logging, request_context
from shared.threads import run_in_thread
from shared.web.fan_out import Broadcast

configure_logging()
_log = logging.getLogger(__name__)


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    """Run a TurnJob. Idempotent: the platform may deliver an event twice."""
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


async def _run(job: TurnJob) -> None:
    events: AsyncGenerator[ChatEvent, None]
    if job.turn_id is None:
        first = await run_in_thread(read_events, job.user_id, job.message_id, job.after)
        events = follow_reply(job.user_id, job.message_id, first, job.after)
    else:
        turn = await run_in_thread(retry_if_rolled_back, partial(_claim_turn, job, job.turn_id))
        if turn is None:
            return
        events = run_turn(turn)
    if not load(GatewaySettings).websocket_endpoint:
        # A native server reads the events from the database and sends them itself.
        async with aclosing(events) as running:
            async for _ in running:
                pass
        return
    audience = Broadcast(job.user_id, job.connection_id, job.request_id, everyone=job.turn_id is not None)
    try:
        async with aclosing(events) as running:
            async for event in running:
                audience.put(event)
    finally:
        await audience.close()


def _claim_turn(job: TurnJob, turn_id: str) -> PreparedTurn | None:
    with transaction() as session:
        turn = claim_prepared_turn(session, job.user_id, job.message_id, turn_id, job.model_fields_given())
    return turn and replace(turn, notices=job.notices)
