"""What the living page shows: one of everything, with invented values."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from libin.ui.marks import PageMark, PromiseMark, StepMark, TabMark


class SampleForm(forms.Form):
    """Each kind of field once."""

    name = forms.CharField(
        label=lazy("Name"), widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"})
    )
    words = forms.CharField(
        label=lazy("What happened?"),
        required=False,
        help_text=lazy("A few words are enough."),
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 3}),
    )
    wish = forms.ChoiceField(
        label=lazy("What shall we do?"),
        choices=[("call", lazy("Call me back")), ("write", lazy("Write to me"))],
        widget=forms.Select(attrs={"class": "select"}),
    )
    agreed = forms.BooleanField(
        label=lazy("I have read the notice"),
        widget=forms.CheckboxInput(attrs={"class": "checkbox"}),
    )


@dataclass(frozen=True, kw_only=True)
class SamplePage:
    """All samples of the living page."""

    promises: tuple[PromiseMark, ...]
    steps: tuple[StepMark, ...]
    tabs: tuple[TabMark, ...]
    crumbs: tuple[TabMark, ...]
    pages: PageMark
    form: SampleForm
    form_wrong: SampleForm
    times: tuple[datetime, ...]
    series: tuple[float, ...]
    swatches: tuple[str, ...]


def sample_page(at: datetime) -> SamplePage:
    """The samples around an instant."""
    return SamplePage(
        promises=_promises(at),
        steps=_steps(at),
        tabs=(
            TabMark(title=_("Mine"), url="#mine", count=12, current=True),
            TabMark(title=_("Team"), url="#team", count=31),
            TabMark(title=_("Done"), url="#done"),
        ),
        crumbs=(
            TabMark(title=_("Handbook"), url="#"),
            TabMark(title=_("Promises"), url="#"),
            TabMark(title=_("First response"), url=""),
        ),
        pages=PageMark(first=51, last=100, total=310, previous_url="#", next_url="#"),
        form=SampleForm(),
        form_wrong=SampleForm({"wrong-name": ""}, prefix="wrong"),
        times=tuple(at - timedelta(minutes=m) for m in (0, 12, 200, 1500, 30_000, 600_000)),
        series=(91, 92, 90, 94, 95, 93, 94.2, 96, 94),
        swatches=(
            "bg-paper",
            "bg-raised",
            "bg-sunken",
            "bg-ink",
            "bg-hairline",
            "bg-jade",
            "bg-jade-wash",
            "bg-gold",
            "bg-gold-wash",
            "bg-vermilion",
            "bg-vermilion-wash",
            "bg-note-wash",
        ),
    )


def _promises(at: datetime) -> tuple[PromiseMark, ...]:
    def first(**more: object) -> PromiseMark:
        values: dict[str, object] = {
            "title": _("First response"),
            "state": "running",
            "started_at": at - timedelta(hours=1),
            "due_at": at + timedelta(minutes=18),
            "rule_text": _("Class A is answered within 2 hours, by the clock."),
            "rule_url": "#",
        }
        return PromiseMark(**(values | more))  # type: ignore[arg-type]

    return (
        first(due_at=at + timedelta(hours=5)),
        first(warned=50),
        first(warned=80, due_at=at + timedelta(minutes=4)),
        first(due_at=at - timedelta(minutes=4)),
        first(state="kept", settled_at=at - timedelta(minutes=53)),
        first(
            state="broken", due_at=at - timedelta(minutes=30), settled_at=at - timedelta(minutes=26)
        ),
        first(state="paused"),
    )


def _steps(at: datetime) -> tuple[StepMark, ...]:
    return (
        StepMark(
            title=_("Receive"), state="done", person="Lin Yue", done_at=at - timedelta(minutes=50)
        ),
        StepMark(
            title=_("Analyse"), state="done", person="Lin Yue", done_at=at - timedelta(minutes=40)
        ),
        StepMark(
            title=_("Answer"),
            state="now",
            role=_("Agent"),
            due_at=at + timedelta(minutes=18),
            expected=_("The question is answered whole."),
        ),
        StepMark(title=_("Follow up"), state="next", role=_("Agent"), limit_minutes=1440),
        StepMark(title=_("Archive"), state="next", role=_("Agent")),
    )
