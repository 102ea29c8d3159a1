"""COS as the deploy uses it: buckets and their settings."""

from collections.abc import Mapping
from typing import Any

from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_exception import CosServiceError

from infra.deployment import DeployFailed


def cos_client(region: str, credential: Any) -> Any:
    """COS's client for the SDK's credential (`secret_id`, `secret_key`, `token`)."""
    secret_id, secret_key, token = credential.secret_id, credential.secret_key, credential.token
    return CosS3Client(CosConfig(Region=region, SecretId=secret_id, SecretKey=secret_key, Token=token))


class CosBuckets:
    """The buckets of an account in one region. Raises DeployFailed, naming the bucket and COS's code."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def exists(self, bucket: str) -> bool:
        try:
            self._client.head_bucket(Bucket=bucket)
        except CosServiceError as error:
            if error.get_status_code() == 404:
                return False
            raise _failed(bucket, error) from error
        return True

    def create(self, bucket: str) -> None:
        self._call("create_bucket", bucket, ACL="private")

    def settings_of(self, bucket: str) -> Mapping[str, Any]:
        settings: dict[str, Any] = {}
        cors = self._found("get_bucket_cors", bucket)
        if cors:
            settings["cors"] = [
                {
                    key: rule[key]
                    for key in ("AllowedOrigin", "AllowedMethod", "AllowedHeader", "MaxAgeSeconds")
                    if key in rule
                }
                for rule in cors["CORSRule"]
            ]
        website = self._found("get_bucket_website", bucket)
        if website:
            settings["website"] = {
                key: website[key]
                for key in ("IndexDocument", "ErrorDocument", "RedirectAllRequestsTo")
                if key in website
            }
        return settings

    def set_cors(self, bucket: str, rules: list[Mapping[str, Any]]) -> None:
        self._call("put_bucket_cors", bucket, CORSConfiguration={"CORSRule": rules})

    def set_website(self, bucket: str, configuration: Mapping[str, Any]) -> None:
        self._call("put_bucket_website", bucket, WebsiteConfiguration=dict(configuration))

    def upload(self, bucket: str, key: str, content: bytes) -> None:
        self._call("put_object", bucket, Key=key, Body=content)

    def _found(self, method: str, bucket: str) -> Any:
        try:
            return getattr(self._client, method)(Bucket=bucket)
        except CosServiceError as error:
            if error.get_status_code() == 404:
                return None
            raise _failed(bucket, error) from error

    def _call(self, method: str, bucket: str, **arguments: Any) -> None:
        try:
            getattr(self._client, method)(Bucket=bucket, **arguments)
        except CosServiceError as error:
            raise _failed(bucket, error) from error


def _failed(bucket: str, error: CosServiceError) -> DeployFailed:
    return DeployFailed(f"bucket {bucket}: {error.get_error_code()}: {error.get_error_msg()}")
