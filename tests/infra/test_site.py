"""Deployment of the SPA to S3 (moto) and COS (the emulator), also with the real build."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from qcloud_cos import CosConfig, CosS3Client

from infra.deployment import DeployFailed, InvalidStage
from infra.local.object_store import create_app
from infra.site.__main__ import main
from infra.site.buckets import CosSite, S3Site
from infra.site.files import SiteFile, read_build
from infra.site.page import Addresses, with_addresses
from infra.site.release import SiteBucket, changes
from infra.site.targets import on_aws, tencent_addresses
from tests.shared.storage.test_object_stores import BUCKET as IMAGE_BUCKET
from tests.shared.storage.test_object_stores import KINDS, make_store
from tests.support.aws import aws_server
from tests.support.processes import serve
from tests.support.stack import ROOT

BUCKET = "site-1250000000"
AWS = {"region_name": "us-east-1", "aws_access_key_id": "id", "aws_secret_access_key": "secret"}
ADDRESSES = Addresses(
    "https://api.example.com/prod", "wss://live.example.com/prod", "https://images.s3.eu-west-1.amazonaws.com"
)
PAGE = """<head>
<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; img-src &#39;self&#39; data: \
http://localhost:9000; connect-src &#39;self&#39; http://localhost:9000">
<meta name="api-url" content="/api"><meta name="websocket-url" content="/api/ws">
<script type="module" src="./assets/index-{0}.js"></script></head>"""


class WatchedSite:
    """A bucket that records its writes, and fails after some of them."""

    def __init__(self, bucket: SiteBucket) -> None:
        self._bucket = bucket
        self.writes: list[str] = []
        self.writes_until_away: int | None = None

    def list(self) -> Mapping[str, str]:
        return self._bucket.list()

    def read(self, key: str) -> bytes | None:
        return self._bucket.read(key)

    def put(self, file: SiteFile) -> None:
        self._note(file.key)
        self._bucket.put(file)

    def delete(self, keys: Sequence[str]) -> None:
        self._note(*(f"-{key}" for key in keys))
        self._bucket.delete(keys)

    def _note(self, *writes: str) -> None:
        if self.writes_until_away == len(self.writes):
            raise DeployFailed("interrupted by the test")
        self.writes += writes


@pytest.fixture(params=["s3", "cos"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WatchedSite]:
    if request.param == "s3":
        with aws_server() as url:
            s3 = boto3.client("s3", endpoint_url=url, **AWS)
            s3.create_bucket(Bucket=BUCKET)
            yield WatchedSite(S3Site(s3, BUCKET))
        return
    with serve(create_app(tmp_path / "objects", secrets={"id": "secret"})) as url:
        yield WatchedSite(CosSite(cos(url), BUCKET))


def cos(url: str, secret_key: str = "secret") -> Any:
    domain = url.removeprefix("http://").replace("127.0.0.1", "localhost")
    config = CosConfig(Region="local", SecretId="id", SecretKey=secret_key, Scheme="http", Domain=domain)
    return CosS3Client(config, retry=0)


@pytest.fixture
def build(tmp_path: Path) -> Callable[[str], Path]:
    """A function that creates a small build of a version of the SPA."""

    def make(version: str) -> Path:
        files = {
            "index.html": PAGE.replace("{0}", version),
            f"assets/index-{version}.js": f"'{version}'",
            "assets/font-same.woff2": "font",
            "manifest.webmanifest": "{}",
            "icon.svg": "<svg/>",
            "service-worker.js": f"'{version}'",
        }
        for name, content in files.items():
            path = tmp_path / version / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path / version

    return make


def deploy(folder: Path, site: WatchedSite, addresses: Addresses = ADDRESSES) -> list[str]:
    site.writes.clear()
    for change in changes(read_build(folder, addresses), site):
        change.apply()
    return list(site.writes)


def test_referenced_files_are_uploaded_first(site: WatchedSite, build: Callable[[str], Path]) -> None:
    assert deploy(build("one"), site) == [
        "assets/font-same.woff2",
        "assets/index-one.js",
        "icon.svg",
        "manifest.webmanifest",
        "index.html",
        "service-worker.js",
        "release.json",
    ]


def test_a_second_deploy_does_nothing(site: WatchedSite, build: Callable[[str], Path]) -> None:
    deploy(build("one"), site)

    assert deploy(build("one"), site) == []


def test_only_changed_files_are_uploaded_and_the_previous_release_stays(
    site: WatchedSite, build: Callable[[str], Path]
) -> None:
    deploy(build("one"), site)

    assert deploy(build("two"), site) == ["assets/index-two.js", "index.html", "service-worker.js", "release.json"]
    assert "assets/index-one.js" in site.list()
    assert deploy(build("two"), site) == []


def test_only_files_of_older_releases_are_removed_and_last(site: WatchedSite, build: Callable[[str], Path]) -> None:
    site.put(SiteFile("robots.txt", b"somebody's own", "text/plain", "no-cache"))
    deploy(build("one"), site)
    deploy(build("two"), site)

    writes = deploy(build("three"), site)

    assert writes[-2:] == ["release.json", "-assets/index-one.js"]
    assert {"assets/index-two.js", "assets/index-three.js", "robots.txt"} <= site.list().keys()


def test_a_rollback_to_an_earlier_build_works(site: WatchedSite, build: Callable[[str], Path]) -> None:
    deploy(build("one"), site)
    deploy(build("two"), site)

    assert deploy(build("one"), site) == ["index.html", "service-worker.js", "release.json"]


@pytest.mark.parametrize("writes", range(5))
def test_an_interrupted_deploy_leaves_a_working_site_and_can_be_repeated(
    site: WatchedSite, build: Callable[[str], Path], writes: int
) -> None:
    deploy(build("one"), site)
    deploy(build("two"), site)
    site.writes_until_away = writes
    with pytest.raises(DeployFailed, match="interrupted by the test"):
        deploy(build("three"), site)
    site.writes_until_away = None

    page = (site.read("index.html") or b"").decode()
    scripts = re.findall(r"assets/index-\w+\.js", page)
    assert scripts
    assert set(scripts) <= site.list().keys()
    before = list(site.writes)
    after = deploy(build("three"), site)
    assert not set(after) & {write for write in before if write.startswith("assets/")}
    assert deploy(build("three"), site) == []
    assert "assets/index-one.js" not in site.list()


@pytest.mark.parametrize("kind", ["s3", "cos"])
def test_objects_have_their_content_type_and_cache_lifetime(
    kind: str, tmp_path: Path, build: Callable[[str], Path]
) -> None:
    headers: dict[str, tuple[str, str]] = {}
    if kind == "s3":
        with aws_server() as url:
            s3 = boto3.client("s3", endpoint_url=url, **AWS)
            s3.create_bucket(Bucket=BUCKET)
            deploy(build("one"), WatchedSite(S3Site(s3, BUCKET)))
            for entry in s3.list_objects_v2(Bucket=BUCKET)["Contents"]:
                head = s3.head_object(Bucket=BUCKET, Key=entry["Key"])
                headers[entry["Key"]] = (head["ContentType"], head["CacheControl"])
    else:
        with serve(create_app(tmp_path / "objects", secrets={"id": "secret"})) as url:
            client = cos(url)
            deploy(build("one"), WatchedSite(CosSite(client, BUCKET)))
            for entry in client.list_objects(Bucket=BUCKET)["Contents"]:
                head = client.head_object(Bucket=BUCKET, Key=entry["Key"])
                headers[entry["Key"]] = (head["Content-Type"], head["Cache-Control"])

    for_ever = "public, max-age=31536000, immutable"
    assert headers == {
        "assets/font-same.woff2": ("font/woff2", for_ever),
        "assets/index-one.js": ("text/javascript; charset=utf-8", for_ever),
        "icon.svg": ("image/svg+xml", "no-cache"),
        "index.html": ("text/html; charset=utf-8", "no-cache"),
        "manifest.webmanifest": ("application/manifest+json", "no-cache"),
        "release.json": ("application/json", "no-cache"),
        "service-worker.js": ("text/javascript; charset=utf-8", "no-cache"),
    }


def test_a_refusal_names_the_bucket_and_its_error_code(tmp_path: Path, build: Callable[[str], Path]) -> None:
    with aws_server() as url, pytest.raises(DeployFailed, match=r"site-1250000000.*NoSuchBucket"):
        deploy(build("one"), WatchedSite(S3Site(boto3.client("s3", endpoint_url=url, **AWS), BUCKET)))
    with serve(create_app(tmp_path / "objects", secrets={"id": "secret"})) as url:
        with pytest.raises(DeployFailed, match=r"site-1250000000.*SignatureDoesNotMatch"):
            deploy(build("one"), WatchedSite(CosSite(cos(url, "wrong"), BUCKET)))


def test_a_file_of_unknown_type_is_refused(build: Callable[[str], Path]) -> None:
    folder = build("one")
    (folder / "notes.odt").write_text("?")

    with pytest.raises(InvalidStage, match=r"notes\.odt"):
        read_build(folder, ADDRESSES)


@pytest.mark.parametrize(
    "wrong",
    [
        {"api_url": "http://api.example.com"},
        {"api_url": ""},
        {"websocket_url": "ws://live.example.com"},
        {"image_origin": "https://images.example.com; script-src *"},
    ],
)
def test_addresses_that_a_page_cannot_use_are_refused(wrong: Mapping[str, str]) -> None:
    with pytest.raises(InvalidStage):
        Addresses(**{**vars(ADDRESSES), **wrong})


def test_a_page_that_is_not_a_build_is_refused() -> None:
    with pytest.raises(InvalidStage, match="not a build"):
        with_addresses("<html></html>", ADDRESSES)


@pytest.fixture(scope="module")
def real_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The SPA's build by `pnpm build`, without the addresses of a stage."""
    folder = tmp_path_factory.mktemp("dist")
    command = ["node_modules/.bin/vite", "build", "--outDir", str(folder), "--emptyOutDir", "--logLevel", "error"]
    subprocess.run(command, cwd=ROOT / "fd", check=True, capture_output=True)
    return folder


def policy_of(page: str) -> dict[str, list[str]]:
    (content,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    return directives(unescape(content))


def directives(policy: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (directive.split() for directive in policy.split(";"))}


def test_the_same_build_serves_every_stage(real_build: Path) -> None:
    """Only the page differs, and its policy allows exactly this stage's addresses."""
    staging = read_build(real_build, Addresses("https://s.example.com", "", "https://b.cos.ap-guangzhou.myqcloud.com"))
    prod = read_build(real_build, ADDRESSES)

    assert [a.key for a, b in zip(staging, prod, strict=True) if a != b] == ["index.html"]
    pages = [next(file for file in files if file.key == "index.html").content.decode() for files in (staging, prod)]
    assert policy_of(pages[0])["connect-src"] == [
        "'self'",
        "https://s.example.com",
        "https://b.cos.ap-guangzhou.myqcloud.com",
    ]
    policy = policy_of(pages[1])
    assert policy["connect-src"] == [
        "'self'",
        "https://api.example.com",
        "wss://live.example.com",
        "https://images.s3.eu-west-1.amazonaws.com",
    ]
    assert policy["img-src"] == ["'self'", "blob:", "data:", "https:", "https://images.s3.eu-west-1.amazonaws.com"]
    assert policy["script-src"] == ["'self'"]
    assert '<meta name="api-url" content="https://api.example.com/prod">' in pages[1]
    assert '<meta name="websocket-url" content="wss://live.example.com/prod">' in pages[1]


def test_every_file_of_the_real_build_has_a_type_and_hashed_files_are_immutable(real_build: Path) -> None:
    files = {file.key: file for file in read_build(real_build, ADDRESSES)}

    assert {"index.html", "service-worker.js", "manifest.webmanifest", "icon.svg"} <= files.keys()
    for key, file in files.items():
        hashed = re.fullmatch(r"assets/.+-[\w-]{8}\.\w+", key) is not None
        assert ("immutable" in file.cache_control) == hashed, key


def test_cloudfronts_policy_is_that_of_the_page_with_frame_ancestors(real_build: Path) -> None:
    text = (ROOT / "infra/aws/site/new.yml").read_text()
    # The first policy of the template is the page's.
    found = re.search(r"default-src.*?frame-ancestors 'none'", text, re.DOTALL)
    assert found
    header = re.sub(r"\\\n\s*", "", found[0])
    addresses = {
        "${Api}": "https://api.example.com",
        "${Websocket}": "wss://live.example.com",
        "${Images}": "https://images.s3.eu-west-1.amazonaws.com",
    }
    for reference, address in addresses.items():
        header = header.replace(reference, address)
    page = next(file for file in read_build(real_build, ADDRESSES) if file.key == "index.html")

    assert directives(header) == {**policy_of(page.content.decode()), "frame-ancestors": ["'none'"]}


def test_the_page_for_diagrams_may_be_framed_by_the_other_and_has_a_policy_of_its_own(real_build: Path) -> None:
    text = (ROOT / "infra/aws/site/new.yml").read_text()
    (header,) = re.findall(r"default-src [^\"]*frame-ancestors 'self'", text)
    page = next(file for file in read_build(real_build, ADDRESSES) if file.key == "diagram.html")
    policy = policy_of(page.content.decode())

    assert directives(re.sub(r"\\\n\s*", "", header)) == {**policy, "frame-ancestors": ["'self'"]}
    # The page of diagrams and previews has no network access.
    assert policy.keys() == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    assert policy["img-src"] == ["data:"]
    assert (policy["default-src"], policy["script-src"]) == (["'none'"], ["'self'"])


def test_the_page_for_diagrams_shares_no_file_with_the_other(real_build: Path) -> None:
    """A browser's cache may have a file without the CORS header that a document without an origin needs."""
    files = {file.key: file.content.decode(errors="ignore") for file in read_build(real_build, ADDRESSES)}
    first = re.findall(r'(?:src|href)="\./([^"]+)"', files.pop("diagram.html"))

    assert first
    assert all(key.startswith("assets/diagram/") and key in files for key in first)
    # Files reference each other by relative paths.
    ours = {key: files.pop(key) for key in list(files) if key.startswith("assets/diagram/")}
    assert [key for key, content in ours.items() if re.search(r"""(from|import)\s*\(?\s*["'`]\.\./""", content)] == []
    assert [key for key, content in files.items() if re.search(r"""["'`][./]*(assets/)?diagram/""", content)] == []


OUTPUTS = {
    "SiteBucketName": BUCKET,
    "ApiUrl": "https://a.execute-api.eu-west-1.amazonaws.com/prod",
    "WebsocketUrl": "wss://b.execute-api.eu-west-1.amazonaws.com/prod",
    "ImageOrigin": "https://images.s3.eu-west-1.amazonaws.com",
    "SiteUrl": "https://chat.example.com",
}


def test_addresses_on_aws_are_the_stacks_outputs() -> None:
    with aws_server() as url:
        cloudformation = boto3.client("cloudformation", endpoint_url=url, **AWS)
        s3 = boto3.client("s3", endpoint_url=url, **AWS)
        with pytest.raises(DeployFailed, match="chat-prod"):
            on_aws("prod", cloudformation, s3)
        make_stack(cloudformation, "chat-prod", OUTPUTS)
        make_stack(cloudformation, "chat-staging", {})

        _, addresses = on_aws("prod", cloudformation, s3)
        assert addresses == Addresses(*list(OUTPUTS.values())[1:])
        with pytest.raises(InvalidStage, match="SITE=new"):
            on_aws("staging", cloudformation, s3)


def test_the_client_document_names_the_sites_own_addresses(build: Callable[[str], Path]) -> None:
    files = {file.key: file for file in read_build(build("one"), ADDRESSES)}
    assert "oauth-client.json" not in files

    known = Addresses(**{**vars(ADDRESSES), "site_url": "https://chat.example.com/"})
    files = {file.key: file for file in read_build(build("one"), known)}
    document = json.loads(files["oauth-client.json"].content)
    assert document["client_id"] == "https://chat.example.com/oauth-client.json"
    assert document["redirect_uris"] == ["https://chat.example.com/tool-connected.html"]
    assert files["oauth-client.json"].content_type == "application/json"


def test_plan_prints_the_changes_and_deploy_applies_them_once(
    build: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(command: str, folder: Path) -> tuple[int, str, str]:
        code = main([command, "--stage", "prod", "--cloud", "aws", "--dist", str(folder)])
        output = capsys.readouterr()
        return code, output.out, output.err

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with aws_server() as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        code, _, complaint = run("deploy", build("one"))
        assert (code, "chat-prod" in complaint) == (1, True)

        s3 = boto3.client("s3", endpoint_url=url, **AWS)
        s3.create_bucket(Bucket=BUCKET)
        make_stack(boto3.client("cloudformation", endpoint_url=url, **AWS), "chat-prod", OUTPUTS)
        code, planned, _ = run("plan", build("one"))
        assert (code, "upload index.html" in planned) == (0, True)
        assert "Contents" not in s3.list_objects_v2(Bucket=BUCKET)
        assert run("deploy", build("one"))[1] == planned
        assert run("plan", build("one"))[1] == "nothing to change\n"

        code, _, complaint = run("deploy", build("one").parent / "nothing")
        assert (code, "no build" in complaint) == (1, True)


def make_stack(cloudformation: Any, name: str, outputs: Mapping[str, str]) -> None:
    template = {
        "Resources": {"Logs": {"Type": "AWS::Logs::LogGroup"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template))


def origins_of(kind: str) -> Mapping[str, str]:
    """Deploy → the origin of an object store in the site's policy, in the region us-east-1."""
    values = {
        "${env:OBJECT_STORE_BUCKET}": IMAGE_BUCKET,
        "${ImageBucket}": IMAGE_BUCKET,
        "${param:objectStoreRegion}": "us-east-1",
        "${AWS::Region}": "us-east-1",
        "${AWS::URLSuffix}": "amazonaws.com",
    }
    origins = {}
    for file in sorted((ROOT / "infra/aws/images").glob("*.yml")):
        text = file.read_text(encoding="utf-8")
        if f"\n  store: {kind}\n" not in text:
            continue
        assert "    ImageOrigin:\n      Value: *origin\n" in text, file
        (origin,) = re.findall(r"  origin: &origin\s.*?(https://[^'\s]+)", text)
        for reference, value in values.items():
            origin = origin.replace(reference, value)
        origins[file.name] = origin
    if kind == "cos":
        environ = {"TENCENT_REGION": "us-east-1", "OBJECT_STORE_BUCKET": IMAGE_BUCKET, "API_DOMAIN": "a.example.com"}
        origins["Tencent Cloud"] = tencent_addresses(environ).image_origin
    return origins


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_may_reach_every_object_store_that_the_setting_names(kind: str) -> None:
    url = urlsplit(make_store(kind).presign_upload("key", "image/png").url)
    origins = origins_of(kind)

    assert origins
    assert set(origins.values()) == {f"{url.scheme}://{url.netloc}"}, origins


def test_addresses_on_tencent_cloud_follow_from_the_deploys_own_settings() -> None:
    environ = {
        "TENCENT_REGION": "ap-guangzhou",
        "OBJECT_STORE_BUCKET": "images-1250000000",
        "API_DOMAIN": "a.example.com",
    }

    assert tencent_addresses(environ) == Addresses(
        "https://a.example.com",
        "wss://a.example.com/chat/ws/chat",
        "https://images-1250000000.cos.ap-guangzhou.myqcloud.com",
    )
    assert tencent_addresses({**environ, "API_URL": "https://b.example.com/prod"}).websocket_url == ""
    with pytest.raises(InvalidStage, match="API_DOMAIN"):
        tencent_addresses({})
