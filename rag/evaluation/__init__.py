"""How good are the answers? A data set in, figures with 95 % intervals out.

data set -> engine, question by question -> Outcome[] -> Result -> JSON, table, TREC run, HTML
"""

from rag.evaluation.comparison import compare
from rag.evaluation.evaluation import OpenEngine, evaluate
from rag.evaluation.loaders import detect, load
from rag.evaluation.page import html_report, write_html
from rag.evaluation.report import print_table, result_json, table, trec_run, write_run
from rag.evaluation.results import Result
from rag.evaluation.runs import Progress

__all__ = [
    "OpenEngine",
    "Progress",
    "Result",
    "compare",
    "detect",
    "evaluate",
    "html_report",
    "load",
    "print_table",
    "result_json",
    "table",
    "trec_run",
    "write_html",
    "write_run",
]
