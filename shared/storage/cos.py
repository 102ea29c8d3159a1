"""Tencent Cloud Object Storage.

The SDK is imported at the first call: most requests of a function that may use the store do not.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.config import ObjectStoreSettings
from shared.db.types import utc_now
from shared.storage.object_store import ObjectInfo, ObjectStoreUnavailable, PresignedUpload, read_at_most


class CosObjectStore:
    def __init__(self, settings: ObjectStoreSettings) -> None:
        self._settings = settings
        self.max_image_bytes = settings.max_image_bytes
        self._endpoint = urlsplit(settings.object_store_endpoint or "")
        # https://cloud.tencent.com/document/product/436/6224: <bucket>.cos.<region>.myqcloud.com
        self._host = self._endpoint.netloc or (
            f"{settings.object_store_bucket}.cos.{settings.object_store_region}.myqcloud.com"
        )

    def presign_upload(self, key: str, content_type: str, max_bytes: int | None = None) -> PresignedUpload:
        seconds = self._settings.upload_url_seconds
        headers = {"Content-Type": content_type}
        return PresignedUpload(
            url=self._presign("PUT", key, seconds, headers),
            key=key,
            headers=headers,
            expires_at=utc_now() + timedelta(seconds=seconds),
            max_bytes=self.max_image_bytes if max_bytes is None else max_bytes,
        )

    def presign_download(self, key: str) -> str:
        return self._presign("GET", key, self._settings.download_url_seconds, {})

    def key_of(self, url: str) -> str | None:
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or parts.netloc.lower() != self._host.lower():
            return None
        return unquote(parts.path).lstrip("/") or None

    def describe(self, key: str) -> ObjectInfo | None:
        head = self._call("head_object", Key=key)
        if head is None:
            return None
        return ObjectInfo(int(head["Content-Length"]), head.get("Content-Type", ""))

    def read(self, key: str, max_bytes: int | None = None) -> bytes | None:
        found = self._call("get_object", Key=key)
        if found is None:
            return None
        from urllib3.exceptions import HTTPError

        try:
            with closing(found["Body"].get_raw_stream()) as stream:
                return read_at_most(stream, self.max_image_bytes if max_bytes is None else max_bytes)
        except HTTPError as error:  # The connection was lost, or too slow.
            raise ObjectStoreUnavailable from error

    def put(self, key: str, content: bytes, content_type: str, cache_control: str | None = None) -> None:
        headers = {} if cache_control is None else {"CacheControl": cache_control}
        self._answer("put_object", Key=key, Body=content, ContentType=content_type, **headers)

    def copy(self, key: str, new_key: str) -> bool:
        settings = self._settings
        source = {"Bucket": settings.object_store_bucket, "Key": key, "Region": settings.object_store_region}
        return self._call("copy_object", Key=new_key, CopySource=source) is not None

    def list_keys(self, prefix: str, limit: int) -> Sequence[str]:
        found = self._answer("list_objects", Prefix=prefix, MaxKeys=limit).get("Contents", ())
        return [entry["Key"] for entry in found]

    def delete_prefix(self, prefix: str) -> None:
        # 1000 per page is the maximum of both listing and deleting.
        while found := self._answer("list_objects", Prefix=prefix, MaxKeys=1000).get("Contents"):
            keys = [{"Key": entry["Key"]} for entry in found]
            # A response of 200 may list keys that were not deleted.
            if self._answer("delete_objects", Delete={"Object": keys, "Quiet": "true"}).get("Error"):
                raise ObjectStoreUnavailable

    def _answer(self, operation: str, **arguments: Any) -> dict[str, Any]:
        """The result of an operation on the bucket. Raises ObjectStoreUnavailable, also when the bucket is missing."""
        answer = self._call(operation, **arguments)
        if answer is None:
            raise ObjectStoreUnavailable
        return answer

    @cached_property
    def _client(self) -> Any:
        from qcloud_cos import CosConfig, CosS3Client

        secret = self._settings.object_store_secret_access_key
        assert secret is not None  # Validated by the settings.
        config = CosConfig(
            Region=self._settings.object_store_region,
            SecretId=self._settings.object_store_access_key_id,
            SecretKey=secret.get_secret_value(),
            Scheme=self._endpoint.scheme or "https",
            Domain=self._endpoint.netloc or None,
            Timeout=self._settings.object_store_seconds,
        )
        return CosS3Client(config, retry=1)

    def _call(self, operation: str, **arguments: Any) -> dict[str, Any] | None:
        """An operation on the bucket; None when the object is not there. Raises ObjectStoreUnavailable."""
        from qcloud_cos.cos_exception import CosClientError, CosServiceError

        try:
            answer: dict[str, Any] = getattr(self._client, operation)(
                Bucket=self._settings.object_store_bucket, **arguments
            )
        except CosServiceError as error:
            if error.get_status_code() == 404:
                return None
            raise ObjectStoreUnavailable from error
        except CosClientError as error:
            raise ObjectStoreUnavailable from error
        return answer

    def _presign(self, method: str, key: str, seconds: int, headers: Mapping[str, str]) -> str:
        url: str = self._client.get_presigned_url(
            Bucket=self._settings.object_store_bucket,
            Key=key,
            Method=method,
            Expired=seconds,
            Headers=dict(headers),  # The SDK writes the signature into it.
            SignHost=True,
        )
        return url
