"""The acts of the case page: which are possible, what each asks, and the one action it performs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from libin.desk import access
from libin.desk.actions import assignment, breaches, closing, waiting
from libin.desk.queries.page import CaseView
from libin.kernel.access import Actor
from libin.people import queries as people
from libin.ui import formats
from libin.ui.widgets import Choices
from libin.web.desk.naming import Names, presence_title, said
from libin.web.desk.pages import ActButton
from libin.web.presence import policy_at

PRESENCE_ORDER = ("online", "busy", "away", "offline")
Pairs = list[tuple[str, str]]


def text_area(rows: int = 4) -> forms.Textarea:
    """A field for several lines."""
    return forms.Textarea(attrs={"class": "textarea", "rows": rows})


class ActForm(forms.Form):
    """One act: its words, its fields, and what it does."""

    title: ClassVar[LazyText]
    words: ClassVar[LazyText | str] = ""
    submit: ClassVar[LazyText]
    icon: ClassVar[str]

    def __init__(self, view: CaseView, viewer: Actor, at: datetime, data: Any = None) -> None:
        super().__init__(data)
        self.prepare(view, Names(view.handbook), viewer, at)

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        """Fill choices from the handbook of the case."""

    def choose(self, field: str, choices: Pairs) -> None:
        """Give a choice field its values; a single one is chosen already."""
        self.fields[field].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields[field].initial = choices[0][0]

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        """Do it. Raises Refusal."""
        raise NotImplementedError


class Take(ActForm):
    title = _("Take the case")
    words = _(
        "You hold the case from now on: the customer hears from you until it is closed or handed over."
    )
    submit = _("Take it")
    icon = "hand"

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        assignment.assign_case(case_id=case_id, staff_id=by.staff_id or 0, by=by, at=at)


class HandOver(ActForm):
    title = _("Hand over")
    words = _(
        "Your colleague reads the brief first. Write what the customer wants, what was done and what is open."
    )
    submit = _("Hand over")
    icon = "arrow-right-left"
    staff = forms.ChoiceField(label=_("To whom"), widget=forms.Select(attrs={"class": "select"}))
    brief = forms.CharField(label=_("Brief"), max_length=4000, widget=text_area(5))

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        staff = people.people_for_routing(viewer, at=at, policy=policy_at(at))
        others = [p for p in staff if p.id not in (view.case.owner_id, viewer.staff_id)]
        others.sort(key=lambda p: (PRESENCE_ORDER.index(p.presence), p.name))
        self.choose(
            "staff", [(str(p.id), f"{p.name} · {presence_title(str(p.presence))}") for p in others]
        )

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        assignment.hand_over(
            case_id=case_id,
            staff_id=int(self.cleaned_data["staff"]),
            brief=self.cleaned_data["brief"],
            by=by,
            at=at,
        )


class Escalate(ActForm):
    title = _("Escalate")
    words = _("You stay with the customer until somebody there has taken the case.")
    submit = _("Escalate")
    icon = "arrow-up-from-line"
    level = forms.ChoiceField(label=_("To"), widget=forms.Select(attrs={"class": "select"}))
    brief = forms.CharField(label=_("Brief"), max_length=4000, widget=text_area(5))

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        rungs = sorted(view.handbook.escalation, key=lambda rung: rung.rank)
        now = next((rung.rank for rung in rungs if rung.code == view.case.escalation), 0)
        above = [rung for rung in rungs if rung.rank > now]
        offered = [r for place, r in enumerate(above) if place == 0 or r.emergency_may_skip_here]
        self.choose(
            "level",
            [
                (
                    "" if place == 0 else r.code,
                    said(r.title)
                    if place == 0
                    else gettext("%(level)s (emergency)") % {"level": said(r.title)},
                )
                for place, r in enumerate(offered)
            ],
        )
        self.fields["level"].required = False

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        level = self.cleaned_data["level"]
        assignment.escalate(
            case_id=case_id,
            brief=self.cleaned_data["brief"],
            level=level,
            emergency=bool(level),
            by=by,
            at=at,
        )


class Pause(ActForm):
    title = _("Pause")
    words = _(
        "The promises that may wait stand still. They run on when the reason ends, at the latest after its time."
    )
    submit = _("Pause")
    icon = "pause"
    reason = forms.ChoiceField(label=_("We wait because"), widget=Choices())

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        self.choose(
            "reason",
            [
                (
                    reason.code,
                    gettext("%(reason)s (at most %(length)s)")
                    % {
                        "reason": said(reason.title),
                        "length": formats.minutes_words(reason.max_minutes),
                    },
                )
                for reason in view.handbook.pause_reasons.values()
            ],
        )

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        waiting.pause_case(case_id=case_id, reason=self.cleaned_data["reason"], by=by, at=at)


class Resume(ActForm):
    title = _("Go on")
    words = _("The promises run on from where they stood still.")
    submit = _("Go on")
    icon = "play"

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        waiting.resume_case(case_id=case_id, by=by, at=at)


class Finish(ActForm):
    """What resolving and closing both ask."""

    outcome = forms.ChoiceField(label=_("How did it end?"), widget=Choices())
    well_done = forms.CharField(
        label=_("What went well"), required=False, max_length=2000, widget=text_area(2)
    )
    lacking = forms.CharField(
        label=_("What was lacking"), required=False, max_length=2000, widget=text_area(2)
    )
    suggestion = forms.CharField(
        label=_("Suggestion"), required=False, max_length=2000, widget=text_area(2)
    )

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        outcomes = view.handbook.outcomes.values()
        fitting = [o for o in outcomes if not o.kinds or view.case.kind in o.kinds]
        self.choose("outcome", [(o.code, said(o.title)) for o in fitting])
        if view.case.outcome:
            self.fields["outcome"].initial = view.case.outcome

    def assessment(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("well_done", "lacking", "suggestion")}


class Resolve(Finish):
    title = _("Resolve")
    words = _("The customer is asked whether it is solved; the case closes by itself later.")
    submit = _("Resolve")
    icon = "circle-check"

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        closing.resolve_case(
            case_id=case_id,
            outcome=self.cleaned_data["outcome"],
            self_assessment=self.assessment(),
            by=by,
            at=at,
        )


class Close(Finish):
    title = _("Close")
    words = _("The matter is at its end. The customer is asked how it was.")
    submit = _("Close the case")
    icon = "archive"

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        closing.close_case(
            case_id=case_id,
            outcome=self.cleaned_data["outcome"],
            self_assessment=self.assessment(),
            by=by,
            at=at,
        )


class Reopen(ActForm):
    title = _("Reopen")
    words = _("The matter goes on: its promises are made anew.")
    submit = _("Reopen")
    icon = "rotate-ccw"

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        closing.reopen_case(case_id=case_id, by=by, at=at)


class Severity(ActForm):
    title = _("How pressing is it?")
    words = _("Promises are decided anew; what was promised sooner stays promised.")
    submit = _("Change")
    icon = "chevrons-up"
    severity = forms.ChoiceField(label=_("Severity"), widget=Choices())

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        ranked = sorted(view.handbook.severities.values(), key=lambda each: each.rank)
        self.choose(
            "severity", [(s.code, f"{said(s.title)} – {said(s.definition)}") for s in ranked]
        )
        self.fields["severity"].initial = view.case.severity

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        closing.classify_case(case_id=case_id, severity=self.cleaned_data["severity"], by=by, at=at)


class Step(ActForm):
    title = _("Step done")
    submit = _("Done")
    icon = "check"
    chosen = forms.ChoiceField(label=_("How does it go on?"), required=False, widget=Choices())
    result = forms.CharField(
        label=_("Result"), required=False, max_length=4000, widget=text_area(3)
    )

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        running = next((each.step for each in view.steps if each.running), None)
        if running is None or len(running.next) < 2:
            del self.fields["chosen"]
        else:
            self.choose(
                "chosen", [(code, said(running.choices.get(code)) or code) for code in running.next]
            )
        if running is not None:
            self.fields["result"].help_text = said(running.expected)

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        closing.complete_step(
            case_id=case_id,
            chosen=self.cleaned_data.get("chosen", ""),
            result=self.cleaned_data["result"],
            by=by,
            at=at,
        )


class Breach(ActForm):
    title = _("Why was the promise broken?")
    words = _(
        "The reason is kept with the figures. Only a supervisor can except a breach from them."
    )
    submit = _("Keep the reason")
    icon = "message-circle-warning"
    promise = forms.ChoiceField(label=_("Promise"), widget=Choices())
    reason = forms.ChoiceField(label=_("Reason"), widget=Choices())
    explanation = forms.CharField(
        label=_("In your words"), required=False, max_length=2000, widget=text_area(2)
    )
    forgive = forms.BooleanField(
        label=_("Except it from the figures"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "checkbox"}),
    )

    def prepare(self, view: CaseView, names: Names, viewer: Actor, at: datetime) -> None:
        broken = [p for p in view.promises if p.state == "broken"]
        self.choose("promise", [(str(p.id), names.promise(p.rule_id, p.code)) for p in broken])
        self.choose(
            "reason", [(r.code, said(r.title)) for r in view.handbook.breach_reasons.values()]
        )
        if not viewer.holds("desk.forgive"):
            del self.fields["forgive"]

    def perform(self, *, case_id: int, by: Actor, at: datetime) -> None:
        breaches.explain_breach(
            promise_id=int(self.cleaned_data["promise"]),
            reason=self.cleaned_data["reason"],
            words=self.cleaned_data["explanation"],
            forgive=self.cleaned_data.get("forgive", False),
            by=by,
            at=at,
        )


ACTS: dict[str, type[ActForm]] = {
    "take": Take,
    "hand-over": HandOver,
    "escalate": Escalate,
    "pause": Pause,
    "resume": Resume,
    "resolve": Resolve,
    "close": Close,
    "reopen": Reopen,
    "severity": Severity,
    "step": Step,
    "breach": Breach,
}
KEYS = {
    "take": "t",
    "hand-over": "a",
    "escalate": "e",
    "pause": "p",
    "resume": "p",
    "resolve": "c",
    "close": "c",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The form of one act, as a page or in the sheet."""

    title: str
    words: str
    submit: str
    icon: str
    form: forms.Form
    action: str
    back_url: str
    subject: str

    @classmethod
    def of(
        cls, view: CaseView, kind: type[ActForm], form: forms.Form, back_url: str, action: str
    ) -> "ActPage":
        """The page of an act on this case."""
        return cls(
            title=str(kind.title),
            words=str(kind.words),
            submit=str(kind.submit),
            icon=kind.icon,
            form=form,
            action=action,
            back_url=back_url,
            subject=f"{view.case.number} {view.case.subject}",
        )


def buttons(
    view: CaseView, viewer: Actor, query: str
) -> tuple[tuple[ActButton, ...], tuple[ActButton, ...], ActButton | None]:
    """The acts in sight, those behind "more", and the offer to take the case over from its owner."""
    case = view.case

    def button(code: str, main: bool = False) -> ActButton:
        kind = ACTS[code]
        url = reverse("desk:act", args=[case.pk, code])
        return ActButton(
            code=code,
            title=str(kind.title),
            icon=kind.icon,
            url=f"{url}?{query}" if query else url,
            key=KEYS.get(code, ""),
            post=not kind.base_fields,
            main=main,
        )

    def may(permission: str) -> bool:
        return bool(access.may_work_on(viewer, case, permission))

    if case.is_closed or case.is_done:
        reopen = (button("reopen"),) if viewer.holds("desk.reopen") else ()
        close = (button("close", main=True),) if not case.is_closed and may("desk.close") else ()
        return (*close, *reopen), (), None
    may_take = (
        bool(access.may_assign(viewer, case, viewer.staff_id or 0))
        and case.owner_id != viewer.staff_id
    )
    waits = case.state == "waiting"
    shown = (
        *((button("take", main=True),) if may_take and case.owner_id is None else ()),
        *((button("resume" if waits else "pause"),) if may("desk.pause") else ()),
        *((button("resolve", main=not may_take),) if may("desk.resolve") else ()),
    )
    more = (
        *((button("hand-over"),) if may("desk.hand_over") else ()),
        *((button("escalate"),) if may("desk.escalate") else ()),
        *((button("severity"),) if may("desk.reply") else ()),
        *((button("close"),) if may("desk.close") else ()),
    )
    take_over = button("take") if may_take and case.owner_id is not None else None
    return shown, more, take_over
