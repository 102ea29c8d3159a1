"""Settings of tools."""

from typing import Literal

from pydantic import SecretStr

from shared.config import AppSettings, Settings, load

SearchProvider = Literal["none", "brave", "tavily", "exa", "serper", "searxng", "bocha"]


class ToolSettings(Settings):
    # The SPA's address, such as https://chat.example.com. OAuth sends browsers back to it. `auto`: the first of
    # CORS_ORIGINS.
    site_url: str = "auto"
    # The operator's search engine: without one the tool `web_search` is not offered.
    search_provider: SearchProvider = "none"
    # Its API key; SearXNG has none.
    search_api_key: SecretStr = SecretStr("")
    # The search engine's address. `auto`: its provider's. SearXNG needs one: each is somebody's own.
    search_base_url: str = "auto"

    @property
    def site(self) -> str:
        """The SPA's address without a slash at its end; empty where it is not known."""
        first = load(AppSettings).cors_origins.partition(",")[0].strip()
        return (first if self.site_url == "auto" else self.site_url).rstrip("/")
