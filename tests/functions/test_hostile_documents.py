"""Hostile documents: bombs, loops, damaged and absurd structures. None exceeds its memory or its time.

Each is read as in production, in a process of its own; the outcome is its text or a reason, never anything else.
"""

import io
import json
import random
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest

from functions.file.readers import process, worker
from functions.file.readers.outcome import MAX_TEXT_BYTES, UnreadableDocument
from tests.support import documents as make
from tests.support.documents import PdfPage, paragraph, text_page

MEGABYTE = 1_000_000
# Instead of a minute: what is not read by then is ended all the same.
SECONDS = 6


def with_wrong_sizes(data: bytes, size: int) -> bytes:
    """A zip whose directory and headers claim a size for every part."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        found = changed.find(mark)
        while found >= 0:
            changed[found + offset : found + offset + 4] = struct.pack("<I", size)
            found = changed.find(mark, found + 4)
    return bytes(changed)


def docx_xml(xml: str | bytes) -> bytes:
    return make.office("word/document.xml", {"word/document.xml": xml})


def nested(tag: str, depth: int, inside: str = "x") -> str:
    return f"<{tag}>" * depth + inside + f"</{tag.partition(' ')[0]}>" * depth


def many_parts(count: int) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        for number in range(count):
            file.writestr(f"word/{number}", "")
    return archive.getvalue()


def raw_pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    writer = make.PdfWriter()
    for body in objects:
        writer.add(body)
    return writer.finish(1, trailer)


def stream_object(content: bytes, entries: bytes) -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf_with_content(stream: bytes, resources: bytes = b"<< >>", *more: bytes) -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources %s >>" % resources,
        stream,
        *more,
    )


def deflated_zeros(size: int, layers: int = 1) -> bytes:
    data = zlib.compress(bytes(size), 9)
    for _ in range(layers - 1):
        data = zlib.compress(data, 9)
    filters = b"/FlateDecode " * layers
    return pdf_with_content(stream_object(data, b"/Filter [%s]" % filters))


def huge_image() -> bytes:
    data = zlib.compress(bytes(10 * MEGABYTE), 9)
    image = stream_object(
        data,
        b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /BitsPerComponent 8 /ColorSpace /DeviceRGB "
        b"/Filter /FlateDecode",
    )
    content = stream_object(b"q 612 0 0 792 0 0 cm /I Do Q", b"")
    return pdf_with_content(content, b"<< /XObject << /I 5 0 R >> >>", image)


def form_loop() -> bytes:
    """A form that draws itself."""
    form = stream_object(
        b"/F Do", b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 5 0 R >> >>"
    )
    return pdf_with_content(stream_object(b"/F Do", b""), b"<< /XObject << /F 5 0 R >> >>", form)


def form_fan(levels: int) -> bytes:
    """Forms that each draw the next ten times."""
    forms = [
        stream_object(
            b"/F Do " * 10,
            b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F %d 0 R >> >>" % (6 + level),
        )
        for level in range(levels)
    ]
    return pdf_with_content(stream_object(b"/F Do", b""), b"<< /XObject << /F 5 0 R >> >>", *forms)


def page_tree_loop() -> bytes:
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2000 >>")


def claimed_pages(count: int) -> bytes:
    return raw_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count %d >>" % count)


def outline_loop() -> bytes:
    return raw_pdf(
        b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
        b"<< /Type /Outlines /First 5 0 R /Last 5 0 R >>",
        b"<< /Title (again) /Parent 4 0 R /Next 5 0 R /First 5 0 R >>",
    )


def far_cell() -> bytes:
    rows = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    return make.xlsx({"S": f'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>{rows}</sheetData>'})


def million_cells() -> bytes:
    row = (
        '<row r="{0}">'
        + "".join(f'<c r="{make.column_name(column)}{{0}}"><v>1</v></c>' for column in range(100))
        + "</row>"
    )
    return make.xlsx({"S": f"<sheetData>{''.join(row.format(number) for number in range(1, 10_001))}</sheetData>"})


def shared_string_bomb() -> bytes:
    """One long string, in very many cells."""
    text = "x" * 30_000
    cells = "".join(f'<row r="{number}"><c r="A{number}" t="s"><v>0</v></c></row>' for number in range(1, 100_000))
    shared = {"xl/sharedStrings.xml": f"{make.XML}<sst {make.S}><si><t>{text}</t></si></sst>"}
    return make.xlsx({"S": f"<sheetData>{cells}</sheetData>"}, shared)


ENTITIES = (
    "<!DOCTYPE x [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 10))
    + "]>"
)
LOCAL_FILE = "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"


def deep_mail(depth: int) -> bytes:
    heads = "".join(f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n" for level in range(depth))
    return f"From: a@example.com\r\nSubject: deep\r\n{heads}".encode()


def noise(seed: int, size: int, head: bytes) -> bytes:
    return head + random.Random(seed).randbytes(size)


def damaged(data: bytes, seed: int) -> bytes:
    """Every hundredth byte is another."""
    source, changed = random.Random(seed), bytearray(data)
    for index in range(20, len(changed), 100):
        changed[index] = source.randrange(256)
    return bytes(changed)


def zip_in_zip(levels: int) -> bytes:
    data = make.zipped({"x": bytes(MEGABYTE)})
    for _ in range(levels):
        data = make.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": data})
    return data


REPEATED_ROWS = (
    '<office:spreadsheet><table:table table:name="S"><table:table-row table:number-rows-repeated="1048576">'
    '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1'
    "</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
)
LONG_TEXT = "word " * (MAX_TEXT_BYTES // 5 + 10)
GOOD_PDF = make.pdf([text_page(*[f"Line {line}" for line in range(40)]) for _ in range(5)])
GOOD_DOCX = make.docx(*[paragraph(f"Paragraph {number}") for number in range(500)])
BODY = f"<w:document {make.W}><w:body>{{0}}</w:body></w:document>"
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a part that inflates a thousandfold": ("a.docx", lambda: docx_xml(bytes(120 * MEGABYTE))),
    "parts that inflate to half a gigabyte together": (
        "a.docx",
        lambda: make.zipped(
            {"[Content_Types].xml": "<Types/>", **{f"word/{n}": bytes(9 * MEGABYTE) for n in range(50)}}
        ),
    ),
    "a part larger than its directory says": (
        "a.docx",
        lambda: with_wrong_sizes(docx_xml(bytes(100 * MEGABYTE)), 1000),
    ),
    "a part smaller than its directory says": ("a.docx", lambda: with_wrong_sizes(GOOD_DOCX, 2**31)),
    "a workbook that inflates a thousandfold": ("a.xlsx", lambda: make.xlsx({"S": " " * (120 * MEGABYTE)})),
    "a workbook with wrong sizes": ("a.xlsx", lambda: with_wrong_sizes(make.xlsx({"S": " " * (100 * MEGABYTE)}), 1000)),
    "zip in zip": ("a.docx", lambda: zip_in_zip(5)),
    "30,000 parts": ("a.docx", lambda: many_parts(30_000)),
    "names that climb": ("a.docx", lambda: make.zipped({"[Content_Types].xml": "", "word/../../../etc/passwd": "x"})),
    "relationships that climb": (
        "a.docx",
        lambda: make.zipped(
            {
                "[Content_Types].xml": "<Types/>",
                "word/x": "",
                "_rels/.rels": make.relationships({"r": ("officeDocument", "../../../../etc/passwd")}),
            }
        ),
    ),
    "entities in a document": ("a.docx", lambda: docx_xml(f"{ENTITIES}{BODY.format('&a9;')}")),
    "entities in UTF-16": ("a.docx", lambda: docx_xml(f"{ENTITIES}{BODY.format('&a9;')}".encode("utf-16"))),
    "entities in a slide": ("a.pptx", lambda: make.office("ppt/p.xml", {"ppt/p.xml": f"{ENTITIES}<x>&a9;</x>"})),
    "entities in a workbook": (
        "a.xlsx",
        lambda: make.xlsx({"S": ""}, {"xl/workbook.xml": f"{ENTITIES}<workbook>&a9;</workbook>"}),
    ),
    "entities in an odt": (
        "a.odt",
        lambda: make.zipped(
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": f"{ENTITIES}<x>&a9;</x>"}
        ),
    ),
    "entities in a book": ("a.epub", lambda: make.epub({}, [], {"OPS/book.opf": f"{ENTITIES}<x>&a9;</x>"})),
    "a file of the machine in a document": ("a.docx", lambda: docx_xml(f"{LOCAL_FILE}{BODY.format('&f;')}")),
    "a file of the machine in a book": ("a.epub", lambda: make.epub({"a": f"{LOCAL_FILE}<p>&f;</p>"}, ["a"])),
    "elements 100,000 deep in a document": ("a.docx", lambda: docx_xml(BODY.format(nested("w:sdt", 100_000, "")))),
    "tables 20,000 deep in a document": ("a.docx", lambda: docx_xml(BODY.format(nested("w:tbl", 20_000, "")))),
    "runs 50,000 deep in a paragraph": (
        "a.docx",
        lambda: docx_xml(BODY.format(f"<w:p>{nested('w:r', 50_000, '')}</w:p>")),
    ),
    "elements 100,000 deep in an odt": ("a.odt", lambda: make.odt(nested("text:list", 100_000, ""))),
    "shapes 100,000 deep on a slide": ("a.pptx", lambda: make.pptx([nested("p:grpSp", 100_000, "")])),
    "elements 200,000 deep in HTML": ("a.html", lambda: nested("div", 200_000).encode()),
    "tables 20,000 deep in HTML": ("a.html", lambda: nested("table><tr><td", 20_000).encode()),
    "formatting that is never closed": ("a.html", lambda: b"<b><i><a href=x><p>" * 100_000),
    "a million attributes": ("a.html", lambda: b"<p " + b"".join(b"a%d=1 " % n for n in range(1_000_000)) + b">x</p>"),
    "a million empty elements": ("a.html", lambda: b"<br>" * 1_000_000 + b"x"),
    "an unclosed comment": ("a.html", lambda: b"<p>x</p><!--" + b"-" * 20 * MEGABYTE),
    "a million paragraphs": ("a.docx", lambda: docx_xml(BODY.format("<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 1_000_000))),
    "a merged cell of a billion columns": (
        "a.docx",
        lambda: make.docx(f"<w:tbl><w:tr>{make.cell('x', span=10**9)}</w:tr></w:tbl>"),
    ),
    "a million repeated columns": (
        "a.odt",
        lambda: make.odt(
            "<table:table><table:table-row>"
            + '<table:table-cell table:number-columns-repeated="1000000"><text:p>x</text:p></table:table-cell>' * 1000
            + "</table:table-row></table:table>"
        ),
    ),
    "a billion spaces": ("a.odt", lambda: make.odt('<text:p><text:s text:c="1000000000"/>x</text:p>')),
    "repeated rows in an ods": (
        "a.ods",
        lambda: make.opendocument(
            "spreadsheet",
            REPEATED_ROWS,
        ),
    ),
    "a cell at the far corner": ("a.xlsx", far_cell),
    "a million cells": ("a.xlsx", million_cells),
    "a long string in 100,000 cells": ("a.xlsx", shared_string_bomb),
    "3,000 sheets": ("a.xlsx", lambda: make.xlsx({f"S{n}": "<sheetData/>" for n in range(3_000)})),
    "a sheet that is no XML": ("a.xlsx", lambda: make.xlsx({"S": "<sheetData><row><c r='A1'><v>"})),
    "3,000 slides": ("a.pptx", lambda: make.pptx([make.shape("x")], order=[0] * 3_000)),
    "a chapter that is read 100,000 times": ("a.epub", lambda: make.epub({"a": "<p>x</p>"}, ["a"] * 100_000)),
    "a long chapter that is read 1,000 times": (
        "a.epub",
        lambda: make.epub({"a": "<p>" + "x" * 100_000}, ["a"] * 1_000),
    ),
    "a PDF stream that inflates to 300 megabytes": ("a.pdf", lambda: deflated_zeros(300 * MEGABYTE)),
    "a PDF stream deflated three times": ("a.pdf", lambda: deflated_zeros(300 * MEGABYTE, layers=3)),
    "an image of 60,000 by 60,000 points": ("a.pdf", huge_image),
    "a form that draws itself": ("a.pdf", form_loop),
    "forms that draw ten others, twelve deep": ("a.pdf", lambda: form_fan(12)),
    "a page tree that contains itself": ("a.pdf", page_tree_loop),
    "a billion claimed pages": ("a.pdf", lambda: claimed_pages(10**9)),
    "3,000 pages": ("a.pdf", lambda: make.pdf([text_page("x")] * 3_000)),
    "an outline that contains itself": ("a.pdf", outline_loop),
    "arrays 100,000 deep in a PDF": (
        "a.pdf",
        lambda: raw_pdf(b"<< /Type /Catalog /Pages " + b"[" * 100_000 + b"]" * 100_000 + b" >>"),
    ),
    "six million characters on a page": (
        "a.pdf",
        lambda: make.pdf([PdfPage([], extra=b"BT /F1 9 Tf " + b"(abcdefghij) Tj " * 600_000 + b"ET")]),
    ),
    "a million operators without text": ("a.pdf", lambda: make.pdf([PdfPage([], extra=b"0 0 m 9 9 l S " * 1_000_000)])),
    "a damaged PDF": ("a.pdf", lambda: damaged(GOOD_PDF, 1)),
    "a PDF that is cut off": ("a.pdf", lambda: GOOD_PDF[: len(GOOD_PDF) // 2]),
    "noise after a PDF's first line": ("a.pdf", lambda: noise(2, 5 * MEGABYTE, b"%PDF-1.7\n")),
    "a damaged document": ("a.docx", lambda: damaged(GOOD_DOCX, 3)),
    "noise after a zip's first bytes": ("a.docx", lambda: noise(4, 5 * MEGABYTE, b"PK\x03\x04")),
    "noise after an OLE header": (
        "a.xls",
        lambda: noise(5, 5 * MEGABYTE, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") + "Workbook".encode("utf-16-le"),
    ),
    "text of six megabytes": ("a.txt", lambda: LONG_TEXT.encode() + b"x" * MEGABYTE),
    "text of thirty megabytes": ("a.txt", lambda: b"x" * 30 * MEGABYTE),
    "thirty megabytes in no encoding": ("a.txt", lambda: b"text \x81\x8d\x8f\xff\xfe" * 3 * MEGABYTE),
    "one line of five megabytes": ("a.csv", lambda: b"," * 5 * MEGABYTE),
    "a notebook 100,000 deep": (
        "a.ipynb",
        lambda: b'{"nbformat": 4, "cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ),
    "a notebook of numbers": (
        "a.ipynb",
        lambda: json.dumps({"nbformat": 4, "cells": [1, None, {"source": 5}]}).encode(),
    ),
    "a mail 10,000 parts deep": ("a.eml", lambda: deep_mail(10_000)),
    "a mail with a million headers": ("a.eml", lambda: b"From: a\r\nTo: b\r\n" + b"X: y\r\n" * 1_000_000 + b"\r\nbody"),
    "a mail with a header of five megabytes": (
        "a.eml",
        lambda: b"From: a\r\nSubject: =?utf-8?q?" + b"=41" * MEGABYTE + b"?=\r\n\r\nbody",
    ),
    "rich text with groups 100,000 deep": ("a.rtf", lambda: b"{\\rtf1 " + b"{" * 100_000 + b"}" * 100_000 + b"}"),
    "rich text of ten megabytes of control words": ("a.rtf", lambda: b"{\\rtf1 " + b"\\b\\b0" * 2 * MEGABYTE + b"x}"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_document_stays_within_its_limits(name: str) -> None:
    file_name, generate = HOSTILE[name]
    data = generate()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        text = process.read_in_process(data, file_name, max_seconds=SECONDS).text
    except UnreadableDocument:
        text = ""
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime - before.ru_utime <= SECONDS
    assert "root:" not in text
    assert len(text.encode("utf-8", "replace")) <= MAX_TEXT_BYTES + MEGABYTE


def test_there_are_sixty_hostile_documents() -> None:
    assert len(HOSTILE) >= 60


@pytest.mark.parametrize(
    ("source", "code"),  # of a reader
    [
        ("x = [bytes(10**8) for _ in range(20)]", "file_too_long"),
        ("while True: pass", "file_too_long"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "file_unreadable"),
        ("raise RuntimeError", "file_unreadable"),
    ],
)
def test_a_reader_that_exceeds_a_limit_or_crashes_is_ended(
    source: str, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = f"def read(*_):\n    {source}\n"
    monkeypatch.setattr(
        process,
        "WORKER",
        f"from functions.file.readers import worker\n{reader}\nworker.read_document = read\nworker.main()",
    )
    with pytest.raises(UnreadableDocument) as refused:
        process.read_in_process(b"x", "a.txt", max_seconds=3)
    assert refused.value.code == code


def test_the_limit_of_memory_is_512_megabytes() -> None:
    assert worker.MAX_MEMORY_BYTES == 512 * 1024 * 1024
