"""Time to the first token that a turn adds, and what a turn costs the database."""

import asyncio
from collections.abc import Iterator, Sequence

from tests.bench.client import Connection
from tests.bench.figures import Figure, at_most, median
from tests.bench.places import Account, Database, Server, model_server, stream_server

# An account and the conversations it sends into, in turn.
User = tuple[Account, Sequence[str]]
_ADDED = "time to first token added by `send`"


async def _first_tokens(
    server: Server, model_url: str, users: Sequence[User], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds to the first token: through the product, and from the model itself, all users at once."""
    ours = [await Connection(server.url, account.headers).open() for account, _ in users]
    direct = [await Connection(model_url).open() for _ in users]

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


def _taken(database: Database, users: Sequence[User], rounds: int) -> tuple[list[float], list[float]]:
    with model_server() as model_url, stream_server(database.url, model_url) as server:
        return asyncio.run(_first_tokens(server, model_url, users, rounds))


def measure(databases: Sequence[tuple[str, Database]], *, quick: bool) -> Iterator[Figure]:
    rounds = 3 if quick else 60
    for name, database in databases:
        accounts = [database.new_account() for _ in range(50)]
        one = accounts[0]
        yield _figure(f"1 user, {name}", _taken(database, [new_conversations(database, one, rounds)], rounds), 10)
        fifty = [new_conversations(database, account, 4) for account in accounts]
        yield _figure(f"50 at once, {name}", _taken(database, fifty, 2 if quick else 12), 60)
        long = (one, [database.new_conversation(one, turns=1000)])
        in_long, _ = _taken(database, [long], rounds)
        in_new, _ = _taken(database, [new_conversations(database, one, rounds)], rounds)
        case = f"in a conversation of 1,000 turns, {name}"
        more = median(in_long) - median(in_new)
        yield at_most("time to first token, more than in a new conversation", case, more, "ms", 5)


def new_conversations(database: Database, account: Account, count: int) -> User:
    return account, [database.new_conversation(account) for _ in range(count)]
