"""MCP calls that are held open while the user answers an elicitation: a server before revision 2026-07-28 cannot be
called again with the answer, so the call stays open with its process."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.db.models import MessageStep
from shared.tools.tool import HELD_SECONDS, InputAnswer, InputRequired


@dataclass(frozen=True)
class HeldQuestion:
    step: MessageStep
    question: InputRequired
    answered: "asyncio.Future[InputAnswer]"


class HeldCalls:
    """The held calls of one turn. `until`: no call is held after this moment of time.monotonic."""

    def __init__(self, until: float) -> None:
        self._until = until
        self._asked: list[HeldQuestion] = []
        self._open: dict[int, HeldQuestion] = {}
        # By step: seconds that calls were held, and since when one is.
        self._seconds: dict[int, float] = {}
        self._since: dict[int, float] = {}

    async def ask(self, step: MessageStep, question: InputRequired) -> InputAnswer | None:
        """The user's answer; None where there is none in time."""
        held = HeldQuestion(step, question, asyncio.get_running_loop().create_future())
        self._since[step.n] = time.monotonic()
        self._asked.append(held)
        try:
            seconds = min(HELD_SECONDS, self._until - time.monotonic())
            return await asyncio.wait_for(held.answered, max(0.0, seconds))
        except asyncio.TimeoutError:
            return None
        finally:
            self._seconds[step.n] = self.seconds(step)
            del self._since[step.n]
            self._open.pop(step.n, None)
            if held in self._asked:
                self._asked.remove(held)

    def seconds(self, step: MessageStep) -> float:
        """Seconds that calls of a step were held, which do not count as the call's time."""
        since = self._since.get(step.n)
        return self._seconds.get(step.n, 0.0) + (0.0 if since is None else time.monotonic() - since)

    @property
    def has_asked(self) -> bool:
        """Whether there is a question that nobody has taken."""
        return bool(self._asked)

    def take(self) -> Sequence[HeldQuestion]:
        """The new questions, which wait for `answer` from now on."""
        asked, self._asked = self._asked, []
        self._open |= {held.step.n: held for held in asked}
        return asked

    @property
    def open_steps(self) -> Sequence[int]:
        """The numbers of the steps whose calls wait for an answer."""
        return list(self._open)

    def answer(self, n: int, stored: Mapping[str, Any]) -> MessageStep | None:
        """Pass a stored answer on; the step, None where its call has given up."""
        held = self._open.pop(n, None)
        if held is None or held.answered.done():
            return None
        held.answered.set_result(InputAnswer(accepted=stored["decision"] != "deny", form=stored.get("form")))
        return held.step
