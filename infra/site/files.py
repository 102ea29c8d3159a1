"""The files of a built SPA, with the headers of a static site: cache lifetime and content type."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.deployment import InvalidStage
from infra.site.page import Addresses, with_addresses
from shared.tools.mcp.credentials import CLIENT_DOCUMENT, REDIRECT_PAGE
from shared.tools.mcp.oauth import CLIENT_NAME

# Files with a content hash in their name, by the bundler.
HASHED = "assets/"
PAGE = "index.html"
WORKER = "service-worker.js"

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_FIRST = "no-cache"
# Explicit content types: with `nosniff` a wrong one breaks the site, and the tables of operating systems differ.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class SiteFile:
    key: str
    content: bytes
    content_type: str
    cache_control: str

    @property
    def md5(self) -> str:
        """The object's ETag in both stores, if it was uploaded in one piece."""
        return hashlib.md5(self.content, usedforsecurity=False).hexdigest()

    @property
    def digest(self) -> str:
        """A hash of the content and the headers."""
        headers = f"{self.content_type}\n{self.cache_control}\n".encode()
        return hashlib.sha256(headers + self.content).hexdigest()


def read_build(folder: Path, addresses: Addresses) -> Sequence[SiteFile]:
    """The files of a build, in upload order. Raises InvalidStage.

    Referenced files come first: hashed files, then the page. The service worker is last, because a browser that finds
    a new one caches the page as it is then.
    """
    if not (folder / PAGE).is_file():
        raise InvalidStage(f"{folder} holds no build of the SPA: run `corepack pnpm build` in fd")
    files = [_read(folder, path, addresses) for path in sorted(folder.rglob("*")) if path.is_file()]
    if addresses.site_url:
        files.append(_client_document(addresses.site_url.rstrip("/")))
    return sorted(files, key=lambda file: (file.key == WORKER, file.key == PAGE, not file.key.startswith(HASHED)))


def _client_document(site_url: str) -> SiteFile:
    """The Client ID Metadata Document, whose address is the product's client id for the authorization of tool servers
    (https://datatracker.ietf.org/doc/draft-ietf-oauth-client-id-metadata-document/)."""
    document = {
        "client_id": f"{site_url}/{CLIENT_DOCUMENT}",
        "client_name": CLIENT_NAME,
        "client_uri": site_url,
        "redirect_uris": [f"{site_url}/{REDIRECT_PAGE}"],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "none",
    }
    return SiteFile(CLIENT_DOCUMENT, json.dumps(document, indent=2).encode(), _TYPES[".json"], _ASK_FIRST)


def _read(folder: Path, path: Path, addresses: Addresses) -> SiteFile:
    key = path.relative_to(folder).as_posix()
    if path.suffix not in _TYPES:
        raise InvalidStage(f"{key}: it is not known which type a file of this name has")
    content = path.read_bytes()
    if key == PAGE:
        content = with_addresses(content.decode(), addresses).encode()
    return SiteFile(key, content, _TYPES[path.suffix], _FOR_EVER if key.startswith(HASHED) else _ASK_FIRST)
