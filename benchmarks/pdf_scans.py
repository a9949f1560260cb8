"""How much of a scanned page is read as it was written, and how long that takes: Quoth, which is not told the language,
and Tesseract alone, which is.

    python -m benchmarks.pdf_words --print NTREX_FOLDER FOLDER    # makes such files
    python -m benchmarks.pdf_scans FILE.pdf...                    # each beside a FILE.txt with what it says

The first pages of each file are drawn as a scanner would: 200 dots in an inch, grey, a little turned, with noise. The
figure is F1 of the pairs of neighbouring words (of characters, where words are not spaced), as `benchmarks.pdf_words`
has it: a word in twenty that is read wrong makes it 90.
"""

import argparse
import random
import subprocess
from io import BytesIO
from pathlib import Path
from statistics import median
from time import perf_counter

import pypdfium2
from PIL import Image, ImageChops

from benchmarks.pdf_words import f1
from rag.config import Settings
from rag.documents import load_bytes
from rag.ocr import ocr_of

PAGES, DOTS = 2, 200
TURNED = 0.4  # degrees
NOISE = 24  # standard deviation, of 255 shades
CODES = {"aze-Latn": "aze", "arb": "ara", "zho-CN": "chi_sim"}  # Tesseract's, where they are others than the files'


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("files", type=Path, nargs="+")
    ocr = ocr_of(Settings.load().ocr)
    assert ocr is not None, "QUOTH_OCR=off"
    print(f"{ocr.by.removeprefix('1 ')}\n{'':12}{'Quoth':>8}{'Tesseract':>11}{'s a page':>10}")
    seconds = []
    for file in wanted.parse_args().files:
        pictures = [scanned(page) for page in pages(file)]
        written = "\n".join(page.get_textpage().get_text_range() for page in pages(file))
        began = perf_counter()
        read = load_bytes(as_pdf(pictures), "scan.pdf", ocr=ocr).text
        seconds.append((perf_counter() - began) / len(pictures))
        alone = "\n".join(by_tesseract(picture, CODES.get(file.stem, file.stem)) for picture in pictures)
        said = of_these_pages(file.with_suffix(".txt").read_text(encoding="utf-8"), written)
        print(f"{file.stem:12}{f1(read, said):8.1f}{f1(alone, said):11.1f}{seconds[-1]:10.1f}", flush=True)
    print(f"{'median':12}{median(seconds):29.1f}")


def pages(file: Path) -> list[pypdfium2.PdfPage]:
    document = pypdfium2.PdfDocument(file)
    return [document[number] for number in range(min(PAGES, len(document)))]


def of_these_pages(said: str, written: str) -> str:
    """Of what the file says as much as its first pages have."""
    letters = sum(map(str.isalnum, written))
    for place, character in enumerate(said):
        letters -= character.isalnum()
        if letters == 0:
            return said[: place + 1]
    return said


def scanned(page: pypdfium2.PdfPage) -> Image.Image:
    drawn = page.render(scale=DOTS / 72, grayscale=True).to_pil()
    turned = drawn.rotate(TURNED, Image.Resampling.BICUBIC, fillcolor=255)
    random.seed(7)
    noise = Image.effect_noise(turned.size, NOISE)  # around the middle grey
    return ImageChops.add(turned, noise, 1, -128)


def as_pdf(pictures: list[Image.Image]) -> bytes:
    out = BytesIO()
    pictures[0].save(out, "PDF", resolution=DOTS, quality=60, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def by_tesseract(picture: Image.Image, language: str) -> str:
    png = BytesIO()
    picture.save(png, "PNG", dpi=(DOTS, DOTS))
    command = ["tesseract", "-", "-", "-l", language]
    return subprocess.run(command, input=png.getvalue(), capture_output=True, check=True).stdout.decode("utf-8")


if __name__ == "__main__":
    main()
