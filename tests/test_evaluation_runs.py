"""An engine put to a data set: what counts as right, what is told to the engine, and what is reported."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval

from rag.errors import DataSetError
from rag.evaluation import evaluate
from rag.evaluation.data_sets import GoldQuestion
from rag.evaluation.report import result_json, trec_run
from rag.evaluation.results import Outcome, Result
from rag.evaluation.runs import is_right, sampled
from rag.types import Answer, Document, DocumentSummary, Filters, NearPassage, Quote, Verdict


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@dataclass
class FakeEngine:
    """Finds by shared words: a passage is a document, a quote one of its sentences, confidence the share of the
    question's words in it. Answers from `threshold` on."""

    library: dict[str, Document] = field(default_factory=dict)
    threshold: float = 0.5
    lies: bool = False  # quotes what is not there
    asked: list[tuple[str, tuple[str, ...], dict[str, Any]]] = field(default_factory=list)
    highlighted: bool = True

    def ask(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        k: int | None = None,
        filters: Filters | None = None,
        min_confidence: float | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history), {"k": k, "filters": filters, "min_confidence": min_confidence}))
        allowed = set(filters.documents) if filters and filters.documents else set(self.library)
        searched = " ".join([*history, question])
        quotes = self._quotes(searched, allowed)
        confidence = quotes[0].score if quotes else 0.0
        least = self.threshold if min_confidence is None else min_confidence
        said = confidence >= least and bool(quotes)
        return Answer(
            status="answered" if said else "not_found",
            confidence=confidence,
            question=question,
            language="und",
            searched_for=searched,
            quotes=tuple(quotes) if said else (),
            passages=self.search(searched, k=k),
            timings_ms={},
        )

    def _quotes(self, question: str, allowed: set[str]) -> list[Quote]:
        asked = words(question)
        found = []
        for document in self.library.values():
            for match in re.finditer(r"[^.]+\.", document.text):
                shared = asked & words(match[0])
                if shared and document.id in allowed:
                    found.append(self._quote(document, match, len(shared) / len(asked)))
        return sorted(found, key=lambda quote: (-quote.score, quote.document_id, quote.start))

    def _quote(self, document: Document, match: re.Match[str], score: float) -> Quote:
        last = match[0].split()[-1].rstrip(".")
        begin = match.start() + match[0].rindex(last)
        return Quote(
            text=match[0].upper() if self.lies else match[0],
            document_id=document.id,
            title=document.title,
            source=document.source,
            start=match.start(),
            end=match.end(),
            before="",
            after="",
            highlight=(begin, begin + len(last)) if self.highlighted else None,
            page=None,
            heading=None,
            date=None,
            date_origin=None,
            language=document.language,
            score=score,
        )

    def search(self, question: str, *, k: int | None = None, filters: Filters | None = None) -> tuple[NearPassage, ...]:
        allowed = set(filters.documents) if filters and filters.documents else set(self.library)
        inside = [each for each in self.library.values() if each.id in allowed]
        ranked = sorted(inside, key=lambda each: (-len(words(question) & words(each.text)), each.id))
        return tuple(
            NearPassage(each.text, each.id, each.title, each.source, 0, len(each.text), 0.0)
            for each in ranked[: k or 5]
        )

    def add(self, document: Document) -> str:
        self.library[document.id] = document
        return "added"

    def documents(self) -> tuple[DocumentSummary, ...]:
        return tuple(
            DocumentSummary(
                each.id, each.title, each.source, each.language, None, None, "", len(each.text), 1, "", (each.language,)
            )
            for each in self.library.values()
        )

    def document(self, document_id: str) -> Document:
        return self.library[document_id]

    def verify(self, answer: Mapping[str, Any]) -> Verdict:
        for quote in answer["quotes"]:
            if self.library[quote["document_id"]].text[quote["start"] : quote["end"]] != quote["text"]:
                return Verdict(False, 1, f"{quote['document_id']} does not say {quote['text']!r}")
        return Verdict(True, len(answer["quotes"]), None)


CAPITALS = Document(
    "001_capitals", "The capital of Finland is Helsinki. The capital of Peru is Lima.", "Capitals", "", "en"
)
RIVERS = Document("002_rivers", "Die Donau fließt durch Wien. Der Rhein fließt durch Köln.", "Flüsse", "", "de")


def ask_questions(folder: Path, *lines: dict[str, Any], engine: FakeEngine | None = None, **options: Any) -> Result:
    path = folder / "golden.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return evaluate(path, opened(engine or FakeEngine({each.id: each for each in (CAPITALS, RIVERS)})), **options)


def opened(engine: FakeEngine) -> Any:
    @contextmanager
    def open_engine(folder: Path | None) -> Iterator[FakeEngine]:
        yield engine

    return open_engine


def line(number: int, question: str, *answers: str, **more: Any) -> dict[str, Any]:
    return {"id": f"q{number}", "question": question, "language": "en", "answers": list(answers), **more}


def scores(result: Result, name: str = "q1") -> Mapping[str, float]:
    return outcome(result, name).scores


def outcome(result: Result, name: str) -> Outcome:
    return next(each for each in result.outcomes if each.id == name)


# -- questions.jsonl ---------------------------------------------------------


class TestQuestions:
    def test_a_first_quote_with_an_answer_from_the_named_document_is_right(self, tmp_path: Path) -> None:
        found = ask_questions(tmp_path, line(1, "capital of Finland", "Helsinki", document="001"))
        assert scores(found) == {
            "right@1": 1, "right@3": 1, "right@1 forced": 1, "passage@1": 1, "passage@3": 1, "refused answerable": 0,
        }  # fmt: skip

    def test_the_right_words_from_another_document_are_wrong(self, tmp_path: Path) -> None:
        found = ask_questions(tmp_path, line(1, "capital of Finland", "Helsinki", document="002_rivers"))
        assert scores(found)["right@1"] == scores(found)["passage@1"] == 0

    def test_any_one_of_the_answers_is_enough(self, tmp_path: Path) -> None:
        assert scores(ask_questions(tmp_path, line(1, "capital of Peru", "Cuzco", "Lima")))["right@1"] == 1

    def test_a_quote_in_second_place_is_right_at_3_and_not_at_1(self, tmp_path: Path) -> None:
        found = scores(ask_questions(tmp_path, line(1, "capital of Finland", "Lima")))
        assert (found["right@1"], found["right@3"]) == (0, 1)

    def test_a_fourth_quote_is_not_right_at_3(self, tmp_path: Path) -> None:
        text = "one a b c d. one a b c. one a b. one a answer."
        engine = FakeEngine({"d": Document("d", text, "", "", "en")})
        found = scores(ask_questions(tmp_path, line(1, "one a b c d", "answer"), engine=engine))
        assert (found["right@3"], found["refused answerable"]) == (0, 0)

    def test_a_refused_question_is_wrong_but_judged_apart_as_if_it_had_to_answer(self, tmp_path: Path) -> None:
        found = scores(ask_questions(tmp_path, line(1, "tell me please about that capital Helsinki", "Helsinki")))
        assert (found["right@1"], found["right@1 forced"], found["refused answerable"]) == (0, 1, 1)

    def test_an_unanswerable_question_is_judged_by_whether_it_was_answered(self, tmp_path: Path) -> None:
        found = ask_questions(tmp_path, line(1, "capital of Chad"), line(2, "who invented the telephone"))
        assert scores(found, "q1") == {"answered unanswerable": 1}
        assert scores(found, "q2") == {"answered unanswerable": 0}
        assert found.figure("answered unanswerable").value == 0.5

    def test_the_first_quote_to_an_unanswerable_question_is_never_right(self, tmp_path: Path) -> None:
        assert outcome(ask_questions(tmp_path, line(1, "capital of Chad")), "q1").right is False

    def test_earlier_questions_reach_the_engine_and_the_language_does_not(self, tmp_path: Path) -> None:
        engine = FakeEngine({CAPITALS.id: CAPITALS})
        ask_questions(
            tmp_path, line(1, "And Peru?", "Lima", history=["What is the capital of Finland?"]), engine=engine
        )
        assert engine.asked[0][:2] == ("And Peru?", ("What is the capital of Finland?",))
        assert "language" not in engine.asked[0][2]

    def test_a_question_is_asked_again_only_when_it_was_refused(self, tmp_path: Path) -> None:
        engine = FakeEngine({CAPITALS.id: CAPITALS})
        ask_questions(tmp_path, line(1, "capital of Peru", "Lima"), line(2, "whose capital", "Lima"), engine=engine)
        engine.threshold = 2.0
        ask_questions(tmp_path, line(1, "capital of Peru", "Lima"), engine=engine)
        assert [asked[2]["min_confidence"] for asked in engine.asked] == [None, None, None, 0.0]

    def test_having_to_answer_it_is_asked_the_same_with_the_same_history(self, tmp_path: Path) -> None:
        engine = FakeEngine({CAPITALS.id: CAPITALS}, threshold=2.0)
        ask_questions(tmp_path, line(1, "And Peru?", "Lima", history=["Which capital?"]), engine=engine)
        assert [asked[:2] for asked in engine.asked] == [("And Peru?", ("Which capital?",))] * 2

    def test_figures_carry_wilson_intervals_and_counts(self, tmp_path: Path) -> None:
        found = ask_questions(tmp_path, line(1, "capital of Peru", "Lima"), line(2, "capital of Peru", "Quito"))
        figure = found.figure("right@1")
        assert (figure.value, figure.n) == (0.5, 2)
        assert (figure.interval.low, figure.interval.high) == pytest.approx((0.0945312057, 0.9054687943))

    def test_a_quote_that_is_not_where_it_says_is_counted_and_told(self, tmp_path: Path) -> None:
        lines = line(1, "capital of Peru", "Lima"), line(2, "zebra")
        found = ask_questions(tmp_path, *lines, engine=FakeEngine({CAPITALS.id: CAPITALS}, lies=True))
        verification = result_json(found)["verification"]
        assert verification["failed"] == 1
        assert "does not say" in verification["differences"]["q1"]

    def test_quotes_shown_only_when_the_system_had_to_answer_are_verified_too(self, tmp_path: Path) -> None:
        engine = FakeEngine({CAPITALS.id: CAPITALS}, lies=True, threshold=2.0)
        assert len(ask_questions(tmp_path, line(1, "capital of Peru", "Lima"), engine=engine).failed) == 1


class TestLanguages:
    def test_the_pair_is_the_questions_language_and_its_named_documents(self, tmp_path: Path) -> None:
        found = ask_questions(
            tmp_path,
            line(1, "capital of Peru", "Lima", document="001"),
            line(2, "Hauptstadt von Peru", "Lima", document="001", language="de"),
        )
        assert outcome(found, "q1").groups == {"language": "en", "pair": "same-language", "languages": "en → en"}
        assert outcome(found, "q2").groups == {"language": "de", "pair": "cross-language", "languages": "de → en"}

    def test_without_a_named_document_the_ones_that_hold_an_answer_decide(self, tmp_path: Path) -> None:
        found = ask_questions(
            tmp_path, line(1, "Where is the Danube?", "Wien"), line(2, "Wo ist die Donau?", "Wien", language="de")
        )
        assert outcome(found, "q1").groups["pair"] == "cross-language"
        assert outcome(found, "q2").groups["pair"] == "same-language"

    def test_one_answering_document_in_the_questions_language_makes_it_same_language(self, tmp_path: Path) -> None:
        both = {each.id: each for each in (RIVERS, Document("en", "The Danube flows through Wien.", "", "", "en"))}
        found = ask_questions(tmp_path, line(1, "Danube", "Wien"), engine=FakeEngine(both))
        assert outcome(found, "q1").groups["languages"] == "en → en"

    def test_a_document_in_several_languages_is_in_each_of_them(self, tmp_path: Path) -> None:
        class Bilingual(FakeEngine):
            def documents(self) -> tuple[DocumentSummary, ...]:
                return tuple(replace(each, languages=("de", "en")) for each in super().documents())

        found = ask_questions(tmp_path, line(1, "Danube", "Wien"), engine=Bilingual({RIVERS.id: RIVERS}))
        assert outcome(found, "q1").groups["languages"] == "en → en"

    def test_regions_and_scripts_do_not_make_another_language(self, tmp_path: Path) -> None:
        chinese = {"z": Document("z", "北京。", "", "", "zh")}
        found = ask_questions(tmp_path, line(1, "?", "北京", language="zh-Hans"), engine=FakeEngine(chinese))
        assert outcome(found, "q1").groups["pair"] == "same-language"

    def test_an_unanswerable_question_has_a_language_and_no_pair(self, tmp_path: Path) -> None:
        assert outcome(ask_questions(tmp_path, line(1, "capital of Chad")), "q1").groups == {"language": "en"}

    def test_the_macro_average_counts_languages_alike(self, tmp_path: Path) -> None:
        found = ask_questions(
            tmp_path,
            *(line(number, "capital of Peru", "Lima") for number in range(3)),
            line(3, "capital of Peru", "Quito", language="de"),
        )
        macro = next(each for each in found.groups["language"]["macro average"] if each.measure.name == "right@1")
        assert (macro.value, macro.n) == (0.5, 4)
        assert found.figure("right@1").value == 0.75


class TestQuestionsUnfitForTheIndex:
    def test_answers_that_stand_nowhere_are_told(self, tmp_path: Path) -> None:
        found = ask_questions(
            tmp_path, line(1, "capital of Peru", "Lima"), line(2, "capital", "Lima", document="002"), line(3, "capital")
        )
        assert found.notes == ("answers that stand in no allowed document, counted as wrong: questions q2",)

    def test_a_named_document_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        lines = line(1, "capital of Peru", "Lima", document="001"), line(2, "capital", "Lima", document="009")
        found = ask_questions(tmp_path, *lines)
        assert found.notes == ("documents not in this index, counted as wrong: questions q2",)

    def test_an_index_with_none_of_the_named_documents_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DataSetError, match=r"none of its documents is in this index, as '009'; found 001_capitals"):
            ask_questions(tmp_path, line(1, "capital", "Lima", document="009"))


def test_the_end_of_a_document_id_may_be_left_out_but_not_its_beginning() -> None:
    quote = FakeEngine({CAPITALS.id: CAPITALS}).ask("capital of Peru").quotes[0]

    def question(document: str | None) -> GoldQuestion:
        return GoldQuestion("q", "?", "en", (), document, ("Lima",))

    assert is_right(quote, question("001_cap"))
    assert is_right(quote, question(None))
    assert not is_right(quote, question("capitals"))


# -- SQuAD -------------------------------------------------------------------

FINLAND = "The capital of Finland is Helsinki. The lakes of Finland are many."
PERU = "The capital of Peru is Lima. The highest peak in Peru is Huascaran."


def squad_file(folder: Path) -> Path:
    def question(name: str, text: str, context: str, *answers: str) -> dict[str, Any]:
        gold = [{"text": each, "answer_start": context.index(each)} for each in answers]
        return {"id": name, "question": text, "answers": gold, "is_impossible": not gold}

    paragraphs = [
        {
            "context": FINLAND,
            "qas": [
                question("capital", "the capital of Finland", FINLAND, "Helsinki"),
                question("lakes", "how many lakes are there over in Finland really", FINLAND, "many"),
                question("king", "The king of Finland", FINLAND),
                question("zebra", "zebra", FINLAND),
            ],
        },
        {"context": PERU, "qas": [question("peak", "the highest peak in Peru", PERU, "peak in Peru is Huascaran")]},
    ]
    path = folder / "tiny.json"
    path.write_text(json.dumps({"version": "v2.0", "data": [{"title": "Two_Lands", "paragraphs": paragraphs}]}))
    return path


class TestParagraphs:
    def test_every_paragraph_is_added_and_every_question_asked(self, tmp_path: Path) -> None:
        engine = FakeEngine()
        found = evaluate(squad_file(tmp_path), opened(engine))
        assert [document.text for document in engine.library.values()] == [FINLAND, PERU]
        assert found.counts == {"questions": 5, "answerable": 3, "unanswerable": 2, "documents": 2}

    def test_the_highlight_is_compared_word_for_word(self, tmp_path: Path) -> None:
        found = evaluate(squad_file(tmp_path), opened(FakeEngine()))
        assert scores(found, "capital") == {
            "EM": 1, "F1": 1, "EM answerable": 1, "F1 answerable": 1, "EM forced": 1, "F1 forced": 1,
            "paragraph@1": 1, "paragraph@5": 1, "RR@10": 1, "sentence@1": 1, "sentence@1 forced": 1,
            "refused answerable": 0,
        }  # fmt: skip
        # "Huascaran" against "peak in Peru is Huascaran": all of it right, a fifth of it found.
        assert scores(found, "peak")["F1"] == pytest.approx(1 / 3)
        assert scores(found, "peak")["EM"] == 0

    def test_without_a_highlight_the_whole_quote_is_compared(self, tmp_path: Path) -> None:
        found = evaluate(squad_file(tmp_path), opened(FakeEngine(highlighted=False)))
        # "capital of Finland is Helsinki" against "Helsinki": one word of five, and all of the gold.
        assert scores(found, "capital")["F1"] == pytest.approx(1 / 3)

    def test_a_refusal_scores_nothing_where_there_is_an_answer_and_everything_where_there_is_none(
        self, tmp_path: Path
    ) -> None:
        found = evaluate(squad_file(tmp_path), opened(FakeEngine()))
        assert scores(found, "lakes")["F1"] == 0
        assert scores(found, "lakes")["F1 forced"] == 1
        assert scores(found, "lakes")["refused answerable"] == 1
        assert scores(found, "zebra") == {"EM": 1, "F1": 1, "answered unanswerable": 0}
        assert scores(found, "king") == {"EM": 0, "F1": 0, "answered unanswerable": 1}

    def test_a_sentence_is_hit_in_its_place_and_not_by_its_words(self, tmp_path: Path) -> None:
        context = "Lima is old. Some more words about Lima here."
        gold = {"text": "Lima", "answer_start": context.rindex("Lima")}
        question = {"id": "q1", "question": "Lima is old", "answers": [gold], "is_impossible": False}
        path = tmp_path / "twice.json"
        path.write_text(json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [question]}]}]}))
        found = evaluate(path, opened(FakeEngine()))
        assert scores(found)["paragraph@1"] == 1
        assert scores(found)["sentence@1"] == scores(found)["sentence@1 forced"] == 0

    def test_confidence_is_measured_against_answerability(self, tmp_path: Path) -> None:
        calibration = evaluate(squad_file(tmp_path), opened(FakeEngine())).calibration
        assert calibration is not None
        assert calibration.auroc_answerable is not None
        # Answerable 1.0 1.0 0.44, unanswerable 0.75 0: five of the six pairs stand right.
        assert calibration.auroc_answerable.value == pytest.approx(5 / 6)

    def test_with_the_paragraph_given_only_it_is_read(self, tmp_path: Path) -> None:
        engine = FakeEngine()
        evaluate(squad_file(tmp_path), opened(engine), given=True)
        assert {asked[2]["filters"] for asked in engine.asked[:2]} == {Filters(documents=("tiny-00000",))}

    def test_the_index_is_thrown_away_unless_it_is_asked_for(self, tmp_path: Path) -> None:
        folders = []

        @contextmanager
        def open_engine(folder: Path | None) -> Iterator[FakeEngine]:
            assert folder is not None
            folders.append(folder)
            assert folder.is_dir() or folder == tmp_path / "kept"
            yield FakeEngine()

        evaluate(squad_file(tmp_path), open_engine)
        evaluate(squad_file(tmp_path), open_engine, index=tmp_path / "kept")
        assert not folders[0].exists()
        assert folders[1] == tmp_path / "kept"

    def test_an_engine_that_adds_many_gets_them_in_one_stroke(self, tmp_path: Path) -> None:
        strokes = []

        class Quick(FakeEngine):
            def add_many(self, documents: Sequence[Document]) -> list[str]:
                strokes.append(len(documents))
                return [self.add(document) for document in documents]

        seen: list[tuple[str, int, int]] = []
        found = evaluate(squad_file(tmp_path), opened(Quick()), progress=lambda *step: seen.append(step))
        assert strokes == [2]
        assert found.counts["documents"] == 2
        assert ("adding", 2, 2) in seen

    def test_progress_is_told_from_nothing_to_all(self, tmp_path: Path) -> None:
        seen: list[tuple[str, int, int]] = []
        evaluate(squad_file(tmp_path), opened(FakeEngine()), progress=lambda *step: seen.append(step))
        assert seen == [("adding", n, 2) for n in range(3)] + [("asking", n, 5) for n in range(6)]

    def test_questions_cannot_be_read_with_the_paragraph_given(self, tmp_path: Path) -> None:
        with pytest.raises(DataSetError, match="not one file of SQuAD"):
            ask_questions(tmp_path, line(1, "capital", "Lima"), given=True)


# -- BEIR --------------------------------------------------------------------


def beir_folder(folder: Path) -> Path:
    texts = {"a": "red fox jumps", "b": "red dog", "c": "blue whale", "q2": "blue dog sleeps", "d e": "green tree"}
    queries = {"q1": "red fox", "q2": "blue dog sleeps", "q3": "unjudged"}
    (folder / "qrels").mkdir()
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": name, "title": "", "text": text}) + "\n" for name, text in texts.items())
    )
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": name, "text": text}) + "\n" for name, text in queries.items())
    )
    (folder / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t2\nq1\tc\t0\nq2\tc\t1\nq2\tgone\t1\n"
    )
    return folder


LANDS = {
    "en": (
        "Finland has many lakes and one capital, Helsinki.",
        "In Peru live llamas, and mountains stand in the south.",
    ),
    "de": ("Finnland hat viele Seen und eine Hauptstadt, Helsinki.", "In Peru leben Lamas, und im Süden stehen Berge."),
}
ASKED = {"en": "Which lakes has Helsinki?", "de": "Welche Seen hat Helsinki?"}


def parallel_files(folder: Path) -> list[Path]:
    paths = []
    for language, (finland, peru) in LANDS.items():
        answers = [{"text": "Helsinki", "answer_start": finland.index("Helsinki")}]
        qas = [{"id": "q", "question": ASKED[language], "answers": answers}]
        paragraphs = [{"context": finland, "qas": qas}, {"context": peru, "qas": []}]
        paths.append(folder / f"lands.{language}.json")
        paths[-1].write_text(json.dumps({"data": [{"title": "Lands", "paragraphs": paragraphs}]}))
    return paths


class TestParallel:
    def test_each_question_is_asked_of_the_pool_and_of_every_language_alone(self, tmp_path: Path) -> None:
        found = evaluate(parallel_files(tmp_path), opened(FakeEngine()))
        assert found.form == "parallel"
        assert {outcome.id for outcome in found.outcomes} == {
            "q en", "q en → en", "q en → de", "q de", "q de → de", "q de → en",
        }  # fmt: skip
        assert set(found.groups["languages"]) == {"en → en", "en → de", "de → de", "de → en", "macro average"}
        assert set(found.groups["language"]) == {"en", "de", "macro average"}

    def test_average_precision_is_of_the_answering_paragraphs_in_every_language(self, tmp_path: Path) -> None:
        found = evaluate(parallel_files(tmp_path), opened(FakeEngine()))
        by_id = {outcome.id: outcome for outcome in found.outcomes}
        for language in LANDS:
            ranks = [by_id[f"q {language}"].ranking.index(f"lands.{told}-00000") + 1 for told in LANDS]
            first, second = sorted(ranks)
            assert by_id[f"q {language}"].scores["AP@100"] == pytest.approx((1 / first + 2 / second) / 2)

    def test_elsewhere_leaves_out_the_paragraph_of_the_questions_own_language(self, tmp_path: Path) -> None:
        """Helsinki is named in both; only where the own paragraph is out of the way does the other come first."""
        found = evaluate(parallel_files(tmp_path), opened(FakeEngine()))
        assert found.figure("elsewhere@1").value == 1.0
        mine = next(outcome for outcome in found.outcomes if outcome.id == "q en")
        assert mine.ranking[0] == "lands.en-00000"


class TestJudged:
    def test_the_figures_are_those_that_trec_eval_has_of_the_run_file(self, tmp_path: Path) -> None:
        found = evaluate(beir_folder(tmp_path), opened(FakeEngine()))
        run: dict[str, dict[str, float]] = {}
        for row in trec_run(found):
            query, q0, document, _, score, tag = row.split(" ")
            assert (q0, tag) == ("Q0", "quoth")
            run.setdefault(query, {})[document] = float(score)
        qrels = {"q1": {"a": 1, "b": 2, "c": 0}, "q2": {"c": 1, "gone": 1}}
        theirs = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10", "recall.10,100", "map_cut.100"}).evaluate(run)
        names = {"nDCG@10": "ndcg_cut_10", "R@10": "recall_10", "R@100": "recall_100", "AP@100": "map_cut_100"}
        for query in qrels:
            for ours, trec in names.items():
                assert scores(found, query)[ours] == pytest.approx(theirs[query][trec]), (query, ours)

    def test_only_judged_queries_are_asked_and_a_query_does_not_find_itself(self, tmp_path: Path) -> None:
        found = evaluate(beir_folder(tmp_path), opened(FakeEngine()))
        assert [each.id for each in found.outcomes] == ["q1", "q2"]
        assert "q2" not in outcome(found, "q2").ranking

    def test_relevant_documents_missing_from_the_corpus_count_and_are_told(self, tmp_path: Path) -> None:
        found = evaluate(beir_folder(tmp_path), opened(FakeEngine()))
        assert scores(found, "q2")["R@100"] == 0.5
        assert found.notes == ("1 relevant documents are not in the corpus: nothing can find them",)
        assert found.settings["split"] == "test"

    def test_white_space_in_an_id_does_not_break_the_columns_of_a_run_file(self, tmp_path: Path) -> None:
        rows = list(trec_run(evaluate(beir_folder(tmp_path), opened(FakeEngine()))))
        assert any(" d%20e " in row for row in rows)
        assert all(len(row.split()) == 6 for row in rows)


# -- sampling ----------------------------------------------------------------


class TestSampled:
    def test_a_sample_is_the_same_for_the_same_seed_and_keeps_the_order(self) -> None:
        items = range(100)
        assert list(sampled(items, 10, 7)) == list(sampled(items, 10, 7)) == sorted(sampled(items, 10, 7))
        assert list(sampled(items, 10, 7)) != list(sampled(items, 10, 8))
        assert len(set(sampled(items, 10, 7))) == 10

    def test_no_limit_or_a_wide_one_keeps_all(self) -> None:
        assert sampled([1, 2], None, 0) == sampled([1, 2], 2, 0) == [1, 2]

    def test_a_limit_below_one_is_refused(self) -> None:
        with pytest.raises(DataSetError, match="at least 1"):
            sampled([1, 2], 0, 0)

    def test_a_limit_leaves_all_documents_in_place(self, tmp_path: Path) -> None:
        found = evaluate(squad_file(tmp_path), opened(FakeEngine()), limit=1)
        assert (found.counts["questions"], found.counts["documents"]) == (1, 2)
        assert (found.settings["limit"], found.settings["seed"]) == (1, 0)
