"""Answers of the user to the steps of a waiting reply."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from shared.chat.errors import AlreadyAnswered
from shared.db.models import MessageStep
from shared.db.models.message import Status
from shared.db.repositories import message_steps, messages
from shared.errors import InvalidInput, NotFound

# Fields of an answer besides the decision, by the kind of question.
_FIELDS = {"arguments": ("approve",), "form": ("form",)}


def answer_step(session: Session, user_id: str, message_id: str, n: int, answer: Mapping[str, Any]) -> bool:
    """Store an answer, `{decision, arguments?, form?, reason?}`; whether the reply can go on now.

    The last answer that a reply waits for makes it `streaming` without a process: the next reader or the worker goes
    on. Idempotent. Raises NotFound, InvalidInput, AlreadyAnswered.
    """
    message = messages.find_message(session, user_id, message_id)
    steps = message_steps.list_steps(session, user_id, [message_id]) if message is not None else ()
    step = next((step for step in steps if step.n == n), None)
    if message is None or step is None or step.ask is None:
        raise NotFound
    if step.answer is None:
        _check(step, answer)
    is_held = bool(step.ask.get("is_held"))
    if step.answer is not None or not message_steps.store_answer(
        session, user_id, message_id, n, answer, is_held=is_held
    ):
        stored = message_steps.find_answer(session, user_id, message_id, n)
        if stored != answer:
            raise AlreadyAnswered
        # The answers of two devices at once: whichever transaction comes last finds all of them.
    if message.status != "waiting" or message_steps.has_unanswered(session, user_id, message_id):
        return False
    # Without stored model fields no process can go on: the client continues the reply with its key.
    status: Status = "streaming" if message.model_fields is not None else "interrupted"
    return messages.leave_waiting(session, user_id, message_id, status) and status == "streaming"


def _check(step: MessageStep, answer: Mapping[str, Any]) -> None:
    """Raises InvalidInput for fields that the question does not take."""
    assert step.ask is not None
    kind = step.ask["kind"]
    wrong = [name for name, kinds in _FIELDS.items() if name in answer and kind not in kinds]
    if answer["decision"] == "allow_always" and kind != "approve":
        wrong.append("decision")
    if wrong:
        raise InvalidInput(details=[{"field": name, "message": "This step does not take it."} for name in wrong])
    if kind == "form" and answer["decision"] != "deny" and "form" not in answer:
        raise InvalidInput(details=[{"field": "form", "message": "The values of the form are missing."}])
