"""Parts of a document that are asked for by their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clauses import clauses_of, likeness, nested_in, opens_with, part_of, parts_of, without_parts
from rag.numerals import han, of_han, of_roman, roman
from rag.part_numbers import are_same, opened_by, spellings
from rag.types import Numbered


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("What does clause 3.2 say?", ["3.2"]), ("What does Article 5 of the lease say?", ["5"]), ("§ 312", ["312"]),
        ("3.2", ["3.2"]), ("Что сказано в пункте 3.2?", ["3.2"]), ("статья 15 договора", ["15"]),
        ("Was steht in Artikel 7?", ["7"]), ("Que dit l'article 12 ?", ["12"]), ("5. madde ne diyor?", ["5"]),
        ("2.2-ci bənddə nə deyilir?", ["2.2"]), ("Madde 5", ["5"]), ("第5条说什么？", ["5"]),
        ("2.2条怎么说？", ["2.2"]),
        ("제5조는 무엇을 말합니까?", ["5"]), ("ماذا تقول المادة 5؟", ["5"]),
        ("Compare section 5 and section 7.1.2", ["5", "7.1.2"]),
        ("What does Article IV say?", ["4"]), ("What does Article I say?", ["1"]), ("第十二条说了什么？", ["12"]),
        ("第一百零三條", ["103"]), ("ตามมาตรา๑๒", ["12"]), ("Điều 12 nói gì?", ["12"]), ("अनुच्छेद १२", ["12"]),
        ("12-modda nima deydi?", ["12"]), ("13 бап не дейді?", ["13"]), ("Что сказано в п. 2 ст. 15?", ["2", "15"]),
        ("Mit mond a 12. cikk?", ["12"]), ("cláusula tercera", ["3"]), ("Artigo 12.º", ["12"]), ("clause No. 7", ["7"]),
        ("Что сказано в статье 12¹?", ["12.1"]), ("ст. 12-1 кодекса", ["12.1"]), ("Maddə 12-1", ["12.1"]),
        ("12-1-ci maddə nə deyir?", ["12.1"]), ("Статьи 12-15", ["12"]), ("Articles 105-106", ["105"]),
        ("ماذا تقول المادة ١٢؟", ["12"]), ("Kifungu cha 12", ["12"]), ("מה אומר סעיף 12?", ["12"]),
    ],
)  # fmt: skip
def test_a_part_is_named_by_its_number_in_many_languages(question: str, numbers: list[str]) -> None:
    assert [each.number for each in clauses_of(question)] == numbers


@pytest.mark.parametrize(
    "question",
    [
        "Who lent 3.5 million?", "What is 3.5% of it?", "Whom did she meet on April 2?", "29.04.2024", "Madden 16",
        "What does section 5 say about the rent that is due?", "частотой 60 Гц", "Which version, 2.10 or 2.8?", "", "5",
        "What did the 5 bands play?", "100 gr. of flour", "5 moments", "Who wears 5 pants?", "a 5-band radio",
        "Hur skrivs 5 artiklar?", "¿Hay sitio para 5 personas?", "khoảng 20 người", "Artık 5 kişi var mı?",
        "Hat er Kapital 5 Jahre?", "Сколько членов 27 комитетов?", "в 8 ч. 30 мин.", "Ctrl Alt 5",
        "Where is the appendix?", "Bâb-ı Âli Baskını nedir?", "Hvem er sterkeste part i Gaza?", "antlaşmanın maddesi",
        "香港的第一条铁路是哪条铁路？", "第四节谁得分？", "در فصل ۲۰۱۳ چند گل زد؟",
        "What did the article I sent say?", "Babylon 5", "partners 3", "Chapter mix",
        "第5条规定租金应当在每个月的第一天之前支付给房东吗？",
    ],
)  # fmt: skip
def test_other_numbers_and_questions_of_what_a_part_tells_name_none(question: str) -> None:
    assert clauses_of(question) == []


@pytest.mark.parametrize(
    ("number", "text", "opens"),
    [
        ("3.2", "3.2. rent is due", True), ("3.2", "3.2 rent", True), ("3.2", "rent\n3.2) due", True),
        ("3.2", "rent\n\n## 3.2\n\ndue", True), ("3.2", "§ 3.2 rent", True), ("3.2", "3.2.1 rent", False),
        ("3.2", "3.25 rent", False), ("3.2", "rent of 3.2 millions", False), ("3.2", "13.2 rent", False),
        ("5", "article 5. rent", True), ("5", "статья 5\nrent", True), ("5", "5. rent", True), ("5", "5) rent", True),
        ("12.1", "статья 12-1. аренда", True), ("12", "статья 12-1. аренда", False), ("3.1", "3-1 win", False),
        ("5", "5 roses", False), ("5", "5.1 rent", False), ("5", "article 51", False), ("5", "madde 5 - kira", True),
        ("5", "5-ci maddə. icarə", True), ("5", "第5条 租金", True), ("5", "第五条 租金", True), ("5", "v. rent", True),
        ("5", "article v", True), ("5", "fifth of may", False), ("12", "ข้อ 12", True), ("3", "tercera.- objeto", True),
        ("12", "artigo 12.o", True), ("12", "12‐modda", True), ("12", "xii. rent", True), ("12", "xiii. rent", False),
    ],
)  # fmt: skip
def test_a_line_opens_a_part_where_it_begins_with_its_number(number: str, text: str, opens: bool) -> None:
    assert opens_with(number, text) is opens


@given(st.lists(st.integers(1, 99), min_size=2, max_size=4), st.lists(st.integers(1, 99), min_size=2, max_size=4))
def test_one_number_opens_no_part_of_another(one: list[int], other: list[int]) -> None:
    first, second = (".".join(map(str, each)) for each in (one, other))
    assert opens_with(first, f"{second}. rent") is (first == second)


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("What does section 5 say about the rent that is due?", ["5"]),
        ("Что в пункте 3.2 сказано о том, когда вносится плата за аренду?", ["3.2"]),
        ("第5条规定租金应当在每个月的第一天之前支付给房东吗？", ["5"]),
        ("What does clause 3.2 say?", []), ("Who paid 3.5 million for the house by the lake?", []),
    ],
)  # fmt: skip
def test_who_says_more_than_the_number_asks_for_something_in_that_part(question: str, numbers: list[str]) -> None:
    assert [each.number for each in parts_of(question)] == numbers


@given(st.integers(1, 9999))
def test_a_line_that_opens_with_any_spelling_opens_the_part(number: int) -> None:
    for spelling in spellings(str(number)).split():
        assert [each.number for each in opened_by(f"{spelling} rent")] == [str(number)] or (
            spelling == f"{roman(number)}." and number > 89
        )


LEASE = """Contents
2.9 Keys
3 Rent
3.1 Due
3.2 Late
4 Deposit

3. Rent
3.1. Due. On the first of each month:
1. in cash, or
2. by transfer.
3.2. Late. With interest.
3.2.1. How much
Five per cent.
4. Deposit
None, see 3.1.
"""


@pytest.mark.parametrize(
    ("number", "part"),
    [
        ("3.1", "3.1. Due. On the first of each month:\n1. in cash, or\n2. by transfer.\n"),
        ("3.2", "3.2. Late. With interest.\n3.2.1. How much\nFive per cent.\n"),
        ("3.2.1", "3.2.1. How much\nFive per cent.\n"),
        ("4", "4. Deposit\nNone, see 3.1.\n"),
        ("2.9", "2.9 Keys\n3 Rent\n"),
        ("5", None),
    ],
)
def test_a_part_reaches_to_the_next_of_its_depth_or_above(number: str, part: str | None) -> None:
    place = part_of(LEASE, Numbered(number, ""))
    assert (place and LEASE[slice(*place)]) == part


LAW = """Глава I. Общее

Статья 1. Слова
1. Читатель читает.
2. Книга лежит.

Статья 2. Права
1. Читать.
2. Писать.

Глава II. Штрафы

Статья 3. Рубли
Пять рублей.
"""


@pytest.mark.parametrize(
    ("asked", "begins", "ends"),
    [
        (Numbered("2", "статье"), "Статья 2", "Глава II"),
        (Numbered("2", "ст."), "Статья 2", "Глава II"),
        (Numbered("1", "статья"), "Статья 1", "Статья 2"),
        (Numbered("1", "главе"), "Глава I.", "Глава II"),
        (Numbered("2", "глава"), "Глава II", ""),
        (Numbered("3", "статья"), "Статья 3", ""),
    ],
)
def test_a_part_that_has_its_word_ends_with_the_next_that_has_it_or_holds_such(
    asked: Numbered, begins: str, ends: str
) -> None:
    place = part_of(LAW, asked)
    assert place is not None
    assert place == (LAW.index(begins), LAW.index(ends, place[0] + 1) if ends else len(LAW))


def test_of_two_parts_one_is_found_within_the_other() -> None:
    point, article, chapter = Numbered("2", "п."), Numbered("1", "ст."), Numbered("1", "главе")
    start = LAW.index("2. Книга")
    assert nested_in(LAW, point, article) == ((start, LAW.index("Статья 2")), point)
    assert nested_in(LAW, article, point) == nested_in(LAW, point, article)
    assert nested_in(LAW, article, chapter) == ((LAW.index("Статья 1"), LAW.index("Статья 2")), article)
    assert nested_in(LAW, Numbered("7", "п."), article) is None
    assert nested_in(LAW, point, Numbered("9", "ст.")) is None


@pytest.mark.parametrize(
    ("asked", "text", "same_language", "found"),
    [
        (Numbered("2", "статье"), "статья 2. права", True, 4), (Numbered("2", "ст."), "статья 2. права", True, 4),
        (Numbered("2", "статье"), "2. читатель", True, 3), (Numbered("2", "статье"), "глава ii. штрафы", True, 3),
        (Numbered("2", "clause"), "статья 2. права", False, 2), (Numbered("2", "clause"), "2. читатель", False, 1),
        (Numbered("2", "条"), "第二條 人人", True, 4), (Numbered("2", "章"), "第二条 人人", True, 3),
        (Numbered("2", "条"), "глава ii. штрафы", False, 1), (Numbered("2", "章"), "глава ii. штрафы", False, 2),
        (Numbered("2", "clause"), "3. rent", True, 0), (Numbered("2", ""), "2. rent", True, 3),
    ],
)  # fmt: skip
def test_a_line_with_the_word_of_the_question_is_likest(
    asked: Numbered, text: str, same_language: bool, found: int
) -> None:
    assert likeness(asked, text, same_language=same_language) == found


def test_words_for_a_part_are_one_in_any_case_and_cut_short() -> None:
    assert are_same("статье", "статья")
    assert are_same("art.", "artikel")
    assert not are_same("статье", "пункт")
    assert not are_same("", "")


@pytest.mark.parametrize(
    ("question", "rest"),
    [
        ("What does Section 5 say about the rent?", "What does say about the rent?"),
        ("Что в пункте 3.2 сказано о плате?", "Что в сказано о плате?"),
        ("第5条规定租金应当支付给房东吗？", "规定租金应当支付给房东吗？"),
        ("Who paid 3.5 million?", "Who paid 3.5 million?"),
        ("What of the ﬂat in section 5?", "What of the ﬂat in section 5?"),  # folding makes two letters of one
    ],
)
def test_the_name_of_a_part_is_left_out_of_what_is_asked_for_in_it(question: str, rest: str) -> None:
    assert without_parts(question) == rest


@given(st.integers(1, 3999))
def test_a_numeral_says_the_number_that_it_was_written_for(number: int) -> None:
    assert of_roman(roman(number)) == number
    assert of_han(han(number)) == number


def test_chinese_numerals_are_written_as_laws_count_and_read_in_other_ways_too() -> None:
    assert [han(each) for each in (10, 12, 20, 103, 110, 1005)] == [
        "十",
        "十二",
        "二十",
        "一百零三",
        "一百一十",
        "一千零五",
    ]
    assert of_han("一〇三") == 103
    assert of_han("百五") == 105
    assert of_roman("iiv") is None
