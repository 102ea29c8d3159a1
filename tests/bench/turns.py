"""Time to first token added by a turn, alone and with concurrent sends."""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack

from tests.bench.client import HttpConnection
from tests.bench.figures import Figure, at_most, median
from tests.bench.stacks import Account, Database, Server, minimal_server, model_server, stream_server

# An account and its conversations, used in turn.
User = tuple[Account, Sequence[str]]
# Starts a server for the URLs of a database and of a model.
Serve = Callable[[str, str], AbstractContextManager[Server]]
_ADDED = "time to first token added by `send`"


async def _first_tokens(
    servers: Sequence[Server], model_url: str, users: Sequence[User], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds to the first token: through the product, and from the model directly, with all users concurrently.

    The users are divided among the servers."""
    ours = [
        await HttpConnection(servers[number % len(servers)].url, account.headers).open()
        for number, (account, _) in enumerate(users)
    ]
    direct = [await HttpConnection(model_url).open() for _ in users]

    async def through_the_product(number: int) -> list[float]:
        bodies = [{"conversation_id": ids[number % len(ids)], "message": "Hello"} for _, ids in users]
        return await asyncio.gather(
            *(connection.first_token("/chat/send", body) for connection, body in zip(ours, bodies, strict=True))
        )

    async def from_the_model() -> list[float]:
        body = {"model": "1", "stream": True, "messages": [{"role": "user", "content": "Hello"}]}
        return await asyncio.gather(*(connection.first_token("/v1/chat/completions", body) for connection in direct))

    await through_the_product(0)
    await from_the_model()
    taken: tuple[list[float], list[float]] = [], []
    for number in range(rounds):
        taken[0].extend(await through_the_product(number))
        taken[1].extend(await from_the_model())
    for connection in [*ours, *direct]:
        connection.close()
    return taken


def _figure(case: str, measured: tuple[list[float], list[float]], limit: float) -> Figure:
    ours, direct = median(measured[0]), median(measured[1])
    return at_most(_ADDED, case, ours - direct, "ms", limit, direct)


def _taken(
    database: Database, users: Sequence[User], rounds: int, processes: int = 1, serve: Serve = stream_server
) -> tuple[list[float], list[float]]:
    with ExitStack() as running:
        model_url = running.enter_context(model_server())
        servers = [running.enter_context(serve(database.url, model_url)) for _ in range(processes)]
        return asyncio.run(_first_tokens(servers, model_url, users, rounds))


def measure(databases: Sequence[tuple[str, Database]], *, quick: bool) -> Iterator[Figure]:
    rounds = 3 if quick else 60
    for name, database in databases:
        accounts = [database.new_account() for _ in range(50)]
        one = accounts[0]
        yield _figure(f"1 user, {name}", _taken(database, [new_conversations(database, one, rounds)], rounds), 10)
        fifty = [new_conversations(database, account, 4) for account in accounts]
        for processes in (1, os.cpu_count() or 1):
            case = f"50 concurrent sends, {processes} process{'' if processes == 1 else 'es'}, {name}"
            yield _figure(case, _taken(database, fifty, 2 if quick else 12, processes), 60)
        if name == "MariaDB":
            ours, direct = map(median, _taken(database, fifty, 2 if quick else 12, serve=minimal_server))
            yield Figure(
                "minimal turn with these libraries",
                "50 concurrent sends, 1 process, MariaDB",
                ours - direct,
                "ms",
                direct,
            )
        long = (one, [database.new_conversation(one, turns=1000)])
        in_long, _ = _taken(database, [long], rounds)
        in_new, _ = _taken(database, [new_conversations(database, one, rounds)], rounds)
        case = f"in a conversation of 1,000 turns, {name}"
        more = median(in_long) - median(in_new)
        yield at_most("time to first token, more than in a new conversation", case, more, "ms", 5)


def new_conversations(database: Database, account: Account, count: int) -> User:
    return account, [database.new_conversation(account) for _ in range(count)]
