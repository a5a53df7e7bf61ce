"""The form of tiers, kinds, severities, channels, calendars, outcomes, retention and limits."""

from typing import Annotated, Literal

from pydantic import Field

from libin.handbook.schema.basis import Code, Entry, Hours, Natural, Positive, Said, Words

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class ServiceClassEntry(Entry):
    """A group of tiers that is promised the same times."""

    rank: Positive


class EntitlementEntry(Entry):
    """What a tier grants; without a quota it is unlimited."""

    quota: Positive | None = None
    period: Literal["month", "quarter", "year", "always"] = "always"


class TierEntry(Entry):
    """A customer tier; rank 1 is the highest."""

    rank: Positive
    service_class: Code
    entitlements: list[Code] = []
    resource_factor: Annotated[float, Field(gt=0, le=10)] = 1.0
    account_manager: bool = False


class TopicEntry(Entry):
    """A type of question or category within a kind."""

    keywords: list[Said] = []


class KindEntry(Entry):
    """A kind of matter."""

    process: Code
    severity_default: Code
    keywords: list[Said] = []
    topics: dict[Code, TopicEntry] = {}
    on_form: bool = True
    default: bool = False
    survey: Code | None = None


class SeverityEntry(Entry):
    """How pressing a matter is; rank 1 is the most pressing."""

    rank: Positive
    definition: Words
    examples: Annotated[list[Words], Field(min_length=1)]
    keywords: list[Said] = []


class ComplexityEntry(Entry):
    """How hard a matter is to answer; for routing only."""

    rank: Positive


class ChannelEntry(Entry):
    """A way to reach us, and its policy."""

    mode: Literal["live", "async"]
    acknowledge: bool
    coverage: Code


class CalendarEntry(Entry):
    """Hours of service. `day` says how many working minutes a working day of a promise has."""

    zone: Said
    hours: dict[Weekday, list[Hours]]
    observes_holidays: bool
    day_minutes: Annotated[int, Field(ge=1, le=1440)]


class OutcomeEntry(Entry):
    """How a case can end; without kinds, a case of any kind."""

    kinds: list[Code] = []
    solved: bool


class RetentionEntry(Entry):
    """How long a sort of record is kept."""

    days: Positive


class LimitEntry(Entry):
    """One number of daily practice."""

    value: Natural
    unit: Literal["seconds", "minutes", "hours", "days", "count"]
