"""Emulator of a COS account: buckets with objects and settings."""

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.cos_signature import SignatureRefused, SignedRequest, verify
from infra.local.object_store import create_app

# The root of the XML of each setting; a policy is JSON.
_ROOTS = {"cors": "CORSConfiguration", "website": "WebsiteConfiguration", "domain": "DomainConfiguration"}
_MISSING = {
    "cors": "NoSuchCORSConfiguration",
    "website": "NoSuchWebsiteConfiguration",
    "policy": "NoSuchBucketPolicy",
    "domain": "DomainConfigNotFoundError",
}


class CosAccount:
    """An ASGI app that serves each bucket by its host name. `buckets`: bucket → its settings as received."""

    def __init__(self, root: Path, secrets: dict[str, str]) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {}
        self._root = root
        self._secrets = secrets
        self._stores: dict[str, ASGIApp] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The client uses this server as a proxy, which receives absolute URLs.
        path = urlsplit(scope["path"]).path
        scope = {**scope, "path": path, "raw_path": path.encode()}
        request = Request(scope, receive)
        bucket = request.headers["host"].partition(".")[0]
        if scope["path"] != "/" or not ({*request.query_params} & _MISSING.keys() or request.method in ("PUT", "HEAD")):
            store = self._stores.setdefault(bucket, create_app(self._root / bucket, secrets=self._secrets))
            await store(scope, receive, send)
            return
        answer = await self._answer(request, bucket)
        await answer(scope, receive, send)

    async def _answer(self, request: Request, bucket: str) -> Response:
        signed = SignedRequest(request.method, "/", tuple(request.query_params.multi_items()), dict(request.headers))
        try:
            verify(signed, secrets=self._secrets, now=_now(request))
        except SignatureRefused as refused:
            return _refusal(403, refused.code)
        kind = next(iter(request.query_params), None)
        body = await request.body()
        if request.method == "PUT" and kind is None:
            assert request.headers["x-cos-acl"] == "private"
            self.buckets[bucket] = {}
        elif bucket not in self.buckets:
            return _refusal(404, "NoSuchBucket")
        elif request.method == "PUT" and kind is not None:
            if kind in _ROOTS and ElementTree.fromstring(body).tag != _ROOTS[kind]:
                return _refusal(400, "MalformedXML")
            self.buckets[bucket][kind] = body
        elif request.method == "GET" and kind is not None:
            found = self.buckets[bucket].get(kind)
            return _refusal(404, _MISSING[kind]) if found is None else Response(found)
        return Response()


def _now(request: Request) -> float:
    """A time within the validity of the request's signature."""
    return float(request.headers["authorization"].partition("q-sign-time=")[2].partition(";")[0])


def _refusal(status: int, code: str) -> Response:
    body = f"<Code>{code}</Code><Message>no</Message><Resource>/</Resource><RequestId>1</RequestId><TraceId>1</TraceId>"
    return Response(f"<Error>{body}</Error>", status)
