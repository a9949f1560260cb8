"""Which example comes next: the sets tempered by size, a third or so of the examples without an answer."""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import chain

from tokenizers import Tokenizer

from rag.conversation import behind
from rag.folding import fold
from training.reader.contrasts import Put, contrast, sentence_of
from training.reader.data import Question, QuestionSet
from training.reader.encoding import Example
from training.reader.follow_ups import NEW_ONLY, SHORTENED, common, new_only, shortened
from training.reader.interrogatives import told_in
from training.reader.lexicon import Lexicon
from training.reader.negatives import Bm25, asked_of_another, changed_context, hard_context, rest_of_context
from training.reader.parallel import ParallelNews

# Kinds of negatives among themselves. One that cannot be made (no name to change) becomes a positive.
NEGATIVES = {"hard": 0.38, "rest": 0.14, "changed": 0.2, "moved": 0.17, "cross": 0.08, "random": 0.03}
# Some of these are answered: where passage and question are turned alike.
CONTRASTED = {"opposed": 0.3, "denied": 0.3, "misplaced": 0.2, "conditioned": 0.15, "otherwise": 0.05}
SWITCHED = (0.4, 1.0)  # of the words that the lexicon knows
INTERROGATIVES = 0.8  # of the switched questions ask with the other language's word
SAME = 0.6  # of the examples with both question and passage switched: into one language
ON_SUBJECT = 0.7  # of the follow-ups whose passage answers stand behind another question of it
LINKED = 0.8  # of these behind one that they have a name or word in common with, asked for or answered
LONGER = 0.2  # of the follow-ups stand behind one more
MISLED = 0.6  # of those whose passage does not answer stand behind a question that it does answer


class Searchable:
    """A set with an index over its contexts, made when first asked for."""

    def __init__(self, questions: QuestionSet, tokenizer: Tokenizer) -> None:
        self.set = questions
        self._tokenizer = tokenizer

    @cached_property
    def _index(self) -> Bm25:
        texts = [fold(context) for context in self.set.contexts]
        return Bm25(each.ids for each in self._tokenizer.encode_batch(texts, add_special_tokens=False))

    @cached_property
    def asked_of(self) -> Mapping[str, Sequence[Question]]:
        """Context -> its questions that it answers."""
        found: dict[str, list[Question]] = defaultdict(list)
        for each in self.set.questions:
            if each.answers:
                found[self.set.contexts[each.context]].append(each)
        return found

    @cached_property
    def with_others(self) -> Sequence[Question]:
        """The questions whose passage has others."""
        contexts = self.set.contexts
        return [each for each in self.set.questions if len(self.asked_of.get(contexts[each.context], ())) > 1]

    def prepare(self) -> None:
        """Make what would be made when first asked for."""
        _ = self._index, self.asked_of, self.with_others

    def ranking(self, question: str, count: int = 30) -> list[int]:
        return self._index.best(self._tokenizer.encode(fold(question), add_special_tokens=False).ids, count)


class Mixture:
    """Endless examples, the same for the same seed; pool n does not depend on the pools before it."""

    def __init__(
        self,
        sets: Sequence[QuestionSet],
        tokenizer: Tokenizer,
        parallel: tuple[ParallelNews, float] | None = None,
        switched: tuple[Lexicon, float] | None = None,
        *,
        seed: int,
        positive: float = 0.72,
        follow_ups: float = 0.0,
        contrasts: float = 0.0,
    ) -> None:
        """`parallel`: news in many languages, and the share of the examples that are made from it.

        `switched`: the share of the English examples that are told half in another language.
        `follow_ups`: the share of the questions that stand behind another one.
        `contrasts`: the share of the negatives that are questions turned round.
        """
        self._sets = [Searchable(each, tokenizer) for each in sets]
        self._weights = [each.weight for each in sets]
        self._several = [each for each in self._sets if each.with_others] if follow_ups else []
        self._several_weights = [each.set.weight for each in self._several]
        # The English or French original of an African question finds better passages than the question itself.
        self._pivots = {q.id: q.text for each in sets if each.source == "afriqa" for q in each.questions}
        self._seed = seed
        self._positive_share = positive
        self._follow_ups_share = follow_ups
        self._contrasts_share = contrasts
        self._parallel, self._parallel_share = parallel or (None, 0.0)
        self._lexicon, self._switched_share = switched or (None, 0.0)

    def pool(self, number: int, size: int) -> list[Example]:
        rng = random.Random(f"{self._seed} {number}")
        return [self._draw(rng) for _ in range(size)]

    def prepare(self) -> None:
        """Make what would be made when first asked for."""
        for each in self._sets:
            each.prepare()

    def contexts(self) -> Iterator[str]:
        """Of all sets."""
        return chain.from_iterable(each.set.contexts for each in self._sets)

    def _draw(self, rng: random.Random) -> Example:
        if self._parallel is not None and rng.random() < self._parallel_share:
            return self._parallel.draw(rng)
        follows = rng.random() < self._follow_ups_share
        own = rng.choices(self._sets, self._weights)[0]
        if follows and rng.random() < ON_SUBJECT:
            own = rng.choices(self._several, self._several_weights)[0]
            question = rng.choice(own.with_others)
        else:
            question = rng.choice(own.set.questions)
        example = None
        if not question.answers:
            example = self._native(own, question)
        elif rng.random() >= self._positive_share:
            if rng.random() < self._contrasts_share:
                example = self._contrast(own, question, rng)
            if example is None:
                kind = rng.choices(list(NEGATIVES), list(NEGATIVES.values()))[0]
                example = self._negative(kind, own, question, rng)
        example = example or self._positive(own, question, rng)
        if follows:
            example = self._follow_up(own, question, example, rng)
        if self._lexicon is not None and example.origin.endswith(".en") and rng.random() < self._switched_share:
            example = switched(example, self._lexicon, rng)
        return example

    def _positive(self, own: Searchable, question: Question, rng: random.Random) -> Example:
        answer = rng.choice(question.answers)
        context = own.set.contexts[question.context]
        return Example(question.text, context, (answer.start, answer.end), own.set.name, "positive")

    def _native(self, own: Searchable, question: Question) -> Example:
        return Example(question.text, own.set.contexts[question.context], None, own.set.name, "native")

    def _negative(self, kind: str, own: Searchable, question: Question, rng: random.Random) -> Example | None:
        text, context = question.text, own.set.contexts[question.context]
        made: str | None = None
        if kind == "hard":
            ranking = own.ranking(self._pivots.get(question.id, text))
            made = hard_context(own.set, question, own.set.contexts, ranking, rng)
        elif kind == "rest":
            made = rest_of_context(context, own.set.answer_texts(question), rng)
        elif kind == "cross":
            made = self._cross(own, question, rng)
        elif kind == "random":
            ranking = [rng.randrange(len(own.set.contexts)) for _ in range(4)]
            made = hard_context(own.set, question, own.set.contexts, ranking, rng)
        elif kind == "changed":
            changed = asked_of_another(text, context, _others(own, rng), rng, own.set.asked_in)
            text, made = changed or text, context if changed else None
        elif kind == "moved":
            made = changed_context(text, context, _others(own, rng), own.set.answer_texts(question), rng)
        return Example(text, made, None, own.set.name, kind) if made is not None else None

    def _contrast(self, own: Searchable, question: Question, rng: random.Random) -> Example | None:
        """The question turned in the first of three ways, drawn by their weights, in which it can be."""
        context = own.set.contexts[question.context]
        spans = [(each.start, each.end) for each in question.answers]
        if len({sentence_of(context, each) for each in spans}) > 1:
            return None  # turned in one sentence, the passage would still answer in another
        put = Put(question.text, context, rng.choice(spans))
        ways = sorted(CONTRASTED, key=lambda kind: rng.random() ** (1 / CONTRASTED[kind]), reverse=True)
        for kind in ways[:3]:
            made = contrast(kind, put, own.set.asked_in, _others(own, rng), rng)
            if made is not None:
                return Example(made.question, made.context, made.answer if made.answered else None, own.set.name, kind)
        return None

    def _follow_up(self, own: Searchable, question: Question, example: Example, rng: random.Random) -> Example:
        """The example, its question behind another one: of the same passage, or of any other."""
        made = None
        if rng.random() < NEW_ONLY:
            made = new_only(example.question, _others(own, rng), own.set.asked_in, rng)
        if made is None:
            made = self._behind_other(own, question, example, rng)
        asked = behind(*made)
        if rng.random() < LONGER:
            asked = behind(rng.choice(own.asked_of.get(example.context) or own.set.questions).text, asked)
        return replace(example, question=asked, kind=f"{example.kind} follow-up")

    def _behind_other(
        self, own: Searchable, question: Question, example: Example, rng: random.Random
    ) -> tuple[str, str]:
        """(the question before, what is asked behind it)."""
        others = [each for each in self._answered_by(own, question, example.context) if each.id != question.id]
        if not others or (example.answer is None and rng.random() >= MISLED):
            return rng.choice(own.set.questions).text, example.question
        told = {each.id: " ".join([each.text, *own.set.answer_texts(each)]) for each in others}
        linked = [each for each in others if common(example.question, told[each.id])]
        earlier = rng.choice(linked if linked and rng.random() < LINKED else others)
        if earlier.context != question.context or rng.random() >= SHORTENED:
            return earlier.text, example.question
        return earlier.text, shortened(example.question, told[earlier.id], own.set.asked_in, rng)

    def _answered_by(self, own: Searchable, question: Question, context: str) -> Sequence[Question]:
        """The questions that the context, or what is left of the question's own, is known to answer."""
        if context in own.asked_of:
            return own.asked_of[context]
        asked = own.asked_of.get(own.set.contexts[question.context], ())
        return [each for each in asked if any(told in context for told in own.set.answer_texts(each))]

    def _cross(self, own: Searchable, question: Question, rng: random.Random) -> str | None:
        """A passage in another language, the nearest that shares names and numbers."""
        foreign = [each for each in self._sets if each.set.language != own.set.language]
        other = rng.choice(foreign)
        ranking = other.ranking(question.text)
        return hard_context(own.set, question, other.set.contexts, ranking, rng)


def _others(own: Searchable, rng: random.Random) -> list[str]:
    """Questions to take another name or number from."""
    return [rng.choice(own.set.questions).text for _ in range(20)]


def switched(example: Example, lexicon: Lexicon, rng: random.Random) -> Example:
    """The example with words of its question, its passage or both in another language."""
    asked, told = rng.choice(lexicon.languages), rng.choice(lexicon.languages)
    question, context, answer = example.question, example.context, example.answer
    where = rng.choices(["question", "context", "both"], [0.4, 0.2, 0.4])[0]
    if where != "context":
        question = told_in(question, asked) if rng.random() < INTERROGATIVES else question
        question, _ = lexicon.switched(question, asked, rng.uniform(*SWITCHED), rng)
    if where != "question":
        # Question and passage in one language are what is asked most often.
        told = asked if rng.random() < SAME else told
        context, answer = lexicon.switched(context, told, rng.uniform(*SWITCHED), rng, answer)
    return replace(example, question=question, context=context, answer=answer, kind=f"{example.kind} switched")
