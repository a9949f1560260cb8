"""How often the language of a question is told, by what languages the folder has.

    python -m benchmarks.languages SQUAD_FILE...

The files are called NAME.LANGUAGE.json. Printed is how many of their questions are taken for their own language and for
another one, where nothing is known of the folder, where it has English and that language, English alone, or languages
that are taken for each other.
"""

import argparse
from collections import Counter
from pathlib import Path

from rag.engine import LANGUAGE_PRIOR
from rag.evaluation.squad_files import load_squad
from rag.language import UNKNOWN, guess

RELATED = ("az", "bg", "ms", "nl", "uk")


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    counts: dict[str, Counter[str]] = {}
    for path in wanted.parse_args().files:
        language = path.stem.rpartition(".")[2]
        folders = {"unknown": (), "English and its own": ("en", language), "English": ("en",), "related": RELATED}
        for each in load_squad(path, identify=lambda _: UNKNOWN).questions:
            for folder, expected in folders.items():
                told, belief = guess(each.question, expected)
                kind = "unknown" if belief < LANGUAGE_PRIOR else "right" if told == language else "wrong"
                counts.setdefault(folder, Counter())[kind] += 1
    for folder, found in counts.items():
        told = ", ".join(f"{kind} {100 * found[kind] / found.total():.1f} %" for kind in ("right", "wrong", "unknown"))
        print(f"folder: {folder:20} {told} of {found.total()}")


if __name__ == "__main__":
    main()
