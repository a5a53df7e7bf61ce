"""Everything one case shows: its conversation, promises, steps and people."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Prefetch, Q

from libin.desk.models import Assignment, Attachment, Case, Draft, Message, Pause, StepRun
from libin.desk.queries.cases import case_seen_by
from libin.desk.queries.lists import Watcher, watchers_of
from libin.handbook import queries as handbooks
from libin.handbook.rules import Handbook, PromiseRule, Step
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise with the rule that made it; `rule` is None when the version no longer has it."""

    id: int
    code: str
    rule_id: str
    rule: PromiseRule | None
    state: str
    started_at: datetime
    due_at: datetime
    settled_at: datetime | None
    breach_reason: str
    forgiven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """A step of the process as this case has gone through it."""

    step: Step
    started_at: datetime | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: str
    result: str
    running: bool
    skipped: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case as a person at the desk sees it."""

    case: Case
    handbook: Handbook
    messages: tuple[Message, ...]
    promises: tuple[PromiseView, ...]
    steps: tuple[StepView, ...]
    assignments: tuple[Assignment, ...]
    watchers: tuple[Watcher, ...]
    reply_draft: str
    note_draft: str
    pause: Pause | None


PEOPLE = ("customer", "owner", "team", "customer__account_manager", "customer__backup_manager")


def case_view(viewer: Actor, case_id: int, *, at: datetime) -> CaseView:
    """The whole case. Raises NotFound when there is none that the viewer may see. Eight statements."""
    case = case_seen_by(viewer, case_id, *PEOPLE)
    handbook = handbooks.version(case.handbook_id)
    messages = (
        Message.objects.filter(case=case)
        .select_related("staff")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id")))
    )
    drafts = dict(
        Draft.objects.filter(case=case, staff_id=viewer.person).values_list("internal", "text")
    )
    return CaseView(
        case=case,
        handbook=handbook,
        messages=tuple(messages),
        promises=promises_of(case, handbook),
        steps=steps_of(case, handbook),
        assignments=tuple(
            Assignment.objects.filter(case=case).select_related("staff").order_by("id")
        ),
        watchers=tuple(
            w
            for w in watchers_of([case.pk], at=at).get(case.pk, ())
            if w.staff_id != viewer.staff_id
        ),
        reply_draft=drafts.get(False, ""),
        note_draft=drafts.get(True, ""),
        pause=Pause.objects.filter(case=case, until_at=None).first() if case.ever_paused else None,
    )


# Asked for every case that is opened: putting the same together each time costs more than running it.
_PROMISES = """
SELECT id, code, rule, state, started_at, due_at, settled_at, breach_reason, forgiven_by <> ''
FROM desk_promise WHERE case_id = %s AND state <> 'dropped' ORDER BY settled_at IS NOT NULL, due_at
"""


def promises_of(case: Case, handbook: Handbook) -> tuple[PromiseView, ...]:
    """The case's promises: running ones first, the most pressing on top."""
    with connection.cursor() as cursor:
        cursor.execute(_PROMISES, [case.pk])
        rows = cursor.fetchall()
    views = []
    for number, code, rule_id, state, started_at, due_at, settled_at, reason, forgiven in rows:
        rule = handbook.rules.get(rule_id)
        views.append(
            PromiseView(
                id=number,
                code=code,
                rule_id=rule_id,
                rule=rule if isinstance(rule, PromiseRule) else None,
                state=state,
                started_at=started_at,
                due_at=due_at,
                settled_at=settled_at,
                breach_reason=reason,
                forgiven=forgiven,
            )
        )
    return tuple(views)


def steps_of(case: Case, handbook: Handbook) -> tuple[StepView, ...]:
    """The steps of the case's process in the handbook's order, with what has happened in the latest round."""
    runs: dict[str, StepRun] = {}
    for past in case.steps.order_by("id"):
        if past.step == handbook.processes[case.process].first.code:
            runs.clear()  # the process began anew
        runs[past.step] = past
    views = []
    for step in handbook.processes[case.process].steps:
        run = runs.get(step.code)
        views.append(
            StepView(
                step=step,
                started_at=run.started_at if run else None,
                due_at=run.due_at if run else None,
                done_at=run.done_at if run else None,
                done_by=run.done_by if run else "",
                result=run.result if run else "",
                running=run is not None and run.done_at is None,
                skipped=run is not None and run.skipped,
            )
        )
    return tuple(views)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCaseView:
    """One case as its customer sees it: nothing internal, nothing that has not left yet."""

    case: Case
    handbook: Handbook
    messages: tuple[Message, ...]
    promises: tuple[PromiseView, ...]
    steps: tuple[StepView, ...]


def customer_case_view(viewer: Actor, key: str) -> CustomerCaseView:
    """The case with this key, for its own customer. Raises NotFound. Six statements."""
    case = (
        Case.objects.filter(key=key, customer_id=viewer.customer)
        .select_related("owner", "customer")
        .first()
    )
    if case is None:
        raise NotFound
    handbook = handbooks.version(case.handbook_id)
    left = Q(author=Message.Author.CUSTOMER) | Q(left_at__isnull=False)
    messages = (
        Message.objects.filter(left, case=case, internal=False, taken_back_at=None)
        .select_related("staff")
        .prefetch_related(Prefetch("attachments", Attachment.objects.order_by("id")))
    )
    return CustomerCaseView(
        case=case,
        handbook=handbook,
        messages=tuple(messages),
        promises=promises_of(case, handbook),
        steps=steps_of(case, handbook),
    )


def attachment_seen_by(viewer: Actor, key: str) -> Attachment:
    """The attachment with this key, if the viewer may see the message it belongs to. Raises NotFound."""
    found = Attachment.objects.filter(key=key).select_related("message", "file").first()
    if found is None:
        raise NotFound
    case = case_seen_by(viewer, found.message.case_id)
    if viewer.is_customer and (found.message.internal or found.message.case_id != case.pk):
        raise NotFound
    return found
