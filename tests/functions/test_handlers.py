"""The Lambda handlers, with events of API Gateway's REST proxy integration (payload 1.0)."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

import functions.chat.handler
import functions.conversation.handler
import functions.model_config.handler
import functions.user.app
import functions.user.handler
from shared.web.lambda_handler import Handler, lambda_handler
from tests.conftest import PASSWORD
from tests.support.log_watch import keep_secrets_of

user = functions.user.handler.handler
model_config = functions.model_config.handler.handler
conversation = functions.conversation.handler.handler
chat = functions.chat.handler.handler

SOURCE_IP = "198.51.100.23"


def event(method: str, path: str, **given: Any) -> dict[str, Any]:
    """A request of API Gateway's REST proxy integration. `given`: body, query, headers, resource, source_ip."""
    headers: dict[str, str] = {
        "Accept": "*/*",
        "Host": "abcdef1234.execute-api.ap-southeast-1.amazonaws.com",
        "User-Agent": "curl/8",
        "X-Amzn-Trace-Id": "Root=1-65f0c0de-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.9, 198.51.100.23",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
        **given.get("headers", {}),
    }
    query: dict[str, list[str]] = given.get("query", {})
    domain = path.split("/")[1]
    proxied = path.removeprefix(f"/{domain}").removeprefix("/")
    return {
        "resource": f"/{domain}/{{proxy+}}" if proxied else f"/{domain}",
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        # The last value of a repeated name.
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": {"proxy": proxied} if proxied else None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "domainName": headers["Host"],
            "extendedRequestId": "JKJaXmPLvHcESHA=",
            "httpMethod": method,
            "identity": {
                "accessKey": None,
                "caller": None,
                "cognitoIdentityId": None,
                "sourceIp": given.get("source_ip", SOURCE_IP),
                "user": None,
                "userAgent": "curl/8",
                "userArn": None,
            },
            "path": f"/prod{path}",
            "protocol": "HTTP/1.1",
            "requestId": str(uuid4()),
            "requestTimeEpoch": int(time.time() * 1000),
            "resourceId": "123456",
            "resourcePath": "/user/{proxy+}",
            "stage": "prod",
        },
        "body": given.get("body"),
        "isBase64Encoded": False,
    }


class Caller:
    """Calls handlers like a client of the gateway."""

    def __init__(self) -> None:
        self.token = ""
        self.source_ip = SOURCE_IP

    def post(self, handler: Handler, path: str, *, headers: dict[str, str] | None = None, **body: Any) -> "Answer":
        keep_secrets_of(body)
        return self.send(
            handler,
            event(
                "POST",
                path,
                body=json.dumps(body),
                headers={**self._headers(), "Content-Type": "application/json", **(headers or {})},
                source_ip=self.source_ip,
            ),
        )

    def get(self, handler: Handler, path: str, **query: list[str]) -> "Answer":
        return self.send(handler, event("GET", path, query=query, headers=self._headers(), source_ip=self.source_ip))

    def send(self, handler: Handler, sent: dict[str, Any]) -> "Answer":
        return Answer(handler(sent, object()))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Answer:
    """A handler's response to the gateway."""

    def __init__(self, result: dict[str, Any]) -> None:
        # The gateway accepts JSON with exactly these keys.
        assert result.keys() == {"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"}
        json.dumps(result)
        assert result["isBase64Encoded"] is False
        self.status: int = result["statusCode"]
        self.headers: dict[str, str] = result["headers"]
        self.body: Any = json.loads(result["body"]) if result["body"] else None
        keep_secrets_of(self.body)

    @property
    def error(self) -> tuple[int, str]:
        assert self.body["error"]["request_id"] == self.headers["x-request-id"]
        return self.status, self.body["error"]["code"]


@pytest.fixture
def caller(database: Engine) -> Caller:
    caller = Caller()
    registered = caller.post(user, "/user/register", email="ada@example.com", username="Ada", password=PASSWORD)
    assert registered.status == 201
    caller.token = registered.body["access_token"]
    return caller


def test_a_call_with_a_token(caller: Caller) -> None:
    answer = caller.get(user, "/user/me")
    assert (answer.status, answer.body["username"]) == (200, "Ada")
    assert answer.headers["content-type"] == "application/json"


def test_every_handler_answers_on_its_domain(caller: Caller) -> None:
    for domain, handler in {
        "user": user,
        "model_config": model_config,
        "conversation": conversation,
        "chat": chat,
    }.items():
        answer = caller.get(handler, f"/{domain}/health")
        assert (answer.status, answer.body) == (200, {"status": "ok"})
        assert caller.get(handler, f"/{domain}/nothing/here").error == (404, "not_found")


def test_a_route_without_a_path_below_its_domain(caller: Caller) -> None:
    assert caller.get(model_config, "/model_config").body == {"items": []}


def test_path_parameters_and_queries_arrive(caller: Caller) -> None:
    ids = [caller.post(conversation, "/conversation/create").body["id"] for _ in range(3)]
    page = caller.get(conversation, "/conversation", limit=["2"]).body
    assert [item["id"] for item in page["items"]] == ids[:0:-1]
    rest = caller.get(conversation, "/conversation", limit=["2"], cursor=[page["next_cursor"]]).body
    assert [item["id"] for item in rest["items"]] == ids[:1]

    assert caller.get(chat, f"/chat/{ids[0]}").body == {"items": [], "next_cursor": None}
    assert caller.get(chat, "/chat/somebody-elses").error == (404, "not_found")
    assert caller.get(conversation, "/conversation", limit=["no-number"]).error == (422, "validation_error")


def test_a_body_in_base64(caller: Caller) -> None:
    """The form of bodies when binary media types are configured."""
    sent = event(
        "POST",
        "/user/me/username",
        headers={"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json"},
        body=base64.b64encode(json.dumps({"username": "洛芙莱斯"}).encode()).decode(),
    )
    sent["isBase64Encoded"] = True
    assert caller.send(user, sent).body["username"] == "洛芙莱斯"


def test_a_body_beyond_ascii(caller: Caller) -> None:
    assert caller.post(user, "/user/me/username", username="Ada 🧮").body["username"] == "Ada 🧮"


def test_a_call_without_headers_body_or_query(caller: Caller) -> None:
    """The form of the console's test button."""
    sent = event("GET", "/user/me")
    sent |= {"headers": None, "multiValueHeaders": None}
    assert caller.send(user, sent).error == (401, "unauthorized")


def test_limits_count_the_gateways_source_address(caller: Caller, settings: Callable[..., None]) -> None:
    settings(FAILED_LOGINS_PER_ADDRESS="1")
    statuses = []
    for source_ip, written in (
        ("198.51.100.1", "192.0.2.1"),
        ("198.51.100.1", "192.0.2.2"),
        ("198.51.100.2", "192.0.2.2"),
        ("2001:db8:1:2::1", ""),
        ("2001:db8:1:2:ffff::9", ""),
        ("2001:db8:1:3::1", ""),
    ):
        caller.source_ip = source_ip
        claims = {"X-Forwarded-For": written, "X-Real-IP": written, "X-Amzn-Request-Context": written}
        answer = caller.post(user, "/user/login", headers=claims, email="nobody@example.com", password="wrong-horse-1")
        statuses.append(answer.status)
    assert statuses == [404, 429, 404, 404, 429, 404]


def test_a_caller_does_not_choose_the_request_id(caller: Caller) -> None:
    def answered(request_id: str) -> str:
        sent = event("GET", "/user/health", headers={"X-Request-Id": request_id})
        return caller.send(user, sent).headers["x-request-id"]

    for other in ("a-request-id-1", "short", "x" * 129, 'quotes-"and"-more', "línea-del-cliente"):
        assert answered(other) not in ("", other)


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "expected"),
    [
        ("GET", "/user/me", {}, None, (401, "unauthorized")),
        ("DELETE", "/user/me", {}, None, (405, "method_not_allowed")),
        ("GET", "/user/", {}, None, (404, "not_found")),
        ("POST", "/user/login", {"Content-Type": "application/json"}, "{", (422, "validation_error")),
        ("POST", "/user/login", {"Content-Type": "text/plain"}, "{}", (422, "validation_error")),
        ("POST", "/user/login", {"Content-Type": "application/json"}, None, (422, "validation_error")),
        ("POST", "/user/login", {"Content-Type": "application/json"}, " " * 1_000_001, (413, "payload_too_large")),
    ],
)
def test_errors_have_the_contracts_form(
    caller: Caller, method: str, path: str, headers: dict[str, str], body: str | None, expected: tuple[int, str]
) -> None:
    assert caller.send(user, event(method, path, headers=headers, body=body)).error == expected


def test_an_unhandled_error_is_answered(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("a detail that must not be shown")

    monkeypatch.setattr("functions.user.service.users.find_account", fail)
    answer = caller.get(user, "/user/me")
    assert answer.error == (500, "internal_error")
    assert "business" not in json.dumps(answer.body)


def test_a_handler_runs_where_asyncio_ran_before(caller: Caller) -> None:
    asyncio.run(asyncio.sleep(0))
    assert caller.get(user, "/user/me").status == 200


def test_a_rate_limit_has_a_retry_after(caller: Caller, settings: Callable[..., None]) -> None:
    settings(REGISTRATIONS_PER_ADDRESS_PER_HOUR="1")
    answer = caller.post(user, "/user/register", email="b@example.com", username="B", password=PASSWORD)
    assert answer.error == (429, "rate_limited")
    assert 1 <= int(answer.headers["retry-after"]) <= 3600


def test_the_base_path_of_a_domain_is_removed(settings: Callable[..., None]) -> None:
    """API Gateway leaves the path of a base path mapping in the event's path; the routes do not have it."""
    settings(API_BASE_PATH="/v1")
    handler = lambda_handler(functions.user.app.app)

    assert handler(event("GET", "/v1/user/health"), None)["statusCode"] == 200
    # The gateway's own address has no base path.
    assert handler(event("GET", "/user/health"), None)["statusCode"] == 200
