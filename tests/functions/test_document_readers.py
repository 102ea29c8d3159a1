"""Reading documents: the sentences and cells of each kind, in order, and what is refused."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import pytest

from functions.file.readers.kinds import read_document
from functions.file.readers.outcome import UnreadableDocument
from functions.file.readers.process import read_in_process
from shared.documents.text import DocumentText, Heading
from tests.support import documents as make
from tests.support.documents import PdfPage, paragraph, text_page, text_run

CHINESE = "合同自双方签字之日起生效。"
ARABIC = "السلام عليكم"
WORDS = "The quick brown fox signs the contract in the presence of two witnesses."


def two_columns() -> bytes:
    left = [f"Left column sentence {number}." for number in range(1, 21)]
    right = [f"Right column sentence {number}." for number in range(1, 21)]
    lines = [(60, 740 - 14 * row, text) for row, text in enumerate(left)]
    return make.pdf([PdfPage([*lines, *((320, 740 - 14 * row, text) for row, text in enumerate(right))])])


def mail(**options: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "Ada Lovelace <ada@example.com>", "charles@example.com"
    message["Subject"] = options.get("subject", "Note G")
    message.set_content(options.get("text", "The engine weaves algebraical patterns.\n"))
    if "html" in options:
        message.add_alternative(options["html"], subtype="html")
    if "attachment" in options:
        message.add_attachment(
            b"\0\1\2", maintype="application", subtype="octet-stream", filename=options["attachment"]
        )
    return bytes(message)


def notebook() -> bytes:
    cells = [
        {"cell_type": "markdown", "source": ["# Sales\n", "by quarter"]},
        {
            "cell_type": "code",
            "source": "total = sum(quarters)\ntotal",
            "outputs": [
                {"output_type": "stream", "text": ["adding\n"]},
                {"output_type": "execute_result", "data": {"text/plain": ["1234"], "image/png": "iVBORw0KGgo="}},
                {"output_type": "error", "ename": "KeyError", "evalue": "'Q5'", "traceback": []},
            ],
        },
    ]
    return json.dumps({"nbformat": 4, "metadata": {"language_info": {"name": "python"}}, "cells": cells}).encode()


def math_run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


SQUARE = f"<m:sSup><m:e>{math_run('c')}</m:e><m:sup>{math_run('2')}</m:sup></m:sSup>"
FORMULA = f"<m:oMath>{math_run('E=m')}{SQUARE}</m:oMath>"
FRACTION = f"<m:oMath><m:f><m:num>{math_run('a')}</m:num><m:den>{math_run('b')}</m:den></m:f></m:oMath>"
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'
CHANGES = [
    text_run("The price is "),
    "<w:del><w:r><w:delText>100</w:delText></w:r></w:del>",
    f"<w:ins>{text_run('120')}</w:ins>",
    text_run(" euros."),
    f"<w:moveFrom>{text_run('MOVED AWAY')}</w:moveFrom>",
]
MERGED = (
    f"<w:tbl><w:tr>{make.cell('Both quarters', span=2)}{make.cell('Sum')}</w:tr>"
    f"<w:tr>{make.cell('10')}{make.cell('20')}{make.cell('30')}</w:tr></w:tbl>"
)
TEXT_BOX = (
    '<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
    f"<w:txbxContent>{paragraph('In a box.')}</w:txbxContent></mc:Choice><mc:Fallback>{paragraph('COPY')}</mc:Fallback>"
    "</mc:AlternateContent></w:r>"
)
CONTROL = f"<w:sdt><w:sdtContent>{paragraph('Chosen from a list.')}</w:sdtContent></w:sdt>"
SHEET = make.sheet(
    ["Month", "Sales"], ["January", 1200], ["February", 950.5], ["March", '<c r="B4" s="1"><v>45352</v></c>']
)
FORMULA_SHEET = make.sheet([2, 3, '<c r="C1"><f>A1*B1</f><v>6</v></c>'])
MERGED_SHEET = make.sheet(["Total of both", None, "x"]) + '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'
SHARED = {
    "xl/sharedStrings.xml": f"{make.XML}<sst {make.S}><si><t>First</t></si>"
    "<si><r><t>Se</t></r><r><t>cond</t></r></si></sst>"
}
ODS = (
    '<office:spreadsheet><table:table table:name="Stock"><table:table-row><table:table-cell office:value-type="string">'
    '<text:p>Bolts</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="40">'
    "<text:p>40</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>"
)
ODP = (
    '<office:presentation><draw:page draw:name="Intro"><draw:frame><draw:text-box><text:p>Welcome all</text:p>'
    '</draw:text-box></draw:frame></draw:page><draw:page draw:name="End"><text:p>Goodbye</text:p></draw:page>'
    "</office:presentation>"
)
CHAPTER = "<html><head><title>x</title></head><body><h1>{0}</h1><p>{1}</p></body></html>"
HTML_TABLE = (
    "<table><tr><th>City</th><th>People</th></tr><tr><td>Oslo</td><td>700 <b>thousand</b></td></tr>"
    "<tr><td colspan=2>a|b</td></tr></table>"
)
HTML = (
    "<html><head><title>T</title><style>p {}</style></head><body><h2>Cities &amp; towns</h2>"
    f"{HTML_TABLE}<ul><li>one<ul><li>inner</li></ul></li></ul><script>SCRIPT</script><p hidden>HIDDEN</p>"
    "<pre>a\n  b</pre></body></html>"
)
LETTER = (
    '<text:h text:outline-level="2">Dear all</text:h><text:p>Two<text:s text:c="2"/>spaces.</text:p>'
    "<text:list><text:list-item><text:p>a point</text:p></text:list-item></text:list>"
)
ODT_CHANGES = (
    "<text:tracked-changes><text:p>DELETED</text:p></text:tracked-changes><text:p>Kept<text:note>"
    "<text:note-citation>1</text:note-citation><text:note-body><text:p>the note</text:p></text:note-body>"
    "</text:note></text:p>"
)
ODT_TABLE = (
    '<table:table><table:table-row><table:table-cell table:number-columns-repeated="2"><text:p>x</text:p>'
    "</table:table-cell></table:table-row></table:table>"
)
ASIDES: dict[str, str | bytes] = {
    **{
        f"word/header{number}.xml": f"{make.XML}<w:hdr {make.W}>{paragraph('Contract No. 7')}</w:hdr>"
        for number in (1, 2)
    },
    "word/footer1.xml": f"{make.XML}<w:ftr {make.W}>{paragraph('Confidential')}</w:ftr>",
    "word/comments.xml": f"{make.XML}<w:comments {make.W}>"
    f'<w:comment w:id="1" w:author="Ada">{paragraph("Is this right?")}</w:comment></w:comments>',
}
ASIDES_RELATED = {
    "rId11": ("header", "header1.xml"),
    "rId12": ("header", "header2.xml"),
    "rId13": ("footer", "footer1.xml"),
    "rId14": ("comments", "comments.xml"),
}
CHINESE_MAIL = b"""From: =?gb2312?B?1cXI/Q==?= <a@example.com>
Subject: =?gb2312?Q?=B7=A2=C6=B1?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/plain; charset=gb2312
Content-Transfer-Encoding: quoted-printable

=C4=FA=BA=C3=A3=AC=C7=EB=B2=E9=CA=D5=B8=BD=BC=FE=A1=A3
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename="=?gb2312?B?t6LGsS5wZGY=?="
Content-Transfer-Encoding: base64

JVBERi0=
--x--
"""
SAVED_PAGE = b"""From: <Saved by a browser>
Subject: Page
MIME-Version: 1.0
Content-Type: multipart/related; boundary=b

--b
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Saved =C3=A9t=C3=A9</p>
--b--
"""
RTF = rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\f0\b Agreement\b0\par Between Zo\'eb and \u8364?5,000.\par}"


@dataclass(frozen=True)
class Sample:
    """A document and what its text has, in this order. `absent`: what it has not."""

    name: str
    data: bytes
    found: Sequence[str]
    absent: Sequence[str] = ()


ODS_DATES = (
    '<office:spreadsheet><table:table table:name="Dates"><table:table-row>'
    '<table:table-cell office:value-type="date" office:date-value="2026-03-04"/>'
    '<table:table-cell office:value-type="date" office:date-value="2026-03-04T05:06:00"/>'
    '<table:table-cell office:value-type="time" office:time-value="PT01H02M03S"/>'
    "</table:table-row></table:table></office:spreadsheet>"
)
CENTRAL_EUROPEAN = {
    "polish": "Umowa wchodzi w życie z dniem podpisania. Książka leży na półce, gdzie świeci słońce.",
    "czech": "Smlouva nabývá účinnosti dnem podpisu. Příliš žluťoučký kůň úpěl ďábelské ódy.",
    "slovak": "Zmluva nadobúda účinnosť dňom podpisu. Kŕdeľ ďatľov učí koňa žrať kôru.",
    "hungarian": "A szerződés az aláírás napján lép hatályba. Árvíztűrő tükörfúrógép.",
    "croatian": "Čovjek želi sreću i mir. Đak uči važnu lekciju u školi.",
    "romanian": "Mulţumesc pentru comandă; va fi livrată în două zile. Ţara este frumoasă şi bogată.",
}
SAMPLES = [
    Sample(
        "two columns.pdf",
        two_columns(),
        [
            "Left column sentence 1.",
            "Left column sentence 20.",
            "Right column sentence 1.",
            "Right column sentence 20.",
        ],
    ),
    Sample(
        "pages.pdf",
        make.pdf([text_page("First page."), text_page("Second page.")]),
        ["[page 1]", "First page.", "[page 2]", "Second page."],
    ),
    Sample(
        "table.pdf",
        make.pdf(
            [PdfPage([(72, 700, "Bolts"), (200, 700, "40"), (300, 700, "pieces"), (72, 680, "Nuts"), (200, 680, "55")])]
        ),
        ["Bolts", "40", "pieces", "Nuts", "55"],
    ),
    Sample("chinese.pdf", make.pdf([text_page(CHINESE)]), [CHINESE]),
    Sample("arabic.pdf", make.pdf([PdfPage([(72, 700, ARABIC[::-1])])]), [ARABIC]),
    Sample("cyrillic.pdf", make.pdf([text_page("Договор вступает в силу")]), ["Договор вступает в силу"]),
    Sample(
        "rotated.pdf",
        make.pdf(
            [PdfPage([(72, 700, "On a page that lies.")], rotate=90), PdfPage([(72, 700, "Upside down.")], rotate=180)]
        ),
        ["On a page that lies.", "Upside down."],
    ),
    Sample(
        "form.pdf",
        make.pdf(
            [PdfPage([(72, 700, "Name of the applicant")], fields={"applicant": "Grace Hopper", "ort": "Zürich"})]
        ),
        ["Name of the applicant", "applicant: Grace Hopper", "ort: Zürich"],
    ),
    Sample(
        "footnote.pdf",
        make.pdf([PdfPage([(72, 700, "A claim.1"), (72, 60, "1 Its source.")])]),
        ["A claim.1", "1 Its source."],
    ),
    Sample(
        "accents.pdf",
        make.pdf([text_page("Das Gebäude kostet 5 £; déjà vu (sic).")]),
        ["Das Gebäude kostet 5 £; déjà vu (sic)."],
    ),
    Sample(
        "ligatures.pdf",
        make.pdf([PdfPage([(72, 700, "The oﬀice ﬁle of a ﬂight")])]),
        ["The office file of a flight"],
    ),
    Sample(
        "hyphens.pdf",
        make.pdf([PdfPage([(72, 680, "inter-"), (72, 666, "national trade and co-"), (72, 652, "operation")])]),
        ["international trade and cooperation"],
    ),
    Sample(
        "three columns.pdf",
        make.pdf(
            [
                PdfPage(
                    [
                        (60 + 180 * column, 740 - 14 * row, f"Column {column} line {row}.")
                        for column in range(3)
                        for row in range(20)
                    ]
                )
            ]
        ),
        ["Column 0 line 0.", "Column 0 line 19.", "Column 1 line 0.", "Column 2 line 19."],
    ),
    Sample(
        "behind a prefix.pdf",
        b"\r\n<!-- from a mail gateway -->\r\n" + make.pdf([text_page("Still a PDF.")]),
        ["Still a PDF."],
    ),
    Sample("wrong suffix.txt", make.pdf([text_page("A PDF by its content.")]), ["A PDF by its content."]),
    Sample(
        "one empty page.pdf",
        make.pdf([PdfPage([]), text_page("On the second.")]),
        ["[page 1]", "[page 2]", "On the second."],
    ),
    Sample(
        "text.docx",
        make.docx(paragraph("Report", style="T"), paragraph("Findings", style="H1"), paragraph(WORDS)),
        ["# Report", "# Findings", WORDS],
    ),
    Sample(
        "lists.docx",
        make.docx(paragraph("Fruit"), paragraph("Apples", level=0), paragraph("Green ones", level=1)),
        ["Fruit", "- Apples", "  - Green ones"],
    ),
    Sample(
        "table.docx",
        make.docx(paragraph("Before"), make.table(["Item", "Price"], ["Bolt", "0.40"]), paragraph("After")),
        ["Before", "| Item | Price |", "| Bolt | 0.40 |", "After"],
    ),
    Sample("merged cells.docx", make.docx(MERGED), ["| Both quarters |  | Sum |", "| 10 | 20 | 30 |"]),
    Sample("tracked changes.docx", make.docx(paragraph(*CHANGES)), ["The price is 120 euros."], ["100", "MOVED AWAY"]),
    Sample(
        "footnotes.docx",
        make.docx(paragraph(text_run("A claim"), NOTE, text_run(".")), footnotes={2: "Its source."}),
        ["A claim[^2].", "[^2]: Its source."],
        ["SEPARATOR"],
    ),
    Sample(
        "formulas.docx",
        make.docx(paragraph(text_run("Einstein: "), FORMULA), paragraph(text_run("Ratio "), FRACTION)),
        ["Einstein: E=mc^2", "Ratio a/b"],
    ),
    Sample("text box.docx", make.docx(paragraph(TEXT_BOX)), ["In a box."], ["COPY"]),
    Sample("content control.docx", make.docx(CONTROL), ["Chosen from a list."]),
    Sample("chinese.docx", make.docx(paragraph(CHINESE)), [CHINESE]),
    Sample("right to left.docx", make.docx(paragraph(ARABIC)), [ARABIC]),
    Sample(
        "comments and headers.docx",
        make.docx(paragraph("The body."), parts=ASIDES, related=ASIDES_RELATED),
        ["The body.", "[Header: Contract No. 7]", "[Footer: Confidential]", "[Comment by Ada: Is this right?]"],
    ),
    Sample(
        "breaks.docx",
        make.docx(paragraph("<w:r><w:t>one</w:t><w:br/><w:t>two</w:t><w:tab/><w:t>three</w:t></w:r>")),
        ["one\ntwo\tthree"],
    ),
    Sample(
        "field.docx",
        make.docx(paragraph("<w:r><w:instrText>PAGEREF x</w:instrText></w:r>", "Shown")),
        ["Shown"],
        ["PAGEREF"],
    ),
    Sample(
        "values.xlsx",
        make.xlsx({"Year": SHEET}),
        ["[page 1: Year]", "| Month | Sales |", "| January | 1200 |", "| February | 950.5 |", "| March | 2024-03-01 |"],
    ),
    Sample(
        "sheets.xlsx",
        make.xlsx({"One": make.sheet(["a"]), "Two & more": make.sheet(["b"])}),
        ["[page 1: One]", "| a |", "[page 2: Two & more]", "| b |"],
    ),
    Sample("formulas.xlsx", make.xlsx({"F": FORMULA_SHEET}), ["| 2 | 3 | 6 |"]),
    Sample("merged.xlsx", make.xlsx({"M": MERGED_SHEET}), ["| Total of both |  | x |"]),
    Sample(
        "shared strings.xlsx",
        make.xlsx({"S": make.sheet(['<c r="A1" t="s"><v>0</v></c>', '<c r="B1" t="s"><v>1</v></c>'])}, SHARED),
        ["| First | Second |"],
    ),
    Sample(
        "booleans.xlsx",
        make.xlsx({"B": make.sheet(['<c r="A1" t="b"><v>1</v></c>', "pipe | in cell"])}),
        ["| TRUE | pipe \\| in cell |"],
    ),
    Sample("chinese.xlsx", make.xlsx({"合同": make.sheet(["甲方", "乙方"])}), ["合同", "| 甲方 | 乙方 |"]),
    Sample(
        "dates.ods", make.opendocument("spreadsheet", ODS_DATES), ["| 2026-03-04 | 2026-03-04 05:06:00 | 01:02:03 |"]
    ),
    Sample(
        "sales.xls",
        make.checked_in("sales.xls"),
        [
            *("[page 1: 三月]", "| 销售报告 |", "| 日期 | 数量 | 单价 | 金额 |", "| 2026-03-04 | 3 | 12.5 | 37.5 |"),
            *("| 2026-03-05 14:30:00 | 7 | 0.4 | 2.8 |", "| 2026-12-31 | 10 | 1999.99 | 19999.9 |"),
            # Percentages are shown as numbers; the second sheet is hidden.
            *("| 合计 | 0.125 | TRUE | 20040.2 |", "[page 2: 备注 2]", "| 备注 | Müller & Söhne |", "| 09:45:00 |"),
        ],
    ),
    Sample(
        "sales.ods",
        make.checked_in("sales.ods"),
        [
            *("[page 1: 三月]", "| 销售报告 |", "| 日期 | 数量 | 单价 | 金额 |", "| 3 | 12.5 | 37.5 |"),
            *("| 7 | 0.4 | 2.8 |", "| 10 | 1999.99 | 19999.9 |", "| 合计 | 0.125 | TRUE | 20040.2 |"),
            *("[page 2: 备注 2]", "| 备注 | Müller & Söhne |"),
        ],
    ),
    Sample(
        "numbers.xlsx",
        make.xlsx({"N": make.sheet([1e15, 0.1 + 0.2, -2.5e-7])}),
        ["| 1000000000000000 | 0.3 | -2.5e-07 |"],
    ),
    Sample(
        "errors and texts of formulas.xlsx",
        make.xlsx(
            {"E": make.sheet(["x", '<c r="B1" t="e"><v>#N/A</v></c>', '<c r="C1" t="str"><f>A1</f><v>y</v></c>'])}
        ),
        ["| x |  | y |"],
    ),
    Sample("stock.ods", make.opendocument("spreadsheet", ODS), ["Stock", "| Bolts | 40 |"]),
    Sample(
        "talk.pptx",
        make.pptx(
            [make.shape("Plan", kind="title") + make.shape("First step", "Second step"), make.shape("The end")],
            notes={0: "Smile here."},
        ),
        ["[page 1]", "Plan", "First step", "Second step", "Notes:", "Smile here.", "[page 2]", "The end"],
        ["NUMBER"],
    ),
    Sample(
        "order.pptx",
        make.pptx([make.shape("shown second"), make.shape("shown first")], order=[1, 0]),
        ["shown first", "shown second"],
    ),
    Sample("table.pptx", make.pptx([make.slide_table(["Q1", "Q2"], ["5", "7"])]), ["| Q1 | Q2 |", "| 5 | 7 |"]),
    Sample(
        "letter.odt",
        make.odt(LETTER),
        ["## Dear all", "Two  spaces.", "- a point"],
    ),
    Sample(
        "changes.odt",
        make.odt(ODT_CHANGES),
        ["Kept [^1: the note]"],
        ["DELETED"],
    ),
    Sample(
        "table.odt",
        make.odt(ODT_TABLE),
        ["| x | x |"],
    ),
    Sample(
        "talk.odp",
        make.opendocument("presentation", ODP),
        ["[page 1: Intro]", "Welcome all", "[page 2: End]", "Goodbye"],
    ),
    Sample(
        "novel.epub",
        make.epub(
            {"b.xhtml": CHAPTER.format("Second", "And then."), "a.xhtml": CHAPTER.format("First", "It began.")},
            ["a.xhtml", "b.xhtml"],
        ),
        ["[page 1: First]", "It began.", "[page 2: Second]", "And then."],
    ),
    Sample(
        "page.html",
        HTML.encode(),
        [
            "## Cities & towns",
            "| City | People |",
            "| Oslo | 700 thousand |",
            "| a\\|b |",
            "- one",
            "  - inner",
            "a\n  b",
        ],
        ["SCRIPT", "HIDDEN", "p {}"],
    ),
    Sample(
        "latin1.html",
        "<html><meta charset=iso-8859-1><body><p>déjà vu</p></body></html>".encode("latin-1"),
        ["déjà vu"],
    ),
    Sample(
        "note.eml",
        mail(attachment="plans.bin"),
        [
            "From: Ada Lovelace <ada@example.com>",
            "Subject: Note G",
            "The engine weaves algebraical patterns.",
            "[Attachment, not read: plans.bin]",
        ],
    ),
    Sample(
        "html only.eml",
        mail(subject="Prüfung", html="<p>Hello <b>there</b></p>"),
        ["Subject: Prüfung", "The engine weaves"],
    ),
    Sample("agreement.rtf", RTF, ["Agreement", "Between Zoë and €5,000."]),
    Sample(
        "chinese.rtf",
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'c4\'e3\'ba\'c3\par}",
        ["你好"],
    ),
    Sample(
        "russian.rtf",
        rb"{\rtf1\ansi\ansicpg1251{\fonttbl{\f0\fcharset204 Arial;}}\f0 \'cf\'f0\'e8\'e2\'e5\'f2\par}",
        ["Привет"],
    ),
    Sample(
        "chinese.eml",
        CHINESE_MAIL,
        ["From: 张三 <a@example.com>", "Subject: 发票", "您好，请查收附件。", "[Attachment, not read: 发票.pdf]"],
    ),
    Sample("saved page.mht", SAVED_PAGE, ["Subject: Page", "Saved été"], ["=C3=A9", "<p>"]),
    Sample(
        "front matter.md",
        b"---\ntitle: A\n---\n# Title\n\n| a | b |\n|---|---|\n",
        ["title: A", "# Title", "| a | b |"],
    ),
    Sample("quoted.csv", 'name;note\n"Müller; Söhne";"said ""no"""\n'.encode(), ['"Müller; Söhne";"said ""no"""']),
    Sample("table.tsv", b"a\tb\n1\t2\n", ["a\tb\n1\t2"]),
    Sample("lines.jsonl", b'{"a": 1}\n{"a": 2}\n', ['{"a": 1}\n{"a": 2}']),
    Sample("declared.xml", '<?xml version="1.0" encoding="gb2312"?><a>你好</a>'.encode("gb2312"), ["<a>你好</a>"]),
    Sample("notes.md", b"# Title\n\nSome *text*.\n\n## Part\n", ["# Title", "Some *text*.", "## Part"]),
    Sample("utf16.txt", CHINESE.encode("utf-16"), [CHINESE]),
    Sample(
        "utf16 without a mark.txt",
        "Plain words in two bytes each.".encode("utf-16-le"),
        ["Plain words in two bytes each."],
    ),
    Sample("gbk.txt", (CHINESE * 5).encode("gbk"), [CHINESE]),
    Sample(
        "shift-jis.txt",
        ("契約は双方が署名した日から効力を生じる。" * 5).encode("shift-jis"),
        ["契約は双方が署名した日から"],
    ),
    Sample(
        "windows.txt",
        "Naïve café – “quoted” words, déjà vu à la carte, garçon.\r\nZweite Zeile: Äpfel und Öl.".encode("cp1252"),
        ["Naïve café – “quoted” words", "Äpfel"],
    ),
    Sample(
        "cyrillic.txt",
        ("Договор вступает в силу с момента подписания обеими сторонами. " * 3).encode("cp1251"),
        ["Договор вступает в силу"],
    ),
    Sample(
        "big5.txt",
        "本合約自雙方簽署之日起生效，違約金為合約總額的百分之五。".encode("big5"),
        ["本合約自雙方簽署之日起生效"],
    ),
    Sample("korean.txt", ("이 계약은 서명한 날부터 효력이 발생한다. " * 3).encode("euc-kr"), ["이 계약은 서명한"]),
    Sample("arabic.txt", ("يدخل هذا العقد حيز التنفيذ عند التوقيع. " * 5).encode("cp1256"), ["هذا العقد"]),
    # Short tables, whose bytes are valid in other encodings, too.
    Sample("gbk.csv", "品名,数量\r\n螺丝,40\r\n垫圈,120\r\n".encode("gbk"), ["品名,数量\n螺丝,40\n垫圈,120"]),
    Sample("korean.csv", "이름,전화\r\n김철수,010\r\n".encode("euc-kr"), ["이름,전화\n김철수,010"]),
    Sample("big5.csv", "品名,數量\r\n螺絲,40\r\n墊圈,120\r\n".encode("big5"), ["品名,數量\n螺絲,40"]),
    Sample("kana.csv", "品名,数量\r\nねじ,40\r\n".encode("shift-jis"), ["品名,数量\nねじ,40"]),
    # Titles of a few characters.
    Sample("hello.txt", "你好".encode("gbk"), ["你好"]),
    Sample("invoice.txt", "发票".encode("gbk"), ["发票"]),
    Sample("prices.txt", "价格表".encode("gbk"), ["价格表"]),
    # Central European languages, in both encodings of theirs.
    *(
        Sample(f"{language} {encoding}.txt", text.encode(encoding), [text])
        for language, text in CENTRAL_EUROPEAN.items()
        for encoding in ("cp1250", "iso8859-2")
    ),
    Sample("french iso8859-15.txt", "L'œuvre coûtera 30 € à l'élève.".encode("iso8859-15"), ["œuvre coûtera 30 €"]),
    Sample("data.csv", b"name;sum\r\nAda;5\r\n", ["name;sum\nAda;5"]),
    Sample("data.json", b'{"a": [1, 2]}', ['{"a": [1, 2]}']),
    Sample("feed.xml", b'<!DOCTYPE x [<!ENTITY e "entity">]><x>&e;</x>', ["<x>&e;</x>"]),
    Sample("config.yaml", b"a:\n  - b\n", ["a:\n  - b"]),
    Sample("main.rs", b'fn main() {\n    println!("hi");\n}\n', ["fn main() {\n    println!"]),
    Sample(
        "sales.ipynb",
        notebook(),
        ["# Sales\nby quarter", "```python\ntotal = sum(quarters)", "adding", "1234", "KeyError: 'Q5'"],
        ["iVBOR"],
    ),
]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.name)
def test_the_text_of_a_document_is_read_in_order(sample: Sample) -> None:
    text = read_document(sample.data, sample.name).text
    position = 0
    for wanted in sample.found:
        assert wanted in text[position:], text
        position = text.index(wanted, position) + len(wanted)
    assert [word for word in sample.absent if word in text] == []


def test_the_corpus_has_forty_documents_besides_plain_texts() -> None:
    assert len([sample for sample in SAMPLES if not sample.name.endswith((".txt", ".csv"))]) >= 40


def test_an_encrypted_document_is_read_without_a_password_when_it_opens_without_one() -> None:
    assert "Open to all." in read_document(make.checked_in("owner-password.pdf"), "a.pdf").text
    with pytest.raises(UnreadableDocument) as refused:
        read_document(make.checked_in("user-password.pdf"), "a.pdf")
    assert refused.value.code == "file_encrypted"


def test_a_strict_document_is_read_like_a_transitional_one() -> None:
    parts = {
        "word/document.xml": f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{paragraph("Strict.")}</w:body></w:document>'
    }
    assert read_document(make.office("word/document.xml", parts), "a.docx").text == "Strict."


@pytest.mark.parametrize(
    ("name", "data", "outline"),
    [
        (
            "a.pdf",
            make.pdf([text_page("a"), text_page("b")], [("Introduction", 0), ("Méthode", 1)]),
            [Heading("Introduction", 1, 1), Heading("Méthode", 1, 2)],
        ),
        (
            "a.docx",
            make.docx(paragraph("One", style="H1"), paragraph("Two", style="H2")),
            [Heading("One", 1, 1), Heading("Two", 2, 1)],
        ),
        ("a.pptx", make.pptx([make.shape("Plan", kind="title")]), [Heading("Plan", 1, 1)]),
        ("a.md", b"# One\n\n### Three\n", [Heading("One", 1, 1), Heading("Three", 3, 1)]),
        ("a.html", b"<h1>One</h1><p>x</p>", [Heading("One", 1, 1)]),
        ("a.xlsx", make.xlsx({"Stock": make.sheet(["x"])}), [Heading("Stock", 1, 1)]),
    ],
)
def test_headings_and_bookmarks_are_the_outline(name: str, data: bytes, outline: list[Heading]) -> None:
    assert read_document(data, name).outline == outline


def encrypted_pdf() -> bytes:
    writer = make.PdfWriter()
    secret = writer.add(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32))
    root = writer.add(b"<< /Type /Catalog >>")
    return writer.finish(root, b"/Encrypt %d 0 R /ID [<00> <00>]" % secret)


def scan() -> bytes:
    picture = b"q 612 0 0 792 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x7f EI Q"
    return make.pdf([PdfPage([], extra=picture)])


def encrypted_zip() -> bytes:
    """With the flag of an encrypted entry set, in its header and in the directory."""
    data = bytearray(make.zipped({"word/document.xml": "secret", "[Content_Types].xml": "<Types/>"}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    return bytes(data)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000


@pytest.mark.parametrize(
    ("code", "name", "data"),
    [
        ("file_encrypted", "a.pdf", encrypted_pdf()),
        ("file_encrypted", "a.docx", encrypted_zip()),
        ("file_encrypted", "a.docx", OLE + "EncryptedPackage".encode("utf-16-le")),
        ("file_encrypted", "a.odt", make.opendocument("text", "", manifest="<encryption-data/>")),
        (
            "file_encrypted",
            "a.epub",
            make.epub({"a.xhtml": "x"}, ["a.xhtml"], {"META-INF/encryption.xml": '<r URI="OPS/text/a.xhtml"/>'}),
        ),
        ("file_empty_text", "scan.pdf", scan()),
        ("file_empty_text", "a.docx", make.docx(paragraph(""))),
        ("file_empty_text", "a.xlsx", make.xlsx({"S": make.sheet()})),
        ("file_empty_text", "a.txt", b" \n\n "),
        ("file_kind", "a.zip", make.zipped({"a.txt": "x"})),
        ("file_kind", "zip.docx", make.zipped({"a.txt": "x"})),
        ("file_kind", "pages.docx", make.zipped({"Index/Document.iwa": "x", "preview.jpg": "x"})),
        ("file_kind", "heic.pdf", b"\0\0\0\x18ftypheic" + b"\0" * 100),
        ("file_kind", "png.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 100),
        ("file_kind", "a.pdf", b"\x1f\x8b" + b"x" * 100),
        ("file_kind", "a.txt", b"\x89PNG\r\n\x1a\n"),
        ("file_kind", "a.doc", OLE + "WordDocument".encode("utf-16-le")),
        ("file_kind", "a.exe", b"MZ" + b"\0" * 100),
        ("file_kind", "a.txt", bytes(range(256)) * 10),
        ("file_unreadable", "a.pdf", b"%PDF-1.7\ngarbage"),
        ("file_unreadable", "a.docx", b"PK\x03\x04garbage"),
        ("file_unreadable", "a.docx", make.office("word/document.xml", {"word/document.xml": "<w:document"})),
        ("file_unreadable", "a.ipynb", b"{"),
    ],
)
def test_a_document_without_text_for_us_is_refused_with_its_reason(code: str, name: str, data: bytes) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_document(data, name)
    assert refused.value.code == code


def test_the_text_keeps_its_pages_and_lines_when_it_is_stored() -> None:
    document = read_document(make.pdf([text_page("one", "two"), text_page("three")], [("T", 1)]), "a.pdf")
    assert DocumentText.from_json(document.to_json()) == document
    assert (list(document.lines), list(document.first_lines)) == (["one", "two", "three"], [1, 3])
    assert [document.page_of(line) for line in (1, 2, 3)] == [1, 1, 2]


def test_138_pages_are_read_in_a_second_of_processor_time() -> None:
    lines = [f"{number}. {WORDS}" for number in range(45)]
    data = make.pdf([text_page(*lines) for _ in range(138)])
    read_document(make.pdf([text_page("x")]), "warm.pdf")
    before = getrusage(RUSAGE_SELF)
    document = read_document(data, "long.pdf")
    after = getrusage(RUSAGE_SELF)
    assert len(document.pages) == 138
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) <= 1


def test_a_document_is_read_in_a_process_without_the_secrets_of_this_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JWT_KEYS", "first:a-secret-that-the-reader-does-not-need")
    (tmp_path / "sitecustomize.py").write_text(
        f"import os; open({str(tmp_path / 'environment')!r}, 'w').write(repr(dict(os.environ)))"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert read_in_process(make.docx(paragraph(WORDS)), "a.docx").text == WORDS
    assert "a-secret" not in (tmp_path / "environment").read_text()
