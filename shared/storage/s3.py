"""Amazon S3, and stores that speak its API.

boto3 is imported at the first call: the import is slow, and most requests do not need the store.
"""

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.config import ObjectStoreSettings
from shared.db.types import utc_now
from shared.storage.object_store import ObjectInfo, ObjectStoreUnavailable, PresignedUpload, read_at_most


class S3ObjectStore:
    def __init__(self, settings: ObjectStoreSettings) -> None:
        self._settings = settings
        self.max_image_bytes = settings.max_image_bytes
        bucket, region = settings.object_store_bucket, settings.object_store_region
        endpoint = urlsplit(settings.object_store_endpoint or "")
        # A custom endpoint is addressed by path, S3 itself by host:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
        self._host = endpoint.netloc or f"{bucket}.s3.{region}.{_url_suffix(region)}"
        self._path = f"/{bucket}/" if endpoint.netloc else "/"

    def presign_upload(self, key: str, content_type: str, max_bytes: int | None = None) -> PresignedUpload:
        seconds = self._settings.upload_url_seconds
        return PresignedUpload(
            url=self._presign("put_object", key, seconds, ContentType=content_type),
            key=key,
            headers={"Content-Type": content_type},
            expires_at=utc_now() + timedelta(seconds=seconds),
            max_bytes=self.max_image_bytes if max_bytes is None else max_bytes,
        )

    def presign_download(self, key: str) -> str:
        return self._presign("get_object", key, self._settings.download_url_seconds)

    def key_of(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        path = unquote(parts.path)
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != self._host.lower():
            return None
        return (path[len(self._path) :] or None) if path.startswith(self._path) else None

    def describe(self, key: str) -> ObjectInfo | None:
        head = self._call("head_object", Key=key)
        return None if head is None else ObjectInfo(int(head["ContentLength"]), head.get("ContentType", ""))

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        found = self._call("get_object", Key=key)
        if found is None:
            return None
        from botocore.exceptions import BotoCoreError
        from urllib3.exceptions import HTTPError

        try:
            with closing(found["Body"]) as stream:
                return read_at_most(stream, self.max_image_bytes if max_bytes is None else max_bytes)
        except (BotoCoreError, HTTPError) as error:  # The connection was lost, or too slow.
            raise ObjectStoreUnavailable from error

    def put(self, key: str, content: bytes, content_type: str, cache_control: str | None = None) -> None:
        headers = {} if cache_control is None else {"CacheControl": cache_control}
        self._answer("put_object", Key=key, Body=content, ContentType=content_type, **headers)

    def copy(self, key: str, new_key: str) -> bool:
        source = {"Bucket": self._settings.object_store_bucket, "Key": key}
        return self._call("copy_object", Key=new_key, CopySource=source) is not None

    def list_keys(self, prefix: str, limit: int) -> Sequence[str]:
        found = self._answer("list_objects_v2", Prefix=prefix, MaxKeys=limit).get("Contents", ())
        return [entry["Key"] for entry in found]

    def delete_prefix(self, prefix: str) -> None:
        # 1000 per page is the maximum of both listing and deleting.
        while found := self._answer("list_objects_v2", Prefix=prefix, MaxKeys=1000).get("Contents"):
            keys = [{"Key": entry["Key"]} for entry in found]
            # A response of 200 may list keys that were not deleted.
            if self._answer("delete_objects", Delete={"Objects": keys, "Quiet": True}).get("Errors"):
                raise ObjectStoreUnavailable

    def _answer(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The result of an operation on the bucket. Raises ObjectStoreUnavailable, also when the bucket is missing."""
        answer = self._call(operation, **arguments)
        if answer is None:
            raise ObjectStoreUnavailable
        return answer

    @cached_property
    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        settings = self._settings
        own_keys: dict[str, Any] = {}
        # Without keys in the settings, a function signs with its role.
        if settings.object_store_access_key_id and settings.object_store_secret_access_key:
            own_keys = {
                "aws_access_key_id": settings.object_store_access_key_id,
                "aws_secret_access_key": settings.object_store_secret_access_key.get_secret_value(),
            }
        return boto3.client(
            "s3",
            region_name=settings.object_store_region,
            endpoint_url=settings.object_store_endpoint,
            config=Config(
                signature_version="s3v4",
                s3={
                    "addressing_style": "path" if settings.object_store_endpoint else "virtual",
                    # The default is the global host in us-east-1, which neither `key_of` nor the site's policy knows.
                    "us_east_1_regional_endpoint": "regional",
                },
                # Also with NETWORK=ipv6, whose functions reach S3 through its gateway endpoint, over IPv4: the signed
                # host is the one of `key_of` and of the site's policy.
                use_dualstack_endpoint=False,
                connect_timeout=5,
                read_timeout=settings.object_store_seconds,
                retries={"total_max_attempts": 2},
            ),
            **own_keys,
        )

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """An operation on the bucket; None when the object is not there. Raises ObjectStoreUnavailable."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(
                Bucket=self._settings.object_store_bucket, **arguments
            )
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return None
            raise ObjectStoreUnavailable from error
        except BotoCoreError as error:
            raise ObjectStoreUnavailable from error
        return answer

    def _presign(self, operation: str, key: str, seconds: int, **signed: str) -> str:
        parameters = {"Bucket": self._settings.object_store_bucket, "Key": key, **signed}
        url: str = self._client.generate_presigned_url(operation, Params=parameters, ExpiresIn=seconds)
        return url


def _url_suffix(region: str) -> str:
    """The domain of AWS's endpoints in the partition of a region, `AWS::URLSuffix` in a template.

    https://docs.aws.amazon.com/general/latest/gr/rande.html
    """
    return "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
