"""OpenID providers for tests: the certified one of npm, and one whose tokens a test forges."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

import httpx2
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.log_watch import keep_secret
from tests.support.processes import end_with_parent, free_port, is_listening, serve, wait_until

REDIRECT_URI = "http://localhost:5173/oidc.html"
CLIENT_ID = "chat"
CLIENT_SECRET = "a-client-secret-for-tests"
_SCRIPT = Path(__file__).resolve().parent / "node/identity_provider.mjs"
_RSA_KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(2)]
_EC_KEY = ec.generate_private_key(ec.SECP256R1())
_ED_KEY = ed25519.Ed25519PrivateKey.generate()


def provider_setting(issuer: str, name: str = "Example ID", provider_id: str = "example") -> dict[str, str]:
    """An entry of OIDC_PROVIDERS."""
    keep_secret(CLIENT_SECRET)
    return {
        "id": provider_id,
        "name": name,
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
    }


@contextmanager
def certified_provider() -> Iterator[str]:
    """The issuer of the certified provider."""
    port = free_port()
    process = subprocess.Popen(
        end_with_parent(["node", str(_SCRIPT)]),
        env={
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "PORT": str(port),
            "REDIRECT_URI": REDIRECT_URI,
            "CLIENT_SECRET": CLIENT_SECRET,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: is_listening(port), timeout=60, what="the certified provider")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


class Browser:
    """A browser with the certified provider's cookies."""

    def __init__(self) -> None:
        self._http = httpx2.Client(trust_env=False, timeout=30)

    def sign_in(self, url: str, login: str) -> dict[str, str]:
        """Log in on the provider's pages and consent; returns the parameters of the redirect to the site."""
        for _ in range(20):
            response = self._http.get(url)
            while response.is_redirect:
                url = urljoin(url, response.headers["location"])
                if url.startswith(REDIRECT_URI):
                    return _parameters(url)
                response = self._http.get(url)
            prompt = re.search(r'name="prompt" value="(\w+)"', response.text)
            assert prompt is not None, response.text
            # The form's action is the page's own address.
            form = {"prompt": prompt[1], "login": login, "password": "any"}
            response = self._http.post(url, data=form)
            url = urljoin(url, response.headers["location"])
        raise AssertionError("the provider's pages do not end")


def _parameters(url: str) -> dict[str, str]:
    parameters = dict(parse_qsl(urlsplit(url).query))
    keep_secret(parameters.get("code", ""))
    keep_secret(parameters.get("state", ""))
    return parameters


@dataclass
class ForgingProvider:
    """A provider that issues what the test says.

    `claims`, `header`: of the next ID tokens, over the correct ones; None removes a claim. `algorithm`: of their
    signature. `key`: the number of the current signing key, whose id is `key-<number>`. `sends_iss`: of its metadata.
    `failing`: answers 503. `requests`: the paths that were requested.
    """

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: int = 0
    published_key: int | None = None
    signed_issuer: str | None = None
    sends_iss: bool = False
    failing: bool = False
    requests: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, url: str) -> dict[str, str]:
        """As if the user had logged in; returns the parameters of the redirect to the site."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["redirect_uri"] == REDIRECT_URI
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(24)
        keep_secret(code)
        self.codes[code] = query
        return {"code": code, "state": query["state"], **({"iss": self.issuer} if self.sends_iss else {})}

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._metadata),
                Route("/jwks", self._jwks),
                Route("/token", self._token, methods=["POST"]),
                Route("/userinfo", self._userinfo),
            ]
        )

    def _seen(self, request: Request) -> Response | None:
        self.requests.append(request.url.path)
        return Response("down", 503) if self.failing else None

    async def _metadata(self, request: Request) -> Response:
        return self._seen(request) or JSONResponse(
            {
                "issuer": self.signed_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "authorization_response_iss_parameter_supported": self.sends_iss,
            }
        )

    async def _jwks(self, request: Request) -> Response:
        published = self.key if self.published_key is None else self.published_key
        keys = [
            {**_rsa_jwk(_RSA_KEYS[published]), "use": "sig", "kid": f"key-{published}"},
            {**_ec_jwk(_EC_KEY), "kid": "ec"},
            {"kty": "OKP", "crv": "Ed25519", "x": _encoded(_ed_bytes(_ED_KEY)), "kid": "ed"},
        ]
        return self._seen(request) or JSONResponse({"keys": keys})

    async def _token(self, request: Request) -> Response:
        if (failure := self._seen(request)) is not None:
            return failure
        form = dict(parse_qsl((await request.body()).decode()))
        query = self.codes.pop(form["code"], None)
        hashed = hashlib.sha256(form["code_verifier"].encode()).digest()
        if (
            query is None
            or form["client_secret"] != CLIENT_SECRET
            or form["redirect_uri"] != query["redirect_uri"]
            or base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != query["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self._id_token(query)
        keep_secret(token)
        return JSONResponse({"access_token": "an-access-token", "token_type": "Bearer", "id_token": token})

    async def _userinfo(self, request: Request) -> Response:
        return self._seen(request) or JSONResponse(self.userinfo)

    def _id_token(self, query: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": query["client_id"],
            "exp": now + 300,
            "iat": now,
            "nonce": query["nonce"],
            "email": "ann@example.com",
            "email_verified": True,
            "name": "Ann",
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        key_id = {"ES256": "ec", "EdDSA": "ed"}.get(self.algorithm, f"key-{self.key}")
        head = {"alg": self.algorithm, "kid": key_id, **self.header}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        return f"{signed}.{_encoded(self._signature(signed.encode()))}"

    def _signature(self, signed: bytes) -> bytes:
        digest = hashes.SHA256()
        if self.algorithm == "none":
            return b""
        if self.algorithm == "HS256":
            return hmac.digest(CLIENT_SECRET.encode(), signed, "sha256")
        if self.algorithm == "EdDSA":
            return _ED_KEY.sign(signed)
        if self.algorithm == "ES256":
            r, s = decode_dss_signature(_EC_KEY.sign(signed, ec.ECDSA(digest)))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return _RSA_KEYS[self.key].sign(signed, pss if self.algorithm == "PS256" else padding.PKCS1v15(), digest)


def _rsa_jwk(key: rsa.RSAPrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": _encoded(numbers.n.to_bytes(256, "big")), "e": _encoded(numbers.e.to_bytes(3, "big"))}


def _ec_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    x, y = (_encoded(number.to_bytes(32, "big")) for number in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _ed_bytes(key: ed25519.Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextmanager
def forging_provider() -> Iterator[ForgingProvider]:
    port = free_port()
    provider = ForgingProvider(f"http://127.0.0.1:{port}")
    with serve(provider.app(), port):
        yield provider
