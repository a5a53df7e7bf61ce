"""What the desk does when it hears of something."""

from datetime import timedelta

from libin.desk import actions, queries
from libin.desk.facts import CaseOpened, CaseReopened, PromiseBroken, Unassigned
from libin.handbook import queries as handbooks
from libin.kernel import clock, queue
from libin.kernel.access import automation
from libin.kernel.facts import reacts_to
from libin.people.facts import PresenceChanged, StaffDeactivated

_ROUTING = automation("routing")


@reacts_to(CaseOpened, name="desk.route_new_case")
def route_new_case(said: CaseOpened) -> None:
    """Find the right person at once; look again whenever the handbook lets a waiting case overflow."""
    case = actions.route_case(case_id=said.case_id, by=_ROUTING, at=clock.now())
    if case.owner_id is None:
        for rule in handbooks.version(case.handbook_id).routing.overflow:
            queue.enqueue(
                queue.kinds["desk.route"],
                at=case.opened_at + timedelta(seconds=rule.after_seconds),
                key=f"{case.pk}:{rule.after_seconds}",
                case_id=case.pk,
            )


@reacts_to(CaseReopened, name="desk.route_reopened_case")
def route_reopened_case(said: CaseReopened) -> None:
    """A case that begins again and has no owner is routed like a new one."""
    actions.route_case(case_id=said.case_id, by=_ROUTING, at=clock.now())


@reacts_to(Unassigned, name="desk.route_left_case")
def route_left_case(said: Unassigned) -> None:
    """A case that lost its owner goes to somebody else."""
    actions.route_case(case_id=said.case_id, by=_ROUTING, at=clock.now())


@reacts_to(StaffDeactivated, name="desk.release_work")
def release_work(said: StaffDeactivated) -> None:
    """Nobody's case stays with a person who left."""
    actions.release_work_of(staff_id=said.staff_id, by=_ROUTING, at=clock.now())


@reacts_to(PresenceChanged, name="desk.offer_waiting_cases")
def offer_waiting_cases(said: PresenceChanged) -> None:
    """Somebody came: what waits for a person may have found one."""
    if said.state == "online":
        for case_id in queries.waiting_for_somebody(limit=20):
            actions.route_case(case_id=case_id, by=_ROUTING, at=clock.now())


@reacts_to(PromiseBroken, name="desk.climb_after_breach")
def climb_after_breach(said: PromiseBroken) -> None:
    """A missed limit takes a case up the ladder by itself, where the handbook says so."""
    actions.escalate_after_breach(
        case_id=said.case_id, code=said.code, by=automation("escalation"), at=clock.now()
    )
