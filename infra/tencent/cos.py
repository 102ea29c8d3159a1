"""COS buckets and their settings, for the deploy."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_exception import CosServiceError

from infra.deployment import DeployFailed

_CORS_FIELDS = ("AllowedOrigin", "AllowedMethod", "AllowedHeader", "MaxAgeSeconds")
_WEBSITE_FIELDS = ("IndexDocument", "ErrorDocument", "RedirectAllRequestsTo")
_DOMAIN_FIELDS = ("Name", "Type", "Status")


def cos_client(region: str, credential: Any) -> Any:
    """A COS client with the SDK's credential (`secret_id`, `secret_key`, `token`)."""
    secret_id, secret_key, token = credential.secret_id, credential.secret_key, credential.token
    return CosS3Client(CosConfig(Region=region, SecretId=secret_id, SecretKey=secret_key, Token=token))


class CosBuckets:
    """The buckets of an account in one region. Raises DeployFailed with the bucket and COS's error code."""

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
        """The existing ones of `cors`, `website`, `policy` and `domain`, in the form of `set`'s argument."""
        settings: dict[str, Any] = {}
        cors = self._found("get_bucket_cors", bucket)
        if cors:
            settings["cors"] = [_fields(rule, _CORS_FIELDS) for rule in cors["CORSRule"]]
        website = self._found("get_bucket_website", bucket)
        if website:
            settings["website"] = _fields(website, _WEBSITE_FIELDS)
        policy = self._found("get_bucket_policy", bucket)
        if policy:
            settings["policy"] = json.loads(policy["Policy"])
        domain = self._found("get_bucket_domain", bucket)
        if domain and domain.get("DomainRule"):
            settings["domain"] = [_fields(rule, _DOMAIN_FIELDS) for rule in domain["DomainRule"]]
        return settings

    def set(self, bucket: str, kind: str, value: Any) -> None:
        """Set `cors`, `website`, `policy` or `domain`."""
        if kind == "cors":
            self._call("put_bucket_cors", bucket, CORSConfiguration={"CORSRule": value})
        elif kind == "website":
            self._call("put_bucket_website", bucket, WebsiteConfiguration=dict(value))
        elif kind == "policy":
            self._call("put_bucket_policy", bucket, Policy=json.dumps(value))
        else:
            self._call("put_bucket_domain", bucket, DomainConfiguration={"DomainRule": value})

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


def _fields(found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """The fields that a deploy sets; COS returns more."""
    return {name: found[name] for name in names if name in found}


def _failed(bucket: str, error: CosServiceError) -> DeployFailed:
    return DeployFailed(f"bucket {bucket}: {error.get_error_code()}: {error.get_error_msg()}")
