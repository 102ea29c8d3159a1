"""Model discovery: the models of a provider, listed through OpenAI's SDK."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.api import Client, error_code
from tests.support.processes import free_port
from tests.support.scripted_provider import ModelList, ScriptedProvider

KEY = "sk-abcdefghijklmnop-WXYZ"
Settings = Callable[..., None]


def discover(user: Client, provider: ScriptedProvider, listed: ModelList | None = None) -> Any:
    """The result for the provider's base URL, given directly."""
    if listed is not None:
        provider.model_list = listed
    response = user.post("/model_config/discover", base_url=provider.base_url, api_key=KEY)
    assert response.status_code == 200, response.text
    return response.json()


def create(user: Client, base_url: str) -> str:
    body = {"name": "Mine", "base_url": base_url, "model": "gpt-x", "api_key": KEY}
    created: str = user.post("/model_config/create", **body).json()["id"]
    return created


def test_models_are_listed_by_id_with_what_the_provider_lists_about_them(
    user: Client, provider: ScriptedProvider
) -> None:
    listed = [
        {"id": "c", "object": "model", "created": 1, "owned_by": "them"},
        {"id": "a", "context_length": 8192, "architecture": {"input_modalities": ["image", "text", "file"]}},
        {"id": "b", "context_window": 4096, "owned_by": None},
        {"id": "d", "max_model_len": 2048, "pricing": {"prompt": "0"}},
        {"id": "e", "max_context_length": 1024, "capabilities": {"vision": True}},
        {"id": "f", "context_window": 0, "context_length": "many", "capabilities": {"vision": False}},
        {"id": "a"},
    ]
    assert discover(user, provider, ModelList({"object": "list", "data": listed})) == {
        "models": [
            {"id": "a"},
            {"id": "b", "context_window": 4096},
            {"id": "c", "owned_by": "them"},
            {"id": "d", "context_window": 2048},
            {"id": "e", "context_window": 1024, "input": ["text", "image"]},
            {"id": "f", "input": ["text"]},
        ]
    }


def test_a_request_carries_the_key_and_nothing_of_this_process(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK reads an organization and headers from the process's environment."""
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-the-operator")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Of-The-Operator: 1\nAuthorization: Bearer the-operators-key")
    discover(user, provider)
    (headers,) = provider.list_headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers["accept-encoding"] == "identity"
    assert headers.keys() <= {"host", "accept", "accept-encoding", "authorization", "user-agent"}


def test_the_key_of_a_stored_config_goes_to_its_server(user: Client, provider: ScriptedProvider) -> None:
    config_id = create(user, f"{provider.base_url}/")
    assert user.post("/model_config/discover", id=config_id).json()["models"]
    assert [headers["authorization"] for headers in provider.list_headers] == [f"Bearer {KEY}"]


def test_a_server_of_ones_own_needs_no_key(user: Client, provider: ScriptedProvider) -> None:
    assert user.post("/model_config/discover", base_url=provider.base_url, api_key="").json()["models"]
    assert [headers["authorization"] for headers in provider.list_headers] == ["Bearer none"]


def test_a_config_is_named_alone_or_a_server_with_its_key(user: Client, provider: ScriptedProvider) -> None:
    config_id = create(user, provider.base_url)
    wrong: list[dict[str, Any]] = [
        {},
        {"base_url": provider.base_url},
        {"api_key": KEY},
        {"id": config_id, "base_url": provider.base_url},
        {"id": config_id, "api_key": KEY},
        {"id": config_id, "model": "m"},
    ]
    for body in wrong:
        response = user.post("/model_config/discover", **body)
        assert (response.status_code, error_code(response)) == (422, "validation_error"), body
    assert provider.list_headers == []


def test_another_users_config_is_not_found(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider
) -> None:
    config_id = create(user, provider.base_url)
    for name in (config_id, "unknown"):
        response = new_user().post("/model_config/discover", id=name)
        assert (response.status_code, error_code(response)) == (404, "not_found")
    assert provider.list_headers == []


OTHER_FORMS: list[tuple[ModelList, list[str]]] = [
    (ModelList({"models": [{"name": "llama3", "size": 1}]}), ["llama3"]),
    (ModelList([{"id": "a"}]), ["a"]),
    (ModelList({"data": ["a", "b"]}), ["a", "b"]),
    (ModelList({"object": "list", "data": None}), []),
    (ModelList({"data": []}), []),
    # DeepSeek's content type.
    (ModelList({"data": [{"id": "a"}]}, content_type="application/octet-stream"), ["a"]),
    (ModelList({"data": [{"id": "a"}, {"object": "model"}, {"id": 7}, {"id": " "}, None, {"id": "x" * 201}]}), ["a"]),
    (ModelList('{"data": [{"id": "a"}, {"id": "\\ud800"}, {"id": "b\\u0000"}]}'), ["a"]),
]


@pytest.mark.parametrize(("listed", "ids"), OTHER_FORMS)
def test_other_forms_of_lists_are_read_and_unusable_entries_skipped(
    user: Client, provider: ScriptedProvider, listed: ModelList, ids: list[str]
) -> None:
    assert [model["id"] for model in discover(user, provider, listed)["models"]] == ids


def test_a_long_list_is_cut(user: Client, provider: ScriptedProvider) -> None:
    names = [f"model-{number:04}" for number in range(1500)]
    listed = ModelList({"data": [{"id": name} for name in reversed(names)]})
    assert [model["id"] for model in discover(user, provider, listed)["models"]] == names[:1000]


ERROR = {"error": {"message": f"Wrong key: {KEY}", "type": "invalid_request_error", "code": "invalid_api_key"}}
FAILURES: list[tuple[ModelList, str, str]] = [
    (ModelList(ERROR, status=401), "provider_auth", "Wrong key: …"),
    (ModelList("<!doctype html><h1>Log in</h1>", 401, "text/html"), "provider_auth", "refused the API key"),
    (ModelList("<!doctype html><h1>It works</h1>", 200, "text/html"), "provider_error", "OpenAI-compatible"),
    (ModelList("404 page not found", 404, "text/plain"), "provider_error", "OpenAI-compatible"),
    (ModelList({"error": {"message": "slow down"}}, 429), "provider_rate_limited", "slow down"),
    (ModelList({"error": {"message": "broken"}}, 500), "provider_error", "broken"),
    # With a status of success.
    (ModelList({"error": {"message": "no balance"}}), "provider_error", "no balance"),
    (ModelList({"code": 401, "message": "no token", "data": None}), "provider_error", "no token"),
    (ModelList({"hello": "world"}), "provider_error", "OpenAI-compatible"),
    (ModelList("7"), "provider_error", "OpenAI-compatible"),
    (ModelList("[" * 100_000), "provider_error", "OpenAI-compatible"),
    (ModelList("[" + " " * 5_000_000 + "]"), "provider_error", "more data"),
    # Only the beginning of a long refusal is read.
    (ModelList({"padding": "x" * 100_000, **ERROR}, 401), "provider_auth", "refused the API key"),
]


@pytest.mark.parametrize(("listed", "code", "words"), FAILURES)
def test_a_failure_of_the_provider_has_its_code_and_words(
    user: Client, provider: ScriptedProvider, listed: ModelList, code: str, words: str
) -> None:
    result = discover(user, provider, listed)
    assert (result.keys(), result["error"]["code"]) == ({"error"}, code)
    assert words in result["error"]["message"]
    assert KEY not in result["error"]["message"]
    # A refused request is not retried.
    assert len(provider.list_headers) == 1


def test_a_redirect_is_not_followed(user: Client, provider: ScriptedProvider) -> None:
    moved = ModelList("", 307, headers={"Location": f"{provider.base_url}/elsewhere"})
    assert "redirects" in discover(user, provider, moved)["error"]["message"]
    assert len(provider.list_headers) == 1


def test_a_server_that_refuses_connections_is_unreachable(user: Client) -> None:
    base_url = f"http://127.0.0.1:{free_port()}/v1"
    error = user.post("/model_config/discover", base_url=base_url, api_key=KEY).json()["error"]
    assert error["code"] == "provider_unreachable"


def test_a_server_that_does_not_answer_is_too_slow(
    user: Client, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("functions.model_config.service.CHECK_SECONDS", 0.2)
    assert discover(user, provider, ModelList(None, stalls=True))["error"]["code"] == "provider_timeout"


def test_in_the_cloud_a_private_address_is_refused(
    user: Client, provider: ScriptedProvider, settings: Settings
) -> None:
    config_id = create(user, provider.base_url)
    settings(OUTBOUND_ALLOW_HTTP="false", OUTBOUND_ALLOW_PRIVATE="false")
    given = [
        {"base_url": url, "api_key": KEY} for url in (provider.base_url, "https://10.0.0.1/v1", "https://localhost")
    ]
    for body in ({"id": config_id}, *given):
        response = user.post("/model_config/discover", **body)
        assert (response.status_code, error_code(response)) == (422, "unsafe_base_url"), body
    assert provider.list_headers == []


def test_checks_of_a_provider_are_limited_per_user(
    user: Client, new_user: Callable[[], Client], provider: ScriptedProvider, settings: Settings
) -> None:
    settings(PROVIDER_CHECKS_PER_USER_PER_HOUR="3")
    config_id = create(user, provider.base_url)
    # Requests refused before the call of the provider do not count.
    assert user.post("/model_config/discover", id="unknown").status_code == 404
    assert user.post("/model_config/discover", base_url="ftp://example.com", api_key="").status_code == 422
    assert user.post("/model_config/discover", id=config_id).status_code == 200
    assert discover(user, provider, ModelList(ERROR, status=401))["error"]
    assert user.post("/model_config/test", id=config_id).json()["ok"]

    called = (len(provider.requests), len(provider.list_headers))
    for path in ("/model_config/discover", "/model_config/test"):
        response = user.post(path, id=config_id)
        assert (response.status_code, error_code(response)) == (429, "rate_limited")
        assert int(response.headers["retry-after"]) <= 3600
    assert (len(provider.requests), len(provider.list_headers)) == called
    assert discover(new_user(), provider)["error"]
