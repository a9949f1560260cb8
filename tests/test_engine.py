"""The two roads, from text to a cited answer, with a fake encoder."""

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fake_encoder import FakeEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.differences import differing
from rag.engine import LONGEST_HISTORY, LONGEST_QUESTION, MOST_PASSAGES, Engine
from rag.errors import DocumentNotFound, QuestionError, StoreLocked
from rag.types import Document, Filters, Heading, Hit, Original, Query, Reading, Span, answer_json

BAKU = "The speaker met the delegation in Baku. They spoke about trade. Nobody mentioned tulips."
PARIS = "The museum in Paris opened a new hall. Tickets cost nine euros."


def document(document_id: str, text: str, **fields: str) -> Document:
    return Document(document_id, text, document_id.title(), f"{document_id}.txt", fields.get("language", "en"))


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.add(document("baku", BAKU))
    engine.add(document("paris", PARIS))
    return engine


def test_the_sentence_that_answers_is_quoted_from_its_document(filled: Engine) -> None:
    first = filled.ask("Where did the speaker meet the delegation?").quotes[0]
    assert first.text.startswith("The speaker met the delegation in Baku.")
    assert BAKU[first.start : first.end] == first.text


def test_every_answer_is_verified(filled: Engine) -> None:
    for question in ("speaker", "What do tickets cost?", "tulips", "?"):
        assert filled.verify(answer_json(filled.ask(question))).ok


def test_below_the_least_confidence_nothing_is_quoted_and_the_nearest_passages_are_shown(filled: Engine) -> None:
    answer = filled.ask("Where did the speaker meet the delegation?", min_confidence=1.0)
    assert (answer.status, answer.quotes) == ("not_found", ())
    assert answer.passages


def test_a_document_in_two_languages_answers_in_both_and_each_quotation_tells_its_own(engine: Engine) -> None:
    russian = "Спикер встретила делегацию в Баку. Они говорили о торговле, а о тюльпанах никто не упоминал на встрече."
    later = "They agreed to meet again in the autumn of that year, and to speak about tulips as well."
    engine.add(document("both", f"{BAKU} {later}\n\n{russian}"))
    for question, language in (("Where did the speaker meet the delegation?", "en"), ("спикер встретила", "ru")):
        assert engine.ask(question).quotes[0].language == language
        (only, *_) = engine.ask(question, filters=Filters(languages=(language,))).passages
        assert only.text.isascii() == (language == "en")
    assert [each.languages for each in engine.documents()] == [("en", "ru")]


def test_an_empty_index_does_not_say(engine: Engine) -> None:
    answer = engine.ask("Anything?")
    assert (answer.status, answer.confidence, answer.quotes, answer.passages) == ("not_found", 0.0, (), ())


def test_adding_the_same_text_again_encodes_nothing(filled: Engine, encoder: FakeEncoder) -> None:
    before = len(encoder.encoded)
    assert filled.add(document("baku", BAKU)) == "unchanged"
    assert len(encoder.encoded) == before


def test_of_the_same_text_again_the_file_is_noted_and_nothing_is_encoded(filled: Engine, encoder: FakeEncoder) -> None:
    encoder.encoded.clear()
    printed, sent = Original("ab" * 32, path="/files/baku.pdf"), Original("cd" * 32, data=b"%PDF-1.7")
    assert filled.add(replace(document("baku", BAKU), original=printed)) == "unchanged"
    assert list(filled.add_many([replace(document("paris", PARIS), original=sent)])) == ["unchanged"]
    assert [filled.store.original(name) for name in ("baku", "paris")] == [printed, sent]
    assert encoder.encoded == []


def test_adding_many_is_adding_each(filled: Engine) -> None:
    texts = {"baku": BAKU, "a": "One. Two.", "long": "A sentence of seven words stands here. " * 300, "b": "Three."}
    documents = [document(name, text) for name, text in texts.items()]
    assert list(filled.add_many(documents)) == ["unchanged", "added", "added", "added"]
    one_by_one = {name: filled.store.summary(name) for name in texts}
    for each in documents:
        if each.id != "baku":
            filled.delete(each.id)
            filled.add(each)
    assert {name: filled.store.summary(name) for name in texts} == one_by_one
    assert filled.search("Three", k=1)[0].document_id == "b"


def test_a_replaced_document_answers_with_its_new_text_alone(filled: Engine) -> None:
    assert filled.add(document("baku", "The speaker met the delegation in Sumgait.")) == "replaced"
    answer = filled.ask("Where did the speaker meet the delegation?")
    assert "Sumgait" in answer.quotes[0].text
    assert not any("Baku" in each.text for each in (*answer.quotes, *answer.passages))


def test_a_document_replaced_while_it_is_read_is_read_again(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The offsets of the old text never cut a quotation out of the new one."""
    read = type(filled.reader).read
    versions = iter(["Nothing about it. " * 9 + "The speaker met the delegation in Sumgait.", None])

    def overtaken(reader: object, *arguments: object) -> object:
        reading = read(reader, *arguments)
        if (text := next(versions, None)) is not None:
            filled.add(document("baku", text))
        return reading

    monkeypatch.setattr(type(filled.reader), "read", overtaken)
    answer = filled.ask("Where did the speaker meet the delegation?")
    assert "Sumgait" in answer.quotes[0].text
    assert filled.verify(answer_json(answer)).ok


def test_a_document_that_never_stands_still_is_asked_for_again_later(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(filled.store), "document_if", lambda *_: None)
    with pytest.raises(StoreLocked, match="ask it again"):
        filled.ask("Where did the speaker meet the delegation?")


def test_a_deleted_document_answers_no_more(filled: Engine) -> None:
    filled.delete("baku")
    answer = filled.ask("Where did the speaker meet the delegation?")
    assert {each.document_id for each in answer.passages} == {"paris"}
    with pytest.raises(DocumentNotFound):
        filled.document("baku")


def test_filters_keep_other_documents_out(filled: Engine) -> None:
    answer = filled.ask("Where did the speaker meet the delegation?", filters=Filters(documents=("paris",)))
    assert {each.document_id for each in (*answer.quotes, *answer.passages)} == {"paris"}


def test_k_passages_asked_for_are_k_passages_shown(filled: Engine) -> None:
    filled.add(document("long", " ".join(f"Sentence {number} is about the number {number}." for number in range(300))))
    assert len(filled.ask("number", k=7).passages) == 7
    assert len(filled.search("number", k=3)) == 3


def test_passages_are_shown_in_the_order_that_reading_gives_phrases_first_and_copies_last(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.add(document("twin", PARIS))
    filled.add(document("bread", "Bread is cheap here."))

    def liked(reader: object, query: object, hits: Sequence[Hit]) -> Reading:
        ranks = {"bread": 3.0, "baku": 2.0, "paris": 1.0, "twin": 1.0}
        return Reading((), 0.0, tuple(ranks[hit.document.id] for hit in hits))

    monkeypatch.setattr(type(filled.reader), "read", liked)
    shown = [each.document_id for each in filled.ask("tickets to the museum").passages]
    assert shown == ["bread", "baku", "paris", "twin"]
    shown = [each.document_id for each in filled.ask('"tickets cost" what?').passages]
    assert shown == ["paris", "twin", "bread", "baku"]
    assert filled.search("tickets to the museum")[0].document_id == "paris"  # where nothing is read


def test_what_was_searched_for_is_told(filled: Engine) -> None:
    answer = filled.ask("When did they meet?", history=["Who met the delegation in Baku?"])
    assert answer.question == "When did they meet?"
    assert answer.searched_for == "Who met the delegation in Baku? When did they meet?"


def test_a_change_of_subject_is_searched_for_alone(filled: Engine) -> None:
    asked = "What do tickets to the new hall of the museum in Paris cost?"
    answer = filled.ask(asked, history=["Where did the speaker meet the delegation in Baku?"])
    assert answer.searched_for == asked
    assert answer.quotes[0].document_id == "paris"


def test_a_message_that_says_little_is_answered_from_what_was_asked_before(filled: Engine) -> None:
    answer = filled.ask("And where?", history=["Who met the delegation in Baku?"])
    assert answer.quotes[0].document_id == "baku"


def test_without_earlier_questions_a_question_is_one_reading(filled: Engine) -> None:
    for history in ([], [""], ["  ", "Where did they meet?"]):
        query = filled.query("Where did they meet?", history)
        assert (query.behind, query.share, query.text) == ((), 0.0, "Where did they meet?")


@pytest.mark.parametrize("message", ["?", "呢？", "\u0000", "ذلك", "🙂", "a" * LONGEST_QUESTION])
def test_any_message_is_answered_behind_fifty_questions(filled: Engine, message: str) -> None:
    history = [
        "",
        "x" * LONGEST_QUESTION,
        *["Who met the delegation in Baku?"] * 20,
        *["谁？", "\u200b", "?"] * 9,
        "Who?",
    ]
    first = filled.ask(message, history=history[:LONGEST_HISTORY])
    again = filled.ask(message, history=history[:LONGEST_HISTORY])
    assert (first.quotes, first.passages, first.searched_for) == (again.quotes, again.passages, again.searched_for)


def test_a_follow_up_asks_only_the_documents_that_are_allowed(filled: Engine) -> None:
    filters = Filters(documents=("paris",))
    answer = filled.ask("And where?", history=["Who met the delegation in Baku?"], filters=filters)
    assert {each.document_id for each in (*answer.quotes, *answer.passages)} == {"paris"}
    nothing = filled.ask("And where?", history=["Who met whom?"], filters=Filters(documents=("nowhere",)))
    assert (nothing.status, nothing.passages) == ("not_found", ())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"question": "  "}, "empty"),
        ({"question": "x" * (LONGEST_QUESTION + 1)}, "characters"),
        ({"question": "x", "history": ["y"] * (LONGEST_HISTORY + 1)}, "history"),
        ({"question": "x", "k": 0}, "k is 0"),
        ({"question": "x", "k": MOST_PASSAGES + 1}, "k is"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_before_any_work(
    filled: Engine, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(QuestionError, match=words):
        filled.ask(**arguments)  # type: ignore[arg-type]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=500).filter(lambda text: any(map(str.isalnum, text))))
def test_any_text_is_quoted_to_the_letter(engine: Engine, text: str) -> None:
    engine.add(document("any", text))
    answer = engine.ask(text[:200].strip() or "x", min_confidence=0.0) if text.strip() else None
    assert engine.document("any").text == text
    if answer:
        assert all(text[each.start : each.end] == each.text for each in answer.quotes)
        assert engine.verify(answer_json(answer)).ok


def test_a_cut_word_is_found_whole_and_quoted_as_it_stands(engine: Engine, encoder: FakeEncoder) -> None:
    engine.add(
        document("cut", "укрепление дружественных от-\n\n## Заголовок\n\nношений между народами.", language="ru")
    )
    assert any("отношений" in text for text in encoder.encoded)
    assert "от-\n\n## Заголовок\n\nношений" in engine.ask("отношений").quotes[0].text


def test_the_stored_vectors_are_those_of_the_encoder(filled: Engine, encoder: FakeEncoder) -> None:
    found = filled.search("The museum in Paris", k=1)[0]
    vectors = encoder.encode_passages([found.text]) @ encoder.encode_queries(["The museum in Paris"]).T
    assert np.isclose(found.score, vectors[0, 0], atol=1e-3)


def test_a_phrase_in_quotation_marks_is_searched_for_as_it_stands(filled: Engine) -> None:
    filled.add(document("scattered", "New hall after new hall: a museum opened. The opened hall is a new museum hall."))
    assert filled.search('a museum: "opened a new hall"', k=3)[0].document_id == "paris"


def test_a_word_or_two_are_of_the_language_of_the_passages_that_have_them(filled: Engine) -> None:
    filled.add(document("slavery", "No one shall be held in slavery.", language="en"))
    filled.add(document("esclavitud", "Nadie estará sometido a esclavitud.", language="es"))
    assert [filled.query(each).language for each in ("slavery", "esclavitud")] == ["en", "es"]
    assert filled.query("Sklaverei").language == "und"  # no document has it
    assert filled.query("Who was held in slavery in Paris?").language == "en"
    assert filled.query("esclavitud", language="fr").language == "fr"


def test_a_question_may_be_in_a_language_that_came_in_since_the_indexes_were_saved(filled: Engine) -> None:
    question = "Kapan perjanjian itu ditandatangani?"
    filled.store.snapshot()
    assert filled.query(question).language == "ms"
    filled.add(document("perjanjian", "Perjanjian itu ditandatangani di Jakarta pada tahun 1992.", language="id"))
    assert filled.query(question).language == "id"


def test_a_part_of_a_document_is_asked_for_by_its_number(filled: Engine) -> None:
    lease = "Lease\n\n3.1. The house is let for ten years.\n\n3.2. Rent is paid monthly.\n\n3.3. Pets are allowed."
    filled.add(document("lease", lease))
    answer = filled.ask("What does clause 3.2 say?")
    assert (answer.status, answer.quotes[0].text) == ("answered", "3.2. Rent is paid monthly.")


@pytest.mark.parametrize("put_in", ["Article 12¹", "Article 12-1", "Article 12.1"])
def test_an_article_that_was_put_in_behind_another_is_one_of_its_own(filled: Engine, put_in: str) -> None:
    articles = {"Article 12": "Rent is due.", put_in: "Pets are allowed.", "Article 121": "The law enters into force."}
    filled.add(document("law", "\n\n".join(f"{name}. {text}" for name, text in articles.items())))
    for asked, name in (("Article 12", "Article 12"), ("article 12-1", put_in), ("Article 121", "Article 121")):
        answer = filled.ask(f"What does {asked} say?")
        assert [quote.text for quote in answer.quotes] == [f"{name}. {articles[name]}"]


def test_a_part_of_a_part_is_asked_for_by_both_numbers(filled: Engine) -> None:
    articles = [
        f"Article {article}\n1. Rent {article} is due.\n2. Pets {article} are allowed." for article in range(1, 4)
    ]
    filled.add(document("lease", "\n\n".join(articles)))
    for asked in ("What does paragraph 2 of article 3 say?", "Article 3 (2), paragraph 2"):
        assert filled.ask(asked).quotes[0].text == "2. Pets 3 are allowed."


def test_what_is_asked_for_in_a_part_is_looked_for_there_first(filled: Engine) -> None:
    def part(number: int) -> str:
        return f"{number}. Part\n\n" + "Nothing of it. " * 60 + f"Rent of the house is paid in month {number}."

    filled.add(document("lease", "\n\n".join(map(part, range(1, 7)))))
    asked = "What does section {} say about the rent of the house and when it is paid?"
    for number in (2, 5):
        assert filled.ask(asked.format(number)).quotes[0].text == f"Rent of the house is paid in month {number}."
    elsewhere = filled.ask("What does section 3 say about the museum in Paris and who opened it?")
    assert elsewhere.quotes[0].document_id == "lease"  # the engine of these tests quotes at any confidence
    assert (
        filled.ask("What does section 9 say about the museum in Paris, opened by whom?").quotes[0].document_id
        == "paris"
    )


TENANTS = (
    "Jonas Berg",
    "Maria Keller",
    "Peter Novak",
    "Clara Moreau",
    "Omar Haddad",
    "Hanna Rossi",
    "Viktor Fischer",
    "Ingrid Kowalski",
)


def leases(names: Sequence[str] = TENANTS) -> list[Document]:
    clauses = "Nothing may be altered. " * 60
    return [
        document(
            name.split()[0].lower(), f"Lease made with {name}, the tenant. {clauses}Rent is {place}00 euros a month."
        )
        for place, name in enumerate(names, 1)
    ]


def test_of_documents_that_are_alike_the_one_that_is_named_answers(engine: Engine) -> None:
    list(engine.add_many(leases()))
    for place, name in enumerate(TENANTS, 1):
        first = engine.ask(f"How much rent does {name} pay a month?").quotes[0]
        assert first.text == f"Rent is {place}00 euros a month."
        assert first.document_id == name.split()[0].lower()


def test_a_document_is_named_by_its_file_too(engine: Engine) -> None:
    for place, name in enumerate(TENANTS, 1):
        text = "Lease of a flat. " + "Nothing may be altered. " * 60 + f"Rent is {place}00 euros a month."
        engine.add(Document(f"lease-{place}", text, "Lease", f"leases/{name.replace(' ', '_')}.pdf", "en"))
    assert engine.ask("How much rent does Peter Novak pay a month?").quotes[0].text == "Rent is 300 euros a month."


def test_a_message_goes_on_within_the_document_that_was_named_before(engine: Engine) -> None:
    list(engine.add_many(leases()))
    for place, name in enumerate(("Jonas Berg", "Maria Keller", "Peter Novak"), 1):
        answer = engine.ask("And the rent, euros a month?", history=[f"Who is {name}, the tenant of the lease?"])
        assert name in answer.searched_for
        assert answer.quotes[0].text == f"Rent is {place}00 euros a month."


def test_of_two_documents_that_are_named_both_are_quoted(engine: Engine) -> None:
    list(engine.add_many(leases()))
    quotes = engine.ask("How much rent do Jonas Berg or Peter Novak pay a month, euros?").quotes
    assert {each.text for each in quotes} == {"Rent is 100 euros a month.", "Rent is 300 euros a month."}
    assert [each.score for each in quotes] == sorted((each.score for each in quotes), reverse=True)


def test_a_message_that_names_another_document_asks_of_it_what_was_asked_before(engine: Engine) -> None:
    list(engine.add_many(leases()))
    answer = engine.ask("And Peter Novak?", history=["How much rent does Jonas Berg pay a month?"])
    assert answer.quotes[0].text == "Rent is 300 euros a month."


class Sure:
    """Quotes the first hit, as sure as it is told to be of its document."""

    def __init__(self, **confidences: float) -> None:
        self._confidences = confidences
        self.asked: list[Query] = []
        self.documents: list[set[str]] = []  # of each reading

    @property
    def reads(self) -> int:
        return len(self.asked)

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        self.asked.append(query)
        self.documents.append({hit.document.id for hit in hits})
        passage, confidence = hits[0].passage, self._confidences[hits[0].document.id]
        span = Span(passage.document_id, passage.start, passage.end, None, confidence, "en")
        return Reading((span,), confidence, tuple(0.0 for _ in hits))


def test_of_two_documents_that_are_named_each_is_read_by_itself_and_the_surer_one_quoted_first(engine: Engine) -> None:
    list(engine.add_many(leases()))
    sure = Sure(jonas=0.7, peter=0.9)
    answer = replace(engine, reader=sure).ask("How much rent do Jonas Berg or Peter Novak pay a month?")
    assert sorted(sure.documents, key=min) == [{"jonas"}, {"peter"}]
    assert [(each.document_id, each.score) for each in answer.quotes] == [("peter", 0.9), ("jonas", 0.7)]
    assert answer.confidence == 0.9
    assert {each.document_id for each in answer.passages} == {"jonas", "peter"}


class Marking(Sure):
    """Marks the first figure."""

    def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
        reading = super().read(query, hits)
        figure = re.search(r"\d+", hits[0].passage.text)
        start = hits[0].passage.start
        mark = (start + figure.start(), start + figure.end()) if figure else None
        return replace(reading, spans=tuple(replace(each, highlight=mark) for each in reading.spans))


def test_documents_that_are_each_asked_for_contradict_nobody_where_their_figures_differ(engine: Engine) -> None:
    list(engine.add_many(leases()))
    marking = replace(engine, reader=Marking(jonas=0.9, peter=0.9))
    answer = marking.ask("Rent is how many euros a month for Jonas Berg or Peter Novak?")
    assert [each.document_id for each in answer.quotes] == ["jonas", "peter"]
    assert sorted(differing(answer.quotes)) == [0, 1]  # as it would be told of one document and another
    assert answer.differing == ()


def test_what_was_asked_before_is_asked_of_another_document_in_its_own_language(engine: Engine) -> None:
    list(engine.add_many([*leases(), document("russian", "Договор аренды на десять лет.", language="ru")]))
    sure = Sure(peter=0.9)
    replace(engine, reader=sure).ask("А Peter Novak?", history=["How much rent does Jonas Berg pay a month?"])
    assert [each.language for each in sure.asked] == ["en"]


@pytest.mark.parametrize(
    ("jonas", "paris", "answered"), [(0.5, 0.6, "paris"), (0.6, 0.5, "jonas"), (0.8, 0.9, "jonas")]
)
def test_where_the_document_that_is_named_is_not_sure_enough_the_surest_answers(
    engine: Engine, jonas: float, paris: float, answered: str
) -> None:
    list(engine.add_many([*leases(), document("paris", PARIS)]))
    sure = replace(engine, reader=Sure(jonas=jonas, paris=paris))
    asked = "What did the museum in Paris open? What do tickets for its new hall cost Berg?"
    assert sure.ask(asked).quotes[0].document_id == answered


@pytest.mark.parametrize(("documents", "reads"), [(7, 1), (8, 2)])
def test_a_folder_of_few_documents_is_read_as_a_whole(engine: Engine, documents: int, reads: int) -> None:
    list(engine.add_many(leases()[:documents]))
    unsure = Sure(**{name.split()[0].lower(): 0.1 for name in TENANTS})
    replace(engine, reader=unsure).ask("How much rent does Peter Novak pay a month?")
    assert unsure.reads == reads


def test_where_a_name_is_asked_for_of_which_half_is_there_the_answer_is_half_as_sure(engine: Engine) -> None:
    list(engine.add_many(leases()))
    whole = "How much rent does the tenant Zoltan Keller pay a month?"
    half = "How much rent does the tenant Peter Keller pay a month?"
    assert engine.ask(half).confidence < 0.75 * engine.ask(whole).confidence


@pytest.mark.parametrize(
    ("question", "text", "language", "confidence"),
    [
        ("Which Armenian minister met the speaker?", BAKU, "en", 0.2),
        ("Which Armenian minister met the speaker?", f"{BAKU}\n\n{'Filler. ' * 300}\n\nArmenia was there.", "en", 0.8),
        ("Was macht der Sprecher in Armenien?", "Армения приняла спикера.", "ru", 0.8),
        ("Was macht der Sprecher in Armenien?", "Грузия приняла спикера.", "ru", 0.2),
        ("Was geschah im Jahr 1996?", "Грузия приняла спикера.", "ru", 0.2),
        ("Was geschah im Jahr 1996?", "Georgien empfing den Sprecher.", "de", 0.8),
        ("Which Armenian minister met the speaker?", BAKU + " " * 300_000 + "The end.", "en", 0.8),
    ],
)
def test_who_asks_about_a_country_or_a_year_that_a_document_lacks_is_answered_from_it_with_little_confidence(
    engine: Engine, question: str, text: str, language: str, confidence: float
) -> None:
    engine.add(document("speaker", text, language=language))
    asked = "en" if question.startswith("Which") else "de"
    answer = replace(engine, reader=Sure(speaker=0.8)).ask(question, language=asked, min_confidence=0.0)
    assert answer.confidence == pytest.approx(confidence)
    assert [each.score for each in answer.quotes] == [answer.confidence]


@pytest.mark.parametrize(
    ("language", "least", "lacking"),
    [("en", 0.9, ("Macron",)), ("en", 0.7, ()), ("fr", 0.9, ())],  # in another language a name may be told otherwise
)
def test_where_nothing_is_quoted_the_names_are_told_that_no_near_document_has(
    engine: Engine, language: str, least: float, lacking: tuple[str, ...]
) -> None:
    engine.add(document("speaker", BAKU, language=language))
    sure = replace(engine, reader=Sure(speaker=0.8))
    answer = sure.ask("Did the Speaker meet Macron in Baku?", language="en", min_confidence=least)
    assert answer.lacking == lacking


def test_a_word_that_is_nowhere_is_told_once(filled: Engine) -> None:
    answer = filled.ask("Which Armenian ministers met the Armenian speaker?", min_confidence=1.0)
    assert answer.lacking == ("Armenian",)


def test_what_is_found_in_a_document_that_has_the_country_is_quoted_before_what_is_not(engine: Engine) -> None:
    engine.add(document("georgia", "Georgia met the speaker."))
    engine.add(document("armenia", "Armenia met the speaker."))

    class Both:
        def read(self, query: Query, hits: Sequence[Hit]) -> Reading:
            spans = (Span("georgia", 0, 7, None, 0.8, "en"), Span("armenia", 0, 7, None, 0.5, "en"))
            return Reading(spans, 0.8, tuple(0.0 for _ in hits))

    answer = replace(engine, reader=Both()).ask("Who from Armenia met the speaker?")
    assert [(each.document_id, each.score) for each in answer.quotes] == [("armenia", 0.5), ("georgia", 0.2)]
    assert answer.confidence == 0.5


def test_a_passage_is_found_by_the_words_of_its_title_and_heading_which_are_never_quoted(engine: Engine) -> None:
    text = "# Zebra opening hours\n\nFrom nine to five on every day of the week."
    engine.add(Document("hours", text, "Quagga museum", "hours.md", "en", headings=(Heading(0, 21, 1),)))
    engine.add(document("paris", PARIS))
    (tokens,) = engine.encoder.tokenize(["zebra quagga"])
    keys, _ = engine.store.lexical(tokens, 5)
    assert {found.document.id for found in engine.store.passages(keys)} == {"hours"}
    for answer in (engine.ask("quagga", min_confidence=0.0), engine.ask("When is the zebra open?", min_confidence=0.0)):
        assert not any("Quagga" in each.text for each in answer.quotes)
        assert engine.verify(answer_json(answer)).ok
