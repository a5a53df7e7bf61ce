"""One case made ready for the screen."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext

from libin.customers.queries import CustomerPanel
from libin.desk import access
from libin.desk.queries.lists import CaseRow
from libin.desk.queries.page import CaseView, PromiseView, StepView
from libin.kernel.access import Actor
from libin.ui import formats
from libin.ui.marks import PromiseMark, StepMark
from libin.web.desk import placeholders
from libin.web.desk.acts import buttons
from libin.web.desk.lines import STATES, case_url, faces
from libin.web.desk.naming import (
    STATE_TONES,
    Names,
    language_title,
    rule_url,
    said,
    state_title,
)
from libin.web.desk.pages import (
    BrokenPromise,
    CaseLine,
    CaseShown,
    Composer,
    CustomerShown,
    Entitled,
    FileShown,
    HistoryLine,
    Mark,
    MessageShown,
    TemplateOffered,
)
from libin.web.shell.frame import findable

STEPS_AHEAD = 2
RICH = ("<img", "<table", "<ul", "<ol")

__all__ = ["CaseLine", "case_shown"]


def case_shown(
    view: CaseView,
    *,
    viewer: Actor,
    panel: CustomerPanel,
    earlier: Sequence[CaseRow],
    at: datetime,
    query: str,
    next_url: str,
) -> CaseShown:
    """Everything the case page shows, for this viewer at this instant."""
    case, names = view.case, Names(view.handbook)
    kind, process = view.handbook.kinds.get(case.kind), view.handbook.processes[case.process]
    acts, more, take_over = buttons(view, viewer, query)
    open_promises = [p for p in view.promises if p.settled_at is None]
    running = next((step for step in view.steps if step.running), None)
    reached = max((place for place, s in enumerate(view.steps) if s.started_at), default=0)
    soon = reached + 1 + STEPS_AHEAD
    people = {f"staff:{held.staff_id}": held.staff.name for held in view.assignments}
    people |= {f"staff:{m.staff_id}": m.staff.name for m in view.messages if m.staff}
    return CaseShown(
        id=case.pk,
        url=case_url(case.pk, query),
        here_url=reverse("desk:here", args=[case.pk]),
        topics=f"case:{case.pk}",
        number=case.number,
        subject=case.subject or gettext("(no subject)"),
        kind=Mark(title=names.kind(case.kind), url=rule_url(kind.id) if kind else ""),
        severity=names.severity(case.severity),
        severity_url=_act_url(case.pk, "severity", query),
        channel=names.channel(case.channel),
        state=state_title(case.state),
        state_tone=STATE_TONES.get(case.state, ""),
        waiting=names.pause_reason(view.pause.reason) if view.pause else "",
        waiting_until=view.pause.latest_at if view.pause else None,
        opened_at=case.opened_at,
        owner=case.owner.name if case.owner else "",
        owner_why=names.why_owner(case.why_owner),
        team=_team_title(case.team),
        mine=case.owner_id is not None and case.owner_id == viewer.staff_id,
        escalation=names.rung(case.escalation) if case.escalation else "",
        outcome=names.outcome(case.outcome) if case.outcome else "",
        handbook=Mark(title=gettext("version %(number)s") % {"number": view.handbook.number}),
        watchers=faces(view.watchers, viewer),
        promises=tuple(promise_mark(p, names, at) for p in open_promises),
        settled=tuple(promise_mark(p, names, at) for p in view.promises if p.settled_at),
        broken=tuple(
            _broken(p, names, case.pk, query) for p in view.promises if p.state == "broken"
        ),
        process=Mark(title=said(process.title), url=rule_url(process.id)),
        steps=tuple(_step(step, names, people, at) for step in view.steps[:soon]),
        later_steps=tuple(_step(step, names, people, at) for step in view.steps[soon:]),
        step_url=_act_url(case.pk, "step", query)
        if running and running.step.completes_on == "manual" and not case.is_closed
        else "",
        messages=tuple(_message(m, view, viewer, at, query) for m in view.messages),
        customer=_customer(view, panel, names, earlier, query),
        composer=_composer(view, viewer, panel, next_url, query),
        acts=acts,
        more_acts=more,
        take_over=take_over,
        back_url=f"{reverse('desk:queue')}?{query}" if query else reverse("desk:queue"),
    )


def promise_mark(promise: PromiseView, names: Names, at: datetime) -> PromiseMark:
    """A promise as a chip; a broken one that nobody has met yet counts on as overdue."""
    state = STATES.get(promise.state, "running")
    late_still = state == "broken" and promise.settled_at is None
    return PromiseMark(
        title=names.promise(promise.rule_id, promise.code),
        state="running" if late_still else state,
        started_at=promise.started_at,
        due_at=promise.due_at,
        settled_at=promise.settled_at,
        warned=_warned(promise, at),
        rule_text=said(promise.rule.text) if promise.rule else "",
        rule_url=rule_url(promise.rule_id),
    )


def _warned(promise: PromiseView, at: datetime) -> int:
    whole = promise.due_at - promise.started_at
    if promise.rule is None or whole <= timedelta(0):
        return 0
    used = 100 * ((at - promise.started_at) / whole)
    return max((percent for percent in promise.rule.warn_at if percent <= used), default=0)


def _broken(promise: PromiseView, names: Names, case_id: int, query: str) -> BrokenPromise:
    return BrokenPromise(
        title=names.promise(promise.rule_id, promise.code),
        reason=names.breach_reason(promise.breach_reason) if promise.breach_reason else "",
        explain_url=_act_url(case_id, "breach", query),
        forgiven=promise.forgiven,
    )


def _step(view: StepView, names: Names, people: Mapping[str, str], at: datetime) -> StepMark:
    late = view.running and view.due_at is not None and view.due_at <= at
    state = "done" if view.done_at else "late" if late else "now" if view.running else "next"
    return StepMark(
        title=said(view.step.title),
        state=state,  # type: ignore[arg-type]
        role=names.role(view.step.role),
        person=people.get(view.done_by, ""),
        expected=said(view.step.expected),
        due_at=view.due_at,
        done_at=view.done_at,
        limit_minutes=view.step.limit.minutes if view.step.limit else None,
    )


def _message(message: Any, view: CaseView, viewer: Actor, at: datetime, query: str) -> MessageShown:
    case = view.case
    from_customer = message.author == "customer"
    side = (
        "note"
        if message.internal
        else "customer"
        if from_customer
        else "us"
        if message.staff_id
        else "automatic"
    )
    leaving = (
        message.send_after is not None
        and message.left_at is None
        and message.taken_back_at is None
        and message.send_after > at
    )
    return MessageShown(
        id=message.pk,
        side=side,
        author=message.staff.name
        if message.staff
        else case.customer.name
        if from_customer
        else gettext("Automatic"),
        at=message.at,
        text=message.text,
        folded=message.folded,
        frame=_frame(message.html),
        unverified=message.sender_note or gettext("We do not know who wrote this.")
        if not message.verified
        else "",
        files=tuple(_file(file) for file in message.attachments.all()),
        leaves_at=message.send_after if leaving else None,
        undo_url=_with(reverse("desk:undo", args=[case.pk, message.pk]), query)
        if leaving and message.staff_id == viewer.staff_id
        else "",
        taken_back=message.taken_back_at is not None,
    )


def _frame(html: str) -> str:
    """The whole document of a mail's frame, for mails whose look says something; the frame forbids all else."""
    if not any(mark in html for mark in RICH):
        return ""
    # Sanitised when it came in, and shown only inside a sandbox without scripts or remote content.
    return render_to_string("desk/mail.html", {"html": mark_safe(html)})


def _file(file: Any) -> FileShown:
    return FileShown(
        name=file.name,
        size=file.size,
        url=reverse("desk:attachment", args=[file.key]),
        is_image=file.media_type.startswith("image/") and "svg" not in file.media_type,
    )


def _customer(
    view: CaseView, panel: CustomerPanel, names: Names, earlier: Iterable[CaseRow], query: str
) -> CustomerShown:
    book = view.handbook
    tier = book.tiers.get(panel.tier)
    return CustomerShown(
        name=panel.name,
        address_as=panel.address_as,
        url=_address("customers:page", panel.id),
        kind=panel.kind,
        tier=names.tier(panel.tier),
        service_class=names.service_class(tier.service_class) if tier else "",
        manager=panel.manager.name if panel.manager else "",
        backup=panel.backup.name if panel.backup else "",
        language=language_title(panel.language) if panel.language else "",
        likes=tuple((str(k), _plain(v)) for k, v in panel.preferences.items() if v),
        culture=panel.culture_notes,
        accessibility=panel.accessibility_notes,
        entitlements=tuple(
            Entitled(
                title=said(book.entitlements[code].title),
                text=said(book.entitlements[code].text),
                quota=_quota(book.entitlements[code].quota, book.entitlements[code].period),
            )
            for code in (tier.entitlements if tier else ())
            if code in book.entitlements
        ),
        history=tuple(
            HistoryLine(
                number=row.number,
                subject=row.subject,
                url=case_url(row.id, query),
                kind=names.kind(row.kind),
                state=state_title(row.state),
                state_tone=STATE_TONES.get(row.state, ""),
                at=row.opened_at,
            )
            for row in earlier
        ),
    )


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _quota(quota: int | None, period: str) -> str:
    if quota is None:
        return ""
    pattern = {
        "month": gettext("%(count)s a month"),
        "quarter": gettext("%(count)s a quarter"),
        "year": gettext("%(count)s a year"),
    }.get(period, "%(count)s")
    return pattern % {"count": quota}


def _composer(
    view: CaseView, viewer: Actor, panel: CustomerPanel, next_url: str, query: str
) -> Composer:
    case = view.case
    may_reply = access.may_reply(viewer, case)
    return Composer(
        send_url=_with(reverse("desk:write", args=[case.pk]), query),
        draft_url=reverse("desk:draft", args=[case.pk]),
        may_reply=bool(may_reply),
        may_note=viewer.holds("desk.note"),
        why_not=may_reply.reason,
        reply_draft=view.reply_draft,
        note_draft=view.note_draft,
        mode="reply" if may_reply else "note",
        customer=panel.address_as,
        templates=_templates(view, viewer, panel) if may_reply else (),
        next_url=next_url,
    )


def _templates(view: CaseView, viewer: Actor, panel: CustomerPanel) -> tuple[TemplateOffered, ...]:
    case, book = view.case, view.handbook
    channel = book.channels.get(case.channel)
    if case.tier not in book.tiers:
        return ()
    due = next((p.due_at for p in view.promises if p.settled_at is None), None)
    values = {
        "customer_name": panel.name,
        "form_of_address": panel.address_as,
        "case_number": case.number,
        "agent_name": viewer.name,
        "promised_time": formats.when(due, due - timedelta(days=2)) if due else "",
        "organisation": settings.LIBIN_ORGANISATION,
        "subject": case.subject,
        "portal_link": f"{settings.LIBIN_URL}/my/",
    }
    offered = book.templates_for(
        "reply",
        kind=case.kind,
        severity=case.severity,
        tier=case.tier,
        mode=channel.mode if channel else "async",
    )
    return tuple(
        TemplateOffered(
            code=each.code,
            title=said(each.title),
            body=placeholders.filled(each.body.in_(case.language), values),
            find=findable(said(each.title)) + f" {each.code}",
        )
        for each in offered
    )


def _team_title(team: Any) -> str:
    return str(team.title_in(get_language() or "zh-hans")) if team is not None else ""


def _act_url(case_id: int, code: str, query: str) -> str:
    return _with(reverse("desk:act", args=[case_id, code]), query)


def _with(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
