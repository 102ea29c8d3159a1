"""The event log of a reply: how its events are stored, numbered, folded and replayed (decision 0004).

While a reply streams, each event with text is a row of `message_chunks`, and each change of a step an entry in the
step's own row, so that it costs no other statement. When the reply ends, both are folded into the message's row: the
text into `text` and `reasoning`, and one entry an event into `event_log`. From either form every event is replayed with
the `seq` it was first sent with. The data of a step is in its row alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.chat.events import Completed, Failed, LoggedEvent, Started, StepChanged, Waiting, text_event
from shared.chat.reply import MAX_GROUP_CHARACTERS, ErrorOut, UsageOut
from shared.chat.step_out import step_in_event
from shared.db.models import Message, MessageChunk, MessageStep
from shared.db.models.message import Status, StepState
from shared.db.repositories.messages import NewMessage

TextKind = Literal["delta", "reasoning"]
# As stored in the `event_log` column (JSON): an integer for the three kinds of which a reply has many, an object with
# its `kind` for any other.
StoredEntry = int | dict[str, Any]


@dataclass(frozen=True)
class StartedEntry:
    """A turn began to stream into the reply."""


@dataclass(frozen=True)
class TextEntry:
    """The next `length` characters of the text, or of the reasoning."""

    kind: TextKind
    length: int


@dataclass(frozen=True)
class DataEntry:
    """An event that carries data instead of text. `data` includes its `kind`: `step` with `n` and `state`, or `waiting`
    with `steps`.

    A version of the code that does not know the kind counts it, so that the events after it keep their `seq`.
    """

    data: dict[str, Any]


Entry = StartedEntry | TextEntry | DataEntry


def encode_entry(entry: Entry) -> StoredEntry:
    """0 for `started`, n for n characters of text, -n for n of reasoning, else the data."""
    if isinstance(entry, DataEntry):
        return entry.data
    if isinstance(entry, StartedEntry):
        return 0
    return entry.length if entry.kind == "delta" else -entry.length


def decode_entry(stored: StoredEntry) -> Entry:
    """The reverse of `encode_entry`."""
    if isinstance(stored, dict):
        return DataEntry(stored)
    if stored == 0:
        return StartedEntry()
    return TextEntry("delta" if stored > 0 else "reasoning", abs(stored))


@dataclass(frozen=True)
class ReplyEnd:
    """The end of a reply, with the fields of the message's row.

    `status` is `streaming` in the row of a reply that another turn has continued.
    """

    status: Status
    finish_reason: str | None = None
    usage: Mapping[str, int] | None = None
    error: Mapping[str, Any] | None = None
    details: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, reply: Message) -> "ReplyEnd":
        return cls(reply.status, reply.finish_reason, reply.usage, reply.error, reply.details)


@dataclass(frozen=True)
class ReplyIds:
    """The ids that a reply's events carry. `model` is the name kept with the reply."""

    conversation_id: str
    user_message_id: str
    message_id: str
    model: str | None

    @classmethod
    def of(cls, reply: Message | NewMessage) -> "ReplyIds":
        assert reply.parent_id is not None  # A reply answers a message.
        return cls(reply.conversation_id, reply.parent_id, reply.id, reply.model)

    def started_event(self, seq: int) -> Started:
        return Started(
            seq=seq,
            conversation_id=self.conversation_id,
            user_message_id=self.user_message_id,
            assistant_message_id=self.message_id,
            model=self.model,
        )

    def waiting_event(self, seq: int, steps: Sequence[int]) -> Waiting:
        """The last event of a reply that waits for its user, which is in its log."""
        return Waiting(seq=seq, message_id=self.message_id, steps=list(steps))

    def final_event(self, seq: int, end: ReplyEnd) -> Completed | Failed:
        """The last event of a reply that has ended, which is not in its log."""
        if end.status == "failed" and end.error is not None:
            return Failed(
                seq=seq,
                user_message_id=self.user_message_id,
                assistant_message_id=self.message_id,
                error=ErrorOut.model_validate(end.error),
            )
        return Completed(
            seq=seq,
            user_message_id=self.user_message_id,
            assistant_message_id=self.message_id,
            status=end.status,
            finish_reason=end.finish_reason,
            usage=UsageOut.model_validate(end.usage) if end.usage else None,
        ).with_details(end.details)


@dataclass(frozen=True)
class LiveStep:
    """A change of a step in the turn that streams."""

    seq: int
    step: MessageStep
    state: StepState


def store_event(step: MessageStep, seq: int) -> None:
    """Add the event of the step's present state to its row, in the place of that of an attempt before, whose connection
    was lost."""
    step.events = [*(event for event in step.events or () if event[0] < seq), (seq, step.state)]


def step_event(step: MessageStep, state: StepState, seq: int) -> StepChanged:
    return StepChanged(seq=seq, message_id=step.message_id, step=step_in_event(step, state))


# Events that the streaming turn of a reply has written, in order of `seq`.
Live = Sequence[MessageChunk | LiveStep]


class EventLog:
    """The events of one reply, to append to and to fold. The first event's `seq` is 1; the final event is not in it."""

    def __init__(self, text: str = "", reasoning: str = "", stored: Sequence[StoredEntry] = ()) -> None:
        self._pieces: dict[TextKind, list[str]] = {"delta": [text], "reasoning": [reasoning]}
        self.stored = list(stored)
        self.characters = len(text) + len(reasoning)

    @classmethod
    def of(cls, reply: Message) -> "EventLog":
        """The log in the row of a reply, without its chunks."""
        return cls(reply.text, reply.reasoning or "", reply.event_log or ())

    @property
    def next_seq(self) -> int:
        return len(self.stored) + 1

    @property
    def text(self) -> str:
        return "".join(self._pieces["delta"])

    @property
    def reasoning(self) -> str:
        return "".join(self._pieces["reasoning"])

    def append_started(self) -> None:
        self.stored.append(encode_entry(StartedEntry()))

    def append_text(self, kind: TextKind, text: str) -> None:
        """Append one event of text or reasoning; `text` is not empty."""
        self._pieces[kind].append(text)
        self.stored.append(encode_entry(TextEntry(kind, len(text))))
        self.characters += len(text)

    def append_step(self, n: int, state: StepState) -> None:
        """Append a change of a step's state."""
        self.stored.append(encode_entry(DataEntry({"kind": "step", "n": n, "state": state})))

    def append_waiting(self, steps: Sequence[int]) -> None:
        """Append the last event of a reply that needs its user."""
        self.stored.append(encode_entry(DataEntry({"kind": "waiting", "steps": list(steps)})))

    def append_whole(self, kind: TextKind, text: str) -> None:
        """Append text that came as a whole, cut into events of the size that a stream would have."""
        for start in range(0, len(text), MAX_GROUP_CHARACTERS):
            self.append_text(kind, text[start : start + MAX_GROUP_CHARACTERS])

    def append_live(self, item: MessageChunk | LiveStep) -> None:
        if isinstance(item, LiveStep):
            self.append_step(item.step.n, item.state)
        else:
            self.append_text("reasoning" if item.kind == "reasoning" else "delta", item.text)

    def columns(self) -> dict[str, Any]:
        """The columns of the message's row that hold the log."""
        return {"text": self.text, "reasoning": self.reasoning or None, "event_log": self.stored}

    def events(self, ids: ReplyIds, after: int = 0, steps: Sequence[MessageStep] = ()) -> Iterator[LoggedEvent]:
        """The events with a `seq` greater than `after`, cut from the text where it was cut when it streamed.

        `steps`: all of the reply's.
        """
        by_number = {step.n: step for step in steps}
        texts = {"delta": self.text, "reasoning": self.reasoning}
        position = {"delta": 0, "reasoning": 0}
        for seq, entry in enumerate(map(decode_entry, self.stored), start=1):
            if isinstance(entry, TextEntry):
                start = position[entry.kind]
                position[entry.kind] = start + entry.length
                if seq > after:
                    piece = texts[entry.kind][start : start + entry.length]
                    yield text_event(entry.kind, seq, ids.message_id, piece)
            elif seq <= after:
                continue
            elif isinstance(entry, StartedEntry):
                yield ids.started_event(seq)
            elif entry.data.get("kind") == "waiting":
                yield ids.waiting_event(seq, entry.data["steps"])
            elif entry.data.get("kind") == "step" and (step := by_number.get(entry.data["n"])) is not None:
                yield step_event(step, entry.data["state"], seq)


def first_live_seq(reply: Message) -> int:
    """The `seq` after the log in a streaming reply's row and the `started` of its turn."""
    return len(reply.event_log or ()) + 2


def live_events(
    reply: Message, chunks: Sequence[MessageChunk], steps: Sequence[MessageStep], after: int = 0
) -> Live | None:
    """The chunks and the changes of steps after `after`, without a gap. None when they do not follow the log in the
    reply's row: the reply was taken over between the reads of the two, which folded the chunks before.

    They were read one after the other, so the chunk before a step may be missing: what follows a gap is left out, and
    read with the next poll.
    """
    first = max(after + 1, first_live_seq(reply))
    found: list[MessageChunk | LiveStep] = [*chunks]
    found += [LiveStep(seq, step, state) for step in steps for seq, state in step.events if seq >= first]
    found.sort(key=lambda item: item.seq)
    end = next((at for at, item in enumerate(found) if item.seq != first + at), len(found))
    return None if found and end == 0 else found[:end]


def fold_live(reply: Message, live: Live) -> EventLog:
    """The log of a reply whose last turn streams, or died: its row, that turn's `started`, and what the turn wrote."""
    log = EventLog.of(reply)
    if _has_started(reply, live):
        log.append_started()
    for item in live:
        log.append_live(item)
    return log


def _has_started(reply: Message, live: Live) -> bool:
    """Whether the turn of a streaming reply has sent its `started`. Not after the user's answer to a waiting reply,
    until a process goes on with it."""
    newest = reply.event_log[-1] if reply.event_log else 0
    return reply.turn_id is not None or bool(live) or not (isinstance(newest, dict) and newest.get("kind") == "waiting")


def replay(reply: Message, live: Live, steps: Sequence[MessageStep] = (), after: int = 0) -> list[LoggedEvent]:
    """The events with a `seq` greater than `after`: all of a reply that has ended; of one that streams, those of its
    row, its `started`, and `live`, which are those after `after`. `steps`: all of the reply's."""
    ids = ReplyIds.of(reply)
    log = EventLog.of(reply)
    events = list(log.events(ids, after, steps))
    if reply.status == "waiting":
        return events
    if reply.status == "streaming":
        if not _has_started(reply, live):
            return events
        last: LoggedEvent = ids.started_event(log.next_seq)
    else:
        last = ids.final_event(log.next_seq, ReplyEnd.of(reply))
    if last.seq > after:
        events.append(last)
    for item in live:
        if isinstance(item, LiveStep):
            events.append(step_event(item.step, item.state, item.seq))
        else:
            events.append(text_event(item.kind, item.seq, item.message_id, item.text))
    return events
