"""The object store interface, with COS and S3 emulators."""

import hashlib
import hmac
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args
from urllib.parse import parse_qsl, quote, urlsplit

import httpx2
import pytest

from infra.local.object_store import create_app
from shared.config import ObjectStoreSettings
from shared.storage import get_object_store
from shared.storage.cos import CosObjectStore
from shared.storage.object_store import ObjectStore, ObjectStoreUnavailable
from shared.storage.s3 import S3ObjectStore
from tests.support.aws import aws_server
from tests.support.processes import free_port, serve

ROOT = Path(__file__).resolve().parents[3]
KEY = "user/conversation/images/photo.png"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels" * 100
BUCKET = "chat-1250000000"
HOST = f"{BUCKET}.cos.us-east-1.myqcloud.com"


def settings(kind: str, endpoint: str | None, region: str = "us-east-1") -> ObjectStoreSettings:
    return ObjectStoreSettings.model_validate(
        {
            "object_store": kind,
            "object_store_bucket": BUCKET,
            "object_store_region": region,
            "object_store_endpoint": endpoint,
            "object_store_access_key_id": "id",
            "object_store_secret_access_key": "secret",
        }
    )


# Every value of the setting OBJECT_STORE.
KINDS = get_args(ObjectStoreSettings.model_fields["object_store"].annotation)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    """A store of each kind, with a bucket on an emulator."""
    if request.param == "cos":
        app = create_app(
            tmp_path / "objects",
            secrets={"id": "secret"},
            cors_origins=["http://localhost:5173"],
            max_object_bytes=10**6,
        )
        with serve(app) as url:
            yield CosObjectStore(settings("cos", url))
    elif request.param == "s3":
        with aws_server() as url:
            s3 = S3ObjectStore(settings("s3", url))
            s3._client.create_bucket(Bucket=BUCKET)
            yield s3
    else:
        pytest.fail(f"no server to test {request.param} against")


def make_store(kind: str) -> ObjectStore:
    """The store that the setting names, at the provider's own address."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shared.storage.load", lambda _: settings(kind, None))
        return get_object_store.__wrapped__()


@pytest.mark.parametrize("kind", KINDS)
def test_the_setting_chooses_the_store(kind: str) -> None:
    assert type(make_store(kind)).__module__ == f"shared.storage.{kind}"


def upload(store: ObjectStore, key: str = KEY) -> None:
    presigned = store.presign_upload(key, "image/png")
    assert presigned.max_bytes == store.max_image_bytes
    response = httpx2.put(presigned.url, content=PNG, headers=dict(presigned.headers), timeout=30)
    assert response.status_code == 200, response.text


def test_an_object_is_uploaded_and_downloaded_by_presigned_urls(store: ObjectStore) -> None:
    upload(store)
    response = httpx2.get(store.presign_download(KEY), timeout=30)
    assert response.content == PNG
    assert response.headers["content-type"] == "image/png"


def test_a_presigned_url_names_its_key_and_no_other_url_does(store: ObjectStore) -> None:
    assert store.key_of(store.presign_upload(KEY, "image/png").url) == KEY
    assert store.key_of(store.presign_download(KEY)) == KEY
    for url in ("http://elsewhere.example/" + KEY, "ftp://localhost/" + KEY, "http://[", "", "javascript:alert(1)"):
        assert store.key_of(url) is None, url


def test_an_object_can_be_described_and_read(store: ObjectStore) -> None:
    assert store.describe(KEY) is None
    assert store.read(KEY) is None
    upload(store)
    described = store.describe(KEY)
    assert described is not None
    assert (described.size, described.content_type) == (len(PNG), "image/png")
    assert store.read(KEY) == PNG


def test_an_object_that_a_function_wrote_is_read_and_replaced(store: ObjectStore) -> None:
    store.put(KEY, b"first", "text/plain")
    store.put(KEY, PNG, "image/png")
    assert store.read(KEY) == PNG
    info = store.describe(KEY)
    assert info is not None
    assert (info.size, info.content_type) == (len(PNG), "image/png")


def test_an_object_above_the_size_limit_is_not_read(store: ObjectStore) -> None:
    upload(store)
    store.max_image_bytes = len(PNG)
    assert store.read(KEY) == PNG
    store.max_image_bytes = len(PNG) - 1
    assert store.read(KEY) is None


def test_deleting_a_prefix_leaves_everything_else(store: ObjectStore) -> None:
    for name in ("a", "b", "c"):
        upload(store, f"user/one/images/{name}.png")
    upload(store, "user/two/images/a.png")
    store.delete_prefix("user/one/images/")
    store.delete_prefix("user/one/images/")
    assert store.describe("user/one/images/b.png") is None
    assert store.describe("user/two/images/a.png") is not None


def test_the_first_keys_of_a_prefix_are_listed_in_order(store: ObjectStore) -> None:
    assert store.list_keys("polls/", 2) == []
    for name in ("polls/3", "polls/1", "others/0", "polls/2"):
        store.put(name, b"", "text/plain")
    assert store.list_keys("polls/", 2) == ["polls/1", "polls/2"]


@pytest.mark.parametrize(
    ("kind", "failed"),
    [
        ("cos", {"Error": [{"Key": KEY, "Code": "InternalError"}]}),
        ("s3", {"Errors": [{"Key": KEY, "Code": "InternalError"}]}),
    ],
)
def test_partial_deletion_failures_are_reported(
    kind: str, failed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    store: Any = CosObjectStore(settings(kind, None)) if kind == "cos" else S3ObjectStore(settings(kind, None))
    client = SimpleNamespace(delete_objects=lambda **_: failed)
    client.list_objects = client.list_objects_v2 = lambda **_: {"Contents": [{"Key": KEY}]}
    monkeypatch.setattr(store, "_client", client)
    with pytest.raises(ObjectStoreUnavailable):
        store.delete_prefix("user/")


@pytest.mark.parametrize("kind", ["cos", "s3"])
def test_an_unreachable_store_is_reported_as_unavailable(kind: str) -> None:
    endpoint = f"http://127.0.0.1:{free_port()}"
    away = CosObjectStore(settings(kind, endpoint)) if kind == "cos" else S3ObjectStore(settings(kind, endpoint))
    with pytest.raises(ObjectStoreUnavailable):
        away.describe(KEY)


class TestCosSignature:
    """Our signature (by Tencent's Python SDK) equals those of other implementations."""

    @pytest.fixture
    def signed(self) -> dict[str, str]:
        store = CosObjectStore(settings("cos", None))
        return dict(parse_qsl(urlsplit(store.presign_upload(KEY, "image/png").url).query, keep_blank_values=True))

    def test_tencents_javascript_sdk_signs_alike(self, signed: dict[str, str]) -> None:
        request = {
            "SecretId": "id",
            "SecretKey": "secret",
            "Method": "PUT",
            "Key": KEY,
            "Headers": {"Content-Type": "image/png", "Host": HOST},
            "KeyTime": signed["q-key-time"],
        }
        program = "process.stdout.write(require('cos-nodejs-sdk-v5').getAuthorization(JSON.parse(process.argv[1])))"
        output = subprocess.run(
            ["node", "-e", program, json.dumps(request)], cwd=ROOT, capture_output=True, check=True, text=True
        ).stdout
        assert dict(parse_qsl(output, keep_blank_values=True)) == signed

    def test_the_published_algorithm_gives_the_same(self, signed: dict[str, str]) -> None:
        def digest(key: str, text: str) -> str:
            return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()

        headers = f"content-type={quote('image/png', safe='')}&host={quote(HOST, safe='')}"
        format_string = f"put\n/{KEY}\n\n{headers}\n"
        string_to_sign = f"sha1\n{signed['q-key-time']}\n{hashlib.sha1(format_string.encode()).hexdigest()}\n"
        assert digest(digest("secret", signed["q-key-time"]), string_to_sign) == signed["q-signature"]
