"""Contract fuzzing: calls that schemathesis generates from the merged OpenAPI document, and checks of responses."""

from collections.abc import Mapping
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from pydantic import TypeAdapter
from schemathesis import Case, GenerationMode, Response
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import allow_header_conformance, positive_data_acceptance

from infra.openapi import merged_document
from shared.chat.events import LoggedEvent
from tests.conftest import PASSWORD
from tests.support.api import Client

# Rules that a schema cannot express (equal passwords, public base URLs) refuse valid examples, and GET matches paths
# such as /conversation/update as a conversation's.
_NOT_PROMISED = [positive_data_acceptance, allow_header_conformance]
# An account with one factor has no token of a pending second step.
_NO_TOKEN = "unknown"
_chat_event: TypeAdapter[LoggedEvent] = TypeAdapter(LoggedEvent)


def contract(*phases: str, only_valid: bool = False) -> BaseSchema:
    """The document, from which calls are generated: at the limits of each field (`coverage`), or random (`fuzzing`)."""
    schema = schemathesis.openapi.from_dict(merged_document())
    # The test supplies the tokens.
    schema.config.generation.update(with_security_parameters=False)
    schema.config.phases.update(phases=list(phases))
    # A too large body is refused before any other check.
    refused = schema.config.checks.negative_data_rejection
    refused.expected_statuses = [*(refused.expected_statuses or []), "413"]
    if only_valid:
        schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    return schema


def examples(count: int) -> hypothesis.settings:
    """Hypothesis settings with this many random calls of each operation; the profile `chaos` multiplies them."""
    profile = hypothesis.settings.default
    assert profile is not None
    return hypothesis.settings(
        max_examples=count * profile.max_examples // 100,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def call_and_check(case: Case[Any], base_url: str, user: Client, session: requests.Session) -> Response:
    """Make the call as `user`, over `session`.

    Asserts that the response is documented for the operation, matches its schema and has a request id; that calls
    without the token, or with undocumented input, are refused; and that a stream is complete.
    """
    security = case.operation.definition.raw.get("security", [])
    token_name = next((name for scheme in security for name in scheme), None)
    headers = {} if token_name is None else {"Authorization": f"Bearer {user.tokens.get(token_name, _NO_TOKEN)}"}
    response = case.call(base_url, session, headers)
    case.validate_response(
        response,
        headers=headers,
        excluded_checks=_NOT_PROMISED,
        transport_kwargs={"base_url": base_url, "session": session, "headers": headers},
    )
    (request_id,) = response.headers["x-request-id"]
    if response.status_code >= 400:
        assert response.json()["error"]["request_id"] == request_id
    elif response.headers.get("content-type", [""])[0].startswith("text/event-stream"):
        _check_stream(response.text)
    if token_name == "refresh_token" and response.status_code < 300:
        user.tokens = response.json() if response.content else _signed_in_again(user)
    return response


def naming(body: Any, things: Mapping[str, str], base_url: str) -> Any:
    """A body with existing ids (`things`, by field name), and a model at `base_url`."""
    if not isinstance(body, dict):
        return body
    named: dict[str, Any] = {name: things[name] for name in body if name in things}
    if "ids" in body and "id" in things:
        named["ids"] = [things["id"]]
    if isinstance(body.get("base_url"), str):
        named["base_url"] = base_url
    return {**body, **named}


def _check_stream(text: str) -> None:
    lines = [line for line in text.split("\n") if line.startswith("data: ")]
    events = [_chat_event.validate_json(line.removeprefix("data: ")) for line in lines]
    if not events:  # Resumed after the last event.
        return
    assert [event.seq for event in events] == list(range(events[0].seq, events[0].seq + len(events)))
    assert events[-1].type in ("completed", "failed")


def _signed_in_again(user: Client) -> dict[str, Any]:
    """New tokens after a logout, or of a new account after the deletion of the account."""
    response = user.post("/user/login", email=user.email, password=PASSWORD)
    if response.status_code == 404:
        response = user.post("/user/register", email=user.email, username="Some One", password=PASSWORD)
    tokens: dict[str, Any] = response.json()
    return tokens
