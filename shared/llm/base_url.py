"""Which base URLs and addresses may be called.

Apart from the client, which takes long to load: most requests of a function that may be given a base URL are not.
"""

import ipaddress
import re
from typing import TYPE_CHECKING

from pydantic import Field

from shared.config import AppSettings, Settings, load
from shared.llm.errors import UnsafeBaseUrl

if TYPE_CHECKING:
    import httpx2


class OutboundSettings(Settings):
    """On a developer's machine models run on localhost, without TLS."""

    outbound_allow_http: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    outbound_allow_private: bool = Field(default_factory=lambda: load(AppSettings).is_local)
    # For the name, and for each address it is tried at.
    outbound_connect_seconds: float = 5
    # Until the answer begins: a model reads a long conversation before it says a word.
    outbound_first_byte_seconds: float = 120
    # Between any two pieces after that.
    outbound_idle_seconds: float = 60
    outbound_max_bytes: int = 64 * 1024 * 1024


def check_base_url(base_url: str) -> None:
    """Refuse a base URL that could never be called. Raises UnsafeBaseUrl.

    This is for the form a user fills in: a clear answer at once. What protects is the transport (shared.llm.outbound).
    """
    import httpx2

    # Whatever two parsers could read differently is refused before one reads it. A query would end
    # up in front of the API's paths.
    if re.search(r"[^\x21-\x7e]|[\\?#@]", base_url):
        raise UnsafeBaseUrl
    try:
        allowed = may_be_called(httpx2.URL(base_url), load(OutboundSettings))
    except httpx2.InvalidURL:
        raise UnsafeBaseUrl from None
    if not allowed:
        raise UnsafeBaseUrl


def is_same_server(base_url: str, other: str) -> bool:
    """Whether two base URLs that passed `check_base_url` lead to one scheme, host and port."""
    import httpx2

    one, two = httpx2.URL(base_url), httpx2.URL(other)
    # A scheme's default port is None, given or not.
    return (one.scheme, one.raw_host, one.port) == (two.scheme, two.raw_host, two.port)


# No last label of a name begins with a digit; `127.1`, `0x7f000001` and `2130706433` are ways to
# write an address that resolvers take.
_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# Never public (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal).
_PRIVATE_SUFFIXES = (".localhost", ".local", ".arpa", ".internal")


def may_be_called(url: "httpx2.URL", settings: OutboundSettings) -> bool:
    """What can be said of a URL without asking the network."""
    if url.scheme != "https" and not (url.scheme == "http" and settings.outbound_allow_http):
        return False
    if url.userinfo or not (url.port is None or 0 < url.port < 65536):
        return False
    host = url.raw_host.decode("ascii")
    try:
        public = is_public(host)
    except ValueError:
        if len(host) > 253 or not _NAME.fullmatch(host):
            return False
        public = "." in host and not host.endswith(_PRIVATE_SUFFIXES)
    return public or settings.outbound_allow_private


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet. Raises ValueError when it is no address."""
    # A zone (`fe80::1%eth0`) says by which interface, not where to.
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in block for block in _REFUSED_IPV4)
    # ISATAP (RFC 5214) carries an IPv4 address behind this, under any prefix.
    is_isatap = int(parsed) >> 32 & 0xFDFF_FFFF == 0x5EFE
    return parsed in _GLOBAL_IPV6 and not is_isatap and not any(parsed in block for block in _REFUSED_IPV6)


# Written out rather than asked of `ipaddress`, whose idea of `is_global` differs between Python
# versions. From IANA's special-purpose registries.
_REFUSED_IPV4 = [
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; clouds keep services in it, Alibaba its metadata
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform services, public by number only
        "169.254.0.0/16",  # link-local: the metadata of AWS, Tencent Cloud and most others
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments; Oracle's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
]
# All that is routed lies in here; loopback, IPv4-mapped and -compatible, NAT64, unique local,
# link-local, site-local and multicast addresses do not.
_GLOBAL_IPV6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_IPV6 = [
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments; Teredo, which carries an IPv4 address
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries an IPv4 address
        "3fff::/20",  # documentation
    )
]
