"""The host of images in every region and partition: presigned URLs, their reader, the site's policy and the template
must name the same one, or browsers refuse the image and functions do not recognize its URL."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from infra.site.page import with_origins
from shared.config import ObjectStoreSettings
from shared.storage.s3 import S3ObjectStore
from tests.support.aws_package import Package, package_of

BUCKET = "images-of-ours"
KEY = "user/conversation/images/photo.png"
# Domain of a partition's services: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/
SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}
REGIONS = [
    (region, suffix)
    for partition, suffix in SUFFIXES.items()
    for region in boto3.session.Session().get_available_regions("s3", partition_name=partition)
]
NEW = {"SITE": "new"}
EXISTING = {
    "NETWORK": "none",
    "DATABASE": "existing",
    "IMAGES": "existing",
    "OBJECT_STORE_BUCKET": BUCKET,
    "SITE": "new",
}


@pytest.fixture(scope="module", params=[NEW, EXISTING], ids=["a new bucket", "an existing bucket"])
def package(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Package:
    return package_of(tmp_path_factory, **request.param)


def store_in(region: str) -> S3ObjectStore:
    settings = {
        "object_store": "s3",
        "object_store_bucket": BUCKET,
        "object_store_region": region,
        "object_store_access_key_id": "id",
        "object_store_secret_access_key": "secret",
    }
    return S3ObjectStore(ObjectStoreSettings.model_validate(settings))


def resolved(value: Any, references: Mapping[str, str]) -> str:
    """The result of an `Fn::Sub`."""
    if isinstance(value, str):
        return value
    given = value["Fn::Sub"]
    text, own = given if isinstance(given, list) else (given, {})
    for name, reference in own.items():
        text = text.replace(f"${{{name}}}", resolved(reference, references))
    for name, replacement in references.items():
        text = text.replace(f"${{{name}}}", replacement)
    return str(text)


def policy_of_the_site(package: Package, references: Mapping[str, str]) -> dict[str, list[str]]:
    headers = package.resources["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = resolved(headers["ContentSecurityPolicy"]["ContentSecurityPolicy"], references)
    return {directive.split()[0]: directive.split()[1:] for directive in re.split(r";\s*", policy)}


def references_in(region: str, suffix: str) -> dict[str, str]:
    return {
        "ImageBucket": BUCKET,
        "AWS::Region": region,
        "AWS::URLSuffix": suffix,
        "ApiGatewayRestApi": "rest",
        "WebsocketsApi": "live",
    }


@pytest.mark.parametrize("dual_stack", ["", "true"], ids=["", "with IPv6"])
def test_signer_reader_policy_and_template_name_one_host(
    package: Package, dual_stack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The variable of the functions with NETWORK=ipv6, for AWS's other APIs.
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", dual_stack)
    assert {region for region, _ in REGIONS} >= {"us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"}
    differences = []
    for region, suffix in REGIONS:
        # The template of an existing bucket was resolved for the default region.
        template = references_in(region, suffix)
        store = store_in(region)
        origin = resolved(package.outputs["ImageOrigin"]["Value"], template).replace("ap-southeast-1", region)
        policy = policy_of_the_site(package, template)
        for url in (store.presign_upload(KEY, "image/png").url, store.presign_download(KEY)):
            signed = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
            allowed = [source.replace("ap-southeast-1", region) for source in policy["connect-src"]]
            page = with_origins("connect-src 'self'; img-src 'self'", [origin], [origin])
            if not (signed == origin and signed in allowed and signed in page and store.key_of(url) == KEY):
                differences.append((region, signed, origin, allowed, store.key_of(url)))

    assert differences == []


def test_the_gateways_hosts_are_those_of_the_partition(package: Package) -> None:
    for region, suffix in REGIONS:
        template = references_in(region, suffix)
        policy = policy_of_the_site(package, template)
        api, websocket = (resolved(package.outputs[name]["Value"], template) for name in ("ApiUrl", "WebsocketUrl"))
        assert api == f"https://rest.execute-api.{region}.{suffix}/prod"
        assert websocket == f"wss://live.execute-api.{region}.{suffix}/prod"
        assert {f"https://{urlsplit(api).netloc}", f"wss://{urlsplit(websocket).netloc}"} <= set(policy["connect-src"])


def test_the_template_names_no_partition(package: Package) -> None:
    """`arn:aws:` and `amazonaws.com` exist in one partition only."""
    text = package.template_file.read_text()
    # The adapter's layer is published in AWS's own partition: https://github.com/awslabs/aws-lambda-web-adapter
    fixed = {found for found in re.findall(r"arn:aws:[^\"]+", text) if ":layer:LambdaAdapterLayer" not in found}
    hosts = {
        host
        for host in re.findall(r"[\w.$\{\}:-]*amazonaws\.com[\w.]*", text)
        # Names of services as principals are the same in every partition.
        if not re.fullmatch(r"(lambda|apigateway|events|cloudfront|rds)\.amazonaws\.com", host)
        and not host.startswith("com.amazonaws.")
    }

    assert (fixed, hosts) == (set(), set())
