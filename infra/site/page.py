"""Stage-specific parts of a built page: the addresses of the API, the WebSocket gateway and the images."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import urlsplit

from infra.deployment import InvalidStage

_ORIGIN = re.compile(r"[a-z]+://[^/ ]+")


@dataclass(frozen=True)
class Addresses:
    """Absolute URLs. `websocket_url` is empty where there is no WebSocket gateway; `site_url`, the site's own, where it
    is not known."""

    api_url: str
    websocket_url: str
    image_origin: str
    site_url: str = ""

    def __post_init__(self) -> None:
        for url, schemes in (
            (self.api_url, ("https",)),
            (self.websocket_url, ("wss", "")),
            (self.image_origin, ("https",)),
            (self.site_url, ("https", "")),
        ):
            if urlsplit(url).scheme not in schemes or re.search(r"[\s;,'\"<>]", url):
                raise InvalidStage(f"{url or 'an empty address'} is no address that a page of HTTPS can use")


def with_addresses(page: str, addresses: Addresses) -> str:
    """The built page with these addresses. Raises InvalidStage for a page that is not a build of the SPA.

    In the Content-Security-Policy only the origins of `connect-src` and `img-src` change, to exactly those of the
    addresses.
    """
    api, websocket, images = (
        _origin(url) for url in (addresses.api_url, addresses.websocket_url, addresses.image_origin)
    )
    policy = unescape(_content_of(page, 'http-equiv="Content-Security-Policy"'))
    for tag, content in (
        ('http-equiv="Content-Security-Policy"', with_origins(policy, [api, websocket, images], [images])),
        ('name="api-url"', addresses.api_url.rstrip("/")),
        ('name="websocket-url"', addresses.websocket_url),
    ):
        page = _meta(tag).sub(lambda found, content=content: found[1] + escape(content) + found[3], page)  # type: ignore[misc]
    return page


def with_origins(policy: str, connect: Sequence[str], images: Sequence[str]) -> str:
    """The Content-Security-Policy with exactly these origins. Raises InvalidStage when the directives are missing."""
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    allowed: Mapping[str, Sequence[str]] = {"connect-src": connect, "img-src": images}
    for name, origins in allowed.items():
        if name not in directives:
            raise InvalidStage(f"the build's policy has no {name}")
        kept = [source for source in directives[name].split(" ") if not _ORIGIN.fullmatch(source)]
        directives[name] = " ".join([*kept, *(origin for origin in dict.fromkeys(origins) if origin)])
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if url else ""


def _content_of(page: str, tag: str) -> str:
    found = _meta(tag).findall(page)
    if len(found) != 1:
        raise InvalidStage(f"the page has not got one <meta {tag}>: it is not a build of the SPA")
    content: str = found[0][1]
    return content


def _meta(tag: str) -> re.Pattern[str]:
    return re.compile(f'(<meta {tag} content=")([^"]*)(")')
