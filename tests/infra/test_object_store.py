"""The object store emulator, with the calls of the product and of browsers."""

import hashlib
import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx2 as httpx
import pytest
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

from infra.local.object_store import create_app
from tests.support.processes import serve

BUCKET = "chat-1250000000"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
KEY = "user/conversation/images/photo.png"

request = partial(httpx.request, timeout=30)
get = partial(request, "GET")
put = partial(request, "PUT")


@dataclass
class Store:
    url: str
    client: Any
    clock: "Clock"
    root: Path

    def presign(self, method: str, key: str = KEY, **options: Any) -> str:
        url: str = self.client.get_presigned_url(Bucket=BUCKET, Key=key, Method=method, **options)
        return url

    def put(self, key: str = KEY, body: bytes = PNG, content_type: str = "image/png") -> None:
        self.client.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType=content_type)


class Clock:
    """The emulator's clock, which tests move; the SDK signs with the real one."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    clock = Clock()
    app = create_app(
        tmp_path / "objects",
        secrets={"id": "secret"},
        cors_origins=["http://localhost:5173"],
        max_object_bytes=1_000_000,
        clock=clock,
    )
    with serve(app) as url:
        yield Store(url, cos_client(url), clock, tmp_path)


def cos_client(url: str, secret_id: str = "id", secret_key: str = "secret") -> Any:
    domain = url.removeprefix("http://").replace("127.0.0.1", "localhost")
    config = CosConfig(Region="local", SecretId=secret_id, SecretKey=secret_key, Scheme="http", Domain=domain)
    return CosS3Client(config, retry=0)


def error_code(response: httpx.Response) -> str | None:
    return ElementTree.fromstring(response.content).findtext("Code")


# SDK calls, signed in the Authorization header.


def test_an_object_is_returned_as_uploaded(store: Store) -> None:
    put = store.client.put_object(Bucket=BUCKET, Key=KEY, Body=PNG, ContentType="image/png")
    got = store.client.get_object(Bucket=BUCKET, Key=KEY)

    assert got["Body"].get_raw_stream().read() == PNG
    assert got["Content-Type"] == "image/png"
    assert got["ETag"] == put["ETag"] == f'"{hashlib.md5(PNG).hexdigest()}"'
    head = store.client.head_object(Bucket=BUCKET, Key=KEY)
    assert (head["Content-Length"], head["Content-Type"]) == (str(len(PNG)), "image/png")


def test_metadata_is_kept_with_the_object(store: Store) -> None:
    store.client.put_object(
        Bucket=BUCKET,
        Key=KEY,
        Body=PNG,
        CacheControl="private, max-age=60",
        Metadata={"x-cos-meta-origin": "paste"},
    )

    head = store.client.head_object(Bucket=BUCKET, Key=KEY)

    assert head["Cache-Control"] == "private, max-age=60"
    assert head["x-cos-meta-origin"] == "paste"


def test_a_second_put_replaces_the_object_and_leaves_no_file_behind(store: Store) -> None:
    store.put(body=b"first")
    store.put(body=b"second")

    got = store.client.get_object(Bucket=BUCKET, Key=KEY)
    assert got["Body"].get_raw_stream().read() == b"second"
    assert len([file for file in store.root.rglob("*") if file.is_file()]) == 2


def test_a_deleted_object_is_gone_and_deleting_again_is_no_error(store: Store) -> None:
    store.put()

    store.client.delete_object(Bucket=BUCKET, Key=KEY)
    store.client.delete_object(Bucket=BUCKET, Key=KEY)

    assert not store.client.object_exists(Bucket=BUCKET, Key=KEY)
    with pytest.raises(CosServiceError) as refused:
        store.client.get_object(Bucket=BUCKET, Key=KEY)
    assert (refused.value.get_status_code(), refused.value.get_error_code()) == (404, "NoSuchKey")


def test_many_objects_are_deleted_with_one_call(store: Store) -> None:
    keys = [f"user/conversation/images/{n}.png" for n in range(5)]
    for key in keys:
        store.put(key)

    answer = store.client.delete_objects(Bucket=BUCKET, Delete={"Object": [{"Key": key} for key in keys[:4]]})

    assert [item["Key"] for item in answer["Deleted"]] == keys[:4]
    assert [store.client.object_exists(Bucket=BUCKET, Key=key) for key in keys] == [False] * 4 + [True]


def test_objects_are_listed_by_prefix_in_pages(store: Store) -> None:
    for key in ("a/1", "a/2", "a/3", "b/1"):
        store.put(key)

    first = store.client.list_objects(Bucket=BUCKET, Prefix="a/", MaxKeys=2)
    rest = store.client.list_objects(Bucket=BUCKET, Prefix="a/", MaxKeys=2, Marker=first["NextMarker"])

    assert [item["Key"] for item in first["Contents"]] == ["a/1", "a/2"]
    assert (first["IsTruncated"], rest["IsTruncated"]) == ("true", "false")
    assert [item["Key"] for item in rest["Contents"]] == ["a/3"]


@pytest.mark.parametrize(
    "key",
    [
        "../../escape.png",
        "a/../../../escape.png",
        "%2e%2e/escape.png",
        "with space+plus&and=equals.png",
        "图片/照片.png",
        "a//b",
        "a",
        "a/b",
        "trailing/",
    ],
)
def test_any_key_names_an_object_and_nothing_outside_the_folder(store: Store, key: str) -> None:
    # Sent as raw bytes, because clients normalize `..`.
    signed = store.presign("PUT", key)
    host, _, target = signed.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host)
    connection.request("PUT", f"/{target}", body=PNG)
    status = connection.getresponse().status
    connection.close()

    assert status == 200
    assert store.client.list_objects(Bucket=BUCKET)["Contents"][0]["Key"] == key
    assert [path.name for path in store.root.iterdir()] == ["objects"]


def test_a_key_that_is_too_long_is_refused(store: Store) -> None:
    with pytest.raises(CosServiceError) as refused:
        store.put("k" * 851)
    assert refused.value.get_error_code() == "KeyTooLong"


@pytest.mark.parametrize(
    ("secret_id", "secret_key", "code"),
    [("id", "other", "SignatureDoesNotMatch"), ("other", "secret", "InvalidAccessKeyId")],
)
def test_other_credentials_are_refused(store: Store, secret_id: str, secret_key: str, code: str) -> None:
    with pytest.raises(CosServiceError) as refused:
        cos_client(store.url, secret_id, secret_key).put_object(Bucket=BUCKET, Key=KEY, Body=PNG)

    assert refused.value.get_status_code() == 403
    assert refused.value.get_error_code() == code
    assert refused.value.get_resource_location().endswith(KEY)


# Presigned URLs, as used by browsers.


def test_a_presigned_put_and_get_work_without_any_other_credential(store: Store) -> None:
    headers = {"Content-Type": "image/png", "Content-Length": str(len(PNG))}
    upload = put(store.presign("PUT", Headers=headers), content=PNG, headers={"Content-Type": "image/png"})
    download = get(store.presign("GET"))

    assert upload.status_code == 200
    assert (download.content, download.headers["content-type"]) == (PNG, "image/png")


def test_an_unsigned_request_is_refused_in_cos_s_error_form(store: Store) -> None:
    store.put()

    response = get(f"{store.url}/{KEY}")

    assert response.status_code == 403
    assert response.headers["content-type"] == "application/xml"
    error = ElementTree.fromstring(response.content)
    assert [child.tag for child in error] == ["Code", "Message", "Resource", "RequestId", "TraceId"]
    assert error_code(response) == "AccessDenied"


def test_an_expired_url_is_refused(store: Store) -> None:
    store.put()
    url = store.presign("GET", Expired=60)
    assert get(url).status_code == 200

    store.clock.ahead = 61

    response = get(url)
    assert (response.status_code, error_code(response)) == (403, "AccessDenied")
    assert b"Request has expired" in response.content


def test_a_url_from_the_future_is_refused(store: Store) -> None:
    url = store.presign("GET")
    store.clock.ahead = -3600

    response = get(url)

    assert (response.status_code, error_code(response)) == (403, "RequestTimeTooSkewed")


def test_the_validity_period_of_a_url_cannot_be_changed(store: Store) -> None:
    store.put()
    later = re.sub(r"(q-(?:sign|key)-time=\d+%3B)\d+", r"\g<1>4102444800", store.presign("GET", Expired=60))
    store.clock.ahead = 61

    response = get(later)

    assert (response.status_code, error_code(response)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "POST"])
def test_a_url_is_valid_for_its_own_method_only(store: Store, method: str) -> None:
    store.put()

    response = request(method, store.presign("GET"))

    assert response.status_code == 403
    assert store.client.object_exists(Bucket=BUCKET, Key=KEY)


def test_a_url_is_valid_for_its_own_key_only(store: Store) -> None:
    store.put("user/other/images/secret.png")

    stolen = store.presign("GET").replace(KEY, "user/other/images/secret.png")

    response = get(stolen)
    assert (response.status_code, error_code(response)) == (403, "SignatureDoesNotMatch")


def test_a_signed_content_type_cannot_be_changed_or_left_out(store: Store) -> None:
    url = store.presign("PUT", Headers={"Content-Type": "image/png"})

    for headers in ({"Content-Type": "text/html"}, {}):
        response = put(url, content=PNG, headers=headers)
        assert (response.status_code, error_code(response)) == (403, "SignatureDoesNotMatch")
    assert not store.client.object_exists(Bucket=BUCKET, Key=KEY)


def test_a_signed_length_cannot_be_exceeded(store: Store) -> None:
    url = store.presign("PUT", Headers={"Content-Length": str(len(PNG))})

    assert put(url, content=PNG + b"more").status_code == 403
    # Without a Content-Length header, the signed header is absent.
    assert put(url, content=iter([PNG, b"more"])).status_code == 403
    assert put(url, content=PNG).status_code == 200


def test_a_signed_parameter_cannot_be_changed(store: Store) -> None:
    store.put()
    url = store.presign("GET", Params={"response-content-disposition": "attachment"})
    response = get(url)
    assert response.headers["content-disposition"] == "attachment"

    changed = get(url.replace("=attachment", "=inline"))

    assert (changed.status_code, error_code(changed)) == (403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("announced", [True, False])
def test_an_object_over_the_limit_is_refused_and_leaves_nothing(store: Store, announced: bool) -> None:
    body = b"x" * 1_000_001
    response = put(store.presign("PUT"), content=body if announced else iter([body[:600_000]] * 2))

    assert (response.status_code, error_code(response)) == (400, "EntityTooLarge")
    assert not [file for file in store.root.rglob("*") if file.is_file()]


# CORS: the SPA is on another origin than the store.


def test_the_spa_s_origin_may_upload_and_read(store: Store) -> None:
    origin = {"Origin": "http://localhost:5173"}
    preflight = request(
        "OPTIONS",
        store.presign("PUT"),
        headers={
            **origin,
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    upload = put(store.presign("PUT"), content=PNG, headers=origin)

    assert preflight.status_code == 200
    assert "PUT" in preflight.headers["access-control-allow-methods"]
    assert preflight.headers["access-control-allow-headers"] == "content-type"
    for response in (preflight, upload):
        assert response.headers["access-control-allow-origin"] == origin["Origin"]


def test_another_origin_gets_no_permission(store: Store) -> None:
    store.put()
    origin = {"Origin": "http://elsewhere.example"}

    preflight = request("OPTIONS", store.presign("PUT"), headers={**origin, "Access-Control-Request-Method": "PUT"})
    read = get(store.presign("GET"), headers=origin)

    assert (preflight.status_code, error_code(preflight)) == (403, "AccessForbidden")
    assert "access-control-allow-origin" not in read.headers


def test_the_spa_can_read_why_an_upload_was_refused(store: Store) -> None:
    response = put(f"{store.url}/{KEY}", content=PNG, headers={"Origin": "http://localhost:5173"})

    assert response.status_code == 403
    assert response.headers["access-control-allow-origin"] == "http://localhost:5173"
