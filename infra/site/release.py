"""Incremental deployment of the site: upload new files, then the page, then remove old files.

A manifest on the site lists the files of this release and of the previous one. Both stay, because an open page
loads its chunks later. Files of earlier releases are removed; objects that no release has uploaded are not touched.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

from infra.deployment import Change
from infra.site.files import HASHED, SiteFile

RECORD = "release.json"


class SiteBucket(Protocol):
    """The site's bucket. Every call raises DeployFailed with the bucket and the cloud's error code."""

    def list(self) -> Mapping[str, str]:
        """Key → ETag, without quotes."""
        ...

    def read(self, key: str) -> bytes | None: ...
    def put(self, file: SiteFile) -> None: ...
    def delete(self, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True)
class _Record:
    """The manifest: key → digest, of this release and of the previous one."""

    current: Mapping[str, str] = field(default_factory=dict)
    previous: Mapping[str, str] = field(default_factory=dict)

    def followed_by(self, files: Sequence[SiteFile]) -> "_Record":
        new = {file.key: file.digest for file in files}
        return self if new == self.current else _Record(new, self.current)

    def as_file(self) -> SiteFile:
        content = json.dumps({"current": self.current, "previous": self.previous}, sort_keys=True, indent=1)
        return SiteFile(RECORD, content.encode(), "application/json", "no-cache")


def changes(files: Sequence[SiteFile], bucket: SiteBucket) -> Iterator[Change]:
    """The steps that make the site match these files, in order. Comparing changes nothing."""
    found = bucket.list()
    record = _read_record(bucket)
    for file in files:
        if not _is_there(file, found, record):
            yield Change(f"upload {file.key}", partial(bucket.put, file))
    new = record.followed_by(files)
    if new != record:
        yield Change("note the release", partial(bucket.put, new.as_file()))
    kept = {*new.current, *new.previous}
    ours = {*record.current, *record.previous, *(key for key in found if key.startswith(HASHED))}
    old = sorted((ours & found.keys()) - kept)
    if old:
        yield Change(f"remove {len(old)} old files", partial(bucket.delete, old))


def _is_there(file: SiteFile, found: Mapping[str, str], record: _Record) -> bool:
    """Whether the object matches the file: content by its ETag, headers by the manifest of a finished release."""
    return found.get(file.key) == file.md5 and record.current.get(file.key, file.digest) == file.digest


def _read_record(bucket: SiteBucket) -> _Record:
    content = bucket.read(RECORD)
    if content is None:
        return _Record()
    stored: Mapping[str, Any] = json.loads(content)
    return _Record(stored["current"], stored["previous"])
