"""The encoding of a text that is not UTF-8, by the letters that it would have in each language.

charset-normalizer ranks encodings by how chaotic a text looks, which takes a page of text: a short one in KOI8-R,
Windows-1254, Windows-1255 or Big5 looks as orderly in Chinese. Here each candidate is ranked by its letters' frequency
in the languages that are written in it. A word or two may still fit two languages; the more frequent encoding is taken.
"""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

# Bytes by which an encoding is recognized.
SAMPLE_BYTES = 6_000
# A mean over characters, of 1 at most. Below it a text is of no language that is known here.
MIN_SCORE = 0.3
_ASCII_PART = 0.4
_FREQUENT, _RARE = 1.0, 0.45
_OTHER_LETTER = 0.1
_ALONE = -0.5
_WORD_LETTERS = 8
_PUNCTUATION_SCORE = 0.4
_FOREIGN = -1.0
_UNDECODABLE = -3.0
# An upper-case letter after a lower-case one, a letter of one script beside one of another, a letter beside a digit.
_BROKEN_WORD = -1.0
_LATIN_PUNCTUATION = "“”„‘’‚–—…«»°§€£·•¿¡\xa0ºª©®™×№ªµ‰†‹›²³½¼±"
_NOT_AFTER_LETTERS = "µ¼½¾±¤¦"
_WIDE_PUNCTUATION = "　、。，．：；？！（）「」『』《》〈〉【】“”‘’…—─－～·％￥＋＝／｜★●■※→〔〕"
_KANA = ("HIRAGANA", "KATAKANA-HIRAGANA", "KATAKANA")
# The most frequent characters beyond those that charset-normalizer lists, simplified and traditional.
_COMMON_HAN = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方"
    "多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心本前开但因只从想实日者意无力它与长把机十民第公此已工使情明性"
    "知全三又关点正业外将两高间由问很最重并物手应向头文体政美相见被利什二等产或新己制身果加西月话合回特代内信表化老给世位次度"
    "门任常先海通教原东提立及比员解水名真论处走各入几口认条平系气题活更别打女变四总何电数安少报才结反受目太量再感建务做接必场"
    "件计管期市直资金指统区保至形社便空决治展科司五基书非则听达光放强难权思完设式色路记南品住告类求据程北边该交规万取格"
    "這個們來為國說時會對發後裡種經麼學現當沒動還進樣開從實無與長機關點業將兩間問應頭體見產話給門東員論處幾認條氣題別變總電數"
    "報結務場計資區決書則聽達強難權設記類據邊該規萬號議會紀錄約價單票據檔約簽署買賣費電話地址姓名聯絡時間請謝您好灣縣市區路巷"
    "价格表发票会议纪要合同签甲乙双方单价数量金额姓名电话地址时间请谢您好省市县街号附件报告项目客户订购付款备注"
)
_COMMON_HANGUL = (
    "이다는에을가의고를은한하지로사기도서어나자인대리시일그들아게정해보전수있것만스부장제상여과주오원조라구간화면무신성안녕세요"
    "회록청계약번호소울특별름명날짜금액합습니까입"
)
_JAPANESE_HAN = "契約請求書会議事録品名数量単価東京都様御社株式開発資料件方法日時場所内容確認対応予定"
# Letters beyond ASCII of languages in Latin script, where charset-normalizer lists none or not all.
_LETTERS = {
    "German": "äöüß",
    "French": "éèàêçùâîôûëïœ",
    "Spanish": "áéíóúñü",
    "Portuguese": "ãáçéíóõâêôúà",
    "Italian": "àèéìòù",
    "Swedish": "åäöé",
    "Danish": "æøåé",
    "Norwegian": "æøåé",
    "Finnish": "äöå",
    "Dutch": "ëéïöüèá",
    "Polish": "ąćęłńóśźż",
    "Czech": "áčďéěíňóřšťúůýž",
    "Slovak": "áäčďéíĺľňóôŕšťúýž",
    "Hungarian": "áéíóöőúüű",
    "Romanian": "ăâîşţșț",
    "Croatian": "čćđšž",
    "Turkish": "çğıöşüâİ",
    "Lithuanian": "ąčęėįšųūž",
    "Latvian": "āčēģīķļņšūž",
    "Estonian": "äöõüšž",
    "Icelandic": "áðéíóúýþæö",
}
_NEAREST = {"Latvian": "Lithuanian", "Icelandic": "Danish"}
_WESTERN = (
    *("German", "French", "Spanish", "Portuguese", "Italian", "Swedish", "Danish", "Norwegian", "Finnish", "Dutch"),
    "Icelandic",
)
_CENTRAL = ("Polish", "Czech", "Hungarian", "Romanian", "Slovak", "Croatian")
# Encodings, the most frequent first, and the languages written in each.
_CANDIDATES: Mapping[str, Sequence[str]] = {
    "gb18030": ("Chinese",),
    "cp1252": _WESTERN,
    "cp1254": ("Turkish",),
    "cp1251": ("Russian", "Ukrainian", "Bulgarian", "Serbian"),
    "cp932": ("Japanese",),
    "big5hkscs": ("Traditional Chinese",),
    "cp949": ("Korean",),
    "euc_jp": ("Japanese",),
    "cp1250": _CENTRAL,
    "cp1256": ("Arabic", "Farsi"),
    "cp1255": ("Hebrew",),
    "cp1253": ("Greek",),
    "koi8_r": ("Russian",),
    "koi8_u": ("Ukrainian",),
    "cp874": ("Thai",),
    "cp1257": ("Lithuanian", "Latvian", "Estonian"),
    "iso8859_15": _WESTERN,
    "iso8859_2": _CENTRAL,
    "iso8859_5": ("Russian", "Serbian"),
    "iso8859_7": ("Greek",),
    "iso8859_6": ("Arabic",),
    "cp866": ("Russian",),
    "mac_cyrillic": ("Russian",),
    "mac_roman": _WESTERN,
    "cp850": _WESTERN,
    "cp437": _WESTERN,
    "cp852": _CENTRAL,
    "utf_16_le": ("Chinese", "Traditional Chinese", "Japanese", "Korean", "Russian", "Greek", "Hebrew", "Arabic"),
    "utf_16_be": ("Chinese", "Traditional Chinese", "Japanese", "Korean", "Russian", "Greek", "Hebrew", "Arabic"),
}
UTF_16 = ("utf_16_le", "utf_16_be")
# Scores of a short text are this much lower for each rank in the list above; of a longer one less.
_PRIOR = 0.006
_SHORT_BYTES = 40
# East Asian languages: the standard of their everyday characters, and the first bytes of those there.
_STANDARDS = {
    "Chinese": ("gb2312", 0xB0, 0xD7),
    "Traditional Chinese": ("big5", 0xA4, 0xC6),
    "Japanese": ("euc_jp", 0xB0, 0xCF),
    "Korean": ("euc_kr", 0xB0, 0xC8),
}
_SCRIPTS = {
    **dict.fromkeys(("Russian", "Ukrainian", "Bulgarian", "Serbian"), "CYRILLIC"),
    **dict.fromkeys(("Arabic", "Farsi"), "ARABIC"),
    "Hebrew": "HEBREW",
    "Greek": "GREEK",
    "Thai": "THAI",
}


@dataclass(frozen=True)
class _Language:
    """`weights`: of frequent characters. `script`: the first word of its letters' Unicode names; empty for Latin."""

    weights: Mapping[str, float]
    script: str = ""
    standard: tuple[str, int, int] | None = None


def best_encoding(sample: bytes, encodings: Sequence[str] = tuple(_CANDIDATES)) -> tuple[str, float]:
    """The most likely of some encodings, and its score. `sample`: has bytes beyond ASCII."""
    best, most = "", float("-inf")
    prior = _PRIOR * min(1, _SHORT_BYTES / sum(byte > 0x7F for byte in sample)) if not sample.isascii() else 0
    for rank, encoding in enumerate(encodings):
        if encoding in UTF_16 and len(sample) % 2:
            continue
        text = _decoded(sample, encoding)
        score = max(_score(text, _language(name)) for name in _CANDIDATES[encoding]) - rank * prior
        if score > most:
            best, most = encoding, score
    return best, most


def _decoded(sample: bytes, encoding: str) -> str:
    text = sample.decode(encoding, "replace")
    # The sample may end within a character.
    return text[:-1] if text.endswith("\ufffd") and len(text) > 1 else text


@cache
def _language(name: str) -> _Language:
    from charset_normalizer.constant import FREQUENCIES

    if name in _STANDARDS:
        common = {
            "Korean": _COMMON_HANGUL,
            "Japanese": _JAPANESE_HAN + "".join(FREQUENCIES["Japanese"]),
        }.get(name, _COMMON_HAN)
        return _Language(dict.fromkeys(common, _FREQUENT), "", _STANDARDS[name])
    letters = FREQUENCIES[_NEAREST.get(name, name)]
    weights = {letter: _FREQUENT - 0.6 * rank / len(letters) for rank, letter in enumerate(letters)}
    if name in _SCRIPTS:
        return _Language(weights, _SCRIPTS[name])
    own = _LETTERS[name]
    weights = {letter: weight for letter, weight in weights.items() if letter.isascii() or letter in own}
    rare = {letter: max(weights[letter], 0.5) if letter in weights else _RARE for letter in own}
    return _Language({**weights, **rare})


def _score(text: str, language: _Language) -> float:
    """The fit of a text to a language: 1 for nothing but its most frequent letters."""
    # The lower case of the Turkish İ is two characters.
    lower = text.replace("İ", "i").lower()
    counted = Counter(character for character in lower if not character.isascii())
    if not counted:
        return _FOREIGN
    total = sum(counted.values())
    score = sum(_weight(character, language) * count for character, count in counted.items()) / total
    is_latin = not language.script and language.standard is None
    if is_latin:
        letters = [character for character in lower if character.isalpha()]
        if letters:
            of_language = sum(language.weights.get(letter, -0.5) for letter in letters) / len(letters)
            score = (1 - _ASCII_PART) * score + _ASCII_PART * of_language
        # Most letters of all languages in Latin script are ASCII.
        if len(letters) > _WORD_LETTERS and sum(not letter.isascii() for letter in letters) > 0.5 * len(letters):
            score -= 0.5
    if (is_latin or language.script) and _stand_alone(text):
        score += _ALONE
    return score + _BROKEN_WORD * _broken_words(text, language) / total


def _stand_alone(text: str) -> bool:
    """Whether no letter beyond ASCII stands beside another letter, as signs do that are letters in other encodings."""
    pairs = list(pairwise(f" {text} "))
    beside = [(one.isalpha() and other.isalpha()) for one, other in pairs if not (one.isascii() and other.isascii())]
    return not any(beside) and any(one.isalpha() and not one.isascii() for one, _ in pairs)


def _weight(character: str, language: _Language) -> float:
    known = language.weights.get(character)
    if known is not None:
        return known
    if character == "\ufffd":
        return _UNDECODABLE
    if language.standard is not None:
        return _east_asian_weight(character, language.standard)
    if character in _LATIN_PUNCTUATION:
        return _PUNCTUATION_SCORE
    is_of_script = language.script and unicodedata.name(character, "").startswith(language.script)
    return _OTHER_LETTER if is_of_script else _FOREIGN


def _east_asian_weight(character: str, standard: tuple[str, int, int]) -> float:
    if character in _WIDE_PUNCTUATION or "０" <= character <= "ｚ":
        return _PUNCTUATION_SCORE
    name = unicodedata.name(character, "")
    encoding, first, last = standard
    if name.startswith(_KANA):
        return 0.9 if encoding == "euc_jp" else -0.3
    if name.startswith("HALFWIDTH KATAKANA"):
        return 0.2 if encoding == "euc_jp" else _FOREIGN
    if not name.startswith(("CJK UNIFIED", "HANGUL SYLLABLE")):
        return _FOREIGN
    if name.startswith("HANGUL") != (encoding == "euc_kr"):
        return -0.3
    lead = (character.encode(encoding, "ignore") or b"\0")[0]
    return _RARE if first <= lead <= last else -0.3


def _broken_words(text: str, language: _Language) -> int:
    """The number of places where two characters, one of them beyond ASCII, do not stand side by side in words: an
    upper-case letter after a lower-case one, an ASCII letter beside a letter of another script, a digit beside a letter
    of an alphabet."""
    is_latin = not language.script and language.standard is None
    count = 0
    for one, other in pairwise(text):
        if one.isascii() and other.isascii():
            continue
        is_foreign = not is_latin and one.isascii() != other.isascii() and one.isalpha() and other.isalpha()
        is_number = language.standard is None and (
            (one.isdigit() and other.isalpha()) or (one.isalpha() and other.isdigit())
        )
        is_sign = one.isalpha() and other in _NOT_AFTER_LETTERS
        count += is_foreign or is_number or is_sign or (one.islower() and other.isupper())
    return count
