"""Images of a PDF's pages, for scans: rendered with PDFium and written as PNG.

A page without colours has 16 levels of grey, any other 216 colours. That keeps a page of text at some 200 kB without an
image library, which would double the size of the layer.
"""

import struct
import zlib
from collections.abc import Sequence

import pypdfium2

from functions.file.readers.outcome import UnreadableDocument
from shared.documents.page_images import MAX_PAGE_IMAGES

# Pixels of the longer side. Models scale a larger image down.
_MAX_PIXELS = 1_400
# 150 dots an inch, above which a small page only gets larger.
_MAX_SCALE = 150 / 72
# Longer side of the image that shows whether a page has colours.
_SAMPLE_PIXELS = 80
# The difference between a pixel's channels from which it has a colour, and the part of such pixels in a coloured page:
# scanners of black and white tint the paper.
_COLOUR_DIFFERENCE = 48
_COLOURED_PART = 0.003
_COLOUR_LEVELS = 6
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GREYSCALE, _PALETTE = 0, 3


def render_pages(data: bytes) -> list[bytes]:
    """The first MAX_PAGE_IMAGES pages as PNG images. Raises UnreadableDocument (file_unreadable)."""
    try:
        document = pypdfium2.PdfDocument(data)
        return [_render(document[index]) for index in range(min(len(document), MAX_PAGE_IMAGES))]
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument("file_unreadable") from error


def _render(page: pypdfium2.PdfPage) -> bytes:
    longer = max(*page.get_size(), 1)
    scale = min(_MAX_PIXELS / longer, _MAX_SCALE)
    sample = page.render(scale=_SAMPLE_PIXELS / longer, rev_byteorder=True)
    image = _coloured(page, scale) if _has_colours(sample) else _grey(page, scale)
    page.close()
    return image


def _has_colours(bitmap: pypdfium2.PdfBitmap) -> bool:
    red, green, blue = _channels(bitmap, 3)
    coloured = sum(max(pixel) - min(pixel) > _COLOUR_DIFFERENCE for pixel in zip(red, green, blue, strict=True))
    return coloured > len(red) * _COLOURED_PART


def _grey(page: pypdfium2.PdfPage, scale: float) -> bytes:
    bitmap = page.render(scale=scale, grayscale=True)
    (values,) = _channels(bitmap, 1)
    width, height = bitmap.width, bitmap.height
    if width % 2:
        values = b"".join(values[start : start + width] + b"\xff" for start in range(0, len(values), width))
    high = bytes(value >> 4 << 4 for value in range(256))
    low = bytes(value >> 4 for value in range(256))
    packed = _added(values[0::2].translate(high), values[1::2].translate(low))
    return _png(width, height, packed, bits=4, kind=_GREYSCALE)


def _coloured(page: pypdfium2.PdfPage, scale: float) -> bytes:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    indexes = b""
    for power, channel in zip((2, 1, 0), _channels(bitmap, 3), strict=True):
        weight = _COLOUR_LEVELS**power
        weighted = channel.translate(bytes(round(value / 255 * (_COLOUR_LEVELS - 1)) * weight for value in range(256)))
        indexes = _added(indexes, weighted) if indexes else weighted
    levels = [round(level * 255 / (_COLOUR_LEVELS - 1)) for level in range(_COLOUR_LEVELS)]
    palette = bytes(value for red in levels for green in levels for blue in levels for value in (red, green, blue))
    return _png(bitmap.width, bitmap.height, indexes, bits=8, kind=_PALETTE, palette=palette)


def _channels(bitmap: pypdfium2.PdfBitmap, count: int) -> Sequence[bytes]:
    """The first channels of a bitmap, each without the padding of its rows."""
    data, used = bytes(bitmap.buffer), bitmap.width * bitmap.n_channels
    rows = b"".join(data[start : start + used] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))
    return [rows[channel :: bitmap.n_channels] for channel in range(count)]


def _added(one: bytes, other: bytes) -> bytes:
    """The sums of the bytes at each position, none of which exceeds 255; as one addition, because Python's loops are
    slow."""
    return (int.from_bytes(one, "big") + int.from_bytes(other, "big")).to_bytes(len(one), "big")


def _png(width: int, height: int, pixels: bytes, *, bits: int, kind: int, palette: bytes = b"") -> bytes:
    """PNG (Third Edition) 11.2; each row has the filter type None."""
    row = len(pixels) // height
    filtered = b"".join(b"\0" + pixels[start : start + row] for start in range(0, len(pixels), row))
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))]
    if palette:
        chunks.append((b"PLTE", palette))
    chunks += [(b"IDAT", zlib.compress(filtered, 6)), (b"IEND", b"")]
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        for name, content in chunks
    )
