"""The parts every section is made of: words in two languages, ids, codes, durations, conditions."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from libin.handbook.schema.spans import duration, hours

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
RuleId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9_-]*)+$", max_length=120),
]
Said = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Event = Annotated[
    str, StringConstraints(pattern=r"^([a-z]+\.[a-z_]+|step:[A-Za-z][A-Za-z0-9_-]*)$")
]
Positive = Annotated[int, Field(ge=1)]
Natural = Annotated[int, Field(ge=0)]
Level = Literal["start", "progress", "end", "feedback"]


def _duration(text: str) -> str:
    try:
        duration(text)
    except ValueError:
        raise PydanticCustomError("duration", "not a duration") from None
    return text


def _hours(text: str) -> str:
    try:
        hours(text)
    except ValueError:
        raise PydanticCustomError("hours", "not hours") from None
    return text


Within = Annotated[str, AfterValidator(_duration)]
"""``30 seconds``, ``10 minutes``, ``24 hours``, ``2 working hours``, ``3 working days``."""
WithinOrNone = Annotated[
    str, AfterValidator(lambda text: text if text == "none" else _duration(text))
]
"""The same, or ``none``."""
Hours = Annotated[str, AfterValidator(_hours)]
"""``09:00-12:00``; midnight at the end of a day is ``24:00``."""


class Strict(BaseModel):
    """No unknown keys, no silent conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Words(Strict):
    """The same words in Chinese (zh) and English (en)."""

    zh: Said
    en: Said


class Entry(Strict):
    """What every rule has. `source` and `owner` may be given once per file under `defaults`."""

    id: RuleId = Field(description="Stable id by which the rule is quoted; never reused.")
    title: Words
    text: Words = Field(description="The rule as a person reads it.")
    source: Said | None = Field(None, description="Where the rule comes from.")
    owner: Code | None = Field(None, description="Code of the role that answers for the rule.")


class Condition(Strict):
    """For which matters something holds; a key left out means any."""

    kinds: list[Code] = []
    severities: list[Code] = []
    classes: list[Code] = []
    tiers: list[Code] = []
    modes: list[Literal["live", "async"]] = []


class Defaults(Strict):
    """Said once for all rules of one file."""

    source: Said | None = None
    owner: Code | None = None
