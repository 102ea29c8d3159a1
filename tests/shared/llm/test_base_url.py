"""Validation of the base URLs that users enter."""

from collections.abc import Callable

import pytest

from shared.llm.base_url import check_base_url, is_same_server, normalize_base_url, request_url
from shared.llm.errors import UnsafeBaseUrl
from tests.shared.outbound.urls import MALFORMED, PUBLIC, REFUSED, REFUSED_IN_LOCAL_STAGE, RESOLVED

Settings = Callable[..., None]


@pytest.fixture
def in_the_cloud(settings: Settings) -> None:
    settings(STAGE="prod")


@pytest.mark.parametrize(
    "url", sorted({url for url in REFUSED if url.split("/")[2:3] not in [[name] for name in RESOLVED]}), ids=ascii
)
def test_a_private_address_in_any_spelling_is_refused_without_a_dns_lookup(in_the_cloud: None, url: str) -> None:
    with pytest.raises(UnsafeBaseUrl):
        check_base_url(url)


@pytest.mark.parametrize("url", MALFORMED, ids=ascii)
@pytest.mark.parametrize("stage", ["prod", "local"])
def test_a_base_url_with_other_parts_or_characters_is_refused(settings: Settings, stage: str, url: str) -> None:
    settings(STAGE=stage)
    with pytest.raises(UnsafeBaseUrl):
        check_base_url(url)


@pytest.mark.parametrize("url", PUBLIC, ids=ascii)
def test_a_public_base_url_is_accepted(in_the_cloud: None, url: str) -> None:
    check_base_url(url)


@pytest.mark.parametrize(
    "url", ["http://localhost:11434/v1", "http://127.0.0.1:9100/v1", "http://ollama:11434/v1", "http://[::1]/v1"]
)
def test_the_local_stage_accepts_private_addresses_and_http(settings: Settings, url: str) -> None:
    settings(STAGE="local")
    check_base_url(url)


@pytest.mark.parametrize("url", REFUSED_IN_LOCAL_STAGE)
def test_the_local_stage_refuses_unusual_spellings_and_schemes(settings: Settings, url: str) -> None:
    settings(STAGE="local")
    with pytest.raises(UnsafeBaseUrl):
        check_base_url(url)


def test_servers_are_the_same_by_scheme_host_and_port() -> None:
    assert is_same_server("https://api.example.com/v1", "https://API.example.com:443/v2/")
    for other in ("http://api.example.com/v1", "https://api.example.com:8443/v1", "https://api.example.org/v1"):
        assert not is_same_server("https://api.example.com/v1", other)


BROKEN_RULES = {
    "http://api.example.com/v1": "must begin with https://",
    "api.example.com/v1": "must begin with https://",
    "https://user:word@api.example.com/v1": "user name or password",
    "https://api.example.com/v1#models": "fragment",
    "https://api.example.com/v 1": "spaces",
    "https://api.example.com:0/v1": "port",
    "https://api.example.com:port/v1": "not a URL",
    "https://127.1/v1": "neither a domain name nor an IP address",
    "https://10.0.0.1/v1": "not on the public internet",
    "https://ollama/v1": "not on the public internet",
}


@pytest.mark.parametrize("url", BROKEN_RULES, ids=ascii)
def test_the_error_names_the_broken_rule(in_the_cloud: None, url: str) -> None:
    with pytest.raises(UnsafeBaseUrl) as refused:
        check_base_url(url)
    assert refused.value.details is not None
    (detail,) = refused.value.details
    assert detail["field"] == "base_url"
    assert BROKEN_RULES[url] in detail["message"]


V1 = "https://api.example.com/v1"
MENDED = {
    V1: V1,
    f"{V1}/": V1,
    f" \t{V1}/\r\n": V1,
    f"\ufeff{V1}\u200b": V1,
    f"\u00a0{V1}\u3000": V1,
    f"{V1}//": V1,
    "https://api.example.com//v1": V1,
    "https://api.example.com/ v1": V1,
    f"{V1}/chat/completions": V1,
    f"{V1}/chat/completions/": V1,
    f"{V1}//chat//completions": V1,
    f"{V1}/Chat/Completions": V1,
    f"{V1}/completions": V1,
    f"{V1}?": V1,
    "https://api.example.com/": "https://api.example.com",
    "https://api.example.com/chat/completions": "https://api.example.com",
    f"{V1}/?api-version=2024-10-21": f"{V1}?api-version=2024-10-21",
    f"{V1}/chat/completions?next=a//b/": f"{V1}?next=a//b/",
    "https://api.example.com/chat": "https://api.example.com/chat",
    "https://api.example.com/notcompletions": "https://api.example.com/notcompletions",
}


@pytest.mark.parametrize("pasted", MENDED, ids=ascii)
def test_what_is_pasted_with_a_base_url_is_removed(pasted: str) -> None:
    assert normalize_base_url(pasted) == MENDED[pasted]
    assert str(request_url(pasted, {}, "models").copy_with(query=None)) == f"{MENDED[pasted].partition('?')[0]}/models"


@pytest.mark.parametrize("url", ["https:///127.0.0.1/v1", "https://exam ple.com/v1", "https://example.com\t/v1", "v1"])
def test_the_server_of_a_base_url_is_not_corrected(in_the_cloud: None, url: str) -> None:
    assert normalize_base_url(url) == url
    with pytest.raises(UnsafeBaseUrl):
        check_base_url(normalize_base_url(url))


def test_a_request_has_the_query_of_the_base_url_and_of_the_config() -> None:
    base_url = "https://api.example.com/v1/?api-version=2024-10-21&empty=&flag"
    for query, target in (
        ({}, b"/v1/chat/completions?api-version=2024-10-21&empty=&flag"),
        ({"user": "a b&c=é"}, b"/v1/chat/completions?api-version=2024-10-21&empty=&flag&user=a%20b%26c%3D%C3%A9"),
        ({"api-version": "preview"}, b"/v1/chat/completions?empty=&flag&api-version=preview"),
    ):
        assert request_url(base_url, query, "chat/completions").raw_path == target
