"""Reports: stable JSON, a readable table, run files, and a page that no text can break."""

import io
import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from rag.errors import DataSetError
from rag.evaluation import plots
from rag.evaluation.calibration import risk_coverage, thinned
from rag.evaluation.comparison import compare
from rag.evaluation.markup import Markup, tag
from rag.evaluation.page import html_report, standing, went_wrong
from rag.evaluation.report import print_table, result_json, trec_run
from rag.evaluation.results import MEASURES, Outcome, Result, calibration, figures, grouped, percentile

EVIL = "</style><script>alert('x')</script><img src=//evil.example onerror=alert(1)>\"'&"


def made(number: int, **more: Any) -> Outcome:
    """An answered, right, answerable question, unless told otherwise."""
    given_ = {
        "id": f"q{number}",
        "question": f"Question {number}?",
        "scores": {"right@1": 1.0, "right@3": 1.0, "refused answerable": 0.0},
        "answerable": True,
        "ranking": ("d1", "d2"),
        "groups": {"language": "en", "pair": "same-language", "languages": "en → en"},
        "expected": ("gold",),
        "status": "answered",
        "quote": "A gold quote.",
        "quote_document": "d1",
        "confidence": 0.9,
        "right": True,
    }
    return Outcome(**{**given_, **more})


def wrong(number: int, **more: Any) -> Outcome:
    zero = {"right@1": 0.0, "right@3": 0.0, "refused answerable": 0.0}
    return made(number, **{"scores": zero, "right": False, "confidence": 0.4, **more})


def unanswerable(number: int, **more: Any) -> Outcome:
    silent = {"answerable": False, "scores": {"answered unanswerable": 0.0}, "expected": (), "status": "not_found"}
    return made(number, **{**silent, "groups": {"language": "en"}, "right": False, "confidence": 0.1, **more})


def result(*outcomes: Outcome, **more: Any) -> Result:
    answerable = sum(outcome.answerable for outcome in outcomes)
    counts = {"questions": len(outcomes), "answerable": answerable, "unanswerable": len(outcomes) - answerable}
    given_ = {
        "form": "questions",
        "name": "golden",
        "path": "golden.jsonl",
        "date": "2026-11-22T00:00:00+00:00",
        "machine": "a machine",
        "seconds": 1.5,
        "settings": {"model": "bundled", "limit": None},
        "counts": counts,
        "figures": figures(outcomes),
        "groups": grouped(outcomes),
        "calibration": calibration(outcomes),
        "outcomes": outcomes,
    }
    return Result(**{**given_, **more})


def printed(found: Result, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_table(found, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


SMALL = result(made(1), wrong(2, groups={"language": "ru"}), unanswerable(3))


class Elements(HTMLParser):
    """What a browser would make of a page: its elements, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


# -- JSON --------------------------------------------------------------------


class TestJson:
    def test_its_keys_are_stable(self) -> None:
        assert list(result_json(SMALL)) == [
            "quoth_evaluation", "form", "name", "path", "date", "machine", "seconds", "settings", "counts", "measures",
            "by", "calibration", "verification", "milliseconds", "notes", "questions",
        ]  # fmt: skip
        assert list(result_json(SMALL)["questions"][0]) == [
            "id", "question", "answerable", "groups", "scores", "status", "confidence", "right", "quote", "document",
            "expected", "milliseconds",
        ]  # fmt: skip

    def test_a_measure_is_its_value_interval_and_count(self) -> None:
        found = result_json(SMALL)["measures"]["right@1"]
        assert found == pytest.approx({"value": 0.5, "low": 0.0945312, "high": 0.9054688, "n": 2}, abs=1e-6)
        assert result_json(SMALL)["measures"]["answered unanswerable"]["n"] == 1

    def test_measures_are_told_by_language_with_their_macro_average(self) -> None:
        assert {name: row["right@1"]["value"] for name, row in result_json(SMALL)["by"]["language"].items()} == {
            "en": 1.0,
            "ru": 0.0,
            "macro average": 0.5,
        }

    def test_pairs_are_told_same_language_first_and_are_not_averaged(self) -> None:
        cross = wrong(2, groups={"pair": "cross-language"})
        assert list(result_json(result(cross, made(1)))["by"]["pair"]) == ["same-language", "cross-language"]

    def test_it_is_json_that_any_parser_reads(self) -> None:
        odd = result(made(1, question="\ud800 \x00 🦊"), made(2, confidence=0.3, right=False), unanswerable(3))
        text = json.dumps(result_json(odd), allow_nan=False)
        assert json.loads(text) == result_json(odd)

    def test_confidence_is_judged_by_the_first_quote_and_by_answerability(self) -> None:
        found = result_json(SMALL)["calibration"]
        assert found["AUROC"]["value"] == found["AUROC right"]["value"] == 1
        assert found["ECE"] == pytest.approx((0.1 + 0.4 + 0.1) / 3)
        assert found["best_threshold"] == {"threshold": 0.9, "score": pytest.approx(2 / 3)}

    def test_refusing_everything_is_told_as_a_threshold_that_json_can_hold(self) -> None:
        hopeless = result(wrong(1), unanswerable(2, confidence=0.9))
        threshold = result_json(hopeless)["calibration"]["best_threshold"]
        assert json.dumps(threshold, allow_nan=False)
        assert threshold == {"threshold": None, "score": 0.5}

    def test_without_confidences_there_is_no_calibration(self) -> None:
        assert result_json(result(made(1, confidence=None, right=None)))["calibration"] is None

    def test_latency_is_told_by_its_percentiles(self) -> None:
        found = result(*(made(number, milliseconds=float(number)) for number in range(1, 101)))
        assert result_json(found)["milliseconds"] == {"p50": 50.0, "p95": 95.0}
        assert percentile([], 0.5) == 0
        assert percentile([7.0], 0.95) == percentile([7.0], 0.0) == 7


def test_every_measure_has_a_name_of_its_own_and_says_what_it_is() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
    assert all(measure.meaning for measure in MEASURES)


# -- the terminal ------------------------------------------------------------


class TestTable:
    def test_figures_stand_with_their_intervals(self) -> None:
        row = next(line for line in printed(SMALL).splitlines() if line.startswith("right@1"))
        assert row.split()[:4] == ["right@1", "50.0", "9.5–90.5", "2"]

    def test_nothing_is_cut_off_at_eighty_columns(self) -> None:
        languages = [made(n, groups={"language": name}) for n, name in enumerate(("az", "en", "ru", "tr", "zh"))]
        pairs = [made(n, groups={"languages": f"az → {chr(n)}{chr(n)}"}) for n in range(97, 107)]
        text = printed(result(*languages, *pairs, unanswerable(200)))
        assert "…" not in text
        assert "answered unanswerable" in text
        assert max(map(len, text.splitlines())) <= 80

    def test_failed_verifications_are_shouted(self) -> None:
        assert "every quote is where it says" in printed(SMALL)
        text = printed(result(made(1, differences=("d1 does not say it",))))
        assert "NOT VERIFIED: 1" in text
        assert "q1: d1 does not say it" in text
        assert "every quote" not in text

    def test_brackets_in_a_text_are_not_taken_for_colours(self) -> None:
        assert "note: [bold]x[/nope]" in printed(result(made(1), notes=("[bold]x[/nope]",)))


# -- TREC --------------------------------------------------------------------


def test_a_run_file_has_six_columns_and_scores_that_keep_the_order() -> None:
    rows = list(trec_run(result(made(1, id="q\t1", ranking=("b", "a c")))))
    assert rows == ["q%091 Q0 b 1 1.000000 quoth", "q%091 Q0 a%20c 2 0.500000 quoth"]


# -- the page ----------------------------------------------------------------


class TestPage:
    def test_no_text_can_become_markup(self) -> None:
        evil = wrong(
            1, id=EVIL, question=EVIL, quote=EVIL, quote_document=EVIL, expected=(EVIL,), differences=(EVIL,),
            groups={"language": EVIL},
        )  # fmt: skip
        page = html_report(
            result(evil, made(2), name=EVIL, path=EVIL, machine=EVIL, settings={EVIL: EVIL}, notes=(EVIL,))
        )
        found = Elements(page)
        assert not {"script", "img", "iframe", "link", "object"} & set(found.names)
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        assert EVIL in found.text

    def test_it_asks_for_nothing_else(self) -> None:
        found = Elements(html_report(SMALL))
        assert not [pair for pair in found.attributes if pair[0] in ("src", "href", "srcset", "data")]
        assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in found.attributes
        style = html_report(SMALL).split("<style>")[1].split("</style>")[0]
        assert "url(" not in style
        assert "@import" not in style
        assert "prefers-color-scheme: dark" in style

    @given(st.text(alphabet=st.characters()))
    def test_any_unicode_makes_a_file_that_can_be_written_and_read_back(self, text: str) -> None:
        page = html_report(result(wrong(1, question=text), made(2)))
        assert page.encode("utf-8").decode("utf-8") == page
        kept = "".join(c if c.isprintable() and not "\ud800" <= c <= "\udfff" else "" for c in text)
        if kept == text:
            assert text in Elements(page).text

    def test_it_tells_every_figure_and_every_fault(self) -> None:
        found = Elements(html_report(result(made(1), wrong(2), unanswerable(3), notes=("mind this",))))
        for told in ("golden", "right@1", "50.0", "wrong quote", "Question 2?", "mind this", "a machine", "bundled"):
            assert told in found.text
        assert "Question 1?" not in found.text

    def test_plots_are_there_when_there_are_confidences(self) -> None:
        assert "Risk-coverage curve" in html_report(SMALL)
        assert "Risk-coverage curve" not in html_report(result(made(1, confidence=None, right=None)))

    def test_a_run_without_a_single_answer_still_makes_a_page(self) -> None:
        refused = wrong(1, status="not_found", quote=None, quote_document=None, confidence=0.0)
        assert "<h1>golden</h1>" in html_report(result(refused))

    @pytest.mark.parametrize(
        ("outcome", "fault"),
        [
            (made(1), None),
            (wrong(1), "wrong quote"),
            (wrong(1, status="not_found"), "refused"),
            (made(1, status="not_found"), "refused, the quote was right"),
            (unanswerable(1), None),
            (unanswerable(1, status="answered"), "answered, though not said"),
            (made(1, status=None, scores={"RR@10": 0.0}), "not among the first ten"),
            (made(1, status=None, scores={"RR@10": 0.1}), None),
        ],
    )
    def test_a_fault_is_named(self, outcome: Outcome, fault: str | None) -> None:
        assert went_wrong(outcome) == fault

    def test_where_the_system_stands_is_what_it_answered(self) -> None:
        found = standing([made(1), wrong(2), unanswerable(3), unanswerable(4)])
        assert found is not None
        assert (found.coverage, found.risk) == (0.5, 0.5)
        assert standing([unanswerable(1)]) is None


class TestPlots:
    def test_a_plot_is_well_formed_and_named_for_those_who_cannot_see_it(self) -> None:
        bar = plots.Bar("a & <b>", 0.5, 0.25, 1.0, 4)
        confidence = [0.9, 0.5, 0.5, 0.1]
        drawn = (
            plots.bars([bar], title="t"),
            plots.risk_coverage(risk_coverage(confidence, [True, True, False, False]), None, title="t"),
        )
        for svg in drawn:
            root = ElementTree.fromstring(svg)
            assert root.get("role") == "img"
            assert root.get("aria-label") == "t"

    def test_a_bar_is_as_long_as_its_value(self) -> None:
        rows = [plots.Bar(str(share), share, 0.0, 1.0, 1) for share in (0.0, 0.25, 0.5, 1.0)]
        root = ElementTree.fromstring(plots.bars(rows, title="t"))
        widths = [float(each.get("width", "")) for each in root.iter("{http://www.w3.org/2000/svg}rect")]
        assert widths == pytest.approx([0, widths[3] / 4, widths[3] / 2, widths[3]])
        assert widths[3] > 200

    @given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=600))
    def test_a_thinned_curve_keeps_its_ends_and_its_order(self, rows: list[tuple[float, bool]]) -> None:
        points = risk_coverage([sure for sure, _ in rows], [right for _, right in rows])
        kept = thinned(points, most=50)
        assert len(kept) <= 50
        assert (kept[0], kept[-1]) == (points[0], points[-1])
        assert kept == sorted(kept, key=points.index)


class TestMarkup:
    def test_strings_are_escaped_and_markup_is_not(self) -> None:
        assert tag("p", "<&", tag("b", "x"), title='"') == '<p title="&quot;">&lt;&amp;<b>x</b></p>'

    def test_what_was_markup_and_is_changed_is_plain_again(self) -> None:
        assert tag("p", Markup("<b>") + "x") == "<p>&lt;b&gt;x</p>"


# -- two runs ----------------------------------------------------------------


class TestCompare:
    def test_questions_are_paired_by_id_whatever_their_order(self) -> None:
        first = result_json(result(*(wrong(n) for n in range(40)), made(98), made(99)))
        second = result_json(result(made(98), *(made(n) for n in reversed(range(40))), wrong(100)))
        found = {each.measure.name: each.difference for each in compare(first, second)}
        assert found["right@1"].n == 41
        assert found["right@1"].difference == pytest.approx(40 / 41)
        assert found["right@1"].p_value < 0.001
        assert found["refused answerable"].difference == 0

    def test_runs_over_other_questions_are_refused(self) -> None:
        with pytest.raises(DataSetError, match="share no question id"):
            compare(result_json(result(made(1))), result_json(result(made(2))))

    def test_an_object_that_is_no_result_is_refused(self) -> None:
        with pytest.raises(DataSetError, match="found an object with status; expected a result"):
            compare({"status": "answered"}, result_json(SMALL))


def test_a_written_page_is_utf_8(tmp_path: Path) -> None:
    from rag.evaluation import write_html

    write_html(result(wrong(1, question="Кто? 谁?")), tmp_path / "out.html")
    assert "Кто? 谁?" in (tmp_path / "out.html").read_bytes().decode("utf-8")
