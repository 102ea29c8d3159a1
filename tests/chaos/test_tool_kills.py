"""Kills at random points of turns with up to six tool calls: 100 in `make test`, 1,000 in `make chaos`."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.chaos import LONG
from tests.support.api import Client
from tests.support.processes import end_with_parent
from tests.support.scripted_provider import Script, ScriptedProvider, call, delta, finish
from tests.support.tools import TOOLS

# On each of the two databases.
KILLS = 500 if LONG else 50
# A reply survives five (shared.chat.recovery).
MAX_KILLS_OF_A_REPLY = 4
MAX_CALLS = 6


class Turns:
    """The program tests.chaos.tool_turns."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._shown, self._called = folder / "shown", folder / "called"
        for file in (self._shown, self._called):
            file.touch()
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            end_with_parent([sys.executable, "-m", "tests.chaos.tool_turns"]),
            env={**os.environ, **environment, "SHOWN": str(self._shown), "CALLED": str(self._called)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )

    def run(self, **command: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert not answer["failed"], Path(self._log.name).read_text()[-3000:]
        return answer

    def shown(self, message_id: str) -> list[dict[str, Any]]:
        lines = map(json.loads, self._shown.read_text().splitlines())
        return [line["event"] for line in lines if line["message_id"] == message_id]

    def calls(self, message_id: str, tool: str) -> list[str]:
        lines = map(json.loads, self._called.read_text().splitlines())
        return [line["key"] for line in lines if line["tool"] == tool and line["key"].startswith(message_id)]

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()
        self._log.close()


@pytest.fixture
def turns(
    tmp_path: Path, database_url: str, database: object, provider: ScriptedProvider, settings: Any
) -> Iterator[Turns]:
    environment = {
        "DATABASE_URL": database_url,
        "DEFAULT_MODEL_BASE_URL": provider.base_url,
        "DEFAULT_MODEL": "scripted",
        "STALE_SECONDS": "0",
        "GROUP_SECONDS": "0.005",
    }
    # The readers of this process, too, find a killed process's reply abandoned at once. The long form takes longer than
    # a login's first access token is valid.
    settings(STALE_SECONDS="0", ACCESS_TOKEN_SECONDS="7200")
    running = Turns(tmp_path, environment)
    yield running
    running.close()


def by_its_results(tools: list[str]) -> Any:
    """A model that calls these tools one after another, by the number of results that it is sent."""

    def answer(body: Mapping[str, Any]) -> Script:
        done = sum(message["role"] == "tool" for message in body["messages"])
        if done >= len(tools):
            return Script([delta("All "), delta("is "), delta("done."), finish()])
        return Script([delta(f"Step {done}."), call(tools[done], f"c{done}"), finish("tool_calls")])

    return answer


@pytest.mark.processes
@pytest.mark.timeout(3600)
def test_what_was_shown_is_stored_and_no_call_is_made_twice(
    turns: Turns, user: Client, provider: ScriptedProvider
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")  # noqa: T201 - to reproduce a failure
    chance = random.Random(seed)
    user_id = user.get("/user/me").json()["id"]
    kills = 0
    while kills < KILLS:
        tools = [chance.choice(["look", "pay"]) for _ in range(chance.randint(0, MAX_CALLS))]
        provider.answer_with = by_its_results(tools)
        conversation_id = user.post("/conversation/create").json()["id"]
        body = {"conversation_id": conversation_id, "message": "Hi", "tools": TOOLS}
        command: dict[str, Any] = {"body": body}
        of_this_reply = 0
        message_id = ""
        for _ in range(40):
            die_at = chance.randint(1, 40) if of_this_reply < MAX_KILLS_OF_A_REPLY else 0
            answer = turns.run(user_id=user_id, die_at=die_at, **command)
            message_id = message_id or answer["message_id"]
            command = {"message_id": message_id}
            kills += answer["killed"]
            of_this_reply += answer["killed"]
            reply = user.get(f"/chat/{conversation_id}", steps=True).json()["items"][1]
            if reply["status"] == "waiting":
                for step in reply["steps"]:
                    if step["state"] == "unknown" and "ended_at" not in step:
                        user.post("/chat/answer", message_id=message_id, n=step["n"], decision="deny")
            elif reply["status"] != "streaming":
                break
        check(turns, user, reply, message_id)


def check(turns: Turns, user: Client, reply: dict[str, Any], message_id: str) -> None:
    assert reply["status"] == "completed", reply
    stored = {event["seq"]: event for event in user.turn(f"/chat/resume/{message_id}", after=0)}
    assert sorted(stored) == list(range(1, len(stored) + 1))
    for shown in turns.shown(message_id):
        assert brief(stored[shown["seq"]]) == brief(shown)
    paid = turns.calls(message_id, "pay")
    assert len(paid) == len(set(paid))
    text = "".join(event["text"] for event in stored.values() if event["type"] == "delta")
    assert text == reply["content"][0]["text"]
    assert text.endswith("All is done.")


def brief(event: Mapping[str, Any]) -> tuple[Any, ...]:
    step = event.get("step", {})
    return event["type"], event.get("text"), step.get("n"), step.get("state"), event.get("steps")
