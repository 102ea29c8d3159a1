"""The rule for URLs and IP addresses that outbound requests may go to (protection against SSRF).

Does not import the HTTP client, which loads slowly: a function that only validates a URL does without it.
"""

import ipaddress
import re
from typing import TYPE_CHECKING

from shared.outbound.settings import OutboundSettings

if TYPE_CHECKING:
    import httpx2

# No top-level domain begins with a digit; `127.1`, `0x7f000001` and `2130706433` are ways to write an IPv4 address
# that resolvers accept.
_HOST_NAME = re.compile(r"([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# Never public (RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal).
_PRIVATE_SUFFIXES = (".localhost", ".local", ".arpa", ".internal")
# Every parser ends the authority at the first slash after it: an @ behind that one is of the path or the query.
_AUTHORITY_WITHOUT_USER = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#@]+/", re.IGNORECASE)


def violation_of(url: "httpx2.URL", settings: OutboundSettings) -> str | None:
    """The rule that a URL breaks by its scheme, port or host, as a sentence for a person; None when it is allowed.

    There is no DNS lookup: the transport checks the addresses of a host name when it connects.
    """
    if url.scheme != "https" and not (url.scheme == "http" and settings.outbound_allow_http):
        return "The URL must begin with https://."
    if url.userinfo:
        return "The URL must not contain a user name or password."
    if not (url.port is None or 0 < url.port < 65536):
        return "The port is not between 1 and 65535."
    host = url.raw_host.decode("ascii")
    try:
        public = is_public(host)
    except ValueError:
        if len(host) > 253 or not _HOST_NAME.fullmatch(host):
            return "The host is neither a domain name nor an IP address."
        public = "." in host and not host.endswith(_PRIVATE_SUFFIXES)
    return None if public or settings.outbound_allow_private else "The host is not on the public internet."


def violation_of_text(url: str, settings: OutboundSettings) -> str | None:
    """The rule that a URL breaks, as a person typed it; None when it is allowed."""
    import httpx2

    # Characters that two URL parsers could read differently are refused first.
    if re.search(r"[^\x21-\x7e]|\\", url):
        return "A URL has no spaces, backslashes or characters beyond ASCII."
    if "@" in url and not _AUTHORITY_WITHOUT_USER.match(url):
        return "The URL must not contain a user name or password."
    if "#" in url:
        return "The URL must not have a fragment (#)."
    try:
        return violation_of(httpx2.URL(url), settings)
    except httpx2.InvalidURL:
        return "This is not a URL."


def is_public(address: str) -> bool:
    """Whether an IP address is routed on the public internet. Raises ValueError when it is not an IP address."""
    # A zone (`fe80::1%eth0`) names the interface, not the destination.
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in block for block in _REFUSED_IPV4)
    # ISATAP (RFC 5214) carries an IPv4 address behind this, under any prefix.
    is_isatap = int(parsed) >> 32 & 0xFDFF_FFFF == 0x5EFE
    return parsed in _GLOBAL_IPV6 and not is_isatap and not any(parsed in block for block in _REFUSED_IPV6)


# Listed here because `ipaddress.is_global` differs between Python versions. From IANA's special-purpose registries.
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
