"""One case made ready for the screen."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from libin.customers.queries import CustomerPanel
from libin.desk import access
from libin.desk.queries.lists import CaseRow
from libin.desk.queries.page import CaseView
from libin.kernel.access import Actor
from libin.ui import formats
from libin.web.desk import placeholders
from libin.web.desk.acts import buttons
from libin.web.desk.lines import case_url, faces, with_query
from libin.web.desk.naming import (
    STATE_TONES,
    Names,
    language_title,
    rule_url,
    said,
    state_title,
)
from libin.web.desk.pages import (
    CaseLine,
    CaseShown,
    Composer,
    CustomerShown,
    Entitled,
    HistoryLine,
    Mark,
    TemplateOffered,
)
from libin.web.desk.progress import process_shown, promises_shown
from libin.web.desk.talk import message_shown
from libin.web.shell.frame import findable

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
    kind = view.handbook.kinds.get(case.kind)
    acts, more, take_over = buttons(view, viewer, query)
    return CaseShown(
        id=case.pk,
        url=case_url(case.pk, query),
        here_url=reverse("desk:here", args=[case.pk]),
        topics=f"case:{case.pk}",
        number=case.number,
        subject=case.subject or gettext("(no subject)"),
        kind=Mark(title=names.kind(case.kind), url=rule_url(kind.id) if kind else ""),
        severity=names.severity(case.severity),
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
        promises=promises_shown(view, names, at, query),
        process=process_shown(view, names, at, query),
        messages=tuple(message_shown(m, view, viewer, at, query) for m in view.messages),
        customer=_customer(view, panel, names, earlier, query),
        composer=_composer(view, viewer, panel, next_url, query),
        acts=acts,
        more_acts=more,
        take_over=take_over,
        back_url=f"{reverse('desk:queue')}?{query}" if query else reverse("desk:queue"),
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
    return gettext(", ").join(map(str, value)) if isinstance(value, list | tuple) else str(value)


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
        send_url=with_query(reverse("desk:write", args=[case.pk]), query),
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


def _address(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
