"""Deployment target of a stage's site, and the page's addresses: from the AWS stack's outputs, or the environment."""

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from infra.deployment import DeployFailed, InvalidStage, required
from infra.site.buckets import CosSite, S3Site
from infra.site.page import Addresses
from infra.site.release import SiteBucket
from infra.tencent.cos import cos_client
from infra.tencent.credentials import deployer


def on_aws(stage: str, cloudformation: Any, s3: Any) -> tuple[SiteBucket, Addresses]:
    """Bucket and addresses from the outputs of the stack `chat-<stage>`; the clients are boto3's.

    Raises DeployFailed and InvalidStage.
    """
    stack = f"chat-{stage}"
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        details = error.response["Error"]
        raise DeployFailed(f"stack {stack}: {details['Code']}: {details['Message']}") from error
    outputs = {entry["OutputKey"]: entry["OutputValue"] for entry in found.get("Outputs", [])}
    if "SiteBucketName" not in outputs:
        raise InvalidStage(f"stack {stack} has no site: deploy it with SITE=new")
    addresses = Addresses(outputs["ApiUrl"], outputs["WebsocketUrl"], outputs["ImageOrigin"], outputs["SiteUrl"])
    return S3Site(s3, outputs["SiteBucketName"]), addresses


def on_tencent(environ: Mapping[str, str]) -> tuple[SiteBucket, Addresses]:
    """SITE_BUCKET, and by default the addresses of the stage on Tencent Cloud. Raises InvalidStage."""
    region = required(environ, "TENCENT_REGION")
    client = cos_client(region, deployer(environ))
    return CosSite(client, required(environ, "SITE_BUCKET")), tencent_addresses(environ)


def tencent_addresses(environ: Mapping[str, str]) -> Addresses:
    """API_URL, WEBSOCKET_URL, IMAGE_ORIGIN and SITE_URL; the defaults are the addresses of the Tencent deploy."""
    api_url = environ.get("API_URL")
    websocket_url = environ.get("WEBSOCKET_URL", "")
    if not api_url:
        domain = required(environ, "API_DOMAIN")
        api_url, websocket_url = f"https://{domain}", websocket_url or f"wss://{domain}/chat/ws/chat"
    image_origin = environ.get("IMAGE_ORIGIN") or environ.get("OBJECT_STORE_ENDPOINT")
    if not image_origin:
        bucket = required(environ, "OBJECT_STORE_BUCKET")
        # https://cloud.tencent.com/document/product/436/6224
        image_origin = f"https://{bucket}.cos.{required(environ, 'TENCENT_REGION')}.myqcloud.com"
    site_domain = environ.get("SITE_DOMAIN")
    site_url = environ.get("SITE_URL") or (f"https://{site_domain}" if site_domain else "")
    return Addresses(api_url, websocket_url, image_origin, site_url)
