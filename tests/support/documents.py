"""Documents made for tests, byte by byte: PDF, office documents, books, mails."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {"office": "office", "text": "text", "table": "table", "draw": "drawing"}.items()
)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return archive.getvalue()


def checked_in(name: str) -> bytes:
    """A document that another program wrote: sales.xls by xlwt 1.3 (BIFF8), sales.ods by SheetJS 0.18, the PDFs with a
    password by pypdf 6 (AES-256)."""
    return (Path(__file__).parent / name).read_bytes()


# PDF: ISO 32000-1


@dataclass
class PdfPage:
    """`lines`: `(x, y, text)`. Text outside Latin-1 is set in a font without glyphs, with a map to Unicode."""

    lines: Sequence[tuple[int, int, str]]
    rotate: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    extra: bytes = b""  # of the content stream


class PdfWriter:
    def __init__(self) -> None:
        self._objects: list[bytes] = []

    def add(self, body: bytes) -> int:
        self._objects.append(body)
        return len(self._objects)

    def reserve(self) -> int:
        return self.add(b"null")

    def set(self, number: int, body: bytes) -> None:
        self._objects[number - 1] = body

    def stream(self, content: bytes, entries: bytes = b"", *, deflate: bool = True) -> int:
        if deflate:
            content, entries = zlib.compress(content, 9), entries + b" /Filter /FlateDecode"
        return self.add(b"<< /Length %d%s >>\nstream\n%s\nendstream" % (len(content), entries, content))

    def finish(self, root: int, trailer: bytes = b"") -> bytes:
        out = BytesIO()
        out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        offsets = []
        for number, body in enumerate(self._objects, 1):
            offsets.append(out.tell())
            out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        start = out.tell()
        out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(offsets) + 1))
        out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
        out.write(b"trailer\n<< /Size %d /Root %d 0 R %s >>\n" % (len(offsets) + 1, root, trailer))
        out.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return out.getvalue()


def pdf(pages: Sequence[PdfPage], outline: Sequence[tuple[str, int]] = ()) -> bytes:
    """`outline`: titles, each with the index of its page."""
    writer = PdfWriter()
    wide_texts = [text for page in pages for _, _, text in page.lines if not _is_latin(text)]
    characters = sorted(set("".join(wide_texts)))
    latin = writer.add(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    wide = _wide_font(writer, characters) if characters else latin
    tree = writer.reserve()
    numbers = [_add_page(writer, page, tree, (latin, wide), characters) for page in pages]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    writer.set(tree, b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(numbers)))
    entries = _add_outline(writer, outline, numbers) if outline else b""
    return writer.finish(writer.add(b"<< /Type /Catalog /Pages %d 0 R %s >>" % (tree, entries)))


def _add_page(writer: PdfWriter, page: PdfPage, tree: int, fonts: tuple[int, int], characters: Sequence[str]) -> int:
    content = b"".join(_shown(x, y, text, characters) for x, y, text in page.lines) + page.extra
    stream = writer.stream(content)
    widgets = [
        writer.add(
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [50 50 200 70] /T %s /V %s >>"
            % (_string(name), _string(value))
        )
        for name, value in page.fields.items()
    ]
    annotations = b" ".join(b"%d 0 R" % number for number in widgets)
    return writer.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 612 792] /Rotate %d /Contents %d 0 R /Annots [%s] "
        b"/Resources << /Font << /F1 %d 0 R /F2 %d 0 R >> >> >>" % (tree, page.rotate, stream, annotations, *fonts)
    )


def _shown(x: int, y: int, text: str, characters: Sequence[str]) -> bytes:
    if _is_latin(text):
        escaped = text.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        return b"BT /F1 11 Tf %d %d Td (%s) Tj ET\n" % (x, y, escaped)
    codes = "".join(f"{characters.index(char) + 1:04x}" for char in text)
    return b"BT /F2 11 Tf %d %d Td <%s> Tj ET\n" % (x, y, codes.encode())


def _is_latin(text: str) -> bool:
    return all(ord(char) <= 0xFF for char in text)


def _wide_font(writer: PdfWriter, characters: Sequence[str]) -> int:
    mapped = "".join(
        f"<{number:04x}> <{char.encode('utf-16-be').hex()}>\n" for number, char in enumerate(characters, 1)
    )
    unicode_map = writer.stream(
        f"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        f"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(characters)} beginbfchar\n{mapped}endbfchar endcmap end end".encode()
    )
    descriptor = writer.add(
        b"<< /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 "
        b"/Ascent 900 /Descent -200 /CapHeight 700 /StemV 80 >>"
    )
    descendant = writer.add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /FontDescriptor %d 0 R /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>" % descriptor
    )
    return writer.add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [%d 0 R] "
        b"/ToUnicode %d 0 R >>" % (descendant, unicode_map)
    )


def _add_outline(writer: PdfWriter, outline: Sequence[tuple[str, int]], pages: Sequence[int]) -> bytes:
    root = writer.reserve()
    items = [writer.reserve() for _ in outline]
    for position, (title, page) in enumerate(outline):
        links = b"/Prev %d 0 R " % items[position - 1] if position else b""
        links += b"/Next %d 0 R " % items[position + 1] if position + 1 < len(items) else b""
        body = b"<< /Title %s /Parent %d 0 R %s /Dest [%d 0 R /Fit] >>"
        writer.set(items[position], body % (_string(title), root, links, pages[page]))
    writer.set(root, b"<< /Type /Outlines /First %d 0 R /Last %d 0 R /Count %d >>" % (items[0], items[-1], len(items)))
    return b"/Outlines %d 0 R" % root


def _string(text: str) -> bytes:
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def text_page(*lines: str) -> PdfPage:
    return PdfPage([(72, 720 - 16 * number, line) for number, line in enumerate(lines)])


# Office Open XML: ECMA-376


def _types(main: str) -> str:
    return (
        f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="application/xml"/></Types>'
    )


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """Id → (type, target)."""
    items = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE_TYPE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{items}</Relationships>'


def office(main: str, parts: Mapping[str, str | bytes]) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": _types(main),
            "_rels/.rels": relationships({"rId1": ("officeDocument", main)}),
            **parts,
        }
    )


def paragraph(*runs: str, style: str = "", level: int | None = None) -> str:
    """`runs`: XML, or text that is escaped."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if level is not None:
        properties += f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    content = "".join(run if run.startswith("<") else text_run(run) for run in runs)
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def text_run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def table(*rows: Sequence[str]) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(cell(text) for text in row)}</w:tr>" for row in rows) + "</w:tbl>"


def cell(text: str, span: int = 1) -> str:
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph(text)}</w:tc>'


STYLES = (
    f"{XML}<w:styles {W}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="H{level}"><w:name w:val="heading {level}"/></w:style>'
        for level in range(1, 4)
    )
    + '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style></w:styles>'
)


def docx(
    *body: str,
    footnotes: Mapping[int, str] | None = None,
    parts: Mapping[str, str | bytes] | None = None,
    related: Mapping[str, tuple[str, str]] | None = None,
) -> bytes:
    """`related`: more relationships of the document, id → (type, target)."""
    targets = {"rId1": ("styles", "styles.xml"), **(related or {})}
    more: dict[str, str | bytes] = {"word/styles.xml": STYLES, **(parts or {})}
    if footnotes is not None:
        targets["rId2"] = ("footnotes", "footnotes.xml")
        notes = "".join(f'<w:footnote w:id="{key}">{paragraph(text)}</w:footnote>' for key, text in footnotes.items())
        separator = f'<w:footnote w:type="separator" w:id="-1">{paragraph("SEPARATOR")}</w:footnote>'
        more["word/footnotes.xml"] = f"{XML}<w:footnotes {W}>{separator}{notes}</w:footnotes>"
    more["word/_rels/document.xml.rels"] = relationships(targets)
    more["word/document.xml"] = f"{XML}<w:document {W} {M}><w:body>{''.join(body)}</w:body></w:document>"
    return office("word/document.xml", more)


def xlsx(sheets: Mapping[str, str], parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """`sheets`: name → XML of `sheetData` and what follows it."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    targets = {f"rId{number}": ("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, len(names) + 1)}
    more: dict[str, str | bytes] = {
        "xl/workbook.xml": f"{XML}<workbook {S} {R}><sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relationships({**targets, "rId900": ("styles", "styles.xml")}),
        # The second format is a date.
        "xl/styles.xml": f'{XML}<styleSheet {S}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
        "</styleSheet>",
        **(parts or {}),
    }
    for number, content in enumerate(sheets.values(), 1):
        more[f"xl/worksheets/sheet{number}.xml"] = f"{XML}<worksheet {S}>{content}</worksheet>"
    return office("xl/workbook.xml", more)


def sheet(*rows: Sequence[str | float | None]) -> str:
    """`sheetData` of rows of cells."""
    return f"<sheetData>{''.join(_row(number, row) for number, row in enumerate(rows, 1))}</sheetData>"


def _row(number: int, values: Sequence[str | float | None]) -> str:
    cells = "".join(
        _sheet_cell(f"{column_name(column)}{number}", value) for column, value in enumerate(values) if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _sheet_cell(ref: str, value: str | float) -> str:
    if isinstance(value, str):
        return value if value.startswith("<c ") else f'<c r="{ref}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{ref}"><v>{value}</v></c>'


def column_name(index: int) -> str:
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def shape(*paragraphs: str, kind: str = "") -> str:
    """A text box of a slide, or its placeholder of a kind."""
    placeholder = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind else "<p:nvPr/>"
    text = "".join(f"<a:p><a:r><a:t>{escape(one)}</a:t></a:r></a:p>" for one in paragraphs)
    return f"<p:sp><p:nvSpPr>{placeholder}</p:nvSpPr><p:txBody>{text}</p:txBody></p:sp>"


def slide_table(*rows: Sequence[str]) -> str:
    content = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in row)
        + "</a:tr>"
        for row in rows
    )
    data = f"<a:graphicData><a:tbl>{content}</a:tbl></a:graphicData>"
    return f"<p:graphicFrame><a:graphic>{data}</a:graphic></p:graphicFrame>"


def pptx(slides: Sequence[str], notes: Mapping[int, str] | None = None, order: Sequence[int] | None = None) -> bytes:
    """`slides`: XML of their shapes; `notes`: of a slide, by its index; `order`: in which they are shown."""
    shown = order if order is not None else range(len(slides))
    ids = "".join(f'<p:sldId id="{256 + index}" r:id="rId{index}"/>' for index in shown)
    parts: dict[str, str | bytes] = {
        "ppt/presentation.xml": f"{XML}<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relationships(
            {f"rId{index}": ("slide", f"slides/slide{index}.xml") for index in range(len(slides))}
        ),
    }
    for index, shapes in enumerate(slides):
        parts[f"ppt/slides/slide{index}.xml"] = (
            f"{XML}<p:sld {P} {A}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
        if notes and index in notes:
            parts[f"ppt/slides/_rels/slide{index}.xml.rels"] = relationships(
                {"rId1": ("notesSlide", f"../notesSlides/notes{index}.xml")}
            )
            parts[f"ppt/notesSlides/notes{index}.xml"] = (
                f"{XML}<p:notes {P} {A}><p:cSld><p:spTree>{shape('NUMBER', kind='sldNum')}"
                f"{shape(notes[index], kind='body')}</p:spTree></p:cSld></p:notes>"
            )
    return office("ppt/presentation.xml", parts)


# OpenDocument 1.3, EPUB 3.3


def opendocument(kind: str, body: str, manifest: str = "") -> bytes:
    """`kind`: text, presentation or spreadsheet."""
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "META-INF/manifest.xml": f"{XML}<manifest>{manifest}</manifest>",
            "content.xml": f"{XML}<office:document-content {ODF}><office:body>{body}</office:body>"
            "</office:document-content>",
        }
    )


def odt(body: str) -> bytes:
    return opendocument("text", f"<office:text>{body}</office:text>")


def epub(chapters: Mapping[str, str], order: Sequence[str], parts: Mapping[str, str | bytes] | None = None) -> bytes:
    """`chapters`: file name → HTML."""
    items = "".join(f'<item id="{name}" href="text/{name}" media-type="application/xhtml+xml"/>' for name in chapters)
    spine = "".join(f'<itemref idref="{name}"/>' for name in order)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f'{XML}<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
            '<rootfiles><rootfile full-path="OPS/book.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
            "OPS/book.opf": f'{XML}<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest>'
            f"<spine>{spine}</spine></package>",
            **{f"OPS/text/{name}": content for name, content in chapters.items()},
            **(parts or {}),
        }
    )
