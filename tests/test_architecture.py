"""Imports run one way, and heavy libraries have one door each."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("rag", "api")
    for path in sorted((ROOT / package).rglob("*.py"))
}

# A part may import what stands in the layers below its own, and its own package; never its neighbours.
LAYERS = [
    ["rag.errors"],
    ["rag.types", "rag.building", "rag.logistic", "rag.page_numbers", "rag.raised", "rag.scripts"],
    ["rag.language"],
    ["rag.tables"],
    [
        "rag.config",
        "rag.stretches",
        "rag.folding",
        "rag.hashing",
        "rag.phrases",
        "rag.abbreviations",
        "rag.numerals",
        "rag.part_words",
        "rag.reflow",
    ],
    ["rag.part_numbers"],
    ["rag.sentences", "rag.pdfium", "rag.naming", "rag.countries"],
    ["rag.clauses", "rag.ocr", "rag.turns", "rag.particulars"],
    [
        "rag.documents",
        "rag.passages",
        "rag.encoders",
        "rag.store",
        "rag.conversation",
        "rag.quotation",
        "rag.differences",
        "rag.centring",
        "rag.suggestions",
    ],
    ["rag.retriever", "rag.readers", "rag.scopes", "rag.mentions"],
    ["rag.engine"],
    ["rag.evaluation", "rag.folders", "rag.langchain"],
    ["rag.assembly"],
    ["rag.terminal"],
    ["rag.cli", "rag.upkeep_commands"],
    ["api"],
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}

HEAVY: dict[str, str | tuple[str, ...]] = {
    "faiss": "rag.store.vectors",
    "tantivy": "rag.store.postings",
    "sentence_transformers": "rag.encoders",
    "transformers": ("rag.encoders", "rag.readers.reference", "rag.readers.question_answering"),
    "torch": ("rag.encoders", "rag.readers.reference", "rag.readers.question_answering"),
    "onnx": "rag.encoders.graph",
    "onnxruntime": "rag.encoders.states",
    "langchain_text_splitters": "rag.passages",
    "langchain_core": "rag.langchain",
    "fastapi": "api",
    "uvicorn": "api",
    "pypdfium2": "rag.pdfium",
    "docx": "rag.documents",
    "openpyxl": "rag.documents",
    "xlrd": "rag.documents.xls",
    "olefile": "rag.documents.compound",
    "pptx": "rag.documents",
    "trafilatura": "rag.documents",
}


def part_of(module: str) -> str:
    return max((part for part in LEVEL if module == part or module.startswith(part + ".")), key=len, default="rag")


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


def test_every_module_belongs_to_a_layer() -> None:
    assert [module for module in MODULES if module != "rag" and part_of(module) == "rag"] == []


@pytest.mark.parametrize("module", sorted(set(MODULES) - {"rag"}))
def test_imports_run_one_way(module: str) -> None:
    own = part_of(module)
    for imported in imports(MODULES[module]) & set(MODULES) - {"rag"}:
        other = part_of(imported)
        same_layer_of_commands = own == "rag.upkeep_commands" and other == "rag.cli"
        assert other == own or LEVEL[other] < LEVEL[own] or same_layer_of_commands, f"{module} imports {imported}"


@pytest.mark.parametrize("library", HEAVY)
def test_each_heavy_library_is_imported_in_one_place(library: str) -> None:
    users = {name for name, path in MODULES.items() if any(each.split(".")[0] == library for each in imports(path))}
    assert users
    doors = (HEAVY[library],) if isinstance(HEAVY[library], str) else HEAVY[library]
    assert all(any(name == door or name.startswith(f"{door}.") for door in doors) for name in users), users


@pytest.mark.parametrize(
    "module",
    ["rag", "rag.engine", "rag.assembly", "rag.cli", "rag.documents", "rag.store", "rag.encoders", "rag.readers"],
)
def test_importing_loads_no_heavy_library(module: str) -> None:
    heavy = (*HEAVY, "tokenizers")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
