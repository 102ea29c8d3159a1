"""Parts of OAuth that every client needs, for tool servers and for sign-in: PKCE, the URL of an authorization request,
and the client's authentication at a token endpoint."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit, urlunsplit


class Pkce(NamedTuple):
    """Proof Key for Code Exchange (RFC 7636): the verifier stays here, its `challenge` (S256) is in the request."""

    verifier: str
    challenge: str


def new_pkce() -> Pkce:
    verifier = secrets.token_urlsafe(48)
    hashed = hashlib.sha256(verifier.encode()).digest()
    return Pkce(verifier, base64.urlsafe_b64encode(hashed).rstrip(b"=").decode())


def authorization_url(endpoint: str, parameters: Mapping[str, str]) -> str:
    """The URL that the user's browser opens. The endpoint may have a query of its own."""
    parts = urlsplit(endpoint)
    query = "&".join(filter(None, (parts.query, urlencode(parameters, quote_via=quote))))
    return urlunsplit(parts._replace(query=query))


def client_authentication(
    method: str, client_id: str, client_secret: str | None
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The headers and form fields by which a client authenticates (RFC 6749, 2.3.1).

    `method`: `client_secret_basic` or `client_secret_post`; with any other one the client has only its id.
    """
    # Also beside the header: some servers look up the client by it first.
    fields = {"client_id": client_id}
    if client_secret is not None and method == "client_secret_post":
        return {}, {**fields, "client_secret": client_secret}
    if client_secret is not None and method == "client_secret_basic":
        # Both parts are form-encoded before.
        pair = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, fields
    return {}, fields
