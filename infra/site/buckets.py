"""Bucket clients for the site: S3 and COS."""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError
from qcloud_cos.cos_exception import CosServiceError

from infra.deployment import DeployFailed
from infra.site.files import SiteFile

# Page size: both stores list and delete at most this many keys per call.
_PAGE = 1000


class S3Site:
    """An S3 bucket, through boto3's client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def list(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        more: dict[str, str] = {}
        while True:
            answer = self._call("list_objects_v2", **more)
            found |= _etags(answer)
            if not answer["IsTruncated"]:
                return found
            more = {"ContinuationToken": answer["NextContinuationToken"]}

    def read(self, key: str) -> bytes | None:
        try:
            content: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey":
                return None
            raise self._failed(error) from error
        return content

    def put(self, file: SiteFile) -> None:
        self._call("put_object", **_as_arguments(file))

    def delete(self, keys: Sequence[str]) -> None:
        for page in _pages(keys):
            answer = self._call("delete_objects", Delete={"Objects": page, "Quiet": True})
            _check_deleted(self._bucket, answer.get("Errors", []))

    def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, method)(Bucket=self._bucket, **arguments)
        except ClientError as error:
            raise self._failed(error) from error

    def _failed(self, error: ClientError) -> DeployFailed:
        details = error.response["Error"]
        return DeployFailed(f"bucket {self._bucket}: {details['Code']}: {details['Message']}")


class CosSite:
    """A COS bucket, through the SDK's client."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def list(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        marker = ""
        while True:
            answer = self._call("list_objects", MaxKeys=_PAGE, Marker=marker)
            found |= _etags(answer)
            if answer["IsTruncated"] != "true":
                return found
            marker = answer["NextMarker"]

    def read(self, key: str) -> bytes | None:
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=key)
        except CosServiceError as error:
            if error.get_error_code() == "NoSuchKey":
                return None
            raise self._failed(error) from error
        content: bytes = found["Body"].get_raw_stream().read()
        return content

    def put(self, file: SiteFile) -> None:
        self._call("put_object", **_as_arguments(file))

    def delete(self, keys: Sequence[str]) -> None:
        for page in _pages(keys):
            answer = self._call("delete_objects", Delete={"Object": page, "Quiet": "true"})
            _check_deleted(self._bucket, answer.get("Error", []))

    def _call(self, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, method)(Bucket=self._bucket, **arguments)
        except CosServiceError as error:
            raise self._failed(error) from error

    def _failed(self, error: CosServiceError) -> DeployFailed:
        return DeployFailed(f"bucket {self._bucket}: {error.get_error_code()}: {error.get_error_msg()}")


def _etags(listed: Mapping[str, Any]) -> dict[str, str]:
    return {entry["Key"]: entry["ETag"].strip('"') for entry in listed.get("Contents", [])}


def _as_arguments(file: SiteFile) -> dict[str, Any]:
    return {
        "Key": file.key,
        "Body": file.content,
        "ContentType": file.content_type,
        "CacheControl": file.cache_control,
    }


def _pages(keys: Sequence[str]) -> Sequence[Sequence[Mapping[str, str]]]:
    return [[{"Key": key} for key in keys[start : start + _PAGE]] for start in range(0, len(keys), _PAGE)]


def _check_deleted(bucket: str, refused: Sequence[Mapping[str, str]]) -> None:
    """Raises DeployFailed for keys that were not deleted: a response of 200 may list some."""
    if refused:
        raise DeployFailed(f"bucket {bucket}: {refused[0]['Key']} was not removed: {refused[0]['Code']}")
