"""Plain text in any encoding: notes, source code, CSV, JSON, XML, YAML, Markdown; and RTF and notebooks."""

import codecs
import json
import re
import unicodedata
from typing import Any

from functions.file.readers.outcome import MAX_HEADINGS, MAX_TEXT_BYTES, TextBudget, UnreadableDocument
from shared.documents.text import DocumentText, Heading, Page

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Enough to tell an encoding.
_SAMPLE_BYTES = 100_000
_MARKDOWN_HEADING = re.compile(r"^(#{1,6})[ \t]+(.{1,200}?)[ \t#]*$", re.M)
# Control characters that text does not have.
_BINARY = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f]")
_MAX_BINARY_PART = 0.01
# Between encodings that are as likely.
_CHAOS_MARGIN = 0.1
_MAX_CELL_OUTPUT = 20_000
# East Asian encodings as the statistics name them: a national standard, and the first bytes of its frequent characters.
_SIMPLIFIED_CHINESE = ("gb2312", ((0xB0, 0xD7),))
_TRADITIONAL_CHINESE = ("big5", ((0xA4, 0xC6),))
_JAPANESE = ("euc_jp", ((0xA4, 0xA5), (0xB0, 0xCF)))
_KOREAN = ("euc_kr", ((0xB0, 0xC8),))
_EAST_ASIAN = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), _SIMPLIFIED_CHINESE),
    **dict.fromkeys(("big5", "big5hkscs", "cp950"), _TRADITIONAL_CHINESE),
    **dict.fromkeys(("cp932", "shift_jis", "shift_jis_2004", "euc_jp", "euc_jis_2004"), _JAPANESE),
    **dict.fromkeys(("cp949", "euc_kr", "johab"), _KOREAN),
}
# The most common characters of Chinese, and syllables of Korean.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性"
    "知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度"
    "门任常先海通教原东提立及比员解水名真论处走各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再感建务做接必场"
    "件计管期市直资金指统区保至形社便空决治展科司五基书非则听达光放强难权思完设式色路记南品住告类求据程北边该交规万取格"
    "이다는에을가의고를은한하지로사기도서어나자인대리시일그들아게정해보전수있것만스부장제상여과주오원조라구간화면무신성"
)
# Encodings of Latin script, the most frequent first, and the letters beyond ASCII of the languages written in each.
_WESTERN = (
    "äöüß",
    "àâæçéèêëîïôœùûüÿ",
    "áéíñóúü",
    "ãáâàçéêíóôõú",
    "àèéìíòóù",
    "åäöé",
    "æøåé",
    "ðþæöáéíóúý",
    "éëïöüáíóè",
)
_CENTRAL = ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "ăâîşţ", "čćđšž")
_LATIN = {"cp1252": _WESTERN, "cp1250": _CENTRAL, "iso8859_15": _WESTERN, "iso8859_2": _CENTRAL}
_PUNCTUATION = "“”„‘’‚–—…«»°§€·•¿¡\xa0"
_MIN_OF_LANGUAGE = 0.9


def read_plain(data: bytes, name: str = "") -> DocumentText:
    """Raises UnreadableDocument: file_kind for binary data."""
    if len(data) > 4 * MAX_TEXT_BYTES:
        raise UnreadableDocument("file_too_long")
    text = decode_text(data).replace("\r\n", "\n").replace("\r", "\n")
    if len(_BINARY.findall(text[:_SAMPLE_BYTES])) > _MAX_BINARY_PART * len(text[:_SAMPLE_BYTES]):
        raise UnreadableDocument("file_kind")
    text = _as_document(_BINARY.sub("", text).rstrip())
    is_markdown = name.lower().endswith((".md", ".markdown"))
    return DocumentText([Page(text)], markdown_headings(text) if is_markdown else ())


def read_rtf(data: bytes) -> DocumentText:
    """Rich Text Format. Raises UnreadableDocument."""
    from striprtf.striprtf import rtf_to_text

    try:
        text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, LookupError, IndexError, RecursionError) as error:
        raise UnreadableDocument("file_unreadable") from error
    return DocumentText([Page(_as_document(text.replace("\r\n", "\n").strip()))])


def read_notebook(data: bytes) -> DocumentText:
    """Jupyter notebooks: the cells in order, with the text of their results. Raises UnreadableDocument.

    https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        notebook = json.loads(data)
        language = notebook.get("metadata", {}).get("language_info", {}).get("name", "")
        cells = [_notebook_cell(cell, language) for cell in notebook["cells"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableDocument("file_unreadable") from error
    text = _as_document("\n\n".join(cell for cell in cells if cell))
    return DocumentText([Page(text)], markdown_headings(text))


def _notebook_cell(cell: dict[str, Any], language: str) -> str:
    source = _joined(cell.get("source", ""))
    if cell.get("cell_type") != "code":
        return source
    outputs = [_output_text(output) for output in cell.get("outputs", [])]
    shown = [f"Output:\n{output[:_MAX_CELL_OUTPUT].rstrip()}" for output in outputs if output.strip()]
    return "\n".join([f"```{language}", source, "```", *shown])


def _output_text(output: dict[str, Any]) -> str:
    if "text" in output:
        return _joined(output["text"])
    if output.get("output_type") == "error":
        return f"{output.get('ename', '')}: {output.get('evalue', '')}"
    return _joined(output.get("data", {}).get("text/plain", ""))


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _as_document(text: str) -> str:
    if not text.strip():
        raise UnreadableDocument("file_empty_text")
    return TextBudget().add(text)


def markdown_headings(text: str) -> list[Heading]:
    found = _MARKDOWN_HEADING.finditer(text)
    return [Heading(match[2], len(match[1]), 1) for match, _ in zip(found, range(MAX_HEADINGS), strict=False)]


def decode_text(data: bytes, declared: str | None = None) -> str:
    """Bytes as text: by byte order mark, as UTF-8, by the declared encoding, by its statistics, in this order.

    Raises UnreadableDocument (file_kind) for what is no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if b"\0" in data[:_SAMPLE_BYTES]:
        encoding = _utf16_of(data[:_SAMPLE_BYTES])
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A file that was cut off may end within a character.
        if error.start > len(data) - 4 and error.reason == "unexpected end of data":
            return data.decode("utf-8", "replace")
    return data.decode(_known(declared) or _guessed(data), "replace")


def _utf16_of(sample: bytes) -> str:
    """UTF-16 without a mark: of ASCII characters every second byte is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    raise UnreadableDocument("file_kind")


def _known(encoding: str | None) -> str | None:
    try:
        return codecs.lookup(encoding).name if encoding else None
    except LookupError:
        return None


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # From the first byte that is not ASCII: a long beginning in ASCII says nothing.
    first = next(index for index, byte in enumerate(data) if byte > 0x7F)
    sample = data[max(0, first - 1_000) : first + _SAMPLE_BYTES]
    matches = from_bytes(sample)
    best = matches.best()
    if best is None:
        raise UnreadableDocument("file_kind")
    likely = [match for match in matches if match.chaos <= best.chaos + _CHAOS_MARGIN]
    # Statistics of a short text do not tell the encodings of Latin script apart.
    if any(match.encoding == "cp1252" for match in likely) or _is_latin(str(best)):
        return _latin_encoding(sample) or (
            "cp1252" if "cp1252" in {match.encoding for match in likely} else best.encoding
        )
    encoding = best.encoding
    if encoding in _EAST_ASIAN:
        # Nor those of East Asia, which share their bytes: most characters of a text are frequent ones of its language.
        candidates = dict.fromkeys(["gb18030", *(match.encoding for match in likely), "big5"])
        encoding = max(candidates, key=lambda candidate: _east_asian_parts(sample, candidate))
    # A superset of it, with the characters of newer standards.
    return {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(encoding, encoding)


def _is_latin(text: str) -> bool:
    letter = next((character for character in text if character.isalpha() and not character.isascii()), "")
    return unicodedata.name(letter, "").startswith("LATIN") if letter else False


def _latin_encoding(sample: bytes) -> str | None:
    """The encoding in which nearly all characters beyond ASCII are letters of one language, the most frequent first;
    None where there is none."""
    found, most = None, _MIN_OF_LANGUAGE
    for encoding, languages in _LATIN.items():
        beyond = [c for c in sample.decode(encoding, "replace").lower() if not c.isascii() and c not in _PUNCTUATION]
        for letters in languages if beyond else ():
            part = sum(character in letters for character in beyond) / len(beyond)
            if part > most:
                found, most = encoding, part
    return found


def _east_asian_parts(sample: bytes, encoding: str) -> tuple[float, float]:
    """Of the characters beyond ASCII, the part that the standard of an East Asian encoding has among its frequent ones,
    and the part that is common in Chinese or Korean, which tells the languages of a few characters apart; 0 for any
    other encoding."""
    if encoding not in _EAST_ASIAN:
        return 0, 0
    standard, ranges = _EAST_ASIAN[encoding]
    characters = [character for character in sample.decode(encoding, "replace") if not character.isascii()]
    first_bytes = [(character.encode(standard, "ignore") or b"\0")[0] for character in characters]
    count = max(1, len(characters))
    frequent = sum(any(low <= byte <= high for low, high in ranges) for byte in first_bytes)
    return frequent / count, sum(character in _COMMON for character in characters) / count
