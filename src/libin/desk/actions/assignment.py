"""Who gets a case: routing, taking over, assigning, handing over, escalating."""

from datetime import datetime

from django.db import connection, transaction

from libin.desk import access
from libin.desk.actions.case_events import Happening
from libin.desk.actions.holding import hold, let_go
from libin.desk.actions.waiting import AlreadyDone
from libin.desk.facts import Escalated
from libin.desk.models import Case, Message
from libin.desk.queries.cases import locked_case
from libin.desk.queries.people_here import (
    candidates,
    is_active,
    need_of,
    person_for_role,
    team_for,
)
from libin.desk.rules.routing import choose
from libin.handbook import queries as handbooks
from libin.handbook.rules import EscalationLevel
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish

_ONE_AT_A_TIME = 0x4C69_6272  # routings look at each other's loads, so they queue up


class BriefMissing(Refusal):
    """Please write a brief: what the customer wants, what was done, what is open."""


class NotActive(Refusal):
    """This colleague does not work here any more."""


class TopOfLadder(Refusal):
    """There is no higher level to escalate this to."""


@transaction.atomic
def route_case(*, case_id: int, by: Actor, at: datetime) -> Case:
    """Give a case that nobody holds to the person the handbook's routing names, if one is here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
    case = locked_case(case_id)
    if case.owner_id is not None or case.is_done:
        return case
    handbook = handbooks.version(case.handbook_id)
    if case.team_id is None and (team := team_for(handbook, case)) is not None:
        case.team = team
    choice = choose(need_of(handbook, case, at=at), candidates(handbook, at=at))
    if choice is not None:
        hold(case, choice.staff_id, how="routed", why=choice.why, by=by, at=at)
    case.save()
    return case


@transaction.atomic
def assign_case(*, case_id: int, staff_id: int, by: Actor, at: datetime, brief: str = "") -> Case:
    """Give a case to a person: to oneself (taking over) or, with the right to assign, to somebody else."""
    case = locked_case(case_id)
    require(access.may_assign(by, case, staff_id))
    _active(staff_id)
    code = "taken" if staff_id == by.staff_id else "assigned"
    hold(case, staff_id, how=code, why={"code": code, "by": by.ref}, by=by, at=at, brief=brief)
    case.save()
    return case


@transaction.atomic
def hand_over(*, case_id: int, staff_id: int, brief: str, by: Actor, at: datetime) -> Case:
    """Formally hand a case to a colleague, with a brief. Raises BriefMissing."""
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.hand_over"))
    if not brief.strip():
        raise BriefMissing
    _active(staff_id)
    hold(
        case,
        staff_id,
        how="handed_over",
        why={"code": "handed_over", "by": by.ref},
        by=by,
        at=at,
        brief=brief,
    )
    _write_brief(case, brief, by=by, at=at)
    case.unread = True
    case.save()
    return case


@transaction.atomic
def escalate(
    *, case_id: int, brief: str, by: Actor, at: datetime, level: str = "", emergency: bool = False
) -> Case:
    """Take a case up the handbook's ladder with a brief; the present owner stays until somebody there takes it.

    Without `level` it goes to the next rung; an emergency may name a higher one that permits it.
    """
    case = locked_case(case_id)
    require(access.may_work_on(by, case, "desk.escalate"))
    if case.is_done:
        raise AlreadyDone
    if not brief.strip():
        raise BriefMissing
    handbook = handbooks.version(case.handbook_id)
    ladder = sorted(handbook.escalation, key=lambda rung: rung.rank)
    now = next((rung.rank for rung in ladder if rung.code == case.escalation), 0)
    above = [rung for rung in ladder if rung.rank > now]
    if level and emergency:
        above = [rung for rung in above if rung.code == level and rung.emergency_may_skip_here]
    if not above:
        raise TopOfLadder
    _raise_to(case, above[0], brief=brief, by=by, at=at)
    return case


def _raise_to(case: Case, rung: EscalationLevel, *, brief: str, by: Actor, at: datetime) -> None:
    """Put a locked case on a rung and ask whoever of its role is here; who holds it stays until it is taken."""
    handbook = handbooks.version(case.handbook_id)
    case.escalation = rung.code
    case.changed_at = at
    case.unread = True
    case.asked_id = person_for_role(handbook, rung.role, other_than=case.owner_id, at=at)
    happening = Happening.at_case(case, by=by, at=at)
    happening.hear("desk.escalated")
    happening.write()
    _write_brief(case, brief, by=by, at=at)
    case.save()
    audit.record(
        act="desk.escalate",
        subject=f"case:{case.pk}",
        by=by,
        at=at,
        details={"level": rung.code, "asked": case.asked_id},
    )
    happening.tell()
    publish(Escalated(case_id=case.pk, level=rung.code, staff_id=case.asked_id, by=by.ref, at=at))


def _write_brief(case: Case, brief: str, *, by: Actor, at: datetime) -> None:
    Message.objects.create(
        case=case,
        author=Message.Author.STAFF,
        staff_id=by.staff_id,
        internal=True,
        channel=case.channel,
        text=brief,
        at=at,
    )
    case.messages_count += 1


def _active(staff_id: int) -> None:
    if not is_active(staff_id):
        raise NotActive


@transaction.atomic
def release_work_of(*, staff_id: int, by: Actor, at: datetime) -> int:
    """Take all open cases from a person who has left, so that each is routed anew; how many."""
    held = list(
        Case.objects.select_for_update()
        .filter(
            owner_id=staff_id, state__in=[Case.State.OPEN, Case.State.WAITING, Case.State.RESOLVED]
        )
        .order_by("pk")
    )
    for case in held:
        let_go(case, by=by, at=at)
        case.save()
    return len(held)


@transaction.atomic
def escalate_after_breach(*, case_id: int, code: str, by: Actor, at: datetime) -> bool:
    """Climb to the lowest higher rung that names this promise; whether there was one."""
    case = locked_case(case_id)
    handbook = handbooks.version(case.handbook_id)
    now = next((rung.rank for rung in handbook.escalation if rung.code == case.escalation), 0)
    above = [rung for rung in handbook.escalation if rung.rank > now and code in rung.on_breach_of]
    if case.is_done or not above:
        return False
    mode = handbook.channels[case.channel].mode
    rule = handbook.promise(code, case.kind, case.severity, case.tier, mode)
    rung = min(above, key=lambda each: each.rank)
    brief = (rule or rung).title.in_(case.language)
    _raise_to(case, rung, brief=brief, by=by, at=at)
    return True
