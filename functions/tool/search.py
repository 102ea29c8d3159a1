"""The rules of a user's search engine."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from functions.tool.errors import ApiKeyNeeded, ApiKeyUnused, BaseUrlNeeded
from functions.tool.service import CALL_SECONDS, confirm_and_count
from shared.auth.claims import Claims
from shared.config import load
from shared.crypto.encryption import UnreadableApiKey, encrypt_secret, hint_of
from shared.db.models import SearchEngine
from shared.db.models.search_engine import EngineName
from shared.db.repositories import search_engines
from shared.db.types import utc_now
from shared.errors import NotFound
from shared.ids import new_id
from shared.threads import run_in_thread
from shared.tools.settings import ToolSettings
from shared.tools.stored_server import check_url

_TEST_QUERY = "weather"


@dataclass(frozen=True)
class SearchTest:
    """`results`: their number. `failure`: its code and message."""

    results: int
    failure: tuple[str, str] | None


def is_offered() -> bool:
    """Whether the operator has a search engine."""
    return load(ToolSettings).has_search_engine


def find_engine(session: Session, user_id: str) -> SearchEngine | None:
    return search_engines.find_search_engine(session, user_id)


def save_engine(
    session: Session, user_id: str, provider: EngineName, api_key: str | None, base_url: str | None
) -> SearchEngine:
    """Create the user's search engine, or replace it.

    Without `api_key` the stored one stays if provider and address do (decision 0002).
    Raises ApiKeyNeeded, ApiKeyUnused, BaseUrlNeeded, UnsafeUrl.
    """
    if base_url is not None:
        check_url(base_url, "base_url")
    elif provider == "searxng":
        raise BaseUrlNeeded
    if provider == "searxng" and api_key is not None:
        raise ApiKeyUnused
    engine = search_engines.lock_search_engine(session, user_id)
    is_same_server = engine is not None and (engine.provider, engine.base_url) == (provider, base_url)
    if provider != "searxng" and api_key is None and not is_same_server:
        raise ApiKeyNeeded
    if engine is None:
        engine = SearchEngine(id=new_id(), user_id=user_id)
    if api_key is not None or not is_same_server:
        engine.api_key_encrypted = None if api_key is None else encrypt_secret(user_id, api_key)
        engine.api_key_hint = hint_of(api_key)
    engine.provider, engine.base_url, engine.updated_at = provider, base_url, utc_now()
    search_engines.add_search_engine(session, engine)
    return engine


def delete_engine(session: Session, user_id: str) -> int:
    return search_engines.delete_search_engine(session, user_id)


async def test_engine(claims: Claims) -> SearchTest:
    """Search once with the user's engine, else with the operator's.

    Raises TokenRevoked, RateLimited, and NotFound where there is neither.
    """
    await run_in_thread(confirm_and_count, claims)
    # Imported here, to keep cold starts short.
    from shared.tools.builtin.search import find_configured_engine, search
    from shared.tools.errors import ServerFailed
    from shared.tools.http import time_limit

    try:
        engine = await run_in_thread(find_configured_engine, claims.user_id)
        if engine is None:
            raise NotFound
        with time_limit(CALL_SECONDS):
            results = await search(engine, _TEST_QUERY)
    except UnreadableApiKey as error:
        return SearchTest(0, (error.code, error.message))
    except ServerFailed as error:
        return SearchTest(0, (error.code, error.message))
    return SearchTest(len(results), None)
