"""Tencent Cloud Object Storage."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from qcloud_cos import CosConfig, CosS3Client
from qcloud_cos.cos_exception import CosClientError, CosServiceError

from shared.config import ObjectStoreSettings
from shared.db.types import utc_now
from shared.storage.object_store import ObjectInfo, ObjectStoreUnavailable, PresignedUpload


class CosObjectStore:
    def __init__(self, settings: ObjectStoreSettings) -> None:
        self._settings = settings
        token = settings.object_store_session_token
        endpoint = urlsplit(settings.object_store_endpoint or "")
        self._client: Any = CosS3Client(
            CosConfig(
                Region=settings.object_store_region,
                SecretId=settings.object_store_access_key_id,
                SecretKey=settings.object_store_secret_access_key.get_secret_value(),
                Token=token.get_secret_value() if token else None,
                Scheme=endpoint.scheme or "https",
                Domain=endpoint.netloc or None,
                Timeout=10,
            ),
            retry=1,
        )
        # https://cloud.tencent.com/document/product/436/6224: <bucket>.cos.<region>.myqcloud.com
        self._host = endpoint.netloc or (
            f"{settings.object_store_bucket}.cos.{settings.object_store_region}.myqcloud.com"
        )

    def presign_upload(self, key: str, content_type: str) -> PresignedUpload:
        seconds = self._settings.upload_url_seconds
        headers = {"Content-Type": content_type}
        return PresignedUpload(
            url=self._presign("PUT", key, seconds, headers),
            key=key,
            headers=headers,
            expires_at=utc_now() + timedelta(seconds=seconds),
            max_bytes=self._settings.max_image_bytes,
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
        try:
            head = self._client.head_object(Bucket=self._settings.object_store_bucket, Key=key)
        except CosServiceError as error:
            if error.get_status_code() == 404:
                return None
            raise ObjectStoreUnavailable from error
        except CosClientError as error:
            raise ObjectStoreUnavailable from error
        return ObjectInfo(int(head["Content-Length"]), head.get("Content-Type", ""))

    def read(self, key: str) -> bytes | None:
        try:
            found = self._client.get_object(Bucket=self._settings.object_store_bucket, Key=key)
            body: bytes = found["Body"].get_raw_stream().read()
        except CosServiceError as error:
            if error.get_status_code() == 404:
                return None
            raise ObjectStoreUnavailable from error
        except CosClientError as error:
            raise ObjectStoreUnavailable from error
        return body

    def delete_prefix(self, prefix: str) -> None:
        bucket = self._settings.object_store_bucket
        try:
            # 1000 a page is the most that both listing and deleting take.
            while found := self._client.list_objects(Bucket=bucket, Prefix=prefix, MaxKeys=1000).get("Contents"):
                keys = [{"Key": entry["Key"]} for entry in found]
                self._client.delete_objects(Bucket=bucket, Delete={"Object": keys, "Quiet": "true"})
        except (CosServiceError, CosClientError) as error:
            raise ObjectStoreUnavailable from error

    def _presign(self, method: str, key: str, seconds: int, headers: dict[str, str]) -> str:
        token = self._settings.object_store_session_token
        # The SDK does not add a temporary key's token to what it presigns.
        params = {"x-cos-security-token": token.get_secret_value()} if token else {}
        url: str = self._client.get_presigned_url(
            Bucket=self._settings.object_store_bucket,
            Key=key,
            Method=method,
            Expired=seconds,
            Params=params,
            Headers=dict(headers),  # The SDK writes the signature into it.
            SignHost=True,
        )
        return url
