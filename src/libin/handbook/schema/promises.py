"""The form of promises, and of pauses and breaches."""

from typing import Annotated

from pydantic import Field

from libin.handbook.schema.basis import Code, Condition, Entry, Event, Within, WithinOrNone

Percent = Annotated[int, Field(ge=1, le=100)]


class PromiseRow(Entry):
    """One answer of a promise; the first row whose condition holds decides."""

    when: Condition = Condition()
    within: WithinOrNone = Field(
        description="How soon; `none` says outright that nothing is promised here."
    )
    calendar: Code | None = Field(None, description="Instead of the promise's own calendar.")
    cap: Within | None = Field(
        None, description="By the clock at the latest; the earlier instant wins."
    )


class PromiseGroup(Entry):
    """One promise and all its rows."""

    total: bool = Field(
        description="Whether every kind x severity x tier x mode must have an answer."
    )
    starts_on: Event
    met_by: Annotated[list[Event], Field(min_length=1)]
    calendar: Code
    cap: Within | None = None
    renews: bool = False
    pausable: bool
    warn_at: list[Percent] = [50, 80, 100]
    rows: Annotated[list[PromiseRow], Field(min_length=1)]


class PauseReasonEntry(Entry):
    """A permitted reason for promises to stand still."""

    at_most: Within
    applies_to: list[Code] = []
    resumes_on_reply: bool


class BreachReasonEntry(Entry):
    """Why a promise was broken."""

    forgivable: bool
