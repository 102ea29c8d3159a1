"""Validation of the base URLs that users enter."""

from collections.abc import Callable

import pytest

from shared.llm.base_url import check_base_url, is_same_server
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
def test_a_base_url_with_more_or_less_than_host_and_path_is_refused(settings: Settings, stage: str, url: str) -> None:
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
