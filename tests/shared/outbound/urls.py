"""URLs that outbound requests accept and refuse, and the addresses that the tests' host names resolve to."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address

# Addresses of our own machine and network, in their usual form.
INNER = (
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.100.100.200",
)


def _spellings(address: str) -> Iterator[str]:
    """Alternative spellings of an IPv4 address that resolvers and URL parsers accept."""
    a, b, c, d = address.split(".")
    number = int(IPv4Address(address))
    yield address
    yield f"{address}."
    yield str(number)
    yield hex(number)
    yield f"0X{number:08X}"
    yield f"0{number:o}"
    yield f"{number + 2**32}"
    yield f"{a}.{number & 0xFFFFFF}"
    yield f"{a}.{b}.{number & 0xFFFF}"
    yield ".".join(hex(int(part)) for part in (a, b, c, d))
    yield ".".join(f"0{int(part):o}" for part in (a, b, c, d))
    yield ".".join(f"{int(part):04o}" for part in (a, b, c, d))
    yield f"{hex(int(a))}.{b}.0{int(c):o}.{d}"
    yield f"{hex(int(a))}.{number & 0xFFFFFF}"
    # Characters that IDNA maps to dots, and NFKC to digits.
    yield "。".join((a, b, c, d))
    yield "．".join((a, b, c, d))
    yield "｡".join((a, b, c, d))
    yield address.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})


def _in_ipv6(address: str) -> Iterator[IPv6Address]:
    """An IPv4 address in each form that embeds it in an IPv6 address."""
    number = int(IPv4Address(address))
    for prefix in ("::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::"):  # mapped ... NAT64
        yield IPv6Address(int(IPv6Address(prefix)) | number)
    yield IPv6Address(0x2002 << 112 | number << 80 | 1)  # 6to4
    yield IPv6Address(0x20010000 << 96 | 0x5DB8D70E << 64 | number ^ 0xFFFF_FFFF)  # Teredo
    for prefix in ("fe80::5efe:0:0", "fe80::200:5efe:0:0", "2606:4700::5efe:0:0", "2606:4700::200:5efe:0:0"):
        yield IPv6Address(int(IPv6Address(prefix)) | number)  # ISATAP


# The first and last address of each block that is not public, and some between.
SPECIAL_IPV4 = (
    *("0.0.0.1", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255"),
    *("127.0.0.0", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.0.23", "169.254.170.2"),
    *("169.254.255.255", "172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.192", "192.0.0.255"),
    *("192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
)
SPECIAL_IPV6 = (
    *("::", "::1", "::2", "100::1", "100:0:0:1::1", "1fff::1", "2001::1", "2001:2::1", "2001:10::1"),
    *("2001:20::1", "2001:1ff:ffff::1", "2001:db8::1", "2002::1", "3fff::1", "4000::1", "5f00::1"),
    *("fc00::1", "fd00:ec2::254", "fd20:ce::254", "fdff::1", "fe80::1", "fe80::a9fe:a9fe", "febf::1"),
    *("fec0::1", "ff02::1", "ff0e::1", "ffff::1"),
)

# Names and their addresses. Every name is refused, even if only one of its addresses is not public.
RESOLVED: dict[str, tuple[str, ...]] = {
    "localhost.localdomain": ("127.0.0.1",),
    "localtest.example": ("127.0.0.1", "::1"),
    "mixed-first.example": ("10.0.0.5", "93.184.215.14"),
    "mixed-last.example": ("93.184.215.14", "2606:2800:21f:cb07::1", "169.254.169.254"),
    "mixed-families.example": ("93.184.215.14", "fd00:ec2::254"),
    "zone.example": ("fe80::1%eth0",),
    "zone-of-public.example": ("93.184.215.14", "fe80::1%2"),
    "kubernetes.default.svc": ("10.96.0.1",),
    "127.0.0.1.nip.example": ("127.0.0.1",),
    "xn--lcalhost-54a.example": ("127.0.0.1",),
    **{f"v4-{n}.rebind.example": (address,) for n, address in enumerate(SPECIAL_IPV4)},
    **{f"v6-{n}.rebind.example": (address,) for n, address in enumerate(SPECIAL_IPV6)},
    **{
        f"carried-{n}.rebind.example": (str(address),)
        for n, address in enumerate(address for inner in INNER for address in _in_ipv6(inner))
    },
}

_TRICKS = (
    # Credentials that look like the host, and hosts that look like credentials.
    "https://api.openai.com@127.0.0.1/v1",
    "https://api.openai.com:443@169.254.169.254/v1",
    "https://user:password@api.openai.com/v1",
    "https://user@api.openai.com/v1",
    "https://user@api.openai.com/@v1",
    "https:///user@api.openai.com/v1",
    "https:/@127.0.0.1/v1",
    "https:@127.0.0.1/v1",
    "https://@/127.0.0.1/v1",
    "//api.openai.com/@v1",
    "https://127.0.0.1:80@api.openai.com/v1",
    "https://api.openai.com%40127.0.0.1/v1",
    "https://api.openai.com%00@127.0.0.1/v1",
    "https://127.0.0.1%2f@api.openai.com/v1",
    "https://127.0.0.1%23.api.openai.com/v1",
    "https://api.openai.com\\@127.0.0.1/v1",
    "https://127.0.0.1\\@api.openai.com/v1",
    "https://127.0.0.1\\.api.openai.com/v1",
    "https://[::1]@api.openai.com/v1",
    "https://api.openai.com,127.0.0.1/v1",
    "https://api.openai.com;127.0.0.1/v1",
    "https://127.0.0.1,api.openai.com/v1",
    # Names of this machine and of internal networks.
    "https://localhost/v1",
    "https://LOCALHOST/v1",
    "https://localhost./v1",
    "https://api.localhost/v1",
    "https://printer.local/v1",
    "https://metadata.google.internal/v1",
    "https://host.docker.internal/v1",
    "https://1.0.0.127.in-addr.arpa/v1",
    "https://metadata/v1",
    "https://instance-data/latest/meta-data",
    "https://db/v1",
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/v1",
    "https://ｌｏｃａｌｈｏｓｔ/v1",
    "https://locaⅼhost/v1",
    "https://①②⑦.⓪.⓪.①/v1",
    "https://127。0.0．1/v1",
    "https://%31%32%37.0.0.1/v1",
    "https://127.0.0.1%2e/v1",
    "https://%6c%6f%63%61%6c%68%6f%73%74/v1",
    # Not standard addresses, but accepted by some resolvers.
    "https://127.1/v1",
    "https://127.0.1/v1",
    "https://0/v1",
    "https://0x0/v1",
    "https://00000000000/v1",
    "https://127.0.0.01/v1",
    "https://127.0.0.0x1/v1",
    "https://0x7f.1/v1",
    "https://0177.1/v1",
    "https://127.0.0.1.0x0/v1",
    "https://256.256.256.256/v1",
    "https://1e3/v1",
    "https://[127.0.0.1]/v1",
    "https://[::1/v1",
    "https://::1/v1",
    "https://[::1%25lo]/v1",
    "https://[fe80::1%25eth0]/v1",
    "https://[0:0:0:0:0:0:0:1]/v1",
    "https://[0000:0000:0000:0000:0000:0000:0000:0001]/v1",
    "https://[::FFFF:7F00:1]/v1",
    "https://[v1.127]/v1",
    # Other schemes, or none.
    "http://api.openai.com/v1",
    "HTTP://api.openai.com/v1",
    "http://127.0.0.1/v1",
    "http://169.254.169.254/latest/meta-data/iam/security-credentials/",
    "ftp://api.openai.com/v1",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "dict://127.0.0.1:11211/stats",
    "ldap://127.0.0.1/",
    "ws://127.0.0.1/",
    "wss://api.openai.com/v1",
    "unix:///var/run/docker.sock",
    "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "data:text/plain,hello",
    "javascript:alert(1)",
    "https:127.0.0.1/v1",
    "https:/127.0.0.1/v1",
    "https:///127.0.0.1/v1",
    "//127.0.0.1/v1",
    "127.0.0.1/v1",
    "api.openai.com/v1",
    "/v1",
    # Invalid names and ports.
    "https://",
    "https://./v1",
    "https://../v1",
    "https://.example.com/v1",
    "https://example..com/v1",
    "https://-example.com/v1",
    "https://example-.com/v1",
    "https://exam ple.com/v1",
    "https://example.com\t/v1",
    "https://exa\nmple.com/v1",
    "https://example.com\r\nHost: 127.0.0.1/v1",
    "https://example.com:0/v1",
    "https://example.com:-1/v1",
    "https://example.com:65536/v1",
    "https://example.com:99999999999/v1",
    "https://example.com:80:80/v1",
    "https://example.com:port/v1",
    f"https://{'a' * 64}.example.com/v1",
    f"https://{'a.' * 130}com/v1",
)

# Invalid as a base URL, although the address is public.
MALFORMED = (
    "https://api.openai.com/v1?api-version=1 2",
    "https://api.openai.com/v1#part",
    "https://api.openai.com#@127.0.0.1/v1",
    "https://api.openai.com?@127.0.0.1/v1",
    "https://api.openai.com?/@127.0.0.1/v1",
    "https://api.openai.com#/@127.0.0.1/v1",
    "https://@api.openai.com/v1",
    "https://api.openai.com/v1\\",
    "https://api.openai.com/ v1",
    "https://api.openai.com/模型",
    "https://例子.example/v1",
)

REFUSED: tuple[str, ...] = (
    *(f"https://{spelling}/v1" for inner in INNER for spelling in _spellings(inner)),
    *(f"https://{inner}:8443/v1" for inner in INNER),
    *(f"https://[{address}]/v1" for inner in INNER for address in _in_ipv6(inner)),
    *(f"https://{address}/v1" for address in SPECIAL_IPV4),
    *(f"https://[{address}]/v1" for address in SPECIAL_IPV6),
    *(f"https://{name}/v1" for name in RESOLVED),
    *_TRICKS,
)

PUBLIC = [
    "https://api.openai.com/v1",
    "https://API.OpenAI.com/v1",
    "https://api.deepseek.com",
    "https://api.deepseek.com/",
    "https://dashscope.aliyuncs.com/compatible-mode/v1",
    "https://models.example.co.uk:8443/v1",
    "https://xn--fsqu00a.xn--0zwm56d/v1",
    "https://my_host.example.com/v1",
    "https://server.smithery.ai/@upstash/context7-mcp/mcp",
    "https://models.example.com/v1?user=me@example.com",
    "https://1.example.com/v1",
    "https://8.8.8.8/v1",
    "https://172.32.0.1/v1",
    "https://100.128.0.1/v1",
    "https://[2606:4700::1111]/v1",
]
# Also refused in the local stage, which allows private addresses and plain HTTP.
REFUSED_IN_LOCAL_STAGE = ["ftp://localhost/v1", "http://a@localhost/v1", "http://0x7f.1/v1", "http://2130706433/"]
