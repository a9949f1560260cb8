"""Data sets: what is read, and what is said of a file that cannot be."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import DataSetError
from rag.evaluation.beir_folders import load_beir
from rag.evaluation.data_sets import GoldQuestion, GoldSpan, JudgedSet, ParagraphSet, ParallelSet, QuestionSet
from rag.evaluation.loaders import detect, load
from rag.evaluation.question_files import load_questions
from rag.evaluation.squad_files import load_parallel, load_squad

LINE = '{"id": "s1", "question": "Who?", "answers": ["he"]}'


def english(_: str) -> str:
    return "en"


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def squad(*articles: Any) -> str:
    return json.dumps({"version": "v2.0", "data": articles}, ensure_ascii=False)


def paragraph(context: str, *qas: Mapping[str, Any]) -> dict[str, Any]:
    return {"context": context, "qas": list(qas)}


def asked(name: str, *answers: tuple[str, int], **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "question": f"{name}?",
        "answers": [{"text": text, "answer_start": start} for text, start in answers],
        **more,
    }


def beir(folder: Path, *, qrels: Mapping[str, str], corpus: Sequence[str] = (), queries: Sequence[str] = ()) -> Path:
    (folder / "qrels").mkdir()
    for name, text in qrels.items():
        write(folder / "qrels" / f"{name}.tsv", text)
    write(folder / "corpus.jsonl", "\n".join(corpus or ['{"_id": "d1", "title": "Fox", "text": "A red fox."}']))
    write(folder / "queries.jsonl", "\n".join(queries or ['{"_id": "q1", "text": "fox"}']))
    return folder


HEAD = "query-id\tcorpus-id\tscore\n"


class TestDetect:
    def test_the_form_is_seen_in_the_content_whatever_the_name(self, tmp_path: Path) -> None:
        assert detect(write(tmp_path / "a.json", f"\n{LINE}\n")) == "questions"
        assert detect(write(tmp_path / "b.jsonl", squad())) == "squad"
        assert detect(write(tmp_path / "c.txt", json.dumps(json.loads(squad()), indent=1))) == "squad"
        assert detect(write(tmp_path / "d", f"\ufeff{LINE}")) == "questions"
        assert detect(beir(tmp_path, qrels={"test": HEAD})) == "beir"

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "empty; expected questions.jsonl"),
            ("hello", 'begins "hello"; expected questions.jsonl'),
            ('{"version": 1}', "expected questions.jsonl"),
            ("[1, 2]", "expected questions.jsonl"),
        ],
    )
    def test_anything_else_is_refused_with_what_was_expected(self, tmp_path: Path, text: str, message: str) -> None:
        with pytest.raises(DataSetError, match="file.*" + message.replace("[", "\\[")):
            detect(write(tmp_path / "file", text))

    def test_a_folder_that_is_not_beir_names_what_it_lacks(self, tmp_path: Path) -> None:
        write(tmp_path / "corpus.jsonl", "")
        with pytest.raises(DataSetError, match=r"no queries\.jsonl, qrels; expected a BEIR folder"):
            detect(tmp_path)

    def test_a_path_that_is_not_there_is_an_error_of_ours(self, tmp_path: Path) -> None:
        with pytest.raises(DataSetError, match="No such file"):
            detect(tmp_path / "none.jsonl")

    def test_bytes_that_are_not_utf_8_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "latin").write_bytes(b'{"question": "caf\xe9"}')
        with pytest.raises(DataSetError, match="byte 17 is not UTF-8"):
            detect(tmp_path / "latin")

    def test_load_takes_the_loader_of_the_form(self, tmp_path: Path) -> None:
        assert isinstance(load(write(tmp_path / "a", LINE)), QuestionSet)
        assert isinstance(load(write(tmp_path / "b", squad())), ParagraphSet)
        assert isinstance(load(beir(tmp_path, qrels={"test": HEAD + "q1\td1\t1\n"})), JudgedSet)

    def test_several_files_are_one_set_in_several_languages(self, tmp_path: Path) -> None:
        english = write(tmp_path / "x.en.json", squad(article("The fox is red and lives in the wood.")))
        german = write(tmp_path / "x.de.json", squad(article("Der Fuchs ist rot und lebt in dem Wald.")))
        assert isinstance(load(english, german), ParallelSet)
        with pytest.raises(DataSetError, match="of the form questions; several files are expected to be SQuAD"):
            load(english, write(tmp_path / "q", LINE))


def article(context: str, *names: str) -> dict[str, Any]:
    return {"title": "Fox", "paragraphs": [paragraph(context, *(asked(name) for name in names or ("q",)))]}


class TestParallel:
    def test_other_questions_in_one_of_the_files_are_told(self, tmp_path: Path) -> None:
        english = write(tmp_path / "x.en.json", squad(article("The fox is red.", "a", "b")))
        german = write(tmp_path / "x.de.json", squad(article("Der Fuchs.", "a", "c", "d")))
        with pytest.raises(DataSetError, match=r"x\.de\.json: shares 1 of its 3 question ids with x\.en\.json"):
            load_parallel([english, german], identify=lambda text: "en" if text.startswith("The") else "de")

    def test_two_files_in_one_language_are_told_apart_from_a_parallel_set(self, tmp_path: Path) -> None:
        paths = [write(tmp_path / f"x{n}.json", squad(article("The fox is red."))) for n in range(2)]
        with pytest.raises(DataSetError, match="in en, as x0 is; expected each language once"):
            load_parallel(paths, identify=english)


class TestQuestions:
    def test_every_field_of_the_contract_is_read(self, tmp_path: Path) -> None:
        line = {
            "id": "s1", "question": "Кто?", "language": "ru", "history": ["Где?"], "document": "003_9015",
            "answers": ["он", "она"], "comment": "more fields are welcome",
        }  # fmt: skip
        found = load_questions(write(tmp_path / "golden.jsonl", json.dumps(line)))
        assert found.name == "golden"
        assert found.questions == (GoldQuestion("s1", "Кто?", "ru", ("Где?",), "003_9015", ("он", "она")),)

    def test_what_may_be_left_out_may_be_null(self, tmp_path: Path) -> None:
        line = '{"id": "s1", "question": "Who?", "language": null, "document": null, "answers": []}'
        (question,) = load_questions(write(tmp_path / "a", line)).questions
        assert question == GoldQuestion("s1", "Who?", "und", (), None, ())
        assert not question.answerable

    def test_a_line_separator_inside_a_string_does_not_end_the_line(self, tmp_path: Path) -> None:
        line = LINE.replace("Who?", "Who\u2028is\u0085he?")
        assert len(load_questions(write(tmp_path / "a", line)).questions) == 1

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ('{"id": "s2", "question": "Who?"}', 'no "answers"; expected a list'),
            ('{"id": "s2", "question": "Who?", "answers": "he"}', '"answers" is "he"; expected a list'),
            ('{"id": "s2", "question": "Who?", "answers": [1]}', '"answers" holds 1; expected only strings'),
            ('{"id": "s2", "question": "Who?", "answers": [""]}', "empty string, which every quote contains"),
            ('{"id": 7, "question": "Who?", "answers": []}', '"id" is 7; expected a string'),
            ('{"question": "Who?", "answers": []}', 'no "id"; expected a string'),
            ('{"id": "s1", "question": "Who?", "answers": []}', 'the id "s1" stands on an earlier line too'),
            ('["s2"]', 'found ["s2"]; expected an object'),
            ('{"id": "s2",', "not JSON"),
        ],
    )
    def test_a_bad_line_is_named_with_what_was_found_and_expected(
        self, tmp_path: Path, line: str, message: str
    ) -> None:
        path = write(tmp_path / "golden.jsonl", f"{LINE}\n\n{line}\n")
        with pytest.raises(DataSetError) as error:
            load_questions(path)
        assert str(error.value).startswith(f"{path}, line 3: ")
        assert message in str(error.value)
        assert "\n" not in str(error.value)


class TestSquad:
    def test_every_paragraph_is_a_document_and_answers_keep_their_place(self, tmp_path: Path) -> None:
        text = squad({"title": "Red_Fox", "paragraphs": [paragraph("A 🦊 is red.", asked("q", ("red", 7)))]})
        found = load_squad(write(tmp_path / "tiny.json", text), identify=english)
        (document,), (question,) = found.documents, found.questions
        assert (document.id, document.title, document.language) == ("tiny-00000", "Red Fox", "en")
        assert question.document_id == document.id
        assert question.spans == (GoldSpan("red", 7),)
        assert document.text[question.spans[0].start : question.spans[0].end] == "red"

    def test_a_context_that_comes_again_is_one_document(self, tmp_path: Path) -> None:
        again = [paragraph("Same.", asked("q1", ("Same", 0))), paragraph("Other.", asked("q2", ("Other", 0)))]
        text = squad({"title": "A", "paragraphs": again}, {"paragraphs": [paragraph("Same.", asked("q3"))]})
        found = load_squad(write(tmp_path / "a.json", text), identify=english)
        assert [document.text for document in found.documents] == ["Same.", "Other."]
        assert [question.document_id for question in found.questions] == ["a-00000", "a-00001", "a-00000"]

    def test_no_answer_needs_no_word_in_squad_1_and_is_impossible_in_squad_2(self, tmp_path: Path) -> None:
        qas = asked("q1"), asked("q2", is_impossible=True), asked("q3", ("T", 0), is_impossible=False)
        found = load_squad(write(tmp_path / "a", squad({"paragraphs": [paragraph("T.", *qas)]})), identify=english)
        assert [question.answerable for question in found.questions] == [False, False, True]

    @pytest.mark.parametrize(
        ("question", "place", "message"),
        [
            (asked("q", ("red", 6)), ".answers[0]", '"answer_start" 6 leads to " re"; expected "red"'),
            (asked("q", ("red", -4)), ".answers[0]", '"answer_start" -4 leads to ""; expected "red"'),
            (asked("q", ("", 0)), ".answers[0]", 'leads to ""; expected ""'),
            (asked("q", ("red", True)), ".answers[0]", '"answer_start" is true; expected a whole number'),
            (asked("q", ("red", 7), is_impossible=True), "", '"is_impossible" is true with 1 answers'),
            (asked("q", is_impossible=False), "", '"is_impossible" is false with 0 answers'),
            (asked("q", is_impossible="no"), "", '"is_impossible" is "no"; expected true or false'),
            (asked("first"), "", 'the id "first" stands in an earlier place too'),
            ("q", "", 'found "q"; expected an object'),
        ],
    )
    def test_a_bad_question_is_named_by_its_place(
        self, tmp_path: Path, question: Any, place: str, message: str
    ) -> None:
        text = squad({"paragraphs": []}, {"paragraphs": [paragraph("A 🦊 is red.", asked("first"), question)]})
        path = write(tmp_path / "a.json", text)
        with pytest.raises(DataSetError) as error:
            load_squad(path, identify=english)
        assert str(error.value).startswith(f"{path}.data[1].paragraphs[0].qas[1]{place}: ")
        assert message in str(error.value)

    def test_broken_json_names_its_line(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.json", '{"data": [\n1,\n}')
        with pytest.raises(DataSetError, match=r"a\.json, line 3: not JSON"):
            load_squad(path)

    @given(st.text(min_size=1).filter(lambda text: bool(text.strip())), st.data())
    def test_any_unicode_survives_with_its_offsets(
        self, tmp_path_factory: pytest.TempPathFactory, context: str, data: st.DataObject
    ) -> None:
        start = data.draw(st.integers(0, len(context) - 1))
        end = data.draw(st.integers(start + 1, len(context)))
        text = json.dumps({"data": [{"paragraphs": [paragraph(context, asked("q", (context[start:end], start)))]}]})
        found = load_squad(write(tmp_path_factory.mktemp("unicode") / "a.json", text), identify=english)
        (span,) = found.questions[0].spans
        assert found.documents[0].text[span.start : span.end] == span.text == context[start:end]


class TestBeir:
    def test_corpus_queries_and_judgments_are_joined(self, tmp_path: Path) -> None:
        found = load_beir(beir(tmp_path, qrels={"test": HEAD + "q1\td1\t2\nq1\td9\t0\n"}), identify=english)
        assert [(each.id, each.title, each.text) for each in found.documents] == [("d1", "Fox", "Fox\n\nA red fox.")]
        assert [(each.id, each.text, each.grades) for each in found.queries] == [("q1", "fox", {"d1": 2, "d9": 0})]
        assert (found.split, found.missing) == ("test", 0)

    def test_the_test_split_is_preferred_and_any_may_be_asked_for(self, tmp_path: Path) -> None:
        folder = beir(tmp_path, qrels=dict.fromkeys(("train", "dev", "test"), HEAD + "q1\td1\t1\n"))
        assert load_beir(folder, identify=english).split == "test"
        assert load_beir(folder, split="train", identify=english).split == "train"
        with pytest.raises(DataSetError, match=r"found \['dev', 'test', 'train'\]; expected fold1\.tsv"):
            load_beir(folder, split="fold1")

    def test_without_a_test_split_the_next_best_is_taken(self, tmp_path: Path) -> None:
        folder = beir(tmp_path, qrels=dict.fromkeys(("train", "dev", "another"), HEAD + "q1\td1\t1\n"))
        assert load_beir(folder, identify=english).split == "dev"

    def test_a_file_without_its_heading_loses_no_line(self, tmp_path: Path) -> None:
        assert load_beir(beir(tmp_path, qrels={"test": "q1\td1\t1\r\n"}), identify=english).queries[0].grades == {
            "d1": 1
        }

    def test_documents_without_text_are_left_out_and_counted_where_relevant(self, tmp_path: Path) -> None:
        corpus = ['{"_id": "d1", "title": "", "text": " "}', '{"_id": "d2", "text": "Fox."}']
        found = load_beir(
            beir(tmp_path, qrels={"test": HEAD + "q1\td1\t1\nq1\td2\t1\n"}, corpus=corpus), identify=english
        )
        assert ([document.id for document in found.documents], found.missing) == (["d2"], 1)

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ("q1\td1\n", r'test\.tsv, line 2: found "q1\\td1"; expected query, document'),
            ("q1\td1\tyes\n", r"line 2: .*expected query, document"),
            ("q1\td1\t0.5\n", r"line 2: .*whole grade"),
            ("", r"test\.tsv: no judgments"),
            ("q9\td1\t1\n", r'judges the query "q9"; expected only queries of .*queries\.jsonl'),
        ],
    )
    def test_bad_judgments_are_named(self, tmp_path: Path, rows: str, message: str) -> None:
        with pytest.raises(DataSetError, match=message):
            load_beir(beir(tmp_path, qrels={"test": HEAD + rows}), identify=english)

    def test_a_document_that_comes_twice_is_an_error(self, tmp_path: Path) -> None:
        corpus = ['{"_id": "d1", "text": "Fox."}', '{"_id": "d1", "text": "Dog."}']
        with pytest.raises(DataSetError, match=r'corpus\.jsonl, line 2: the _id "d1" stands on an earlier line too'):
            load_beir(beir(tmp_path, qrels={"test": HEAD + "q1\td1\t1\n"}, corpus=corpus), identify=english)

    def test_a_folder_without_judgments_is_an_error(self, tmp_path: Path) -> None:
        with pytest.raises(DataSetError, match=r"found no \.tsv file; expected test\.tsv"):
            load_beir(beir(tmp_path, qrels={}), identify=english)
