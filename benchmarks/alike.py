"""Of documents that are all alike, whether the one that a question names is quoted.

    python -m benchmarks.alike [--documents 40] [--questions 60] [--seed 1]

Leases in English, minutes in Russian and contracts in Turkish are filled in from the forms beside this file. Each names
in its opening whom it is about, and says further down, in the same words as all the others, what is asked for. Printed
is how often the first quotation is of the document that the question names and holds what was asked for, how often
anything is quoted, and how often for a name that no document has; of two that are named, how often the first two
quotations hold what was asked for, one of each; and how often the first does where a second question only names
another ("And Maria Keller?").
"""

import argparse
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from benchmarks.folders import indexed
from rag.engine import Engine
from rag.types import Document, Quote

FORMS = Path(__file__).parent / "forms"
GIVEN = ("Jonas", "Maria", "Peter", "Hanna", "Omar", "Lucia", "Viktor", "Ingrid", "Tomas", "Clara")
FAMILY = ("Berg", "Keller", "Novak", "Lindqvist", "Haddad", "Moreau", "Fischer", "Rossi", "Janssen", "Kowalski")
HOUSES = ("Берёзка", "Рассвет", "Маяк", "Родник", "Дружба", "Восход", "Радуга", "Парус", "Звезда", "Тополь")
PARTS = ("-1", "-2", " Южный", " Северный", "-5", " Центр", "-7", " Речной", "-12", " Парк")
FIRMS = ("Yıldız", "Deniz", "Anadolu", "Toros", "Bereket", "Marmara", "Çınar", "Pınar", "Ege", "Kardelen")
TRADES = (" Gıda", " Tarım", " Süt", " Et", " Meyve", " Un", " Bakliyat", " Zeytin", " Baharat", " Çay")
NAMES = {
    "lease.en": [f"{given} {family}" for given, family in product(GIVEN, FAMILY)],
    "minutes.ru": [f"{house}{part}" for house, part in product(HOUSES, PARTS)],
    "supply.tr": [f"{firm}{trade}" for firm, trade in product(FIRMS, TRADES)],
}
STREETS = {"en": "{} Mill Lane", "ru": "улица Садовая, дом {}", "tr": "Çarşı Caddesi No {}"}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split(),
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(),
}
AND = {"en": "{} and {}", "ru": "{} и {}", "tr": "{} ve {}"}
AND_OTHER = {"en": "And {}?", "ru": "А {}?", "tr": "Peki {}?"}
FIGURES = {  # what is asked for: from, to
    "rent": (600, 2_400),
    "deposit": (2_500, 7_000),
    "charges": (90, 590),
    "parking": (3, 99),
    "notice": (21, 180),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A form, the name in its opening, and what it says of what is asked for."""

    form: str
    number: int
    name: str
    values: Mapping[str, str]

    @property
    def document(self) -> Document:
        text = (FORMS / f"{self.form}.txt").read_text("utf-8").format(name=self.name, **self.values)
        file = f"{self.form}-{self.number}"
        return Document(file, text, text.partition("\n")[0], f"{file}.txt", self.form[-2:])


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    wanted.add_argument("--documents", type=int, default=40, help="of each form")
    wanted.add_argument("--questions", type=int, default=60, help="to each form in each language")
    wanted.add_argument("--seed", type=int, default=1)
    options = wanted.parse_args()
    questions = json.loads((FORMS / "questions.json").read_text("utf-8"))
    dice = random.Random(options.seed)
    there = {form: filled(form, options.documents, dice) for form in NAMES}
    with indexed(each.document for group in there.values() for each in group) as engine:
        for form, group in there.items():
            gone = [each for each in NAMES[form] if each not in {one.name for one in group}]
            asked = dice.sample(list(product(group, questions[form])), options.questions)
            absent = dice.sample(list(product(gone, questions[form])), options.questions // 2)
            pairs = [
                (*dice.sample(group, 2), dice.choice(list(questions[form]))) for _ in range(options.questions // 2)
            ]
            for language in ("en", "ru", "tr"):
                wordings = {field: told[language] for field, told in questions[form].items()}
                print(f"{form:10} asked in {language}: {told(engine, wordings, asked, absent)}", end="; ")
                print(told_of_pairs(engine, wordings, language, pairs), flush=True)


def filled(form: str, count: int, dice: random.Random) -> list[Filled]:
    language = form[-2:]
    names = dice.sample(NAMES[form], count)
    figures = {field: dice.sample(range(*limits), count) for field, limits in FIGURES.items()}
    return [
        Filled(
            form,
            place + 1,
            name,
            {
                **{field: f"{values[place]}" for field, values in figures.items()},
                "street": STREETS[language].format(dice.randrange(1, 200)),
                "signed": _date(language, 2021, dice),
                "ends": _date(language, 2026, dice),
            },
        )
        for place, name in enumerate(names)
    ]


def _date(language: str, year: int, dice: random.Random) -> str:
    return f"{dice.randrange(1, 29)} {dice.choice(MONTHS[language])} {year + dice.randrange(4)}"


def told(
    engine: Engine,
    wordings: Mapping[str, str],
    asked: Sequence[tuple[Filled, str]],
    absent: Sequence[tuple[str, str]],
) -> str:
    found = [(each, field, engine.ask(wordings[field].format(name=each.name)).quotes) for each, field in asked]
    firsts = [(each, field, quotes[0]) for each, field, quotes in found if quotes]
    named = sum(quote.document_id == each.document.id for each, _, quote in firsts)
    right = sum(_tells(quote, each, field) for each, field, quote in firsts)
    anyway = sum(bool(engine.ask(wordings[field].format(name=name)).quotes) for name, field in absent)
    return (
        f"right first {right}, of the document named {named}, something {len(firsts)} of {len(asked)}; "
        f"names of no document answered {anyway} of {len(absent)}"
    )


def told_of_pairs(
    engine: Engine, wordings: Mapping[str, str], language: str, pairs: Sequence[tuple[Filled, Filled, str]]
) -> str:
    both = other = 0
    for one, two, field in pairs:
        quotes = engine.ask(wordings[field].format(name=AND[language].format(one.name, two.name))).quotes
        both += all(any(_tells(quote, each, field) for quote in quotes[:2]) for each in (one, two))
        before = wordings[field].format(name=one.name)
        quotes = engine.ask(AND_OTHER[language].format(two.name), history=[before]).quotes
        other += bool(quotes) and _tells(quotes[0], two, field)
    return f"both of two {both}, then of another {other} of {len(pairs)}"


def _tells(quote: Quote, document: Filled, field: str) -> bool:
    return quote.document_id == document.document.id and document.values[field] in quote.text


if __name__ == "__main__":
    main()
