"""Texts in encodings other than UTF-8: a title, a line and a page in each language, recognized by their bytes alone."""

import random

import pytest

from functions.file.readers.outcome import UnreadableDocument
from functions.file.readers.plain import decode_text

RUSSIAN = [
    "Счёт за аренду",
    "ДОГОВОР АРЕНДЫ",
    "Договор вступает в силу с момента подписания обеими сторонами.",
    "Имя;Город\nИван;Москва\nОльга;Казань",
]
WESTERN = {
    "german": ["Schöne Grüße aus Köln", "Der Vertrag tritt mit der Unterzeichnung in Kraft; Rückfragen bitte an uns."],
    "french": ["Facture réglée", "Le contrat entre en vigueur à la date de sa signature, été compris."],
    "spanish": [
        "Mañana iré a España",
        "El contrato entrará en vigor el día de su firma; ¿cuánto cuesta el año próximo?",
    ],
    "portuguese": ["O contrato entra em vigor na data da sua assinatura; não há exceções."],
    "swedish": ["Avtalet träder i kraft när båda parter har undertecknat det, på måndag."],
}
SENTENCES: dict[str, tuple[list[str], list[str]]] = {
    "russian": (["cp1251", "koi8-r", "iso8859-5", "cp866"], RUSSIAN),
    "ukrainian": (
        ["cp1251", "koi8-u"],
        ["Договір набирає чинності з дня його підписання.", "Рахунок за оренду, їхня ціна"],
    ),
    "bulgarian": (["cp1251"], ["Фактура за наем", "Договорът влиза в сила от деня на подписването му."]),
    "greek": (
        ["cp1253", "iso8859-7"],
        ["Τιμολόγιο ενοικίου", "Η σύμβαση τίθεται σε ισχύ από την ημέρα της υπογραφής."],
    ),
    "hebrew": (["cp1255", "iso8859-8"], ["חשבון שכירות", "ההסכם ייכנס לתוקף ביום חתימתו על ידי שני הצדדים."]),
    "arabic": (
        ["cp1256"],
        ["فاتورة الإيجار", "مرحبا بالعالم", "يدخل هذا العقد حيز التنفيذ عند التوقيع عليه من الطرفين."],
    ),
    "turkish": (
        ["cp1254", "iso8859-9"],
        [
            "Doğru",
            "İSTANBUL ŞUBESİ",
            "Sözleşme, tarafların imzaladığı gün yürürlüğe girer.",
            "Şişli'de ılık bir akşam, çocuklar bahçede oynuyor.",
        ],
    ),
    **{language: (["cp1252", "iso8859-15"], texts) for language, texts in WESTERN.items()},
    "polish": (["cp1250", "iso8859-2"], ["Łódź", "Umowa wchodzi w życie z dniem podpisania."]),
    "hungarian": (["cp1250", "iso8859-2"], ["Bérleti díj októberről", "A szerződés az aláírás napján lép hatályba."]),
    "lithuanian": (["cp1257"], ["Sutartis įsigalioja nuo jos pasirašymo dienos, žinoma, ir galioja šią dieną."]),
    "latvian": (["cp1257"], ["Līgums stājas spēkā ar tā parakstīšanas dienu, un abas puses tam piekrīt šodien."]),
    "thai": (["cp874"], ["ใบแจ้งหนี้ค่าเช่า", "สัญญานี้มีผลบังคับใช้ตั้งแต่วันที่ลงนาม"]),
    "simplified chinese": (
        ["gbk", "gb18030"],
        ["你好", "发票", "会议纪要", "张三,北京,13800000000\n李四,上海,13900000000\n", "合同自双方签字之日起生效。"],
    ),
    "traditional chinese": (
        ["big5", "cp950"],
        ["你好", "發票", "會議記錄", "價格表", "王小明,台北市,0912345678\n", "本合約自雙方簽署之日起生效。"],
    ),
    "japanese": (
        ["shift-jis", "euc-jp", "iso2022-jp"],
        ["請求書", "こんにちは", "会議議事録", "品名,数量,単価", "契約は双方が署名した日から効力を生じる。"],
    ),
    "korean": (
        ["euc-kr", "cp949"],
        ["청구서", "안녕하세요", "이름,전화번호,주소", "이 계약은 서명한 날부터 효력이 발생한다."],
    ),
    "chinese without a mark": (
        ["utf-16-le", "utf-16-be"],
        ["合同自双方签字之日起生效。\n本协议一式两份。", "本合同自双方签字之日起生效，一式两份，双方各执一份。"],
    ),
    "russian without a mark": (["utf-16-le", "utf-16-be"], ["Договор вступает в силу"]),
}


@pytest.mark.parametrize("length", ["a line", "a page"])
@pytest.mark.parametrize(
    ("encoding", "texts"),
    [
        pytest.param(encoding, texts, id=f"{language} {encoding}")
        for language, (encodings, texts) in SENTENCES.items()
        for encoding in encodings
    ],
)
def test_a_text_is_read_in_the_encoding_of_its_language(encoding: str, texts: list[str], length: str) -> None:
    shown = texts if length == "a line" else ["\n".join(texts * 20)]
    assert [decode_text(text.encode(encoding)) for text in shown] == shown


@pytest.mark.parametrize(
    "text", ["José", "Müller", "5 °C", "£5", "Price: 30 €", "“quoted” words – fine", "it’s done", "© 2020 Müller"]
)
def test_a_single_letter_or_sign_beyond_ascii_is_a_western_one(text: str) -> None:
    assert decode_text(text.encode("cp1252")) == text


@pytest.mark.parametrize(("encoding", "comment"), [("gbk", "初始化"), ("cp932", "初期化処理"), ("cp1251", "запуск")])
def test_a_comment_in_source_code_is_read_in_its_encoding(encoding: str, comment: str) -> None:
    source = f"// {comment}\n" + 'int main(void) { puts("ready"); return 0; }\n' * 50
    assert decode_text(source.encode(encoding)) == source


def test_a_broken_character_does_not_change_the_encoding_of_the_others() -> None:
    text = "第一行：合同。第二行：价格表，一切正常，没有问题。" * 10
    data = text.encode()
    assert decode_text(data[:100] + data[101:]).count("\ufffd") == 1
    assert decode_text(data[:-1]) == text[:-1] + "\ufffd"


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_no_text_in_any_encoding(seed: int) -> None:
    with pytest.raises(UnreadableDocument):
        decode_text(random.Random(seed).randbytes(20_000))
