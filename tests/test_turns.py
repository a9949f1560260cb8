"""Which language each sentence of a text is in: one that a whole text speaks for, and no stray word against it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import sentences
from rag.turns import languages_of, sentences_told

TOLD = {
    "en": [
        "The Seller undertakes to deliver twelve industrial pumps to the Buyer.",
        "The total price of the goods includes packing and insurance.",
        "All disputes are settled by the arbitration court in Vienna.",
    ],
    "ru": [
        "Продавец обязуется поставить Покупателю двенадцать промышленных насосов.",
        "Общая стоимость товара включает упаковку и страхование.",
        "Все споры разрешаются арбитражным судом в Вене.",
    ],
    "az": [
        "Satıcı Alıcıya on iki sənaye nasosu çatdırmağı öhdəsinə götürür.",
        "Malın ümumi qiymətinə qablaşdırma və sığorta daxildir.",
        "Bütün mübahisələr Vyanadakı arbitraj məhkəməsi tərəfindən həll edilir.",
    ],
    "zh": [
        "卖方承诺向买方交付十二台工业水泵，买方承诺接收并付款。",
        "货物的总价包括包装费、运输费和保险费，不含增值税。",
        "所有争议均由设在维也纳的国际商事仲裁院解决。",
    ],
    "ar": [
        "يتعهد البائع بتسليم المشتري اثنتي عشرة مضخة صناعية.",
        "يشمل السعر الإجمالي للبضاعة التغليف والتأمين.",
        "تحل جميع النزاعات أمام محكمة التحكيم في فيينا.",
    ],
}


@pytest.mark.parametrize("language", TOLD)
def test_a_text_in_one_language_is_in_it_throughout(language: str) -> None:
    assert languages_of(TOLD[language], language) == [language] * 3


@given(st.lists(st.sampled_from(sorted(TOLD)), min_size=2, max_size=6))
def test_a_text_turns_wherever_it_does(languages: list[str]) -> None:
    text = "\n\n".join(paragraph for language in languages for paragraph in (" ".join(TOLD[language]),))
    told = sentences_told(text, languages[0])
    assert [each.language for each in told] == [language for language in languages for _ in TOLD[language]]
    assert [text[each.start : each.end] for each in told] == [each for language in languages for each in TOLD[language]]


def test_a_translation_sentence_by_sentence_is_told_apart() -> None:
    pairs = list(zip(TOLD["en"], TOLD["ru"], strict=True))
    assert languages_of([each for pair in pairs for each in pair], "en") == ["en", "ru"] * 3


@pytest.mark.parametrize("stray", ["Yan Wanmin", "IV 2.1.3", "Société Générale S.A.", "«Перемога»", "…"])
def test_a_name_or_a_number_turns_no_text(stray: str) -> None:
    first, second, third = TOLD["en"]
    assert languages_of([first, stray, second, stray, third], "en") == ["en"] * 5


def test_one_in_a_language_that_cannot_be_told_stays_in_it() -> None:
    assert languages_of(TOLD["ar"], "xx") == ["xx"] * 3


def test_one_in_no_known_language_is_in_what_many_of_its_sentences_say() -> None:
    assert languages_of([*TOLD["en"] * 2, *TOLD["ru"] * 2], "und") == ["en"] * 6 + ["ru"] * 6


def test_a_list_of_names_from_everywhere_is_in_no_language() -> None:
    places = ["Buenos Aires, Argentina, Peso", "Port Moresby, Papua New Guinea, Kina", "Nukuʻalofa, Tonga, Paʻanga"]
    assert languages_of(places * 3, "und") == ["und"] * 9


def test_each_stretch_is_cut_by_the_rules_of_its_language() -> None:
    russian = "Согласно ст. 15 закона им. Гейдара Алиева стороны несут ответственность. Споры решает суд в Вене."
    text = "\n\n".join([*TOLD["en"], russian])
    assert len(sentences(russian, "en")) > 2
    assert [text[each.start : each.end] for each in sentences_told(text, "en")[3:]] == [
        "Согласно ст. 15 закона им. Гейдара Алиева стороны несут ответственность.",
        "Споры решает суд в Вене.",
    ]


@given(st.text(max_size=400), st.sampled_from(["en", "ru", "zh", "und"]))
def test_any_text_has_its_sentences_in_order_and_within_it(text: str, language: str) -> None:
    told = sentences_told(text, language)
    assert all(0 <= each.start < each.end <= len(text) for each in told)
    assert [each.start for each in told] == sorted(each.start for each in told)
