"""Question and passages to spans, each born with its offsets."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, product

import pytest
from fake_encoder import AS_THEY_ARE, FakeEncoder

from rag.centring import Centring
from rag.folding import fold
from rag.logistic import Logistic
from rag.readers import Calibration, EvidenceReader
from rag.readers.calibration import BUNDLED, SENTENCE_BY_VECTORS, calibration_for
from rag.readers.candidates import candidates_of
from rag.readers.evidence import WORD_FEATURES
from rag.readers.findings import SPAN_FEATURES, Finding
from rag.readers.late_interaction import LateInteraction
from rag.types import DocumentSummary, Hit, Passage, Phrase, Query

TEXT = "Tulips are red. The speaker met the delegation in Baku. The delegation spoke of trade. Bread is cheap."

ORDER = (4.0, 2.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
PLAIN_MODEL = Logistic((*ORDER, 0.0), bias=-3.0)


def calibration_of(order: tuple[float, ...], model: Logistic) -> Calibration:
    """One model for everything; what stands under a question is as sure as anything."""
    under = Logistic((*model.weights[:-1], 0.0, model.weights[-1]), model.bias)
    return Calibration(order, model, model, model, 0.0, under, under)


PLAIN = calibration_of(ORDER, PLAIN_MODEL)  # what shipped ones may change


def hit(text: str, document_id: str = "d", start: int = 0, language: str = "en", score: float = 0.5) -> Hit:
    summary = DocumentSummary(document_id, "", "", language, None, None, "text/plain", len(text), 1, "", (language,))
    return Hit(Passage(document_id, 0, start, start + len(text), text), summary, score, 0.1, score)


def query(encoder: FakeEncoder, text: str) -> Query:
    ((vector, states),) = encoder.read_queries([text])
    return Query(text, "en", vector, tuple(encoder.tokenize([fold(text)])[0]), states)


@pytest.fixture
def reader(encoder: FakeEncoder) -> EvidenceReader:
    return EvidenceReader(encoder, Centring.none(), lambda tokens: dict.fromkeys(tokens, 1.0), PLAIN)


def test_the_sentence_nearest_to_the_question_is_chosen_with_its_place(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    spans = reader.read(query(encoder, "the speaker met the delegation in baku"), [hit(TEXT, start=1000)]).spans
    assert TEXT[spans[0].start - 1000 : spans[0].end - 1000].startswith("The speaker met the delegation in Baku.")


def test_no_two_spans_overlap(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    hits = [hit(TEXT), hit(TEXT[16:], start=16), hit(TEXT, "other")]
    spans = reader.read(query(encoder, "delegation"), hits).spans
    for one, other in pairwise(sorted(spans, key=lambda span: (span.document_id, span.start))):
        assert one.document_id != other.document_id or one.end <= other.start


def test_a_dateline_is_quoted_with_the_sentence_that_it_opens(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    text = "BAKU, April 2. The speaker met a delegation. It left.\nBAKU, April 3.\nTulips are red."
    starts = {
        span.start: text[span.start : span.end] for span in reader.read(query(encoder, "baku"), [hit(text)]).spans
    }
    assert starts[0].startswith("BAKU, April 2. The speaker met a delegation.")
    assert starts[text.index("BAKU, April 3.")] == "BAKU, April 3."  # a line by itself stays one


def test_a_question_in_the_passage_is_no_answer_but_where_nothing_else_is(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    asked = query(encoder, "how do I report a bug")
    text = "12.5. How do I report a bug? Write a letter about the bug. How do I get it? You ask."
    quotes = [text[span.start : span.end] for span in reader.read(asked, [hit(text)]).spans]
    assert quotes[0].startswith("Write a letter about the bug.")
    assert not any("?" in quote for quote in quotes)
    (alone,) = reader.read(asked, [hit(text[:28])]).spans
    assert (alone.start, alone.end) == (0, 28)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Pivot tables\n\nThey sum up. They sort.", ["Pivot tables\n\nThey sum up.", "They sort."]),
        ("Tables\n\n3.2 Pivot\n\nThey sum up:\n\nrows", ["Tables\n\n3.2 Pivot\n\nThey sum up:", "rows"]),
        ("They sort.\n\n透视表\n\n用于汇总。", ["They sort.", "透视表\n\n用于汇总。"]),
        ("France\n\nTurkey\n\nIran\n\nThey met.", ["France", "Turkey\n\nIran\n\nThey met."]),
        ("Why\n\nCost\n\nNoise\n\nRules\n\nThey met.", ["Why", "Cost", "Noise", "Rules", "They met."]),
        ("Tables\n\nName\tPlace\n\nThey sum up.", ["Tables", "Name\tPlace", "They sum up."]),
        ("They sort.\n\nPivot tables", ["They sort.", "Pivot tables"]),
        ("| Airport | line |\n\nThey sum up.", ["| Airport | line |", "They sum up."]),
        ("4 July 2024 09:00 (UTC+04:00)\n\nThey met.", ["4 July 2024 09:00 (UTC+04:00)", "They met."]),
        ("Pivot tables\n\nWhat are they? They sum up.", ["Pivot tables", "They sum up."]),
        ("Rights\n\nArtikel 3.\n\nAll have them.", ["Rights\n\nArtikel 3.\n\nAll have them."]),
        ("Artikel 3.\n\nRights\n\nAll have them.", ["Artikel 3.\n\nRights\n\nAll have them."]),
        ("第三条\n\n人人有权", ["第三条\n\n人人有权"]),
        ("ข้อ 12\n\nทุกคนมีสิทธิ\n\nข้อ 13", ["ข้อ 12\n\nทุกคนมีสิทธิ", "ข้อ 13"]),
        ("Article III. Name\n\nIt is the club.", ["Article III. Name\n\nIt is the club."]),
        ("TERCERA.- RENTA. Son novecientos euros. Ya.", ["TERCERA.- RENTA. Son novecientos euros.", "Ya."]),
        ("Статья 2. Права\nЧитать можно.\nПисать нельзя.", ["Статья 2. Права\nЧитать можно.", "Писать нельзя."]),
        ("See section 3.\n\nAll have them.", ["See section 3.", "All have them."]),
    ],
)
def test_a_heading_is_quoted_with_the_sentence_below_it(text: str, quoted: list[str]) -> None:
    assert [text[each.start : each.end] for each in candidates_of([hit(text)])] == quoted


def test_the_part_that_is_named_is_quoted_first_and_a_table_of_contents_after_it(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    plain = query(encoder, "what does clause 3.2 say")
    named = replace(plain, clauses=(Phrase("3.2", ()),))
    text = "What does clause say? Clause 3.2 does say so.\n\n3.2. Rent is paid monthly."
    contents = "1.1 Rent\n\n3.2 Payment"
    start = text.index("3.2. Rent")
    reading = reader.read(named, [hit(text)])
    assert [each.start for each in reading.spans] == [start]  # and nothing else
    assert reading.confidence == 0.9
    assert reader.read(plain, [hit(text)]).spans[0].start != start
    both = reader.read(named, [hit(contents, "contents"), hit(text)])
    assert [(each.document_id, each.start) for each in both.spans[:2]] == [("d", start), ("contents", 10)]
    assert both.confidence == 0.9


def test_the_part_that_has_the_word_of_the_question_is_quoted_and_no_point_of_its_number(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    named = replace(query(encoder, "what does article 2 say"), clauses=(Phrase("2", (), "article"),))
    text = "2. Readers have names.\n\nArticle 2. Rights\n\nReaders read."
    (span,) = reader.read(named, [hit(text)]).spans
    assert text[span.start : span.end] == "Article 2. Rights\n\nReaders read."


def test_what_is_quoted_for_a_part_that_is_nowhere_is_half_as_sure(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    plain = query(encoder, "what does clause 9.9 say")
    named = replace(plain, clauses=(Phrase("9.9", ()),))
    assert reader.read(named, [hit(TEXT)]).confidence == reader.read(plain, [hit(TEXT)]).confidence / 2


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
def test_a_follow_up_is_read_as_it_is_searched_for(reader: EvidenceReader, encoder: FakeEncoder, share: float) -> None:
    message, behind = query(encoder, "And where?"), query(encoder, "Whom did she meet in Baku? And where?")
    hits = [hit(TEXT), hit("Tulips are red. She met him in Baku.", "other")]
    mixed = reader.candidates(replace(message, behind=(behind,), share=share), hits)
    for ours, one, other in zip(mixed, *(reader.candidates(each, hits) for each in (message, behind)), strict=True):
        assert (ours.start, ours.end, ours.hit) == (one.start, one.end, one.hit)
        for value, *ends in zip(ours.features, one.features, other.features, strict=True):
            assert min(ends) - 1e-6 <= value <= max(ends) + 1e-6
        if share == 0.0:
            assert ours.features == pytest.approx(one.features)


def test_a_neighbour_that_belongs_is_quoted_with_the_sentence(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    text = "The speaker met the delegation. The speaker met the delegation again. Tulips are red."
    spans = reader.read(query(encoder, "the speaker met the delegation"), [hit(text)]).spans
    assert text[spans[0].start : spans[0].end] == text[: text.index(" Tulips")]


def test_what_stands_under_the_next_heading_is_not_quoted_with_the_sentence(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    text = "The speaker met the delegation.\n\nArticle 2\n\nThe speaker met the delegation again."
    quoted = {text[each.start : each.end] for each in reader.read(query(encoder, "the speaker met"), [hit(text)]).spans}
    assert quoted == set(text.split("\n\n", 1))


def test_scores_fall_and_the_first_is_the_confidence(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    reading = reader.read(query(encoder, "delegation"), [hit(TEXT), hit(TEXT, "other", score=0.2)])
    scores = [span.score for span in reading.spans]
    assert scores == sorted(scores, reverse=True)
    assert reading.confidence == scores[0]
    assert all(0.0 <= score <= 1.0 for score in scores)


@pytest.mark.parametrize("hits", [[], [hit("*** --- ***")]])
def test_where_there_is_no_sentence_there_is_no_span(
    reader: EvidenceReader, encoder: FakeEncoder, hits: list[Hit]
) -> None:
    reading = reader.read(query(encoder, "delegation"), hits)
    assert (reading.spans, reading.confidence) == ((), 0.0)


def test_with_the_shipped_weights_a_passage_that_stands_out_makes_for_more_confidence(encoder: FakeEncoder) -> None:
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: dict.fromkeys(tokens, 1.0), SENTENCE_BY_VECTORS)
    asked = query(encoder, "the speaker met the delegation in baku")
    strangers = [hit("Bread is cheap here.", "e"), hit("Tulips are red.", "f")]
    crowded = reader.read(asked, [hit(TEXT), *strangers])
    alone = reader.read(asked, [hit(TEXT), *(replace(each, score=0.1) for each in strangers)])
    assert alone.confidence > crowded.confidence


def test_a_passage_far_below_the_best_is_not_read(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    hits = [hit(TEXT, score=0.6), hit("The delegation spoke.", "near", score=0.45), hit(TEXT, "far", score=0.3)]
    asked = query(encoder, "delegation")
    assert {each.hit.document.id for each in reader.candidates(asked, hits)} == {"d", "near"}
    assert reader.read(asked, hits).support[2] == -math.inf


def test_a_passage_that_holds_the_quoted_phrase_is_read_wherever_it_ranks(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    hits = [replace(hit(TEXT, "phrase", score=0.1), phrased=True), hit(TEXT, score=0.6)]
    assert {each.hit.document.id for each in reader.candidates(query(encoder, "delegation"), hits)} == {"d", "phrase"}


def test_a_passage_is_supported_by_its_best_sentence(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    asked = query(encoder, "the speaker met the delegation in baku")
    hits = [hit("Bread is cheap.", "e"), hit(TEXT), hit("*** --- ***", "f"), hit(TEXT[:55], "g")]
    bread, whole, dashes, part = reader.read(asked, hits).support
    assert whole == part > bread > dashes


class FakeNetwork:
    """Finds the last word of every stretch, and likes that best which ends the text."""

    answers_the_last = True

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        return [
            [self._last_word(text, *each) for each in places] for text, places in zip(texts, stretches, strict=True)
        ]

    def _last_word(self, text: str, start: int, end: int) -> Finding | None:
        found = re.search(r"\w+(?=\W*$)", text[start:end])
        return found and Finding(start + found.start(), start + found.end(), 1.0 + end - len(text), 2.0, -0.1)


class QuestionsMatter(FakeNetwork):
    """... and likes it as much as the question is long."""

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        found = super().find(question, texts, stretches)
        return [[each and replace(each, minus_null=float(len(question))) for each in row] for row in found]


def test_what_the_network_finds_is_marked_inside_its_sentence(encoder: FakeEncoder) -> None:
    order = (*ORDER, 1.0, 0.0, 0.0)
    weights = calibration_of(order, Logistic((*order, 0.0), bias=0.0))
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: {}, weights, FakeNetwork())
    first, *rest = reader.read(query(encoder, "delegation"), [hit(TEXT, start=50)]).spans
    assert first.highlight is not None
    assert TEXT[first.highlight[0] - 50 : first.highlight[1] - 50] == "cheap"
    assert first.start <= first.highlight[0] < first.highlight[1] <= first.end
    assert rest
    assert all(span.highlight is None for span in rest)  # there "no answer" is the better one


@pytest.mark.parametrize(("against", "read"), [(0.0, "abcde"), (5.0, "abcdef")])
def test_after_four_passages_only_those_are_read_that_could_still_come_first(
    encoder: FakeEncoder, against: float, read: str
) -> None:
    # Passages by their cosine, and what is read in them speaks against.
    order = (0.0, 0.0, 20.0, *[0.0] * 6, -against, 0.0, 0.0)
    calibration = calibration_of(order, Logistic((*order, 0.0), bias=0.0))
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: {}, calibration, FakeNetwork())
    scores = {"f": 0.45, "a": 0.6, "b": 0.6, "c": 0.6, "d": 0.6, "e": 0.57}
    hits = [replace(hit(f"One {name}.", name, score=score), rank_score=0.0) for name, score in scores.items()]
    asked = query(encoder, "one")
    assert "".join(sorted(each.hit.document.id for each in reader.candidates(asked, hits))) == read
    assert (reader.read(asked, hits).support[0] == -math.inf) == ("f" not in read)
    phrased = [replace(hits[0], phrased=True), *hits[1:]]
    assert "f" in {each.hit.document.id for each in reader.candidates(asked, phrased)}


class Untaught(QuestionsMatter):
    """... and knows single questions only."""

    answers_the_last = False


@pytest.mark.parametrize(
    ("network", "share", "counts"),
    [(QuestionsMatter(), 0.3, 0.3), (QuestionsMatter(), 0.8, 0.8), (Untaught(), 0.8, 0.0)],
)
def test_what_the_network_finds_for_a_follow_up_is_averaged_if_it_has_learned_to_answer_the_last_question(
    encoder: FakeEncoder, network: QuestionsMatter, share: float, counts: float
) -> None:
    order = (*ORDER, 1.0, 0.0, 0.0)
    calibration = calibration_of(order, Logistic((*order, 0.0), bias=0.0))
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: {}, calibration, network)
    message, behind = query(encoder, "red"), (query(encoder, "speaker"), query(encoder, "delegation, speaker"))
    mixed = reader.candidates(replace(message, behind=behind, share=share), [hit(TEXT)])
    alone = reader.candidates(message, [hit(TEXT)])
    whole = reader.candidates(behind[-1], [hit(TEXT)])
    for ours, one, two in zip(mixed, alone, whole, strict=True):
        assert ours.highlight == (two if counts > 0.5 else one).highlight
        assert ours.features[-3] == pytest.approx((1 - counts) * one.features[-3] + counts * two.features[-3])


def test_a_marked_word_that_a_page_break_cut_is_marked_as_it_stands(encoder: FakeEncoder) -> None:
    text = "Стороны укрепили дружественные отно-\n\nшения"
    order = (*ORDER, 1.0, 0.0, 0.0)
    weights = calibration_of(order, Logistic((*order, 0.0), bias=0.0))
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: {}, weights, FakeNetwork())
    (span,) = reader.read(query(encoder, "отношения"), [hit(text, language="ru")]).spans
    assert span.highlight is not None
    assert text[slice(*span.highlight)] == "отно-\n\nшения"


def test_the_sentences_of_one_text_are_encoded_once(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    asked = query(encoder, "delegation")
    first = reader.read(asked, [hit(TEXT)])
    encoded = len(encoder.encoded)
    assert reader.read(asked, [hit(TEXT)]) == first
    assert len(encoder.encoded) == encoded


def test_of_more_than_forty_sentences_those_that_promise_least_are_not_encoded(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    asked = query(encoder, "delegation")
    told = [f"The delegation of the city came {number} times." for number in range(40)]
    strangers = [f"Bread costs {number} euros." for number in range(10)]
    before = len(encoder.encoded)
    found = reader.candidates(asked, [hit(" ".join([*told, *strangers]))])
    assert sorted(encoder.encoded[before:]) == sorted(told)
    assert len(found) == 50


CONTENTS = "Entering Formulas\n\nCopying Formulas\n\nPrinting Sheets\n\nFreezing Rows\n\nNaming Cells"


@pytest.mark.parametrize("line", ["Copying Formulas", "3.8. Copying Formulas", "3.8 Copying Formulas . . . . . 34"])
def test_a_line_that_only_names_what_is_asked_for_is_not_quoted(
    reader: EvidenceReader, encoder: FakeEncoder, line: str
) -> None:
    told = "To copy one, select the cell that has formulas."
    both = [hit(CONTENTS.replace("Copying Formulas", line), "contents"), hit(told, "guide")]
    texts = [each.text for each in reader.ordered(query(encoder, "copying formulas"), both)]
    assert told in texts
    assert line not in texts
    assert "Entering Formulas" in texts  # says what was not asked


def test_a_line_that_tells_a_figure_is_quoted(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    form = hit("Tenant: Maria Keller\n\nDeposit: 1,200\n\nParking: 61\n\nNotice: 30\n\nCharges: 90")
    assert reader.ordered(query(encoder, "deposit"), [form])[0].text == "Deposit: 1,200"


def test_where_nothing_else_is_there_it_is_quoted_all_the_same(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    found = reader.ordered(query(encoder, "copying formulas"), [hit("Copying Formulas")])
    assert [each.text for each in found] == ["Copying Formulas"]


def test_a_sentence_that_says_no_more_than_the_question_affirms_it(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    found = reader.ordered(query(encoder, "is it so that bread is cheap"), [hit(TEXT)])
    assert found[0].text == "Bread is cheap."


def test_a_line_of_a_list_that_says_less_than_the_question_affirms_it(
    reader: EvidenceReader, encoder: FakeEncoder
) -> None:
    board = "- Maria Keller, board member\n- Omar Haddad, auditor"
    found = reader.ordered(query(encoder, "is maria keller a board member"), [hit(board)])
    assert found[0].text == "- Maria Keller, board member"


def test_a_sentence_that_meets_the_words_asked_for_comes_before_one_that_does_not(encoder: FakeEncoder) -> None:
    order = (*[0.0] * 8, 1.0)
    calibration = calibration_of(order, Logistic((*order, 0.0), bias=0.0))
    late = LateInteraction(AS_THEY_ARE)
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: {}, calibration, late=late)
    first = reader.ordered(query(encoder, "speaker met"), [hit(TEXT)])[0]
    assert first.text == "The speaker met the delegation in Baku."
    assert first.features[-1] == pytest.approx(1.0, abs=1e-3)


def test_the_calibration_weighs_the_features_there_are() -> None:
    met = WORD_FEATURES.index("words met")
    for network, late in product((False, True), repeat=2):
        calibration = calibration_for(network=network, late=late)
        names = WORD_FEATURES + SPAN_FEATURES if network else WORD_FEATURES
        assert len(calibration.order) == len(names)
        assert len(calibration.same.weights) == len(calibration.across.weights) == len(names) + 1
        assert {bool(each[met]) for each in (calibration.order, calibration.same.weights)} == {late}


def test_only_what_is_quoted_first_has_a_lead(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    ordered = reader.ordered(query(encoder, "the speaker met the delegation"), [hit(TEXT)])
    first, *others = reader.choose(ordered, pairs=False)
    assert first[0].lead > 0
    assert others
    assert {each[0].lead for each in others} == {0.0}


def test_a_probability_stays_one_however_far_the_features_go() -> None:
    model = Logistic((1000.0,), bias=0.0)
    assert 0.0 < model.probability([-1000.0]) < model.probability([1000.0]) < 1.0


def test_a_copy_of_the_best_sentence_is_no_rival_of_it(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    asked = query(encoder, "the speaker met the delegation in baku")
    alone, copied = (reader.read(asked, hits) for hits in ([hit(TEXT)], [hit(TEXT), hit(TEXT, "copy")]))
    assert copied.confidence == pytest.approx(alone.confidence)


# -- rows of tables ----------------------------------------------------------------

TABLE = "Tickets are cheap.\n\nStation\tOpened\tLines\nHarbour\t1971\t1\nAirport\t2009\t3"


def test_a_row_is_a_candidate_by_itself_told_with_the_names_of_its_columns() -> None:
    found = [(TABLE[each.start : each.end], each.text, each.is_row) for each in candidates_of([hit(TABLE)])]
    assert found[0] == ("Tickets are cheap.", "Tickets are cheap.", False)
    assert found[-1] == ("Airport\t2009\t3", "Station: Airport; Opened: 2009; Lines: 3", True)


def test_a_record_has_named_columns_or_more_than_two_cells() -> None:
    pairs, triples = "unxz\tdecompress a file\nxz\tcompress a file", "arp\tip neigh\tcache\nroute\tip route\ttable"
    for text, are_records in ((TABLE[20:], True), (triples, True), (pairs, False)):
        assert {each.is_record for each in candidates_of([hit(text)])} == {are_records}


def test_rows_are_not_quoted_together(reader: EvidenceReader, encoder: FakeEncoder) -> None:
    spans = reader.read(query(encoder, "harbour airport 2009 1971"), [hit(TABLE)]).spans
    assert {TABLE[each.start : each.end] for each in spans if each.is_row} >= {"Harbour\t1971\t1", "Airport\t2009\t3"}


def test_a_part_of_a_table_is_read_with_the_names_above_it() -> None:
    part = hit(TABLE[TABLE.index("Airport") :])
    under = replace(part, passage=replace(part.passage, columns="Station\tOpened\tLines"))
    assert [each.text for each in candidates_of([under])] == ["Station: Airport; Opened: 2009; Lines: 3"]


class CellNetwork:
    """Finds the longest stretch of each text, and keeps what it was given."""

    answers_the_last = True

    def __init__(self) -> None:
        self.texts: list[str] = []

    def find(
        self, question: str, texts: Sequence[str], stretches: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Finding | None]]:
        self.texts += texts
        return [[Finding(*each, float(each[1] - each[0]), 1.0, -1.0) for each in every] for every in stretches]


def test_a_row_is_read_by_itself_and_its_answer_is_one_cell(encoder: FakeEncoder) -> None:
    network = CellNetwork()
    reader = EvidenceReader(encoder, Centring.none(), lambda tokens: dict.fromkeys(tokens, 1.0), BUNDLED, network)
    ordered = reader.ordered(query(encoder, "when was the harbour opened"), [hit(TABLE)])
    assert "Station: Harbour; Opened: 1971; Lines: 1" in network.texts
    marked = {TABLE[each.start : each.end]: each.highlight for each in ordered if each.is_row}
    start = TABLE.index("Harbour")
    assert marked["Harbour\t1971\t1"] == (start, start + len("Harbour"))  # the longest cell


def test_how_sure_a_row_is_does_not_come_from_the_fit_on_sentences() -> None:
    features = (0.6, 0.3, 0.5, 0.2, 0.0, 1.0, 0.3, 0.3, 0.5, 9.0, -0.1, 4.0)
    of_row, of_sentence = (
        BUNDLED.probability(features, 0.0, same_language=True, is_record=is_record) for is_record in (True, False)
    )
    assert 0 < of_row < of_sentence < 1
