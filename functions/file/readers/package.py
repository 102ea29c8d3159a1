"""Zip packages and their XML parts, bounded: office documents and books are zip files."""

from collections.abc import Iterator
from io import BytesIO
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element
from zipfile import BadZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

from functions.file.readers.outcome import UnreadableDocument

if TYPE_CHECKING:
    from zipfile import ZipInfo

_MAX_PARTS = 20_000
_MAX_PART_BYTES = 48_000_000
_MAX_ALL_BYTES = 400_000_000
# Deflate reaches about 1,030; a part that is larger than a few megabytes and shrinks so well is a bomb.
_MAX_RATIO = 200
_RATIO_BYTES = 10_000_000
_ENCRYPTED = 0x1
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Package:
    """A zip file whose directory has been checked. Raises UnreadableDocument."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, OSError) as error:
            raise UnreadableDocument("file_unreadable") from error
        entries = self._zip.infolist()
        if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in entries) > _MAX_ALL_BYTES:
            raise UnreadableDocument("file_too_long")
        if any(_is_bomb(entry) for entry in entries):
            raise UnreadableDocument("file_too_long")
        self._entries = {entry.filename: entry for entry in entries}
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise UnreadableDocument("file_encrypted")

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> Iterator[str]:
        return iter(self._entries)

    def read(self, name: str) -> bytes:
        """A part's bytes. Raises UnreadableDocument when it is missing, damaged or too large."""
        entry = self._entries.get(name)
        if entry is None:
            raise UnreadableDocument("file_unreadable")
        try:
            with self._zip.open(entry) as part:
                data = part.read(_MAX_PART_BYTES + 1)
        except (BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as error:
            raise UnreadableDocument("file_unreadable") from error
        # The directory may be wrong about the size.
        if len(data) > _MAX_PART_BYTES:
            raise UnreadableDocument("file_too_long")
        return data

    def xml(self, name: str) -> Element:
        """A part as XML, without DTDs, entities and external references."""
        return parse_xml(self.read(name))

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """Relationship id → (type's last segment, part) of an Office Open XML part; of the package for an empty name.

        ECMA-376 part 2, 9.3
        """
        folder = dirname(name)
        relationships = join(folder, "_rels", f"{name.rpartition('/')[2]}.rels")
        if relationships not in self:
            return {}
        found = {}
        for item in self.xml(relationships).iter(_RELATIONSHIPS):
            if item.get("TargetMode") != "External":
                target = normpath(join("/", folder, item.get("Target", ""))).lstrip("/")
                found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], target)
        return found


def parse_xml(data: bytes) -> Element:
    """Raises UnreadableDocument, also for a document with a DTD."""
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableDocument("file_unreadable") from error
    return root


def _is_bomb(entry: "ZipInfo") -> bool:
    return entry.file_size > _RATIO_BYTES and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)
