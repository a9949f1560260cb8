"""How old Office files (doc, xls, ppt) are read, beside what LibreOffice makes of them.

    python -m benchmarks.old_office FILE...    # with LibreOffice's soffice on the PATH

Each is converted to docx, xlsx or pptx by LibreOffice, and both are read: the figure is F1 of the pairs of neighbouring
words (`benchmarks.pdf_words`). What differs is not always wrong: LibreOffice hands on hidden words.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from benchmarks.pdf_words import f1
from rag.documents import load_file
from rag.errors import DocumentError

NEWER = {".doc": "docx", ".xls": "xlsx", ".ppt": "pptx"}


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    files: list[Path] = wanted.parse_args().files
    texts = {file: text for file in files if (text := text_of(file)) is not None}
    print(f"{len(files)} files, {len(texts)} read")
    figures = sorted((f1(texts[file], written), file.name) for file, written in converted(list(texts)))
    for figure, name in figures[:10]:
        print(f"{figure:6.1f} {name}")
    same = sum(figure >= 99 for figure, _ in figures)
    print(f"{len(figures)} compared: median {median(figure for figure, _ in figures):.1f}, 99 and more {same}")


def text_of(file: Path) -> str | None:
    """None where it is refused, which is told."""
    try:
        return load_file(file).text
    except DocumentError as error:
        print(error)
        return None


def converted(files: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Those that LibreOffice converts, with what is read of that."""
    with tempfile.TemporaryDirectory() as folder:
        for ending, newer in NEWER.items():
            names = [str(file) for file in files if file.suffix.lower() == ending]
            if names:
                command = ["soffice", "--headless", "--convert-to", newer, "--outdir", folder, *names]
                subprocess.run(command, check=True, capture_output=True)
        for file in files:
            made = Path(folder) / f"{file.stem}.{NEWER[file.suffix.lower()]}"
            written = text_of(made) if made.exists() else None
            if written is not None:
                yield file, written


if __name__ == "__main__":
    main()
