"""A turn while it runs: its tools and its current model call, and what their answers add up to."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from shared.chat.event_log import ReplyEnd
from shared.chat.events import ChatEvent, Notice
from shared.chat.model_call import ModelCall
from shared.chat.prepare import PreparedTurn
from shared.chat.sources import add_cited, list_sources
from shared.chat.tool_loop import ToolLoop
from shared.chat.usage import turn_usage
from shared.db.repositories.usage import TurnUsage
from shared.db.types import utc_now
from shared.llm.answer import Finished, Source, Usage
from shared.llm.errors import EmptyReply, ProviderError
from shared.llm.learned import Learned
from shared.metrics import record


class RunningTurn:
    """Makes the model calls of a turn, ends them and its tools, and adds up usage, details of the reply and metrics.

    `call`: the model call whose answer is being read, or was read last; None before the first and after an answer that
    ended in calls. `deadline`: the moment of time.monotonic after which the turn is left to another process.
    """

    def __init__(self, turn: PreparedTurn, tools: ToolLoop | None, deadline: float) -> None:
        self.turn = turn
        self.tools = tools
        self.deadline = deadline
        self.call: ModelCall | None = None
        self._added: ModelCall | None = None
        self._started_at = time.perf_counter()
        self.usage = turn.usage
        # Usage without that of the turns that this one continues.
        self.own_usage: Mapping[str, int] | None = None
        self.learned: Learned | None = None
        self.first_token_ms: int | None = None
        # Tokens of answers whose usage the provider did not report.
        self._estimated: Counter[str] = Counter()
        self._omitted: dict[str, bool] = {}
        self._sources: tuple[Source, ...] = ()

    def ask_model(self) -> None:
        """Begin the next model call."""
        messages = self.tools.messages() if self.tools is not None else self.turn.messages
        self.call = ModelCall(self.turn, messages, self.tools)

    def record_first_token(self, event: ChatEvent) -> None:
        if self.first_token_ms is None and not isinstance(event, Notice):
            self.first_token_ms = self.milliseconds()

    def milliseconds(self) -> int:
        return round((time.perf_counter() - self._started_at) * 1000)

    async def end_answer(self) -> None:
        """Add an answer that ended in calls, and end its request."""
        await self._hang_up()
        self.call = None

    async def close(self) -> None:
        """Add the last answer, and end what the turn holds open."""
        await self._hang_up()
        if self.tools is not None:
            await self.tools.aclose()

    async def _hang_up(self) -> None:
        if self.call is None:
            return
        if self.call is not self._added:
            self._added = self.call
            self._add(self.call.answer.outcome)
        await self.call.hang_up()
        self.learned = self.call.answer.learned or self.learned

    def _add(self, outcome: Finished | ProviderError | None) -> None:
        """Add an answer, of which the user may have received less than the provider has sent."""
        self._estimate()
        if not isinstance(outcome, Finished | EmptyReply):
            return
        self.usage = _sum_usage(self.usage, outcome.usage)
        self.own_usage = _sum_usage(self.own_usage, outcome.usage)
        if isinstance(outcome, EmptyReply):
            return
        self._sources += outcome.sources
        flags = {"images_omitted": outcome.images_omitted, "tools_omitted": outcome.tools_omitted}
        self._omitted |= {name: True for name, value in flags.items() if value}

    def turn_usage(self) -> TurnUsage:
        """The use of the model by this turn, after its end."""
        tokens = Counter(self.own_usage or {}) + self._estimated
        turns = 0 if self.turn.was_counted else 1
        return turn_usage(self.turn.endpoint, tokens, turns, utc_now())

    def record(self, end: ReplyEnd) -> None:
        """Log the turn's metrics. The server of a user's own model is not among them: it is private."""
        turn = self.turn
        # Not the usage of `end`, which includes the turns that this one continues.
        usage = self.own_usage or {}
        record(
            "turn",
            turns=1,
            failed_turns=int(end.status == "failed"),
            first_token_ms=self.first_token_ms,
            duration_ms=self.milliseconds(),
            prompt_tokens=usage.get("prompt_tokens"),
            completion_tokens=usage.get("completion_tokens"),
            status=end.status,
            error_code=(end.error or {}).get("code"),
            model_host=urlsplit(turn.endpoint.base_url).hostname if turn.endpoint.is_operators else None,
            conversation_id=turn.ids.conversation_id,
            message_id=turn.ids.message_id,
        )

    def _estimate(self) -> None:
        """Estimate the tokens of an answer with a price that ends without the provider's report, such as one that was
        stopped."""
        if self.call is None or self.turn.endpoint.prices is None:
            return
        outcome = self.call.answer.outcome
        if not isinstance(outcome, Finished | EmptyReply) or outcome.usage is None:
            self._estimated.update(self.call.estimate())

    def complete(self, end: ReplyEnd) -> ReplyEnd:
        """The end with the usage and the details of the reply, when the turn is closed."""
        return replace(end, usage=self.usage, details=self._details())

    def _details(self) -> dict[str, Any] | None:
        details = {**(self.turn.details or {}), **self._omitted}
        known = details.get("sources", [])
        if self.tools is not None:
            known = list_sources(self.turn.details, self.tools.steps)
        found = add_cited(known, self._sources)
        if found:
            details["sources"] = found
        if self.tools is not None and self.tools.problems:
            details["tool_problems"] = list(self.tools.problems)
        if self.turn.files.excerpts:
            details["file_excerpts"] = self.turn.files.excerpts
        return details or None


def _sum_usage(before: Mapping[str, int] | None, usage: Usage | None) -> Mapping[str, int] | None:
    """The usage of a reply. `before`: of the turns that this one continues."""
    if usage is None:
        return before
    counts = {name: count for name, count in vars(usage).items() if count is not None}
    return counts if before is None else {**before, **{name: before.get(name, 0) + counts[name] for name in counts}}
