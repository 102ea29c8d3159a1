"""Object store of the local stage: an emulator of one COS bucket, on disk.

It answers the product's calls (PUT, GET, HEAD, DELETE, delete many, list) as COS does (API reference 436/7751), and
refuses what COS refuses, above all requests whose signature does not match. The bucket is the host's, so it is not
in the path. It is also the site's bucket, so anybody may read the objects of share links.

Run as `python -m infra.local.object_store`; settings are the environment's OBJECT_STORE_PORT,
CHAT_DATA_DIR, OBJECT_STORE_ACCESS_KEY_ID, OBJECT_STORE_SECRET_ACCESS_KEY and CORS_ORIGINS.
"""

import base64
import binascii
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timezone
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO
from urllib.parse import parse_qsl, quote, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from infra.local.cos_signature import SignatureRefused, SignedRequest, verify
from shared.storage.shares import SHARES

MAX_KEY_BYTES = 850
MAX_OBJECT_BYTES = 64 * 1024 * 1024
MAX_KEYS_PER_CALL = 1000
_MAX_XML_BYTES = 2 * 1024 * 1024
_CHUNK_BYTES = 256 * 1024
_CORS_METHODS = ("GET", "HEAD", "PUT")

# Stored and sent with the object (COS: "Put Object", request headers).
_KEPT_HEADERS = ("cache-control", "content-disposition", "content-encoding", "expires")
# Response headers that a signed GET may override (COS: "Get Object", request parameters).
_RESPONSE_OVERRIDES = (*_KEPT_HEADERS, "content-type", "content-language")


class CosError(Exception):
    """An error response: HTTP status and COS's error code (436/7730)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class StoredObject:
    key: str
    body_id: str
    size: int
    md5: str
    content_type: str
    modified: float
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        return f'"{self.md5}"'


class Bucket:
    """Objects on disk. Each body is a file, referenced by a record that is replaced atomically, so that a reader sees
    the old object or the new one, never a mixture.

    Paths contain no part of a key.
    """

    def __init__(self, root: Path) -> None:
        self._bodies = root / "bodies"
        self._records = root / "records"
        self._incoming = root / "incoming"
        for directory in (self._bodies, self._records, self._incoming):
            directory.mkdir(parents=True, exist_ok=True)

    def open(self, key: str) -> tuple[StoredObject, BinaryIO] | None:
        """The object and its body, or None. The caller closes the body."""
        while (found := self.find(key)) is not None:
            try:
                return found, self._body(found.body_id).open("rb")
            except FileNotFoundError:
                # Replaced between the two reads: the record now references another body.
                if self.find(key) == found:
                    raise
        return None

    def find(self, key: str) -> StoredObject | None:
        try:
            return _read_record(self._record(key))
        except FileNotFoundError:
            return None

    def list(self, prefix: str, after: str) -> Iterator[StoredObject]:
        """Objects in the order of their keys, starting after `after`."""
        stored = (_read_record(record) for record in self._records.glob("*/*.json"))
        matching = [item for item in stored if item.key.startswith(prefix) and item.key > after]
        yield from sorted(matching, key=lambda item: item.key.encode())

    def receive(self) -> tuple[Path, BinaryIO]:
        """A new file for a body; pass it to `put`, or remove it."""
        incoming = self._incoming / uuid.uuid4().hex
        return incoming, incoming.open("xb")

    def put(self, stored: StoredObject, incoming: Path) -> None:
        previous = self.find(stored.key)
        body = self._body(stored.body_id)
        body.parent.mkdir(exist_ok=True)
        incoming.replace(body)
        record = self._record(stored.key)
        record.parent.mkdir(exist_ok=True)
        written = self._incoming / f"{uuid.uuid4().hex}.json"
        written.write_text(json.dumps(asdict(stored)), encoding="utf-8")
        written.replace(record)
        if previous is not None:
            self._body(previous.body_id).unlink(missing_ok=True)

    def delete(self, key: str) -> None:
        """Delete an object. A missing object is not an error, as in COS."""
        stored = self.find(key)
        if stored is not None:
            self._record(key).unlink(missing_ok=True)
            self._body(stored.body_id).unlink(missing_ok=True)

    def _record(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._records / name[:2] / f"{name}.json"

    def _body(self, body_id: str) -> Path:
        return self._bodies / body_id[:2] / body_id


def _read_record(record: Path) -> StoredObject:
    return StoredObject(**json.loads(record.read_text(encoding="utf-8")))


def create_app(
    root: Path,
    *,
    secrets: Mapping[str, str],
    cors_origins: Iterable[str] = ("*",),
    max_object_bytes: int = MAX_OBJECT_BYTES,
    clock: Callable[[], float] = time.time,
) -> ASGIApp:
    """The emulator as an ASGI app. `secrets` maps access key ids to secrets; sizes are bytes."""
    service = _Service(Bucket(root), dict(secrets), max_object_bytes, clock)
    origins = frozenset(cors_origins)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            if request.method == "OPTIONS":
                response = _preflight(request, origins)
            else:
                response = await service.answer(request)
        except CosError as error:
            response = _error_response(request, error)
        except ClientDisconnect:
            return
        _add_common_headers(request, response, origins)
        # Some clients depend on the case of COS's header names.
        response.raw_headers = [(_as_cos_writes(n), v) for n, v in response.raw_headers]
        await response(scope, receive, send)

    return app


class _Service:
    """The API calls of one bucket."""

    def __init__(
        self,
        bucket: Bucket,
        secrets: Mapping[str, str],
        max_object_bytes: int,
        clock: Callable[[], float],
    ) -> None:
        self._bucket = bucket
        self._secrets = secrets
        self._max_object_bytes = max_object_bytes
        self._clock = clock

    async def answer(self, request: Request) -> Response:
        key = request.scope["path"].removeprefix("/")
        # Share links: as the policy of the site's bucket, which anybody may read but nobody may list.
        is_public = request.method in ("GET", "HEAD") and key.startswith(SHARES)
        if not is_public or request.url.query:
            self._check_signature(request)
        if not key:
            return await self._answer_for_bucket(request)
        if len(key.encode()) > MAX_KEY_BYTES:
            raise CosError(400, "KeyTooLong", f"A key has at most {MAX_KEY_BYTES} bytes.")
        if request.method == "PUT" and "x-cos-copy-source" in request.headers:
            return await run_in_threadpool(self._copy, request, key)
        if request.method == "PUT":
            return await self._put(request, key)
        if request.method in ("GET", "HEAD"):
            return await run_in_threadpool(self._get, request, key)
        if request.method == "DELETE":
            await run_in_threadpool(self._bucket.delete, key)
            return Response(status_code=204)
        raise _method_not_allowed()

    async def _answer_for_bucket(self, request: Request) -> Response:
        if request.method == "POST" and "delete" in request.query_params:
            return await self._delete_many(request)
        if request.method == "HEAD":
            return Response()
        if request.method == "GET":
            return await run_in_threadpool(self._list, request)
        raise _method_not_allowed()

    def _check_signature(self, request: Request) -> None:
        signed = SignedRequest(
            method=request.method,
            path=request.scope["path"],
            query=tuple(parse_qsl(request.url.query, keep_blank_values=True)),
            headers=dict(request.headers),
        )
        try:
            verify(signed, secrets=self._secrets, now=self._clock())
        except SignatureRefused as refused:
            raise CosError(403, refused.code, refused.message) from refused

    async def _put(self, request: Request, key: str) -> Response:
        incoming, file = self._bucket.receive()
        try:
            with file:
                size, digest = await self._write_body(request, file)
            _check_md5(request, digest)
            stored = StoredObject(
                key=key,
                body_id=incoming.name,
                size=size,
                md5=digest.hex(),
                content_type=request.headers.get("content-type", "application/octet-stream"),
                modified=self._clock(),
                headers={
                    name: value
                    for name, value in request.headers.items()
                    if name in _KEPT_HEADERS or name.startswith("x-cos-meta-")
                },
            )
            await run_in_threadpool(self._bucket.put, stored, incoming)
        finally:
            incoming.unlink(missing_ok=True)
        return Response(headers={"ETag": stored.etag})

    def _copy(self, request: Request, key: str) -> Response:
        """Put Object - Copy (436/10881). The source's host, which names its bucket, is this one's."""
        _, _, source = request.headers["x-cos-copy-source"].partition("/")
        found = self._bucket.open(unquote(source))
        if found is None:
            raise CosError(404, "NoSuchKey", "The specified key does not exist.")
        stored, body = found
        incoming, file = self._bucket.receive()
        try:
            with body, file:
                shutil.copyfileobj(body, file)
            copied = replace(stored, key=key, body_id=incoming.name, modified=self._clock())
            self._bucket.put(copied, incoming)
        finally:
            incoming.unlink(missing_ok=True)
        result = ElementTree.Element("CopyObjectResult")
        ElementTree.SubElement(result, "ETag").text = copied.etag
        return Response(ElementTree.tostring(result), media_type="application/xml")

    async def _write_body(self, request: Request, file: BinaryIO) -> tuple[int, bytes]:
        """Write the body; returns its size and MD5. Stops when it exceeds the size limit."""
        announced = request.headers.get("content-length", "0")
        if int(announced) > self._max_object_bytes:
            raise self._too_large()
        digest = hashlib.md5(usedforsecurity=False)
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > self._max_object_bytes:
                raise self._too_large()
            digest.update(chunk)
            file.write(chunk)
        return size, digest.digest()

    def _too_large(self) -> CosError:
        return CosError(400, "EntityTooLarge", f"An object has at most {self._max_object_bytes} bytes.")

    def _get(self, request: Request, key: str) -> Response:
        found = self._bucket.open(key)
        if found is None:
            raise CosError(404, "NoSuchKey", "The specified key does not exist.")
        stored, body = found
        headers = {
            **stored.headers,
            "Content-Length": str(stored.size),
            "ETag": stored.etag,
            "Last-Modified": formatdate(stored.modified, usegmt=True),
            # A browser must never interpret an uploaded image as a page.
            "X-Content-Type-Options": "nosniff",
        }
        overrides = {
            name: value
            for name in _RESPONSE_OVERRIDES
            if (value := request.query_params.get(f"response-{name}")) is not None
        }
        content_type = overrides.pop("content-type", stored.content_type)
        headers.update(overrides)
        if request.method == "HEAD":
            body.close()
            response = Response(headers=headers)
        else:
            response = StreamingResponse(_chunks(body), headers=headers)
        # Set here, because Starlette would add a charset to the stored type.
        response.headers["Content-Type"] = content_type
        return response

    def _list(self, request: Request) -> Response:
        """COS "GET Bucket": at most a thousand keys, in order, starting after `marker`."""
        query = request.query_params
        if query.get("delimiter"):
            raise CosError(501, "NotImplemented", "This emulator does not support a delimiter.")
        prefix, marker = query.get("prefix", ""), query.get("marker", "")
        limit = _max_keys(query.get("max-keys"))
        matching = list(self._bucket.list(prefix, marker))
        page, truncated = matching[:limit], len(matching) > limit
        # The SDK requests percent-encoded keys, because XML cannot contain every character.
        encoded = quote if query.get("encoding-type") == "url" else escape
        contents = "".join(
            f"<Contents><Key>{encoded(item.key)}</Key>"
            f"<LastModified>{_iso_time(item.modified)}</LastModified>"
            f"<ETag>{item.etag}</ETag><Size>{item.size}</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>"
            for item in page
        )
        next_marker = f"<NextMarker>{encoded(page[-1].key)}</NextMarker>" if truncated else ""
        return _xml(
            f"<ListBucketResult><Prefix>{encoded(prefix)}</Prefix><Marker>{encoded(marker)}</Marker>"
            f"<MaxKeys>{limit}</MaxKeys><IsTruncated>{str(truncated).lower()}</IsTruncated>"
            f"{next_marker}{contents}</ListBucketResult>"
        )

    async def _delete_many(self, request: Request) -> Response:
        """COS "DELETE Multiple Objects": XML request and response; `Content-MD5` is required."""
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MAX_XML_BYTES:
                raise _malformed_xml()
        if "content-md5" not in request.headers:
            raise CosError(400, "MissingRequestBodyMD5", "Content-MD5 is required.")
        _check_md5(request, hashlib.md5(body, usedforsecurity=False).digest())
        try:
            root = ElementTree.fromstring(body)  # noqa: S314  (signed by our own key, and small)
        except ElementTree.ParseError as error:
            raise _malformed_xml() from error
        keys = [key.text or "" for key in root.findall("Object/Key")]
        if root.tag != "Delete" or not 1 <= len(keys) <= MAX_KEYS_PER_CALL:
            raise _malformed_xml()
        for key in keys:
            await run_in_threadpool(self._bucket.delete, key.removeprefix("/"))
        if root.findtext("Quiet", "false").lower() == "true":
            keys = []
        deleted = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        return _xml(f"<DeleteResult>{deleted}</DeleteResult>")


def _check_md5(request: Request, digest: bytes) -> None:
    given = request.headers.get("content-md5")
    if given is None:
        return
    try:
        expected = base64.b64decode(given, validate=True)
    except binascii.Error as error:
        raise CosError(400, "InvalidDigest", "Content-MD5 is malformed.") from error
    if expected != digest:
        raise CosError(400, "BadDigest", "The body does not match the Content-MD5 header.")


def _max_keys(given: str | None) -> int:
    if given is None:
        return MAX_KEYS_PER_CALL
    if not given.isdecimal():
        raise CosError(400, "InvalidArgument", "max-keys is not a number.")
    return min(int(given), MAX_KEYS_PER_CALL)


def _method_not_allowed() -> CosError:
    return CosError(405, "MethodNotAllowed", "The method is not allowed on this resource.")


def _malformed_xml() -> CosError:
    return CosError(400, "MalformedXML", "The XML body is malformed.")


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK_BYTES):
            yield chunk


def _iso_time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _xml(body: str, status: int = 200) -> Response:
    return Response(
        f'<?xml version="1.0" encoding="utf-8" ?>\n{body}',
        status_code=status,
        media_type="application/xml",
    )


def _error_response(request: Request, error: CosError) -> Response:
    if request.method == "HEAD":
        return Response(status_code=error.status)
    resource = f"{request.headers.get('host', '')}{request.scope['path']}"
    return _xml(
        f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message>"
        f"<Resource>{escape(resource)}</Resource>"
        f"<RequestId>{uuid.uuid4().hex}</RequestId><TraceId>{uuid.uuid4().hex}</TraceId></Error>",
        status=error.status,
    )


def _preflight(request: Request, origins: frozenset[str]) -> Response:
    asked = request.headers.get("access-control-request-method", "")
    if _allowed_origin(request, origins) is None or asked not in _CORS_METHODS:
        raise CosError(403, "AccessForbidden", "CORS does not allow this request.")
    return Response(
        headers={
            "Access-Control-Allow-Methods": ", ".join(_CORS_METHODS),
            "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", ""),
            "Access-Control-Max-Age": "600",
        }
    )


def _add_common_headers(request: Request, response: Response, origins: frozenset[str]) -> None:
    response.headers["Server"] = "tencent-cos"
    response.headers["x-cos-request-id"] = uuid.uuid4().hex
    origin = _allowed_origin(request, origins)
    if origin is not None:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "ETag, Content-Length, x-cos-request-id"
        response.headers["Vary"] = "Origin"


def _as_cos_writes(name: bytes) -> bytes:
    if name == b"etag":
        return b"ETag"
    if name.startswith(b"x-cos-"):
        return name
    return b"-".join(word.capitalize() for word in name.split(b"-"))


def _allowed_origin(request: Request, origins: frozenset[str]) -> str | None:
    origin = request.headers.get("origin")
    return origin if origin and (origin in origins or "*" in origins) else None


def main() -> None:
    environ = os.environ
    app = create_app(
        Path(environ.get("CHAT_DATA_DIR", ".local")) / "objects",
        secrets={
            environ["OBJECT_STORE_ACCESS_KEY_ID"]: environ["OBJECT_STORE_SECRET_ACCESS_KEY"],
        },
        cors_origins=[origin.strip() for origin in environ.get("CORS_ORIGINS", "").split(",") if origin],
    )
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(environ.get("OBJECT_STORE_PORT", "9000")),
        lifespan="off",
        # uvicorn's default parser changes the case of header names.
        http="h11",
        log_level="warning",
        server_header=False,
    )


if __name__ == "__main__":
    main()
