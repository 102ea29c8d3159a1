"""Usage of a turn: its tokens, its cost, and the daily total it is added to.

The sums are written in the transaction that ends a reply (shared.db.repositories.usage, decision 0033).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from shared.db.repositories.usage import TurnUsage
from shared.errors import InvalidInput

# Pages of usage need none of the code that calls models.
if TYPE_CHECKING:
    from shared.llm.endpoint import ModelEndpoint, Prices

# Sources of usage: a user's own models, and the operator's default model. Another one is the id of an offered model.
OWN, DEFAULT = "own", "default"
# Money is stored in millionths of the currency.
_MICROS = 1_000_000


def source_of(endpoint: "ModelEndpoint") -> str:
    """The source of an endpoint's usage."""
    if endpoint.offered_id is not None:
        return endpoint.offered_id
    return DEFAULT if endpoint.is_default else OWN


def turn_usage(endpoint: "ModelEndpoint", tokens: Mapping[str, int], turns: int, now: datetime) -> TurnUsage:
    """The use of a model by a turn. `tokens`: the counts of shared.llm.answer.Usage, without those not reported."""
    prompt, completion = tokens.get("prompt_tokens", 0), tokens.get("completion_tokens", 0)
    cached = min(tokens.get("cached_tokens", 0), prompt)
    return TurnUsage(
        day=now.date(),
        source=source_of(endpoint),
        model=endpoint.shown_model[:200],
        turns=turns,
        prompt_tokens=prompt,
        cached_tokens=cached,
        completion_tokens=completion,
        cost=cost_of(endpoint.prices, prompt, cached, completion),
    )


def cost_of(prices: "Prices | None", prompt: int, cached: int, completion: int) -> int:
    """The cost in millionths of the currency, rounded up."""
    if prices is None:
        return 0
    millionths = (prompt - cached) * prices.input + cached * prices.cached_input + completion * prices.output
    return -(-millionths // _MICROS)


# The longest period of a list, in days, and the period where none is given.
_LONGEST_DAYS, _USUAL_DAYS = 366, 30


def period(first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The first and last day of a list; by default the 30 days until today. Raises InvalidInput when there are more
    than 366 days, or none."""
    last = last or today
    try:
        first = first or last - timedelta(days=_USUAL_DAYS - 1)
    except OverflowError:
        first = date.min
    if not 0 <= (last - first).days < _LONGEST_DAYS:
        raise InvalidInput(details=[{"field": "from", "message": "A period has 1 to 366 days."}])
    return first, last


def micros(amount: float) -> int:
    """The millionths of an amount of the currency."""
    return round(amount * _MICROS)


def money(micros: int) -> float:
    """An amount of the currency, of its millionths."""
    return micros / _MICROS
