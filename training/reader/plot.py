"""Plot a training log: how the losses fell, and the learning rate.

python -m training.reader.plot FOLDER/log.csv [--out docs/reader-training.svg]
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from rag.evaluation.markup import Markup, tag

WIDTH, HEIGHT = 640.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 14.0, 34.0
SMOOTHED = 15  # rows of the log: single steps are noise
LINES = {"span_loss": "#1f6feb", "answerable_loss": "#c2410c", "rate": "#9ca3af"}


def read_log(path: Path) -> dict[str, list[float]]:
    """Column -> its values. A run that went on from a checkpoint logged some steps twice: the later count."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = {int(row["step"]): row for row in csv.DictReader(file)}
    ordered = [rows[step] for step in sorted(rows)]
    return {name: [float(row[name]) for row in ordered] for name in ordered[0]}


def smoothed(values: Sequence[float], width: int = SMOOTHED) -> list[float]:
    """The mean of each value and those before it, `width` of them at most."""
    windows = (values[max(0, place + 1 - width) : place + 1] for place in range(len(values)))
    return [sum(window) / len(window) for window in windows]


def plot(log: dict[str, list[float]]) -> Markup:
    """Losses (nats) and the share of the full learning rate against examples seen."""
    last, top = max(log["examples"]), max(2.0, *smoothed(log["span_loss"]))

    def at(examples: float, value: float) -> tuple[float, float]:
        across = LEFT + examples / last * (WIDTH - LEFT - RIGHT)
        return across, TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM)

    def line(name: str) -> Markup:
        values = log[name] if name == "rate" else smoothed(log[name])
        points = " ".join("{:.1f},{:.1f}".format(*at(*each)) for each in zip(log["examples"], values, strict=True))
        return tag("polyline", points=points, fill="none", stroke=LINES[name], stroke_width=1.6)

    def label(x: float, y: float, text: str, anchor: str, colour: str = "#57606a") -> Markup:
        return tag("text", text, x=x, y=y, fill=colour, text_anchor=anchor)

    return tag(
        "svg",
        tag("rect", width=WIDTH, height=HEIGHT, fill="#ffffff"),
        [label(LEFT - 6, at(0, value)[1] + 4, f"{value:g}", "end") for value in (0, 0.5, 1, 1.5, 2)],
        [label(at(last * part / 4, 0)[0], HEIGHT - 16, f"{last * part / 4:,.0f}", "middle") for part in range(5)],
        label((LEFT + WIDTH) / 2, HEIGHT - 2, "examples", "middle"),
        [tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at(0, v)[1], y2=at(0, v)[1], stroke="#e5e7eb") for v in (0, 1, 2)],
        [line(name) for name in LINES],
        [
            label(WIDTH - RIGHT, TOP + 14 * n + 8, name.replace("_", " "), "end", LINES[name])
            for n, name in enumerate(LINES)
        ],
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        font_family="sans-serif",
        font_size=11,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/reader-training.svg"))
    options = parser.parse_args()
    options.out.write_text(f"{plot(read_log(options.log))}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
