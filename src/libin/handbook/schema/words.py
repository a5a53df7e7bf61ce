"""The form of processes, templates, surveys, norms and chapters."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from libin.handbook.schema.basis import (
    Code,
    Condition,
    Entry,
    Event,
    Level,
    Natural,
    Positive,
    RuleId,
    Said,
    Strict,
    Within,
    Words,
)

PLACEHOLDERS: Final = frozenset(
    {
        "customer_name",
        "form_of_address",
        "case_number",
        "agent_name",
        "promised_time",
        "organisation",
        "subject",
        "survey_link",
        "portal_link",
    }
)


class StepEntry(Entry):
    """One step. It is completed by a fact, or by a person saying so (`manual`)."""

    role: Code
    limit: Within | None = None
    calendar: Code | None = None
    expected: Words
    resources: Words
    key_node: Level | None = None
    completes_on: Annotated[str, StringConstraints(pattern=r"^(manual|[a-z]+\.[a-z_]+)$")]
    next: list[Code] = []
    choices: dict[Code, Words] = {}


class ProcessEntry(Entry):
    """A process; it begins at the first step listed."""

    calendar: Code
    steps: Annotated[dict[Code, StepEntry], Field(min_length=1)]


class TemplateEntry(Entry):
    """A text with {placeholders}."""

    purpose: Literal["reply", "acknowledgement", "survey", "closing", "invitation"]
    subject: Words | None = None
    body: Words
    when: Condition = Condition()


class BandEntry(Entry):
    """A band of scores, and what we do about it."""

    lowest: int
    highest: int


class ScaleEntry(Strict):
    """One answer on the scale."""

    score: int
    label: Words


class SurveyEntry(Entry):
    """A question asked of a customer."""

    question: Words
    comment_question: Words
    scale: Annotated[list[ScaleEntry], Field(min_length=2)]
    low_at: int
    bands: Annotated[dict[Code, BandEntry], Field(min_length=1)]
    sends_on: Event
    delay_minutes: Natural = 0
    expires_days: Positive
    quiet_days: Natural = 0
    follow_up: Within


class NormEntry(Entry):
    """A rule of conduct."""

    situation: Code
    do: list[Words] = []
    dont: list[Words] = []
    checked_by: Literal["automatic", "inspector", "customer"]


class ChapterEntry(Strict):
    """A chapter: prose from `<prose>.zh.md` and `<prose>.en.md`, then the parts it shows."""

    id: RuleId
    title: Words
    prose: Said
    shows: list[Said] = []
