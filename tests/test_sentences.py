"""Where sentences begin and end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.sentences import LONGEST, sentences

LANGUAGES = st.sampled_from(["en", "ru", "az", "tr", "zh", "ar", "hi", "th", "und"])


@given(st.text(max_size=600), LANGUAGES)
def test_every_sentence_is_a_slice_without_white_space_around_it(text: str, language: str) -> None:
    for start, end in sentences(text, language):
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


@given(st.text(max_size=600), LANGUAGES)
def test_every_letter_and_digit_belongs_to_a_sentence(text: str, language: str) -> None:
    covered = {at for span in sentences(text, language) for at in range(*span)}
    assert all(at in covered for at, character in enumerate(text) if character.isalnum())


@given(st.text(max_size=600), LANGUAGES)
def test_sentences_come_in_the_order_in_which_they_begin(text: str, language: str) -> None:
    found = sentences(text, language)
    assert found == sorted(found)


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Dr. Smith met A. Hajizade at 3 p.m. He left.", 2),
        ("ru", "Он приехал 2 апреля. Встреча прошла в Баку.", 2),
        ("zh", "会议在北京举行。双方讨论了合作！", 2),
        ("ar", "مرحبا بكم. كيف حالك؟", 2),
        ("hi", "यह एक है। यह दो है।", 2),
    ],
)
def test_each_language_ends_its_sentences_in_its_own_way(language: str, text: str, count: int) -> None:
    assert len(sentences(text, language)) == count


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("az", "M.Ə. Rəsulzadə və Ə. Ağayev gəldi."),
        ("tr", "M.Ö. 500 yılında Ş. Aydın doğdu."),
        ("fr", "M. Dupont et É. Zola sont là."),
        ("ru", "Писатель Ч. Айтматов и J. Smith приехали."),
        ("und", "А.С. Пушкин is a poet."),
        ("ar", "ولد عام 500 ق.م. في مصر."),
        ("hi", "डॉ. शर्मा 5 कि.मी. चले।"),
        ("te", "దూరం 5 కి. మీ. ఉంది."),
        ("th", "เกิดในปี พ.ศ. 2540 ที่ จ.เชียงใหม่ พื้นที่ 380 ตร.กม. ทั้งหมด"),
    ],
)
def test_an_initial_ends_no_sentence(language: str, text: str) -> None:
    assert sentences(text, language) == [(0, len(text))]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("bn", "দৈর্ঘ্য ২.১৫ কিলোমিটার রেলপথ।"),
        ("ar", "بلغ ٢.٥ مليون نسمة."),
        ("fa", "طول آن ۲.۵ کیلومتر است."),
        ("tr", "Şehir 40. yıl dönümünü kutluyor."),
        ("tr", "II. Mehmed 7. Osmanlı padişahıdır."),
        ("cs", "Ve válce XVII. století přišel Karel IV. Lucemburský."),
        ("ru", "Оборот более 9 млрд. фунтов в год."),
        ("no", "Den 17. mai feires det."),
    ],
)
def test_a_number_is_not_cut_and_an_ordinal_ends_no_sentence(language: str, text: str) -> None:
    assert sentences(text, language) == [(0, len(text))]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Он работает в Центре им. Гейдара Алиева, т. е. Москва не при чём."),
        ("ru", "См. рис. 3, ст. 15, п. 3 и ч. 2 закона."),
        ("fr", "L'art. 5 ne dit rien de Mme. Martin."),
        ("it", "Si veda l'art. 5 di S. Pietro, pag. 12."),
        ("pl", "Zgodnie z art. 5 ust. 2 pkt. 3 ustawy, a św. Jan i gen. Anders też."),
        ("tr", "Av. Mehmet Demir ile Hz. Ali, Gül Sok. No. 5 adresinde."),
        ("az", "Nizami küç. 5 ünvanında akad. Məmmədov yaşayır."),
        ("el", "Ο κ. Παπαδόπουλος, άρθρ. 5 παρ. 2, σελ. 12."),
        ("no", "Møtet begynner kl. 18 i St. Olavs gate."),
        ("ka", "ქ. თბილისი, ე. წ. ომი."),
        ("sw", "Bw. Adams na Bi. Sumbung walisema."),
    ],
)
def test_an_abbreviation_that_something_must_follow_ends_no_sentence(language: str, text: str) -> None:
    assert sentences(text, language) == [(0, len(text))]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "3.2. The Supplier shall deliver. 3.3. Late delivery entitles the Buyer to a penalty.", 2),
        ("de", "1. Der Mieter zahlt. 2. Der Vermieter haftet.", 2),
        ("zh", "1. 期限为五年。2. 费用按月支付。", 2),
        ("ru", "IV. Стороны вправе расторгнуть договор. 2. Срок пять лет.", 2),
        ("ru", "3.1. Договор действует до 31 декабря 2025 г. 3.2. Стороны вправе расторгнуть его.", 2),
    ],
)
def test_a_clause_begins_with_its_number(language: str, text: str, count: int) -> None:
    found = [text[start:end] for start, end in sentences(text, language)]
    assert len(found) == count
    assert all(len(each) > 8 for each in found)
    assert found[1][0].isdigit()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He filed a petition to remove the cap. I'm not sure if it would pass."),
        ("en", "It was built in the 21st. Several people live there."),
        ("fr", "Il gagne le 1500 m. Son nom est connu."),
        ("de", "Er wohnt in Haus 5. Danach zog er um."),
        ("en", "It ended in World War II. Then came peace."),
        ("en", "he came at last. then he left."),
        ("fi", "Se alkoi 1998. Hän tuli."),
        ("fr", "C'est le point b. Ensuite il part."),
        ("en", "He came in the evening. then he left."),
        ("ka", "ის მოვიდა. მერე წავიდა."),
        ("ko", "그는 왕. 그녀는 왔다."),
        ("tr", "Maçı 3-2 kazandı. Sonra gitti."),
        ("es", "¿Por qué? Porque sí."),
    ],
)
def test_what_may_look_alike_still_ends_a_sentence(language: str, text: str) -> None:
    assert len(sentences(text, language)) == 2


def test_a_sentence_cut_by_a_page_break_is_one() -> None:
    text = "Азербайджан и Китай поддерживают традиционно дружествен-\n\nные отношения. Да."
    assert [text[start:end] for start, end in sentences(text, "ru")] == [text[:-4], "Да."]


def test_what_stands_between_the_halves_of_a_cut_word_is_quotable_by_itself() -> None:
    text = "дружественных от-\n\n## Заголовок\n\nношений между народами."
    assert [text[start:end] for start, end in sentences(text, "ru")] == [text, "## Заголовок"]


def test_a_rule_of_asterisks_is_no_sentence() -> None:
    assert sentences("\\*\\*\\*", "en") == []


def test_text_without_sentence_ends_is_cut_at_a_pause() -> None:
    text = "слово, " * 400
    found = sentences(text, "ru")
    assert len(found) > 2
    assert all(end - start <= LONGEST and text[end - 1] == "," for start, end in found)


def test_a_pause_to_cut_at_does_not_stand_in_a_number() -> None:
    text = "слово " * 99 + "1,200 " * 99
    assert all(text[end - 1] != "," for _, end in sentences(text, "ru"))


def test_the_pages_of_a_note_belong_to_the_sentence_before() -> None:
    text = "He agreed to it.[17]: 108, 112–114 Gates left in 1976. Odds: 3 to 1."
    found = [text[start:end] for start, end in sentences(text, "en")]
    assert found == ["He agreed to it.[17]: 108, 112–114", "Gates left in 1976.", "Odds: 3 to 1."]
    assert sentences("It was so.[32] : 243–244 Meanwhile, it was not.", "en") == [(0, 24), (25, 47)]


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "It was founded in 1999.³ It was closed in 2004.⁴,⁵ Then came the sea.", 3),
        ("en", "“He left.”⁷ She did not. ¹² Nobody stayed.", 3),
        ("ru", "Он вырос до 10¹⁵.² Затем упал.", 2),
        ("zh", "会议于1999年结束。³ 然后下雨了。⁴", 2),
        ("en", "The group grew³ and fell on 5 m² of land.", 1),
    ],
)
def test_the_mark_of_a_note_belongs_to_the_sentence_that_it_stands_behind(language: str, text: str, count: int) -> None:
    found = [text[start:end] for start, end in sentences(text, language)]
    assert len(found) == count
    assert not any(each[0] in "¹²³⁴⁵⁷" for each in found)
