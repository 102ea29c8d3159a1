"""OpenAPI: every operation is described, lists its errors, and returns a typed response model."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.datastructures import DefaultPlaceholder
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from functions.websocket.app import app as websocket_app
from infra.openapi import merged_document
from shared.errors import AppError
from shared.schemas import ResponseBody
from tests.support.all_functions import APPS as HTTP_APPS
from tests.support.contract_errors import check_error, documented_codes

APPS: tuple[FastAPI, ...] = (*HTTP_APPS.values(), websocket_app)
DOCUMENT = merged_document()
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}

# The contract's codes beyond those of every call, and of every call with a token.
_MODEL = {"no_model": 422, "unsafe_base_url": 422, "api_key_unreadable": 422}
_OWN = {"not_found": 404}
_CREATE_CONFIG = {
    **_OWN,
    "forbidden": 403,
    "model_config_limit": 403,
    "unsafe_base_url": 422,
    "api_key_unreadable": 422,
}
_ASKS_A_PROVIDER = {**_OWN, "unsafe_base_url": 422, "api_key_unreadable": 422, "rate_limited": 429}
_SHARE = {
    **_OWN,
    "sharing_disabled": 403,
    "share_too_large": 422,
    "rate_limited": 429,
    "storage_unavailable": 503,
}
_TURN = {**_OWN, **_MODEL, "forbidden": 403, "email_unverified": 403, "rate_limited": 429, "budget_exhausted": 429}
_TOOL_SERVER = {"tool_unreachable": 422, "tool_auth": 422, "not_an_mcp_server": 422, "tool_error": 422}
_PASSWORD = {"password_mismatch": 422, "weak_password": 422}
_RECENT = {"reauthentication_required": 403}
# The secret of an authenticator app is encrypted like an API key.
_APP_CODE = {"wrong_code": 401, "app_secret_unreadable": 422, "rate_limited": 429}
_CODE = {**_OWN, **_APP_CODE, "reauthentication_required": 403}
_CONFIRMED = {"reauthentication_required": 403, "wrong_password": 401, "rate_limited": 429}
_PROVIDER = {"oidc_failed": 401, "oidc_unavailable": 502, "rate_limited": 429}
_ADMIN = {"forbidden": 403}
ERRORS: dict[str, dict[str, int]] = {
    "GET /admin/user": _ADMIN,
    "POST /admin/user/update": {**_OWN, **_ADMIN, "own_account": 409},
    "POST /admin/user/revoke_sessions": {**_OWN, **_ADMIN},
    "POST /admin/user/delete": {**_OWN, **_ADMIN, "own_account": 409},
    "GET /admin/audit": _ADMIN,
    "GET /admin/usage": _ADMIN,
    "POST /admin/user/reset_link": {**_OWN, **_ADMIN},
    "GET /admin/invite": _ADMIN,
    "POST /admin/invite": _ADMIN,
    "POST /admin/invite/revoke": _ADMIN,
    "GET /admin/budget": _ADMIN,
    "POST /admin/budget/update": _ADMIN,
    "GET /admin/settings": _ADMIN,
    "POST /admin/settings": _ADMIN,
    "GET /admin/model": _ADMIN,
    "POST /admin/model/create": {**_ADMIN, "model_config_limit": 403, "unsafe_base_url": 422},
    "POST /admin/model/update": {**_OWN, **_ADMIN, "unsafe_base_url": 422, "api_key_unreadable": 422},
    "POST /admin/model/order": _ADMIN,
    "POST /admin/model/delete": _ADMIN,
    "GET /admin/tool": _ADMIN,
    "POST /admin/tool/create": {**_ADMIN, "tool_server_limit": 403, "unsafe_url": 422},
    "POST /admin/tool/update": {**_OWN, **_ADMIN, "unsafe_url": 422},
    "POST /admin/tool/delete": _ADMIN,
    "GET /admin/status": _ADMIN,
    "GET /user/me/usage": {},
    "GET /user/options": {"rate_limited": 429},
    "POST /user/register": {"registration_closed": 403, "email_taken": 409, "rate_limited": 429, **_PASSWORD},
    "POST /user/password/forgot": {"mail_disabled": 403, "rate_limited": 429},
    "POST /user/password/reset": {"invalid_token": 422, "account_disabled": 403, "rate_limited": 429, **_PASSWORD},
    "POST /user/email/verify": {"invalid_token": 422, "rate_limited": 429},
    "POST /user/email/verification": {"mail_disabled": 403, "rate_limited": 429},
    "POST /user/login": {"email_not_found": 404, "wrong_password": 401, "account_disabled": 403, "rate_limited": 429},
    "POST /user/refresh": {"rate_limited": 429},
    "POST /user/logout": {"rate_limited": 429},
    "GET /user/me": {},
    "POST /user/me/username": {},
    "POST /user/reauthenticate": {**_APP_CODE, "wrong_password": 401},
    "POST /user/login/mfa": {**_APP_CODE, "account_disabled": 403, "identity_taken": 409},
    "GET /user/oidc": {"rate_limited": 429},
    "POST /user/oidc/start": {**_OWN, **_PROVIDER},
    "POST /user/oidc/finish": {
        **_PROVIDER,
        "oidc_expired": 401,
        "oidc_email_missing": 403,
        "oidc_email_unverified": 409,
        "registration_closed": 403,
        "account_disabled": 403,
        "email_taken": 409,
        "identity_taken": 409,
    },
    "POST /user/oidc/link": {
        "wrong_password": 401,
        "account_disabled": 403,
        "identity_taken": 409,
        "rate_limited": 429,
    },
    "POST /user/reauthenticate/oidc/start": {**_OWN, **_PROVIDER},
    "POST /user/reauthenticate/oidc/finish": {**_PROVIDER, "oidc_expired": 401},
    "GET /user/identity": {},
    "POST /user/identity/start": {**_OWN, **_PROVIDER, "reauthentication_required": 403},
    "POST /user/identity/finish": {**_PROVIDER, "oidc_expired": 401, "identity_taken": 409},
    "POST /user/identity/remove": {**_OWN, "reauthentication_required": 403, "last_sign_in": 409},
    "GET /user/mfa": {},
    "POST /user/mfa/totp/start": {"reauthentication_required": 403, "factor_exists": 409},
    "POST /user/mfa/totp/confirm": _CODE,
    "POST /user/mfa/totp/remove": _CODE,
    "POST /user/mfa/recovery_codes": {**_OWN, "reauthentication_required": 403},
    "GET /user/passkey": {},
    "POST /user/passkey/start": {**_RECENT, "too_many_passkeys": 409, "passkeys_unavailable": 403},
    "POST /user/passkey/finish": {
        **_RECENT,
        "wrong_passkey": 401,
        "passkey_exists": 409,
        "too_many_passkeys": 409,
    },
    "POST /user/passkey/rename": _OWN,
    "POST /user/passkey/remove": {**_OWN, **_RECENT, "last_sign_in": 409},
    "POST /user/passkey/login/start": {"passkeys_unavailable": 403, "rate_limited": 429},
    "POST /user/passkey/login/finish": {"wrong_passkey": 401, "account_disabled": 403, "rate_limited": 429},
    "POST /user/login/mfa/passkey/start": {"wrong_passkey": 401, "passkeys_unavailable": 403, "rate_limited": 429},
    "POST /user/login/mfa/passkey/finish": {
        "wrong_passkey": 401,
        "account_disabled": 403,
        "identity_taken": 409,
        "rate_limited": 429,
    },
    "POST /user/reauthenticate/passkey/start": {"wrong_passkey": 401, "passkeys_unavailable": 403},
    "POST /user/reauthenticate/passkey/finish": {"wrong_passkey": 401, "rate_limited": 429},
    "POST /user/me/email": {"email_taken": 409, **_CONFIRMED},
    "POST /user/me/password": {**_CONFIRMED, **_PASSWORD},
    "POST /user/me/delete": _CONFIRMED,
    "GET /user/me/export": {"reauthentication_required": 403},
    "GET /user/me/settings": {},
    "POST /user/me/settings": _OWN,
    "GET /user/session": {},
    "POST /user/session/revoke": {},
    "GET /model_config": {},
    "POST /model_config/can_create": {},
    "POST /model_config/create": _CREATE_CONFIG,
    "POST /model_config/create_many": _CREATE_CONFIG,
    "POST /model_config/update": {**_OWN, "unsafe_base_url": 422, "api_key_unreadable": 422},
    "POST /model_config/delete": {},
    "POST /model_config/test": _ASKS_A_PROVIDER,
    "POST /model_config/discover": _ASKS_A_PROVIDER,
    "GET /project": {},
    "POST /project/create": {**_OWN, "project_limit": 403},
    "POST /project/update": _OWN,
    "POST /project/delete": {},
    "GET /prompt": {},
    "POST /prompt/create": {**_OWN, "prompt_limit": 403, "command_taken": 409},
    "POST /prompt/update": {**_OWN, "command_taken": 409},
    "POST /prompt/delete": {},
    "GET /conversation": _OWN,
    "GET /conversation/{conversation_id}": _OWN,
    "GET /conversation/{conversation_id}/instructions": _OWN,
    "POST /conversation/create": {**_OWN, "rate_limited": 429},
    "POST /conversation/import": {
        **_OWN,
        "rate_limited": 429,
        "invalid_image": 422,
        "invalid_file": 422,
        "file_not_ready": 422,
        "storage_unavailable": 503,
    },
    "POST /conversation/import_many": {"storage_unavailable": 503},
    "POST /conversation/imported": {},
    "POST /conversation/update": _OWN,
    "POST /conversation/update_many": _OWN,
    "POST /conversation/generate_title": {**_OWN, **_MODEL, "invalid_image": 422},
    "POST /conversation/delete": {},
    "POST /conversation/restore": {},
    "POST /conversation/fork": {**_OWN, "storage_unavailable": 503, "rate_limited": 429},
    "POST /chat/get_upload_presigned_url": {**_OWN, "rate_limited": 429},
    "GET /chat/{conversation_id}": _OWN,
    "GET /chat/{conversation_id}/outline": _OWN,
    "GET /chat/{conversation_id}/find": _OWN,
    "POST /chat/stop": _OWN,
    "POST /chat/answer": {**_OWN, "already_answered": 409},
    "POST /chat/delete": _OWN,
    "GET /file": _OWN,
    "GET /file/{file_id}": _OWN,
    "POST /file/create": {
        **_OWN,
        "rate_limited": 429,
        "file_kind": 422,
        "file_unreadable": 422,
        "storage_unavailable": 503,
    },
    "POST /file/uploaded": _OWN,
    "POST /file/page_images": {**_OWN, "file_kind": 422},
    "POST /file/delete": {},
    "GET /share": {},
    "POST /share/create": {**_SHARE, "share_limit": 403},
    "POST /share/update": _SHARE,
    "POST /share/publish": {**_OWN, "sharing_disabled": 403, "invalid_sealed_share": 422, "storage_unavailable": 503},
    "POST /share/revoke": {},
    "POST /chat/send": {
        **_TURN,
        "invalid_image": 422,
        "invalid_file": 422,
        "file_not_ready": 422,
        "storage_unavailable": 503,
        "request_key_reused": 409,
    },
    "POST /chat/regenerate": {**_TURN, "request_key_reused": 409},
    "POST /chat/continue": {**_TURN, "not_continuable": 409},
    "GET /tool": {},
    "POST /tool/create": {"tool_server_limit": 403, "unsafe_url": 422},
    "POST /tool/update": {**_OWN, "unsafe_url": 422},
    "POST /tool/delete": {},
    "POST /tool/test": {**_OWN, "unsafe_url": 422, "rate_limited": 429},
    "POST /tool/authorize": {**_OWN, **_TOOL_SERVER, "rate_limited": 429},
    "POST /tool/authorized": {**_OWN, **_TOOL_SERVER, "rate_limited": 429},
    "GET /tool/search": {},
    "POST /tool/search/save": {"unsafe_url": 422},
    "POST /tool/search/delete": {},
    "POST /tool/search/test": {**_OWN, "rate_limited": 429},
    "GET /chat/resume/{message_id}": {**_OWN, "rate_limited": 429},
}
_OF_EVERY_CALL = {"validation_error": 422, "payload_too_large": 413, "internal_error": 500, "unavailable": 503}
_OF_A_TOKEN = {"unauthorized": 401, "token_expired": 401, "token_revoked": 401}


def errors_of(operation: dict[str, Any]) -> dict[str, int]:
    """The documented error codes with their statuses."""
    return {code: status for status, codes in documented_codes(operation).items() for code in codes}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_has_a_summary_a_description_and_its_errors(name: str) -> None:
    operation = OPERATIONS[name]
    assert operation.get("summary")
    assert operation.get("description")
    # FastAPI describes a docstring of one paragraph by its summary, with the full stop.
    assert operation["description"].rstrip(".") != operation["summary"]
    with_token = _OF_A_TOKEN if operation.get("security") else {}
    own = {} if name.endswith("/health") else ERRORS[name]
    assert errors_of(operation) == {**_OF_EVERY_CALL, **with_token, **own}


def answer(method: str, path: str, status: int, code: str) -> httpx2.Response:
    return httpx2.Response(status, json={"error": {"code": code}}, request=httpx2.Request(method, f"http://api{path}"))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/user/me", 403, "forbidden"),
        ("POST", "/project/create", 422, "project_limit"),
        ("GET", "/conversation/an-id", 409, "command_taken"),
        ("GET", "/conversation/an-id/nothing", 422, "validation_error"),
        ("GET", "/nothing", 403, "forbidden"),
    ],
)
def test_the_tests_client_refuses_an_error_that_its_operation_does_not_document(
    method: str, path: str, status: int, code: str
) -> None:
    with pytest.raises(AssertionError, match=str(status)):
        check_error(answer(method, path, status, code))


def test_the_tests_client_takes_documented_errors_and_those_of_no_operation() -> None:
    check_error(answer("POST", "/project/create", 403, "project_limit"))
    check_error(answer("GET", "/conversation/an-id", 404, "not_found"))
    check_error(answer("GET", "/conversation/an-id/nothing", 404, "not_found"))
    check_error(answer("DELETE", "/user/me", 405, "method_not_allowed"))


def test_the_websocket_has_a_summary_a_description_its_errors_and_its_frames() -> None:
    ((path, connection),) = DOCUMENT["x-websockets"].items()
    assert path == "/chat/ws/chat"
    assert connection["summary"]
    assert connection["description"]
    assert connection["responses"].keys() == {"101", "401", "429", "500"}
    schemas = DOCUMENT["components"]["schemas"]
    frames = {
        direction: schemas[connection[direction]["$ref"].rpartition("/")[2]] for direction in ("client", "server")
    }
    assert len(frames["client"]["oneOf"]) == 6
    assert {reference["$ref"].rpartition("/")[2] for reference in frames["server"]["anyOf"]} <= schemas.keys()


# The message is the rule to keep or the call to make, has `details`, or is about a request that no user writes.
_ONE_SENTENCE = {
    "method_not_allowed",
    "not_found",
    "reauthentication_required",
    "unsafe_base_url",
    "validation_error",
    "weak_password",
}


def errors_of_the_product(kind: type[AppError] = AppError) -> Iterator[type[AppError]]:
    for error in kind.__subclasses__():
        if error.__module__.startswith(("shared.", "functions.")):
            yield error
        yield from errors_of_the_product(error)


def test_an_error_says_what_happened_and_what_to_do() -> None:
    with_message = [error for error in errors_of_the_product() if error.message]
    assert {error.code for error in with_message if ". " not in error.message} == _ONE_SENTENCE


ROUTES = {f"{route.name} {route.path}": route for app in APPS for route in app.routes if isinstance(route, APIRoute)}


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_returns_the_model_of_its_response(name: str) -> None:
    """No `Any` and no dict, so that the type checker compares the returned value with the documentation."""
    route = ROUTES[name]
    returned = get_type_hints(inspect.unwrap(route.endpoint))["return"]
    if route.response_model is None:
        assert returned is type(None) or issubclass(returned, Response)
        # FastAPI would document JSON of any shape.
        given = route.response_class
        assert not issubclass(given.value if isinstance(given, DefaultPlaceholder) else given, JSONResponse)
    else:
        assert returned == route.response_model
        # A union where the status says which.
        assert all(issubclass(model, ResponseBody) for model in get_args(returned) or (returned,))


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {value["$ref"]} if isinstance(value.get("$ref"), str) else set().union(*map(_references, value.values()))
    return set().union(*map(_references, value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("document", [*(app.openapi() for app in APPS), DOCUMENT])
def test_a_document_has_every_schema_that_it_refers_to(document: dict[str, Any]) -> None:
    names = {reference.removeprefix("#/components/schemas/") for reference in _references(document)}
    assert names <= document["components"]["schemas"].keys()
