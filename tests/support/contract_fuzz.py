"""Calls that schemathesis makes up from the merged OpenAPI document, and what must be true of every answer."""

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

# Rules that a schema cannot tell (both passwords the same, a base URL that leads nowhere inside) refuse what fits
# it; and GET takes a path such as /conversation/update for a conversation's.
_NOT_PROMISED = [positive_data_acceptance, allow_header_conformance]
_chat_event: TypeAdapter[LoggedEvent] = TypeAdapter(LoggedEvent)


def contract(*phases: str, only_valid: bool = False) -> BaseSchema:
    """The document, from which calls are made up: at the bounds of each field (`coverage`), at random (`fuzzing`)."""
    schema = schemathesis.openapi.from_dict(merged_document())
    # Tokens are the test's to give.
    schema.config.generation.update(with_security_parameters=False)
    schema.config.phases.update(phases=list(phases))
    # A body may be too large before anything else is wrong with it.
    refused = schema.config.checks.negative_data_rejection
    refused.expected_statuses = [*(refused.expected_statuses or []), "413"]
    if only_valid:
        schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    return schema


def examples(count: int) -> hypothesis.settings:
    """So many random calls of each operation; the profile `chaos` makes more of them."""
    profile = hypothesis.settings.default
    assert profile is not None
    return hypothesis.settings(
        max_examples=count * profile.max_examples // 100,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )


def call_and_check(case: Case[Any], base_url: str, user: Client, session: requests.Session) -> Response:
    """Make the call as `user`, over `session`.

    Asserts that the answer is one that the document names for the operation, of its form, and carries a request id;
    that a call without the token, or with what the document does not allow, is refused; and that a stream is whole.
    """
    security = case.operation.definition.raw.get("security", [])
    token_name = next((name for scheme in security for name in scheme), None)
    headers = {} if token_name is None else {"Authorization": f"Bearer {user.tokens[token_name]}"}
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
    """A body that names what there is: ids of `things` by their field's name, and a model at `base_url`."""
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
    if not events:  # Resumed after the last of them.
        return
    assert [event.seq for event in events] == list(range(events[0].seq, events[0].seq + len(events)))
    assert events[-1].type in ("completed", "failed")


def _signed_in_again(user: Client) -> dict[str, Any]:
    tokens: dict[str, Any] = user.post("/user/login", email=user.email, password=PASSWORD).json()
    return tokens
