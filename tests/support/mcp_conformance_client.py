"""Client of the MCP conformance suite: `python -m tests.support.mcp_conformance_client <URL>`.

It drives the product's client through a scenario, as the suite's own client does: list the tools, call each. The user
in front of the browser is replaced by a request that follows the authorization server's redirect.
"""

import asyncio
import json
import os
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)

import httpx2

from shared.tools.errors import AuthorizationRequired, ServerFailed
from shared.tools.mcp import oauth
from shared.tools.mcp.calls import ServerCalls
from shared.tools.mcp.client import McpClient
from shared.tools.tool import InputAnswer, InputRequired, TaskPending

_CLIENT = oauth.ClientIdentity(
    redirect_uri="http://localhost:3000/callback",
    metadata_url="https://conformance-test.local/client-metadata.json",
)
_MAX_AUTHORIZATIONS = 3
# Arguments of the suite's tools that have required ones.
_ARGUMENTS: dict[str, dict[str, Any]] = {"add_numbers": {"a": 5, "b": 3}}


async def _accept(question: InputRequired) -> InputAnswer:
    return InputAnswer(accepted=True, form=_filled(question), state=question.state)


def _filled(question: InputRequired) -> dict[str, Any]:
    """Values for the required fields that have no default."""
    schema = question.schema or {}
    values = {"string": "value", "boolean": True, "integer": 1, "number": 1.0}
    return {
        name: field.get("enum", [values.get(field.get("type", ""), "value")])[0]
        for name, field in schema.get("properties", {}).items()
        if name in schema.get("required", []) and "default" not in field
    }


async def _use(url: str, token: str | None) -> None:
    calls_of_tools = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}").get("toolCalls", [])
    arguments = {call["name"]: call.get("arguments", {}) for call in calls_of_tools}
    client = McpClient(url, token, ask_user=_accept)
    try:
        listed = await client.list_tools()
        for tool in listed.tools:
            calls = ServerCalls(client)
            given = arguments.get(tool.name, _ARGUMENTS.get(tool.name, {}))
            if tool.name == "json_schema_echo":
                given = {"schema": listed.tools[0].parameters}
            try:
                outcome = await calls.call(tool, given, None, "")
                for _ in range(5):
                    if isinstance(outcome, InputRequired):
                        outcome = await calls.call(tool, given, await _accept(outcome), "")
                    elif isinstance(outcome, TaskPending):
                        outcome = await calls.poll(outcome.handle, None)
            except AuthorizationRequired:
                raise
            except ServerFailed as error:
                sys.stderr.write(f"{tool.name}: {error.message}\n")
    finally:
        await client.aclose()


def _redirected_to(url: str) -> dict[str, str]:
    """The parameters with which the authorization server sends the browser back."""
    location = httpx2.get(url, follow_redirects=False).headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def _registration() -> oauth.Registration | None:
    context = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
    if "client_id" not in context:
        return None
    secret = context.get("client_secret")
    return oauth.Registration(context["client_id"], secret, "client_secret_basic" if secret else "none", "")


async def main(url: str) -> None:
    grant: oauth.Grant | None = None
    registration = _registration()
    for _ in range(_MAX_AUTHORIZATIONS):
        try:
            await _use(url, grant.access_token if grant else None)
        except AuthorizationRequired as required:
            granted = grant.scope if grant is not None else ""
            request = await oauth.start_authorization(url, required.challenge, _CLIENT, registration, granted)
            response = _redirected_to(request.url)
            assert response["state"] == request.state
            grant = await oauth.finish_authorization(request.pending, response["code"], response.get("iss"))
            registration = grant.registration
        else:
            return
    raise SystemExit("the server goes on refusing the authorization")


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[-1]))
    except ServerFailed as error:
        raise SystemExit(f"{error.code}: {error.message}") from None
