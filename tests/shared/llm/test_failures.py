"""A provider's refusal as an error: its words in every shape, its kind, and when to call again."""

import json
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from shared.db.types import utc_now
from shared.llm.endpoint import ModelEndpoint
from shared.llm.errors import (
    NotAnApi,
    ProviderAuth,
    ProviderBadRequest,
    ProviderBusy,
    ProviderError,
    ProviderTimeout,
    UnknownModel,
    WebPageInstead,
)
from shared.llm.failures import error_of_refusal, read_refusal
from shared.llm.params import ModelParams

KEY = "sk-a-key-nobody-may-see"


def error_of(status: int, body: Any, *, key: str = KEY, **headers: str) -> ProviderError:
    text = body if isinstance(body, str) else json.dumps(body)
    endpoint = ModelEndpoint("https://api.example.com/v1", "m", key, ModelParams(), headers={"X-Team": "secret-team"})
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return error_of_refusal(endpoint, read_refusal(status, headers, text))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "No credit."}}, "No credit."),
        ({"error": "No credit."}, "No credit."),
        ([{"error": {"message": "No credit."}}], "No credit."),
        ({"message": "No credit."}, "No credit."),
        ({"error": True, "message": "No credit."}, "No credit."),
        ({"error": "Bad Request", "message": ["No credit.", "No luck."]}, "Bad Request: No credit.; No luck."),
        ({"detail": "No credit."}, "No credit."),
        ({"detail": [{"loc": ["body", "stop"], "msg": "Too long"}]}, "Too long (body.stop)"),
        ({"message": {"detail": [{"msg": "Too long", "loc": ["stop"]}]}}, "Too long (stop)"),
        ({"errors": [{"code": 1, "message": "No credit."}], "success": False}, "No credit."),
        ({"errors": {"stop": ["is too long"]}}, "is too long"),
        ({"error": {"message": '{"error": {"message": "No credit."}}'}}, "No credit."),
        ({"error_msg": "No credit.", "error_code": 17}, "No credit."),
        ({"base_resp": {"status_code": 1008, "status_msg": "No credit."}}, "No credit."),
        (
            {"error": {"message": "Provider returned error", "metadata": {"raw": '{"error": {"message": "Full."}}'}}},
            "Provider returned error: Full.",
        ),
        ({"error": {"code": "invalid_api_key"}}, "invalid_api_key"),
        ('data: {"error": {"message": "No credit."}}\n\n', "No credit."),
        ('\ufeff{"error": "No credit."}', "No credit."),
        ("  No credit.\n", "No credit."),
        ("余额不足", "余额不足"),
    ],
)
def test_words_are_found_in_each_shape(body: Any, words: str) -> None:
    assert error_of(402, body).message == words


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, "", ProviderAuth),
        (402, {"error": "No credit."}, ProviderBadRequest),
        (404, {"error": "The model x does not exist"}, UnknownModel),
        (404, {"error": "Your settings exclude every endpoint."}, ProviderBadRequest),
        (404, "404 page not found", NotAnApi),
        (405, "", NotAnApi),
        (504, {"error": "Upstream"}, ProviderTimeout),
        (529, {"error": "Overloaded"}, ProviderBusy),
        (502, "<html><title>Bad gateway</title>", WebPageInstead),
        (403, "<!DOCTYPE html><title>Just a moment...</title>", WebPageInstead),
        (401, "<html>Sign in", ProviderAuth),
    ],
)
def test_a_refusal_has_its_kind_and_status(status: int, body: Any, kind: type[ProviderError]) -> None:
    error = error_of(status, body)
    assert (type(error), error.status) == (kind, status)
    assert "<" not in error.message


def test_a_missing_path_of_an_api_names_the_usual_base_url() -> None:
    assert error_of(404, {"detail": "Not Found"}).message == "Not Found (Most base URLs end in /v1.)"


def test_the_key_and_header_values_are_masked() -> None:
    assert error_of(401, {"error": f"{KEY} of secret-team"}).message == "… of …"


def test_a_short_key_is_not_masked() -> None:
    assert error_of(401, {"error": "The key is not valid."}, key="key").message == "The key is not valid."


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "2"}, 2),
        ({"retry_after": "1.2"}, 2),
        ({"retry_after_ms": "1500"}, 2),
        ({"retry_after": "-5"}, 0),
        ({"retry_after": "soon"}, None),
        ({"retry_after": "1e300"}, None),
        ({}, None),
    ],
)
def test_the_time_to_call_again_is_in_the_error(headers: dict[str, str], seconds: int | None) -> None:
    assert error_of(429, {"error": "Slow down"}, **headers).retry_after == seconds


def test_the_time_to_call_again_may_be_a_date() -> None:
    date = format_datetime(utc_now() + timedelta(seconds=60), usegmt=True)
    seconds = error_of(429, {"error": "Slow down"}, retry_after=date).retry_after
    assert seconds is not None
    assert 30 <= seconds <= 60
