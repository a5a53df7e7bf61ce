"""Notes that a rule was kept or broken, and corrects it."""

from datetime import datetime

from django.db import transaction

from libin.handbook.counting import Occasion, observe_all, reverse
from libin.kernel import audit
from libin.kernel.access import Actor


@transaction.atomic
def observe(
    *,
    rule_id: str,
    version_id: int,
    subject_kind: str,
    subject_id: int,
    occasion: str,
    kept: bool,
    person_id: int | None,
    team: str,
    tier: str,
    service_class: str,
    value: float | None,
    by: Actor,
    at: datetime,
) -> bool:
    """Note one occasion; false when it was noted before. The acting room's own audit entry covers it."""
    return bool(
        observe_all(
            [
                Occasion(
                    rule_id=rule_id,
                    version_id=version_id,
                    subject_kind=subject_kind,
                    subject_id=subject_id,
                    occasion=occasion,
                    kept=kept,
                    person_id=person_id,
                    team=team,
                    tier=tier,
                    service_class=service_class,
                    value=value,
                    by=by.ref,
                    at=at,
                )
            ]
        )
    )


@transaction.atomic
def reverse_observation(
    *,
    rule_id: str,
    subject_kind: str,
    subject_id: int,
    occasion: str,
    by: Actor,
    at: datetime,
    excepted: bool = False,
) -> bool:
    """Take an observation back; whether there was one. ``excepted`` counts it as an exception granted."""
    reversed_one = reverse(
        rule_id=rule_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        occasion=occasion,
        excepted=excepted,
        by=by.ref,
        at=at,
    )
    if reversed_one:
        audit.record(
            act="handbook.reverse_observation",
            subject=f"{subject_kind}:{subject_id}",
            by=by,
            at=at,
            details={"rule": rule_id, "occasion": occasion, "excepted": excepted},
        )
    return reversed_one
