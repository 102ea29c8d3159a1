"""Settings of tools."""

from typing import Literal

from pydantic import SecretStr

from shared.config import Settings
from shared.db.models.search_engine import EngineName

SearchProvider = Literal["none", EngineName]


class ToolSettings(Settings):
    # The operator's search engine, for users without one of their own: without either `web_search` is not offered.
    search_provider: SearchProvider = "none"
    # Its API key; SearXNG has none.
    search_api_key: SecretStr = SecretStr("")
    # The search engine's address. `auto`: its provider's. SearXNG needs one: each is somebody's own.
    search_base_url: str = "auto"

    @property
    def has_search_engine(self) -> bool:
        """Whether there is a search engine, with an address and the key that it needs."""
        if self.search_provider == "none":
            return False
        return self.search_base_url != "auto" if self.search_provider == "searxng" else bool(self.search_api_key)
