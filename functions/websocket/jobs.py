"""The jobs of the worker (shared.chat.worker) that a WebSocket connection asks for."""

from functions.websocket.follows import number_follow
from functions.websocket.schemas import ClientFrame
from functions.websocket.service import Follow
from shared.chat.job_fields import with_fields
from shared.chat.prepare import PreparedTurn
from shared.chat.requests import TurnFields
from shared.chat.worker import TurnJob
from shared.logging import request_context


def job_for(user_id: str, connection_id: str, frame: ClientFrame, outcome: PreparedTurn | Follow) -> TurnJob:
    """The worker's job for a frame and its outcome."""
    context = request_context.get()
    job = TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=frame.request_id,
        trace_id=context.trace_id if context else "",
        message_id=outcome.message_id if isinstance(outcome, Follow) else outcome.ids.message_id,
    )
    if isinstance(outcome, Follow):
        number = number_follow(connection_id, outcome.message_id)
        is_counted = outcome.counted_at is not None
        return job.model_copy(update={"after": outcome.after, "follow_number": number, "is_counted": is_counted})
    job = job.model_copy(update={"turn_id": outcome.turn_id, "notices": outcome.notices})
    return with_fields(job, frame) if isinstance(frame, TurnFields) else job


def job_to_go_on(user_id: str, connection_id: str, turn: PreparedTurn) -> TurnJob:
    """The worker's job for an abandoned reply that was taken over."""
    context = request_context.get()
    return TurnJob(
        user_id=user_id,
        connection_id=connection_id,
        request_id=None,
        trace_id=context.trace_id if context else "",
        message_id=turn.ids.message_id,
        turn_id=turn.turn_id,
    )
