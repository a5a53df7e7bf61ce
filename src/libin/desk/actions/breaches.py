"""Why a promise was broken, and whether that counts."""

from datetime import datetime

from django.db import transaction

from libin.desk import access
from libin.desk.facts import BreachExplained
from libin.desk.models import Promise
from libin.desk.queries.cases import locked_case
from libin.handbook import queries as handbooks
from libin.handbook.actions import reverse_observation
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class NotBroken(Refusal):
    """This promise was not broken."""


class ReasonNotInHandbook(Refusal):
    """Please choose one of the handbook's reasons."""


class NotForgivable(Refusal):
    """The handbook does not except breaches for this reason."""


@transaction.atomic
def explain_breach(
    *, promise_id: int, reason: str, by: Actor, at: datetime, words: str = "", forgive: bool = False
) -> Promise:
    """Record why a promise was broken. A supervisor may except it from the figures where the handbook permits."""
    case_id = Promise.objects.filter(pk=promise_id).values_list("case_id", flat=True).first()
    case = locked_case(case_id or 0)
    require(access.may_know(by, case))
    require(access.may(by, "desk.forgive" if forgive else "desk.reply"))
    promise = Promise.objects.get(pk=promise_id)
    if promise.state != Promise.State.BROKEN:
        raise NotBroken
    rule = handbooks.version(case.handbook_id).breach_reasons.get(reason)
    if rule is None:
        raise ReasonNotInHandbook
    if forgive and not rule.forgivable:
        raise NotForgivable
    promise.breach_reason = reason
    promise.breach_words = words[:2000]
    if forgive and not promise.forgiven_by:
        promise.forgiven_by = by.ref
        reverse_observation(
            rule_id=promise.rule,
            subject_kind="case",
            subject_id=case.pk,
            occasion=f"{promise.code}:{promise.round}",
            excepted=True,
            by=by,
            at=at,
        )
    promise.save(update_fields=["breach_reason", "breach_words", "forgiven_by"])
    audit.record(
        act="desk.explain_breach",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"promise": promise.pk, "reason": reason, "forgiven": forgive},
    )
    publish(
        BreachExplained(
            case_id=case.pk,
            promise_id=promise.pk,
            reason=reason,
            forgiven=forgive,
            by=by.ref,
            at=at,
        )
    )
    return promise
