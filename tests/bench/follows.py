"""Sends of one user while another user resumes a reply from many connections."""

import asyncio
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from tests.bench.client import HttpConnection
from tests.bench.figures import Figure, median, within
from tests.bench.stacks import ROOT, Account, Database, Server, model_server, stream_server
from tests.support.processes import end_with_parent

RESUMES = 150
# The reply that is resumed: 200 tokens, 100 a second, in 20 events.
_REPLY = "200@100"
_BLOCKS = 4


@contextmanager
def _resuming(server: Server, account: Account, message_id: str) -> Iterator[None]:
    """A process that resumes a reply from RESUMES connections, each again and again."""
    command = [sys.executable, "-m", "tests.bench.follows", server.url, account.token, message_id]
    with subprocess.Popen(end_with_parent(command), cwd=ROOT, stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        try:
            # Every connection has had its first response.
            started.stdout.readline()
            yield
        finally:
            started.kill()


async def _resume_from_everywhere(url: str, token: str, message_id: str) -> None:
    address = urlsplit(url)
    request = (
        f"GET /chat/resume/{message_id} HTTP/1.1\r\nHost: {address.netloc}\r\n"
        f"Authorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    ).encode()
    answered: set[int] = set()

    async def resume(number: int) -> None:
        while True:
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            writer.write(request)
            await reader.read()
            writer.close()
            answered.add(number)
            if len(answered) == RESUMES:
                print("all", flush=True)

    await asyncio.gather(*(resume(number) for number in range(RESUMES)))


async def _first_tokens(server: Server, account: Account, conversations: Sequence[str], count: int) -> list[float]:
    """Milliseconds from the request to the first token, of sends one after another."""
    connection = await HttpConnection(server.url, account.headers).open()
    taken = []
    for number in range(count):
        body = {"conversation_id": conversations[number % len(conversations)], "message": "Hello"}
        taken.append(await connection.first_token("/chat/send", body))
    connection.close()
    return taken


def measure(database: Database, *, quick: bool) -> Iterator[Figure]:
    count = 5 if quick else 25
    hostile, other = database.new_account(), database.new_account()
    conversations = [database.new_conversation(other) for _ in range(count)]
    with ExitStack() as running:
        server = running.enter_context(stream_server(database.url, running.enter_context(model_server())))
        message_id = asyncio.run(_new_reply(server, hostile, database.new_conversation(hostile)))
        asyncio.run(_first_tokens(server, other, conversations, count))
        alone: list[float] = []
        beside: list[float] = []
        # Alternating, so that other load on the machine affects both alike.
        for _ in range(_BLOCKS):
            alone += asyncio.run(_first_tokens(server, other, conversations, count))
            with _resuming(server, hostile, message_id):
                beside += asyncio.run(_first_tokens(server, other, conversations, count))
    what = f"time to first token of `send`, while another user resumes a reply from {RESUMES} connections"
    yield within(what, "MariaDB, p50", median(beside), "ms", median(alone), 2)


async def _new_reply(server: Server, account: Account, conversation_id: str) -> str:
    """The id of a reply that has ended."""
    connection = await HttpConnection(server.url, account.headers).open()
    body = {"conversation_id": conversation_id, "message": "Hello", "model": _REPLY}
    events = b"".join([piece async for _, piece in connection.post("/chat/send", body)])
    connection.close()
    found = re.search(rb'"assistant_message_id": ?"([^"]+)"', events)
    assert found is not None, events
    return found[1].decode()


if __name__ == "__main__":
    asyncio.run(_resume_from_everywhere(*sys.argv[1:]))
