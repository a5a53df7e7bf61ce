"""A matter that was thought to be done begins again."""

from libin.desk.actions.case_events import Happening
from libin.desk.facts import CaseReopened
from libin.desk.models import Case
from libin.kernel import audit
from libin.kernel.outbox import publish


def reopen(happening: Happening) -> None:
    """Back to open: promises that run on opening start anew, and the process begins another round."""
    case = happening.case
    case.state = Case.State.OPEN
    case.outcome = ""
    case.resolved_at = case.closed_at = None
    for rule in happening.rules():
        if rule.starts_on == "desk.case_opened" and not happening.is_open(rule.code):
            happening.start(rule)
    happening.skip_running_step()
    happening.start_process()
    audit.record(
        act="desk.reopen_case", subject=f"case:{case.pk}", by=happening.by, at=happening.at
    )
    publish(CaseReopened(case_id=case.pk, by=happening.by.ref, at=happening.at))
