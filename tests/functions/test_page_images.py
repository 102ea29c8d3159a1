"""Images of a scan's pages."""

import struct
import zlib

from functions.file.readers.page_images import render_pages
from tests.support import documents as make
from tests.support.documents import PdfPage


def pixels(image: bytes) -> tuple[int, int, list[bytes], bytes]:
    """Width, height, rows of samples, and palette of a PNG image; its checksums are right."""
    chunks: dict[bytes, bytes] = {}
    at = 8
    while at < len(image):
        (size,) = struct.unpack(">I", image[at : at + 4])
        name, content = image[at + 4 : at + 8], image[at + 8 : at + 8 + size]
        assert struct.unpack(">I", image[at + 8 + size : at + 12 + size]) == (zlib.crc32(name + content),)
        chunks[name] = content
        at += 12 + size
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    data = zlib.decompress(chunks[b"IDAT"])
    row = len(data) // height
    rows = [data[start + 1 : start + row] for start in range(0, len(data), row)]
    return width, height, rows, chunks.get(b"PLTE", b"")


def test_a_page_without_colours_is_grey_and_its_odd_width_is_kept() -> None:
    (image,) = render_pages(make.pdf([PdfPage([], extra=b"0 g 306 0 306 792 re f\n")]))
    width, height, rows, palette = pixels(image)
    assert (width, height, palette) == (1082, 1400, b"")
    middle = rows[700]
    assert (middle[10], middle[-10]) == (0xFF, 0x00)
    (rotated,) = render_pages(make.pdf([PdfPage([], rotate=90, extra=b"0 g 0 0 612 396 re f\n")]))
    assert pixels(rotated)[:2] == (1400, 1082)


def test_a_page_with_colours_keeps_them() -> None:
    (image,) = render_pages(make.pdf([PdfPage([], extra=b"1 0 0 rg 0 0 612 396 re f\n")]))
    _, _, rows, palette = pixels(image)
    colours = [tuple(palette[3 * row[500] : 3 * row[500] + 3]) for row in (rows[100], rows[1300])]
    assert colours == [(255, 255, 255), (255, 0, 0)]
