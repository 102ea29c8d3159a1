"""Web pages for `fetch_url`: fetched as robots.txt allows, and as text.

Requests go through the checked outbound transport: a page on a private address is not fetched. Redirects are followed,
each checked like the first.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

import httpx2

from shared.config import load
from shared.outbound.addresses import violation_of
from shared.outbound.settings import OutboundSettings
from shared.surrogates import without_lone_surrogates
from shared.tools.errors import ServerFailed, ServerUnreachable
from shared.tools.http import Answer, exchange, time_limit

_SECONDS = 30.0
_MAX_REDIRECTS = 5
_MAX_ROBOTS_BYTES = 500 * 1024  # RFC 9309, 2.5
_AGENT = "chat"
_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/xhtml+xml")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
# Elements whose text nobody reads.
_UNREAD = "script, style, noscript, template, svg, iframe, nav, form, button, select, [hidden], [aria-hidden=true]"
_BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, pre, blockquote, section, article, br, dt, dd, figcaption"
_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
# Encodings of the web (WHATWG Encoding), by Python's names. Python has others, such as UTF-7, which make halves of
# characters.
_ENCODINGS = re.compile(
    "utf-8|utf-16(-le|-be)?|ascii|cp125[0-8]|iso8859-[0-9]+|cp866|cp874|koi8-[ru]|mac-(roman|cyrillic)"
    "|gb2312|gbk|gb18030|big5|big5hkscs|euc_jp|iso2022_jp|shift_jis|cp932|euc_kr|cp949"
)
# Pages use more of these sets than their names say, as browsers know.
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}


@dataclass(frozen=True)
class Page:
    """`url`: after redirects, without a fragment. `text`: the whole text."""

    url: str
    title: str
    text: str


async def fetch_page(address: str) -> Page:
    """Raises ServerFailed."""
    url = _checked(address)
    try:
        with time_limit(_SECONDS):
            for _ in range(_MAX_REDIRECTS + 1):
                await _check_robots(url)
                headers = {"Accept": "text/html, text/plain, */*;q=0.5", "User-Agent": _AGENT}
                async with exchange("GET", url, headers, follows_redirects=False) as answer:
                    location = answer.headers.get("location")
                    if answer.status in (301, 302, 303, 307, 308) and location:
                        url = _checked(location, url)
                        continue
                    return await _read(str(url), answer)
    except ServerUnreachable:
        raise ServerUnreachable("The page's server cannot be reached.") from None
    raise ServerFailed("The page redirects too often.")


def _checked(address: str, base: httpx2.URL | None = None) -> httpx2.URL:
    """The URL of an address, which may be relative to `base`. Raises ServerFailed.

    What may not be in a URL is percent-encoded, as browsers do: this is what is checked, and what is requested.
    """
    try:
        url = (httpx2.URL(address) if base is None else base.join(address)).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):
        raise ServerFailed("This is not a URL.") from None
    rule = violation_of(url, load(OutboundSettings))
    if rule is not None:
        raise ServerFailed(rule)
    return url


async def _check_robots(url: httpx2.URL) -> None:
    """Raises ServerFailed where robots.txt (RFC 9309) does not allow the page."""
    robots = RobotFileParser()
    robots_url = url.copy_with(raw_path=b"/robots.txt")
    async with exchange("GET", robots_url, {"User-Agent": _AGENT}, follows_redirects=False) as answer:
        # Without the file everything is allowed, and nothing where the server fails.
        if answer.status >= 500:
            raise ServerFailed("The page's server does not answer.")
        if answer.status != 200:
            return
        content = (await answer.content(_MAX_ROBOTS_BYTES))[:_MAX_ROBOTS_BYTES]
    robots.parse(content.decode("utf-8", "replace").splitlines())
    if not robots.can_fetch(_AGENT, str(url)):
        raise ServerFailed("The site does not allow programs to read this page (robots.txt).")


async def _read(url: str, answer: Answer) -> Page:
    if answer.status != 200:
        raise ServerFailed(f"The page's server answered with HTTP status {answer.status}.")
    kind = answer.content_type
    if not kind.startswith(_TEXT_TYPES):
        raise ServerFailed(f"The address is not a page of text but {kind or 'of an unknown type'}.")
    content = await answer.content()
    text = _decoded(content, answer.headers)
    if kind not in _HTML_TYPES:
        return Page(url, url, text.strip())
    title, text = text_of_html(text)
    return Page(url, title or url, text)


def _decoded(content: bytes, headers: Mapping[str, str]) -> str:
    declared = _CHARSET.search(headers.get("content-type", "")) or _CHARSET.search(
        content[:2048].decode("ascii", "replace")
    )
    return without_lone_surrogates(content.decode(_encoding(declared[1]) if declared else "utf-8", "replace"))


def _encoding(declared: str) -> str:
    """Python's encoding for a declared one; UTF-8 for one that the web does not have."""
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        return "utf-8"
    return _SUPERSETS.get(name, name) if _ENCODINGS.fullmatch(name) else "utf-8"


def text_of_html(html: str) -> tuple[str, str]:
    """Title and readable text of a page, a line for each block."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    title_node = tree.css_first("title")
    title = "" if title_node is None else " ".join(title_node.text().split())
    for node in tree.css(_UNREAD):
        node.decompose()
    root = tree.css_first("main") or tree.css_first("article") or tree.body
    if root is None:
        return title, ""
    for node in root.css(_BLOCKS):
        node.insert_before("\n")
        node.insert_after("\n")
    lines = (" ".join(line.split()) for line in root.text().splitlines())
    return title, re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
