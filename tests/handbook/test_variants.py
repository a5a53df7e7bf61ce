"""Other handbooks run with no change of code: nothing is hard-wired."""

import re

import pytest

from libin.handbook import queries
from libin.handbook.rules import Handbook
from libin.handbook.source import load
from libin.people.models import Role, Team
from tests.handbook.samples import MORNING, folder, publish
from tests.house import sources


@pytest.fixture(scope="module")
def variant() -> Handbook:
    return load(folder("diamond-three")).handbook


@pytest.mark.row("H11")
def test_the_variant_shares_no_tier_class_kind_severity_or_step_with_the_default(
    variant: Handbook,
) -> None:
    default = load(folder("default")).handbook
    for part in (
        "tiers",
        "service_classes",
        "kinds",
        "severities",
        "processes",
        "surveys",
        "lanes",
        "roles",
    ):
        assert not set(getattr(variant, part)) & set(getattr(default, part))
    assert len(variant.tiers) == 3


@pytest.mark.row("H11")
def test_every_matter_of_the_variant_has_one_answer_and_a_process_to_its_end(
    variant: Handbook,
) -> None:
    for kind in variant.kinds:
        for severity in variant.severities:
            for tier in variant.tiers:
                for mode in ("live", "async"):
                    promises = variant.promises_for(kind, severity, tier, mode)
                    assert [p.code for p in promises].count("answer") == 1
        ends = [step for step in variant.process_of(kind).steps if not step.next]
        assert [end.completes_on for end in ends] == ["desk.case_closed"]


@pytest.mark.row("H11")
@pytest.mark.django_db
def test_publishing_the_variant_gives_the_house_its_roles_and_teams() -> None:
    publish(folder("diamond-three"))
    assert queries.in_force(MORNING).default_tier == "third-diamond"
    assert set(Role.objects.filter(retired_at=None).values_list("code", flat=True)) == {
        "host",
        "chief",
        "keeper",
    }
    assert Team.objects.filter(code="hosts", retired_at=None).exists()


@pytest.mark.row("H11")
def test_no_room_names_a_tier_a_class_or_a_role_of_the_default_handbook() -> None:
    default = load(folder("default")).handbook
    codes = {
        *default.tiers,
        *default.severities,
        *default.lanes,
        *default.kinds,
        *default.service_classes,
    }
    # Words that are codes here and mean something else elsewhere.
    codes -= {
        "standard",
        "fast",
        "general",
        "order",
        "care",
        "incident",
        "feedback",
        "priority",
        "improvement",
    }
    named = re.compile(rf"""(["'])({"|".join(sorted(codes))})\1""")
    found = [
        f"{module.name}: {match[2]}"
        for module in sources.modules()
        if module.room
        in {
            "kernel",
            "people",
            "handbook",
            "customers",
            "desk",
            "channels",
            "surveys",
            "web",
            "portal",
        }
        for match in named.finditer(module.text)
    ]
    assert not found
