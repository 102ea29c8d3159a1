"""A scripted search engine for the local stage, with SearXNG's API: the tool `web_search` works without a key.

Run as `python -m infra.local.search_server`; it listens on 127.0.0.1:SEARCH_PORT. Its results say that they are a
demonstration.
"""

import json
import os
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

_PAGES = (
    ("What a search engine would find", "https://example.com/"),
    ("How to configure web search", "https://example.org/"),
    ("A third result", "https://example.net/"),
)


def results_for(query: str) -> Sequence[Mapping[str, str]]:
    """Results in SearXNG's form."""
    return [
        {
            "title": f"{title} (demonstration)",
            "url": url,
            "content": f"This is a demonstration, not a search of the web for “{query}”. An operator sets "
            "SEARCH_PROVIDER and SEARCH_API_KEY for real results.",
        }
        for title, url in _PAGES
    ]


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query).get("q", [""])[0]
        body = json.dumps({"query": query, "results": results_for(query)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 -- the base's name
        """Nothing: a query is the user's text."""


def main() -> None:
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("SEARCH_PORT", "9200"))), _Handler).serve_forever()


if __name__ == "__main__":
    main()
