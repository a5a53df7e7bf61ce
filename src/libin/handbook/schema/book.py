"""The form of the whole source, and its export for editors."""

from typing import Annotated, Any, Final

from pydantic import Field

from libin.handbook.schema.basis import Code, Defaults, Said, Strict, Words
from libin.handbook.schema.promises import BreachReasonEntry, PauseReasonEntry, PromiseGroup
from libin.handbook.schema.service import (
    CalendarEntry,
    ChannelEntry,
    ComplexityEntry,
    EntitlementEntry,
    KindEntry,
    LimitEntry,
    OutcomeEntry,
    RetentionEntry,
    ServiceClassEntry,
    SeverityEntry,
    TierEntry,
)
from libin.handbook.schema.staffing import (
    DepartmentEntry,
    EscalationEntry,
    GroupEntry,
    LaneEntry,
    LevelEntry,
    RoleEntry,
    RoutingEntry,
    TeamEntry,
)
from libin.handbook.schema.words import (
    ChapterEntry,
    NormEntry,
    ProcessEntry,
    SurveyEntry,
    TemplateEntry,
)


class BookEntry(Strict):
    """The cover: title, preface, zone, who acknowledges, who is a stranger."""

    title: Words
    preface: Words
    zone: Said = Field(description="IANA name of the zone in which days are counted.")
    acknowledged_by: list[Code]
    default_tier: Code
    chapters: Annotated[list[ChapterEntry], Field(min_length=1)]


class HandbookSource(Strict):
    """Everything a handbook says, gathered from all its files."""

    handbook: BookEntry
    service_classes: Annotated[dict[Code, ServiceClassEntry], Field(min_length=1)]
    entitlements: dict[Code, EntitlementEntry] = {}
    tiers: Annotated[dict[Code, TierEntry], Field(min_length=1)]
    severities: Annotated[dict[Code, SeverityEntry], Field(min_length=1)]
    complexities: Annotated[dict[Code, ComplexityEntry], Field(min_length=1)]
    kinds: Annotated[dict[Code, KindEntry], Field(min_length=1)]
    channels: Annotated[dict[Code, ChannelEntry], Field(min_length=1)]
    calendars: Annotated[dict[Code, CalendarEntry], Field(min_length=1)]
    promises: Annotated[dict[Code, PromiseGroup], Field(min_length=1)]
    pause_reasons: dict[Code, PauseReasonEntry] = {}
    breach_reasons: Annotated[dict[Code, BreachReasonEntry], Field(min_length=1)]
    roles: Annotated[dict[Code, RoleEntry], Field(min_length=1)]
    departments: Annotated[dict[Code, DepartmentEntry], Field(min_length=1)]
    groups: dict[Code, GroupEntry] = {}
    levels: Annotated[dict[Code, LevelEntry], Field(min_length=1)]
    lanes: Annotated[dict[Code, LaneEntry], Field(min_length=1)]
    teams: Annotated[dict[Code, TeamEntry], Field(min_length=1)]
    routing: RoutingEntry
    escalation: Annotated[dict[Code, EscalationEntry], Field(min_length=1)]
    processes: Annotated[dict[Code, ProcessEntry], Field(min_length=1)]
    templates: Annotated[dict[Code, TemplateEntry], Field(min_length=1)]
    surveys: dict[Code, SurveyEntry] = {}
    norms: dict[Code, NormEntry] = {}
    outcomes: Annotated[dict[Code, OutcomeEntry], Field(min_length=1)]
    retention: Annotated[dict[Code, RetentionEntry], Field(min_length=1)]
    limits: dict[Code, LimitEntry] = {}


SECTIONS: Final = tuple(HandbookSource.model_fields)


def json_schema() -> dict[str, Any]:
    """JSON Schema of one source file: any of the sections, and the file's defaults."""
    schema = HandbookSource.model_json_schema()
    defaults = Defaults.model_json_schema()
    schema["properties"]["defaults"] = defaults
    schema.pop("required", None)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Libin handbook file"
    return schema
