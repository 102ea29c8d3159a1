"""Settings of tools."""

from typing import Literal

from pydantic import SecretStr

from shared.config import Settings

SearchProvider = Literal["none", "brave", "tavily", "exa", "serper", "searxng", "bocha"]


class ToolSettings(Settings):
    # The operator's search engine: without one the tool `web_search` is not offered.
    search_provider: SearchProvider = "none"
    # Its API key; SearXNG has none.
    search_api_key: SecretStr = SecretStr("")
    # The search engine's address. `auto`: its provider's. SearXNG needs one: each is somebody's own.
    search_base_url: str = "auto"
