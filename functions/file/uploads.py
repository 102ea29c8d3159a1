"""Checks of a file that is about to be uploaded, by its name and media type. Its content is checked when it is read."""

from pathlib import PurePosixPath

from functions.file.errors import EmptyFile, UnsupportedFile
from shared.errors import PayloadTooLarge

MAX_FILE_BYTES = 30_000_000
_REFUSED_TYPES = ("image/", "audio/", "video/", "font/", "model/")
_ARCHIVES = (
    *(".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".lz4", ".cab", ".iso", ".dmg", ".jar"),
    *(".war", ".apk", ".deb", ".rpm"),
)
_PROGRAMS = (".exe", ".dll", ".so", ".dylib", ".msi", ".bin", ".class", ".pyc", ".o", ".a", ".wasm")
# Office documents of before 2007, but for workbooks, and formats of one maker.
_CLOSED = (
    *(".doc", ".dot", ".ppt", ".pps", ".pages", ".numbers", ".key", ".mobi", ".azw", ".azw3", ".djvu"),
    *(".sqlite", ".db", ".parquet"),
)
_MEDIA = (
    *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".avif", ".ico", ".psd", ".ai"),
    *(".mp3", ".m4a", ".wav", ".ogg", ".oga", ".flac", ".aac", ".mp4", ".mov", ".avi", ".mkv", ".webm"),
    *(".ttf", ".otf", ".woff", ".woff2", ".sketch"),
)
_REFUSED_SUFFIXES = frozenset((*_ARCHIVES, *_PROGRAMS, *_CLOSED, *_MEDIA))
_REFUSED_MEDIA_TYPES = frozenset(
    f"application/{name}"
    for name in (
        *("zip", "gzip", "x-tar", "x-7z-compressed", "x-rar-compressed", "vnd.rar", "x-bzip2", "x-xz", "zstd"),
        *("x-msdownload", "x-executable", "java-archive", "vnd.android.package-archive", "x-iso9660-image", "wasm"),
        *("msword", "vnd.ms-powerpoint"),
    )
)
# Source code that browsers take for MPEG streams.
_TYPESCRIPT = (".ts", ".mts", ".cts")


def check_upload(name: str, media_type: str, size: int) -> None:
    """Raises EmptyFile, PayloadTooLarge, UnsupportedFile."""
    if size == 0:
        raise EmptyFile
    if size > MAX_FILE_BYTES:
        raise PayloadTooLarge(f"A file has at most {MAX_FILE_BYTES // 1_000_000} MB. Upload a smaller one.")
    suffix = PurePosixPath(name.lower()).suffix
    essence = media_type.partition(";")[0].strip().lower()
    # Drawings in SVG are text.
    is_refused_type = essence.startswith(_REFUSED_TYPES) and essence != "image/svg+xml" and suffix not in _TYPESCRIPT
    if is_refused_type or essence in _REFUSED_MEDIA_TYPES or suffix in _REFUSED_SUFFIXES:
        raise UnsupportedFile


def stored_type(media_type: str) -> str:
    """The media type of the stored object. Nothing but a PDF is shown by a browser on the store's own origin."""
    return "application/pdf" if media_type == "application/pdf" else "application/octet-stream"
