"""Everything that decides what a training run makes, whatever machine it runs on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Plan:
    """Each field is an option of `python -m training.reader.train`."""

    minutes: float = 60.0
    seed: int = 1
    batch: int = 16
    limit: int = 224  # tokens: a passage of Quoth's own splitter and its question fit
    positive: float = 0.72  # the share of questions that keep their own passage; negatives are made of the others
    parallel: float = 0.2  # the share of examples made from parallel news
    switched: float = 0.4  # the share of English examples told half in another language
    follow_ups: float = 0.0  # the share of the questions that stand behind another one
    contrasts: float = 0.0  # the share of the negatives that are questions turned round
    frozen: int = 3  # layers nearest the embeddings that stay as they are; each saves a step 6 % of its time
    dropout: float = 0.0  # any doubles the time of a step on a CPU
    rate: float = 1.5e-4
    head_rate: float = 1e-3
    warm_up: int = 60  # steps
    decay: float = 0.35  # of the time, at the end
    together: float = 0.0  # the share that several networks learn from what they say together, not from the answers
    alone: float = 0.12  # of the time, at the beginning, without: an untrained network has nothing to say yet
    checkpoint_minutes: float = 8.0
