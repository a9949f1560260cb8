"""The command, as scripts and people rely on it."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from fake_encoder import FakeEncoder
from scans import NEEDS_TESSERACT, scan
from test_documents_pdf import bound, make_pdf
from typer.testing import CliRunner

import rag.assembly
import rag.cli
from api.command import app
from rag.errors import QuothError


@pytest.fixture(autouse=True)
def _a_store_and_an_encoder_of_their_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUOTH_STORE", "store")
    monkeypatch.setenv("QUOTH_MIN_CONFIDENCE", "0")
    monkeypatch.setenv("QUOTH_READER", "sentence")
    monkeypatch.setattr(rag.assembly, "make_encoder", lambda *args: FakeEncoder())
    (tmp_path / "baku.txt").write_text("The speaker met the delegation in Baku. They spoke about trade.")
    (tmp_path / "paris.md").write_text("# Paris\n\nThe museum in Paris opened a new hall.")


def quoth(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def refusal(*arguments: str) -> str:
    """What a command that could not raises: `main` makes it one line on stderr and exit code 1."""
    result = quoth(*arguments)
    assert isinstance(result.exception, QuothError)
    return str(result.exception)


def answer(*arguments: str, stdin: str = "") -> dict:
    result = quoth("ask", *arguments, "--json", stdin=stdin)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def _added() -> None:
    assert quoth("add", "baku.txt", "paris.md").exit_code == 0


def test_add_says_of_each_file_what_became_of_it(tmp_path: Path) -> None:
    (tmp_path / "random.txt").write_bytes(bytes(range(256)))
    result = quoth("add", ".")
    assert result.exit_code == 1  # one failed
    words = {Path(line.split()[1].rstrip(":")).name: line.split()[0] for line in result.stdout.splitlines() if line}
    assert (words["baku.txt"], words["paris.md"], words["random.txt"]) == ("added", "added", "failed")
    (tmp_path / "baku.txt").write_text("The speaker met nobody.")
    again = quoth("add", "baku.txt", "paris.md")
    assert again.exit_code == 0
    assert ("replaced" in again.stdout, "unchanged" in again.stdout) == (True, True)


def test_two_files_of_one_name_are_two_documents(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(f"The report of {folder}.")
    assert quoth("add", "a", "b").exit_code == 0
    ids = [each["id"] for each in json.loads(quoth("list", "--json").stdout)["documents"]]
    assert len(ids) == 2
    assert all(each.startswith("report") for each in ids)
    assert quoth("add", "a", "b").stdout.count("unchanged") == 2


def test_documents_are_listed_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The speaker met nobody.")
    (tmp_path / "b.txt").write_text("Bread is baked in Baku.")
    assert quoth("add", "a.txt", "b.txt").exit_code == 0
    held = json.loads(quoth("list", "--json").stdout)["documents"]
    for document in held:
        assert json.loads(quoth("list", "--json", "--hash", document["content_hash"]).stdout)["documents"] == [document]
    assert json.loads(quoth("list", "--json", "--hash", "0" * 64).stdout)["documents"] == []


@pytest.mark.usefixtures("_added")
def test_ask_prints_the_answer_json_of_the_contract() -> None:
    found = answer("Where did the speaker meet the delegation?")
    assert list(found) == [
        "status", "confidence", "question", "language", "searched_for", "quotes", "passages", "timings_ms",
        "differing", "lacking",
    ]  # fmt: skip
    first = found["quotes"][0]
    assert set(first) >= {
        "text", "document_id", "title", "source", "start", "end", "before", "after", "highlight", "page", "heading",
        "date", "language", "score",
    }  # fmt: skip
    text = quoth("show", first["document_id"]).stdout
    shown = json.loads(quoth("show", first["document_id"], "--json").stdout)
    assert (shown["text"], "original" in shown) == (text, False)  # which is not read with a document
    assert text[first["start"] : first["end"]] == first["text"]


@pytest.mark.usefixtures("_added")
@pytest.mark.parametrize("least", ["0", "1"])
def test_it_is_printed_which_words_of_the_question_are_nowhere_near(
    least: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_MIN_CONFIDENCE", least)
    told = quoth("ask", "Which Armenian speaker met the delegation?").stdout
    assert told.startswith("The documents do not say (confidence ") == (least == "1")
    assert "\nNot mentioned in the nearest documents: Armenian.\n" in told


def test_a_quotation_is_printed_with_what_it_stands_under(tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text("1\n00:01:02,000 --> 00:01:04,000\nThe mill was sold in June.\n")
    assert quoth("add", "talk.srt", "paris.md").exit_code == 0
    assert "talk · talk.srt · under “0:01:02” · " in quoth("ask", "When was the mill sold?").stdout
    assert "under" not in quoth("ask", "museum Paris hall", "--in", "paris").stdout  # its title says it


def test_a_row_of_a_table_is_printed_under_the_names_of_its_columns(tmp_path: Path) -> None:
    Path("stations.csv").write_text("Station,Opened,Lines\nHarbour,1971,1\nAirport,2009,3\n")
    assert quoth("add", "stations.csv").exit_code == 0
    printed = quoth("ask", "harbour station opened").stdout.splitlines()
    names = next(place for place, line in enumerate(printed) if line.split() == ["Station", "Opened", "Lines"])
    assert printed[names + 1].split() in (["Harbour", "1971", "1"], ["Airport", "2009", "3"])


@NEEDS_TESSERACT
def test_pages_that_are_pictures_are_named_and_what_was_read_off_them_is_quoted_as_such(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("letter.pdf").write_bytes(bound(make_pdf("Typed by a clerk."), scan(make_pdf("The mill was sold in June."))))
    added = quoth("add", "letter.pdf", "baku.txt").stdout
    assert "letter.pdf (read off pictures: pages 2)" in added
    assert "page 2 · read off a picture of the page (OCR)" in _joined(quoth("ask", "When was the mill sold?").stdout)
    assert answer("When was the mill sold?")["quotes"][0]["ocr"] is True
    assert "read off" not in quoth("ask", "Who typed it, a clerk?", "--k", "1", "--in", "baku").stdout
    monkeypatch.setenv("PATH", "/nowhere")  # what was read is known
    assert "unchanged  letter.pdf (read off pictures: pages 2)" in quoth("add", "letter.pdf").stdout
    assert "0 replaced" in quoth("sync", ".", "--dry-run").stdout
    monkeypatch.setenv("QUOTH_OCR", "off")
    assert "replaced   letter.pdf (pictures, not read: pages 2)" in quoth("add", "letter.pdf").stdout


def _joined(printed: str) -> str:
    return " ".join(printed.split())


@pytest.mark.parametrize("setting", ["english", "rus+nothing"])
def test_a_language_that_tesseract_does_not_have_is_refused_before_anything_is_done(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTH_OCR", setting)
    for command in (("add", "baku.txt"), ("sync", "."), ("sync", ".", "--dry-run")):
        assert "QUOTH_OCR=" in refusal(*command)
    assert not Path("store").exists()


def test_on_a_narrow_terminal_a_row_stands_cell_below_cell_and_no_word_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("stations.csv").write_text(
        "Station,Opened,Architect\nHarbour,1971,Wolkenstein-Trostburg\nAirport,2009,Ada Lind\n"
    )
    assert quoth("add", "stations.csv").exit_code == 0
    monkeypatch.setenv("COLUMNS", "44")
    printed = [line.split() for line in quoth("ask", "harbour station opened").stdout.splitlines()]
    assert ["Station", "Opened", "Architect"] in printed
    monkeypatch.setenv("COLUMNS", "36")
    printed = [line.split() for line in quoth("ask", "harbour station opened").stdout.splitlines()]
    assert ["Architect", "Wolkenstein-Trostburg"] in printed


@pytest.mark.usefixtures("_added")
def test_a_question_can_come_through_a_pipe() -> None:
    assert answer("-", stdin="Where is the museum?\n")["question"] == "Where is the museum?"


@pytest.mark.usefixtures("_added")
def test_what_is_much_less_likely_is_printed_under_a_line_of_its_own() -> None:
    asked = "Where in Baku did the speaker meet the delegation?"
    first, *others = (each["score"] for each in answer(asked)["quotes"])
    assert others
    assert max(others) < first / 2
    printed = quoth("ask", asked).stdout
    above, below = printed.split("\nAlso in the documents:\n")
    assert "[1]" in above
    assert "[2]" in below


@pytest.mark.usefixtures("_added")
def test_earlier_turns_are_carried() -> None:
    assert "Baku" in answer("And when did they meet?", "--turn", "Who met in Baku?")["searched_for"]


@pytest.mark.usefixtures("_added")
def test_a_batch_answers_each_line_with_its_id() -> None:
    lines = [{"id": "1", "question": "museum"}, {"id": "2", "question": "delegation", "history": ["Who?"]}]
    result = quoth("ask", "--batch", "-", stdin="\n".join(map(json.dumps, lines)))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["1", "2"]


@pytest.mark.usefixtures("_added")
def test_verify_accepts_what_ask_said_and_names_what_was_changed(tmp_path: Path) -> None:
    found = answer("Where did the speaker meet the delegation?")
    assert quoth("verify", "-", stdin=json.dumps(found)).exit_code == 0
    found["quotes"][0]["text"] = "The speaker met nobody."
    changed = quoth("verify", "-", stdin=json.dumps(found))
    assert changed.exit_code == 1
    assert "quotes[0]" in changed.stderr


@pytest.mark.usefixtures("_added")
def test_a_deleted_document_is_gone() -> None:
    assert quoth("delete", "baku").exit_code == 0
    assert "no document has the id" in refusal("show", "baku")
    assert {each["document_id"] for each in answer("delegation")["passages"]} == {"paris"}


@pytest.mark.usefixtures("_added")
def test_only_the_documents_asked_for_answer() -> None:
    found = answer("Where did the speaker meet the delegation?", "--in", "paris")
    assert {each["document_id"] for each in found["passages"]} == {"paris"}


@pytest.mark.usefixtures("_added")
def test_an_evaluation_prints_figures_and_writes_its_reports(tmp_path: Path) -> None:
    questions = [
        {"id": "q1", "question": "Where did the speaker meet the delegation?", "language": "en", "history": [],
         "document": "baku", "answers": ["in Baku"]},
        {"id": "q2", "question": "Who won the match?", "language": "en", "history": [], "answers": []},
    ]  # fmt: skip
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, questions)))
    result = quoth("evaluate", "questions.jsonl", "--json", "--run", "out.trec", "--report", "out.html")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["counts"]["answerable"] == 1
    assert (tmp_path / "out.html").read_text().startswith("<!doctype html>")
    assert (tmp_path / "out.trec").read_text().startswith("q1 Q0 baku 1 ")


def test_asking_without_an_index_says_what_to_do() -> None:
    assert "quoth add" in refusal("ask", "Anything?")


def test_wrong_usage_is_exit_code_2() -> None:
    assert quoth("ask").exit_code == 2
    assert quoth("ask", "x", "--batch", "y").exit_code == 2
    assert quoth("frobnicate").exit_code == 2


def test_a_path_that_is_not_there_is_named() -> None:
    assert "nowhere" in refusal("add", "nowhere")


def test_a_refusal_is_one_line_on_stderr_and_exit_code_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["quoth", "ask", "Anything?"])
    with pytest.raises(SystemExit) as stopped:
        rag.cli.main()
    assert stopped.value.code == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("quoth: ")


def test_every_command_stands_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    names = [command.name or command.callback.__name__ for command in app.registered_commands]
    assert [name for name in names if f"quoth {name}" not in readme] == []


def test_config_tells_every_setting_and_its_meaning() -> None:
    assert "QUOTH_MIN_CONFIDENCE=0.0" in quoth("config").stdout
