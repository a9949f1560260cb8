"""What may be sent. What is answered needs no schema of its own: the dataclasses of `rag.types` are the wire's."""

import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictInt

from rag.types import Filters

MOST_CHARACTERS = 4000
MOST_TURNS = 50
MOST_PASSAGES = 50


def _calendar_date(value: str) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("not a day of the calendar, as in 2024-07-04") from None


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("there are no words in it")
    return value


Name = Annotated[str, Field(max_length=1000)]
Names = Annotated[list[Name], Field(max_length=1000)]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_calendar_date)]
Language = Annotated[str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
Count = Annotated[StrictInt, Field(ge=1, le=MOST_PASSAGES)]
Turn = Annotated[str, Field(max_length=MOST_CHARACTERS)]


class _Sent(BaseModel):
    # A misspelt filter that is passed over in silence would give a wrong answer.
    model_config = ConfigDict(extra="forbid")


class FiltersSent(_Sent):
    """Which documents may answer. Fields are and-ed, values within one are or-ed; empty allows all."""

    documents: Names = []
    languages: Annotated[list[Language], Field(max_length=1000, description="Of passages, not of whole documents")] = []
    sources: Names = []
    date_from: Day | None = None
    date_to: Day | None = None
    metadata: Annotated[dict[str, Names], Field(max_length=100)] = {}

    def filters(self) -> Filters:
        return Filters(
            documents=tuple(self.documents),
            languages=tuple(self.languages),
            sources=tuple(self.sources),
            date_from=self.date_from,
            date_to=self.date_to,
            metadata=tuple((key, tuple(allowed)) for key, allowed in self.metadata.items()),
        )


class QuestionSent(_Sent):
    question: Annotated[str, Field(max_length=MOST_CHARACTERS), AfterValidator(_not_blank)]
    history: list[Turn] = Field([], max_length=MOST_TURNS, description="Earlier questions, oldest first")
    k: Count | None = Field(None, description="Nearest passages shown")
    language: Language | None = Field(None, description="The question's own, where it is known")
    filters: FiltersSent | None = None
    newest: bool = Field(False, description="Of near-equal passages that of the newer document first")

    def asked_with(self) -> dict[str, Any]:
        """What the engine is given beside the question."""
        filters = None if self.filters is None else self.filters.filters()
        return {
            "history": self.history,
            "k": self.k,
            "language": self.language,
            "filters": filters,
            "newest": self.newest,
        }
