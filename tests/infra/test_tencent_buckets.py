"""The buckets of the Tencent deploy, through COS's own SDK."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from qcloud_cos import CosConfig, CosS3Client

from infra.deployment import DeployFailed
from infra.tencent.cos import CosBuckets
from tests.support.cos_account import CosAccount
from tests.support.processes import serve

IMAGES = "images-1250000000"
SITE = "site-1250000000"
SETTINGS: dict[str, Any] = {
    "cors": [
        {
            "AllowedOrigin": ["https://chat.example.com", "https://www.example.com"],
            "AllowedMethod": ["GET", "PUT"],
            "AllowedHeader": ["*"],
            "MaxAgeSeconds": "86400",
        }
    ],
    "website": {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "index.html", "OriginalHttpStatus": "Disabled"},
        "RedirectAllRequestsTo": {"Protocol": "https"},
    },
    "policy": {"version": "2.0", "Statement": [{"Effect": "Allow", "Action": ["name/cos:GetObject"]}]},
    "domain": [{"Name": "chat.example.com", "Type": "WEBSITE", "Status": "ENABLED"}],
}


@pytest.fixture
def account(tmp_path: Path) -> CosAccount:
    return CosAccount(tmp_path, {"id": "secret"})


@pytest.fixture
def url(account: CosAccount) -> Iterator[str]:
    with serve(account) as served:
        yield served


def buckets_at(url: str, secret: str = "secret") -> CosBuckets:
    config = CosConfig(
        Region="ap-guangzhou", SecretId="id", SecretKey=secret, Scheme="http", Proxies={"http": url}, KeepAlive=False
    )
    return CosBuckets(CosS3Client(config, retry=0))


def test_a_bucket_is_created_private(url: str, account: CosAccount) -> None:
    buckets = buckets_at(url)

    assert not buckets.exists(IMAGES)
    buckets.create(IMAGES)
    assert buckets.exists(IMAGES)
    assert buckets.settings_of(IMAGES) == {}


@pytest.mark.parametrize("kind", SETTINGS)
def test_a_setting_reads_as_it_was_set_so_that_a_second_deploy_changes_nothing(url: str, kind: str) -> None:
    buckets = buckets_at(url)
    buckets.create(SITE)

    buckets.set(SITE, kind, SETTINGS[kind])

    assert buckets.settings_of(SITE) == {kind: SETTINGS[kind]}


def test_requests_to_cos_match_its_api(url: str, account: CosAccount) -> None:
    buckets = buckets_at(url)
    buckets.create(SITE)
    for kind, value in SETTINGS.items():
        buckets.set(SITE, kind, value)

    sent = account.buckets[SITE]
    cors = ElementTree.fromstring(sent["cors"])
    assert [element.text for element in cors.findall("CORSRule/AllowedMethod")] == ["GET", "PUT"]
    website = ElementTree.fromstring(sent["website"])
    assert website.findtext("ErrorDocument/OriginalHttpStatus") == "Disabled"
    assert json.loads(sent["policy"]) == SETTINGS["policy"]
    assert ElementTree.fromstring(sent["domain"]).findtext("DomainRule/Name") == "chat.example.com"


def test_an_object_is_uploaded(url: str, tmp_path: Path) -> None:
    buckets = buckets_at(url)

    buckets.upload(IMAGES, "layers/one.zip", b"layer")

    assert [file.read_bytes() for file in (tmp_path / IMAGES / "bodies").rglob("*") if file.is_file()] == [b"layer"]


def test_a_refusal_names_the_bucket_and_the_code(url: str) -> None:
    refused = buckets_at(url, "wrong")

    with pytest.raises(DeployFailed, match=r"images-1250000000: SignatureDoesNotMatch"):
        refused.create(IMAGES)
    with pytest.raises(DeployFailed, match=r"images-1250000000"):
        refused.exists(IMAGES)
    with pytest.raises(DeployFailed, match=r"images-1250000000: SignatureDoesNotMatch"):
        refused.settings_of(IMAGES)
    with pytest.raises(DeployFailed, match=r"images-1250000000: NoSuchBucket"):
        buckets_at(url).set(IMAGES, "cors", SETTINGS["cors"])
