"""Authentication: every route of every function refuses missing, forged, expired and revoked tokens."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, delete
from sqlalchemy.orm import Session

from shared.db.models import User
from tests.support import tokens
from tests.support.all_functions import APPS
from tests.support.api import Client, error_code
from tests.support.log_watch import keep_secret

PUBLIC = {
    "POST /user/register",
    "POST /user/login",
    "POST /user/login/mfa",
    "POST /user/login/mfa/passkey/start",
    "POST /user/login/mfa/passkey/finish",
    "POST /user/passkey/login/start",
    "POST /user/passkey/login/finish",
    "POST /user/password/forgot",
    "POST /user/password/reset",
    "POST /user/email/verify",
    "GET /user/options",
    "GET /user/oidc",
    "POST /user/oidc/start",
    "POST /user/oidc/finish",
    "POST /user/oidc/link",
}
TAKE_A_REFRESH_TOKEN = {"POST /user/refresh", "POST /user/logout", "POST /user/me/password", "POST /user/me/delete"}
_IMPORTED = {"id": "x", "parent_id": None, "role": "user", "content": [{"type": "text", "text": "Hi"}]}
# A valid body for each call with a body.
BODIES: dict[str, dict[str, Any]] = {
    "POST /admin/user/update": {"id": "x"},
    "POST /admin/user/revoke_sessions": {"id": "x"},
    "POST /admin/user/delete": {"id": "x"},
    "POST /admin/model/create": {"name": "n", "base_url": "https://api.example.com/v1", "model": "m", "api_key": "k"},
    "POST /admin/tool/create": {"name": "n", "url": "https://tools.example.com/mcp", "auth": "none"},
    "POST /admin/tool/update": {"id": "x"},
    "POST /admin/tool/delete": {"ids": ["x"]},
    "POST /admin/user/reset_link": {"id": "x"},
    "POST /admin/invite": {},
    "POST /admin/invite/revoke": {"ids": ["x"]},
    "POST /admin/settings": {"registration": "closed"},
    "POST /admin/budget/update": {"group": "free", "day": None, "month": 1},
    "POST /admin/model/update": {"id": "x"},
    "POST /admin/model/order": {"ids": ["x"]},
    "POST /admin/model/delete": {"ids": ["x"]},
    "POST /user/me/username": {"username": "Another"},
    "POST /user/me/email": {"email": "another@example.com"},
    "POST /user/me/password": {"new_password": "another-horse-2", "confirm_password": "another-horse-2"},
    "POST /user/me/delete": {},
    "POST /user/reauthenticate": {"current_password": "a-horse-1"},
    "POST /user/reauthenticate/oidc/start": {"provider": "p"},
    "POST /user/reauthenticate/oidc/finish": {"code": "c", "state": "s", "secret": "s"},
    "POST /user/identity/start": {"provider": "p"},
    "POST /user/identity/finish": {"code": "c", "state": "s", "secret": "s"},
    "POST /user/identity/remove": {"id": "x"},
    "POST /user/mfa/totp/confirm": {"code": "123456"},
    "POST /user/mfa/totp/remove": {"code": "123456"},
    "POST /user/passkey/finish": {
        "name": "n",
        "credential": {"response": {"clientDataJSON": "e30", "attestationObject": "oA"}},
    },
    "POST /user/passkey/rename": {"id": "x", "name": "n"},
    "POST /user/passkey/remove": {"id": "x"},
    "POST /user/reauthenticate/passkey/finish": {
        "credential": {
            "id": "x",
            "response": {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"},
        }
    },
    "POST /user/session/revoke": {"ids": ["x"]},
    "POST /model_config/can_create": {"count": 0},
    "POST /model_config/create": {"name": "n", "base_url": "https://api.example.com/v1", "model": "m", "api_key": "k"},
    "POST /model_config/create_many": {
        "base_url": "https://api.example.com/v1",
        "api_key": "k",
        "configs": [{"name": "n", "model": "m"}],
    },
    "POST /model_config/update": {"id": "x"},
    "POST /model_config/delete": {"ids": ["x"]},
    "POST /model_config/test": {"id": "x"},
    "POST /model_config/discover": {"id": "x"},
    "POST /project/create": {"name": "n"},
    "POST /project/update": {"id": "x"},
    "POST /project/delete": {"ids": ["x"]},
    "POST /prompt/create": {"command": "c", "title": "t", "text": "t"},
    "POST /prompt/update": {"id": "x"},
    "POST /prompt/delete": {"ids": ["x"]},
    "POST /user/me/settings": {},
    "POST /conversation/create": {},
    "POST /conversation/import": {"messages": [{**_IMPORTED, "created_at": "2026-01-01T00:00:00Z"}]},
    "POST /conversation/import_many": {"conversations": [{}]},
    "POST /conversation/imported": {"source": "chat", "source_ids": ["x"]},
    "POST /conversation/update": {"id": "x"},
    "POST /conversation/update_many": {"ids": ["x"]},
    "POST /conversation/generate_title": {"conversation_id": "x", "message": "Hi"},
    "POST /conversation/delete": {"ids": ["x"]},
    "POST /conversation/restore": {"ids": ["x"]},
    "POST /conversation/fork": {"message_id": "x"},
    "POST /chat/get_upload_presigned_url": {"conversation_id": "x", "suffixes": ["png"]},
    "POST /file/create": {"name": "a.txt", "media_type": "text/plain", "size": 1},
    "POST /file/uploaded": {"id": "x"},
    "POST /file/page_images": {"id": "x"},
    "POST /file/delete": {"ids": ["x"]},
    "POST /share/create": {"conversation_id": "x"},
    "POST /share/update": {"id": "x"},
    "POST /share/publish": {"id": "x"},
    "POST /share/revoke": {"ids": ["x"]},
    "POST /chat/stop": {"message_id": "x"},
    "POST /chat/answer": {"message_id": "x", "n": 1, "decision": "allow"},
    "POST /chat/delete": {"message_id": "x"},
    "POST /chat/send": {"conversation_id": "x", "message": "Hi"},
    "POST /chat/regenerate": {"message_id": "x"},
    "POST /chat/continue": {"message_id": "x"},
    "POST /tool/create": {"name": "n", "url": "https://tools.example.com/mcp", "auth": "none"},
    "POST /tool/update": {"id": "x"},
    "POST /tool/delete": {"ids": ["x"]},
    "POST /tool/test": {"id": "x"},
    "POST /tool/authorize": {"id": "x"},
    "POST /tool/authorized": {"state": "s", "code": "c"},
    "POST /tool/search/save": {"provider": "brave", "api_key": "k"},
}
# A refresh token is checked after the body's validation, so its body must be valid.
INVALID_BODIES = {"POST /user/me/password": BODIES["POST /user/me/password"]}


@dataclass(frozen=True)
class Route:
    method: str
    path: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def token(self) -> str:
        return "refresh" if self.name in TAKE_A_REFRESH_TOKEN else "access"


def routes() -> list[Route]:
    """Every route that needs a token, of every app."""
    found = [
        Route(method.upper(), path)
        for app in APPS.values()
        for path, methods in app.openapi()["paths"].items()
        for method in methods
        if not path.endswith("/health")
    ]
    return [route for route in found if route.name not in PUBLIC]


ROUTES = routes()


def call(client: Client, route: Route, token: str | None, scheme: str = "Bearer ", *, valid: bool = False) -> Any:
    """Call a route with an empty or a `valid` body."""
    headers = {}
    if token is not None:
        keep_secret(token)
        headers["Authorization"] = f"{scheme}{token}".rstrip()
    path = route.path.replace("{", "").replace("}", "")
    bodies = BODIES if valid else INVALID_BODIES
    body = bodies.get(route.name, {}) if route.method == "POST" else None
    return client.request(route.method, path, headers=headers, json=body)


def _expired(token: str, user: Client) -> str:
    return tokens.changed(token, iat=tokens.ago(3600), exp=tokens.ago(31))


def _other_type(token: str, user: Client) -> str:
    kinds = {"access": "refresh_token", "refresh": "access_token"}
    other: str = user.tokens[kinds[tokens.read(token)["typ"]]]
    return other


def _signed_by(key: str) -> Callable[[str, Client], str]:
    return lambda token, user: tokens.sign(tokens.read(token), key=key)


def _changed(**claims: Any) -> Callable[[str, Client], str]:
    return lambda token, user: tokens.changed(token, **claims)


def _without(claim: str) -> Callable[[str, Client], str]:
    return lambda token, user: tokens.changed(token, without=claim)


def _with_head(token: str, head: dict[str, Any]) -> str:
    """The token without a signature, with another header."""
    encoded = base64.urlsafe_b64encode(json.dumps(head).encode()).rstrip(b"=").decode()
    return f"{encoded}.{token.split('.')[1]}."


def _signed_by_its_own_key(token: str) -> str:
    """A token that contains its own key and a key URL."""
    key = {"kty": "oct", "k": base64.urlsafe_b64encode(tokens.FOREIGN_KEY.encode()).decode()}
    address = "https://elsewhere.example/keys.json"
    return tokens.sign(tokens.read(token), key=tokens.FOREIGN_KEY, jwk=key, jku=address, x5u=address)


REFUSED: dict[str, tuple[Callable[[str, Client], str | None], str]] = {
    "no token": (lambda token, user: None, "unauthorized"),
    "empty": (lambda token, user: "", "unauthorized"),
    "garbage": (lambda token, user: "not-a-token-at-all", "unauthorized"),
    "garbage in three parts": (lambda token, user: "bm90.YS10.b2tlbg", "unauthorized"),
    "cut short": (lambda token, user: token[:-2], "unauthorized"),
    "two tokens": (lambda token, user: f"{token} {token}", "unauthorized"),
    "expired": (_expired, "token_expired"),
    "of the other type": (_other_type, "unauthorized"),
    "of an unknown type": (_changed(typ="id"), "unauthorized"),
    "of no type": (_without("typ"), "unauthorized"),
    "of another issuer": (_changed(iss="somebody-else"), "unauthorized"),
    "of no issuer": (_without("iss"), "unauthorized"),
    "for another audience": (_changed(aud="another-api"), "unauthorized"),
    "for no audience": (_without("aud"), "unauthorized"),
    "without an expiry": (_without("exp"), "unauthorized"),
    "without a login": (_without("fam"), "unauthorized"),
    "issued in the future": (_changed(iat=tokens.ago(-3600)), "unauthorized"),
    "signed by another key": (_signed_by(tokens.FOREIGN_KEY), "unauthorized"),
    "alg none": (lambda token, user: tokens.sign(tokens.read(token), key="", algorithm="none"), "unauthorized"),
    "another algorithm": (lambda token, user: tokens.sign(tokens.read(token), algorithm="HS384"), "unauthorized"),
    "alg none in other letters": (lambda token, user: _with_head(token, {"alg": "NoNe", "typ": "JWT"}), "unauthorized"),
    "signed by a key of its own": (lambda token, user: _signed_by_its_own_key(token), "unauthorized"),
    "an unknown kid": (lambda token, user: tokens.sign(tokens.read(token), kid="unknown"), "unauthorized"),
    "a kid that is a path": (lambda token, user: tokens.sign(tokens.read(token), kid="../../dev/null"), "unauthorized"),
    "of a login that is not there": (_changed(fam="x", jti="x"), "token_revoked"),
    "of another user's login": (_changed(sub="018f0000-0000-7000-8000-000000000000"), "token_revoked"),
}


def test_the_routes_are_found() -> None:
    names = {route.name for route in ROUTES}
    assert {"GET /user/me", "POST /model_config/create", "GET /conversation", "POST /chat/send"} <= names
    assert names >= TAKE_A_REFRESH_TOKEN
    assert len(names) == len(ROUTES) > 20


@pytest.mark.parametrize("kind", REFUSED)
def test_every_route_refuses_a_token_that_is(kind: str, user: Client) -> None:
    make, code = REFUSED[kind]
    answers = {}
    for route in ROUTES:
        response = call(user, route, make(user.tokens[f"{route.token}_token"], user))
        answers[route.name] = (response.status_code, error_code(response))
    assert answers == {route.name: (401, code) for route in ROUTES}
    assert user.get("/user/me").status_code == 200


def test_every_route_refuses_another_scheme(user: Client) -> None:
    for route in ROUTES:
        token = user.tokens[f"{route.token}_token"]
        for scheme in ("", "Basic ", "Token ", "Bearer\t", "Bearer:"):
            response = call(user, route, token, scheme)
            assert (response.status_code, error_code(response)) == (401, "unauthorized"), (route, scheme)


def _log_out(user: Client, database: Engine) -> None:
    assert user.post("/user/logout", token="refresh_token").status_code == 204


def _delete_account(user: Client, database: Engine) -> None:
    with Session(database) as session, session.begin():
        session.execute(delete(User))


@pytest.mark.parametrize("end", [_log_out, _delete_account])
@pytest.mark.parametrize("valid", [True, False])
def test_every_route_refuses_a_revoked_token(
    end: Callable[[Client, Engine], None], valid: bool, user: Client, database: Engine
) -> None:
    """Before the validation of the body, and before its ids are looked up."""
    end(user, database)
    for route in ROUTES:
        response = call(user, route, user.tokens[f"{route.token}_token"], valid=valid)
        assert (response.status_code, error_code(response)) == (401, "token_revoked"), route


def test_the_valid_bodies_are_valid(user: Client) -> None:
    assert BODIES.keys() == {f"POST {path}" for app in APPS.values() for path in with_body(app)} - PUBLIC
    for route in ROUTES:
        if route.name in BODIES and route.token == "access":
            response = call(user, route, user.tokens["access_token"], valid=True)
            assert response.status_code != 422 or error_code(response) != "validation_error", route


def with_body(app: FastAPI) -> list[str]:
    paths = app.openapi()["paths"]
    return [path for path, methods in paths.items() if "requestBody" in methods.get("post", {})]


def test_a_token_within_the_clock_skew_is_accepted(user: Client) -> None:
    access = tokens.changed(user.tokens["access_token"], exp=tokens.ago(20), iat=tokens.ago(-20))
    assert call(user, Route("GET", "/user/me"), access).status_code == 200
    assert call(user, Route("GET", "/user/me"), user.tokens["access_token"], "bearer ").status_code == 200


def test_health_needs_no_token_and_no_database(user: Client, gateway: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.db.session.get_engine", lambda: pytest.fail("the database was queried"))
    for domain in APPS:
        response = user.request("GET", f"/{domain}/health")
        assert (response.status_code, response.json()) == (200, {"status": "ok"})
