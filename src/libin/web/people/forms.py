"""Forms of the staff screens; their choices come from the handbook in force."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from libin.people.queries import StaffCard, Titled
from libin.web.dressing import dress

_SKILL = re.compile(r"(?P<code>[\w.-]+)(?:[\s:\uff1a]+(?P<level>\d{1,2}))?")
SHIFT = "shift"
_LEAVES = [
    ("annual", _("Annual leave")),
    ("sick", _("Sick leave")),
    ("training", _("Training")),
    ("other", _("Other")),
]


def _choices(titled: Iterable[Titled]) -> list[tuple[str, str]]:
    return [(one.code, one.title) for one in titled]


class _Form(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class InviteForm(_Form):
    """A new colleague."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    teams = forms.MultipleChoiceField(
        label=_("Teams"), widget=forms.CheckboxSelectMultiple, required=False
    )
    level = forms.ChoiceField(label=_("Level"), required=False)
    language = forms.ChoiceField(label=_("Language of the letter"))

    def __init__(
        self,
        *args: Any,
        roles: Iterable[Titled],
        teams: Iterable[Titled],
        levels: list[tuple[str, str]],
        languages: Iterable[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "roles", _choices(roles))
        _offer(self, "teams", _choices(teams))
        _offer(self, "level", [("", "–"), *levels])
        _offer(self, "language", list(languages))


class DetailsForm(_Form):
    """Name, level, capacity and languages."""

    name = forms.CharField(label=_("Name"), max_length=120)
    level = forms.ChoiceField(label=_("Level"), required=False)
    capacity = forms.IntegerField(
        label=_("Capacity"),
        min_value=0,
        max_value=1000,
        required=False,
        help_text=_("Open cases at once; empty means what the level says."),
    )
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=200,
        help_text=_("Codes with commas between them, such as zh, en."),
    )

    def __init__(self, *args: Any, levels: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "level", [("", "–"), *levels])

    def clean_languages(self) -> tuple[str, ...]:
        said = re.split(
            r"[\s,;\uff0c\u3001\uff1b]+", self.cleaned_data["languages"].strip().lower()
        )
        codes = tuple(code for code in said if code)
        if not all(re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})?", code) for code in codes):
            raise forms.ValidationError(_("Please use language codes such as zh or en."))
        return codes


class RolesForm(_Form):
    """The roles of a person."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, roles: Iterable[Titled], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "roles", _choices(roles))


class TeamsForm(_Form):
    """The teams of a person, and those she leads."""

    teams = forms.MultipleChoiceField(
        label=_("Member of"), widget=forms.CheckboxSelectMultiple, required=False
    )
    leads = forms.MultipleChoiceField(
        label=_("Leads"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, teams: Iterable[Titled], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _choices(teams)
        _offer(self, "teams", choices)
        _offer(self, "leads", choices)


class SkillsForm(_Form):
    """Skills, one in a line, each with a level."""

    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One in a line: the skill, then its level from 1 to 10."),
    )

    def clean_skills(self) -> dict[str, int]:
        held = {}
        for line in filter(None, map(str.strip, self.cleaned_data["skills"].splitlines())):
            found = _SKILL.fullmatch(line)
            level = int(found["level"] or 1) if found else 0
            if found is None or not 1 <= level <= 10:
                raise forms.ValidationError(
                    _("This line is not a skill with a level: %(line)s"), params={"line": line}
                )
            held[found["code"]] = level
        return held


class CertificateForm(_Form):
    """A certificate that a person holds."""

    code = forms.CharField(label=_("Certificate"), max_length=60)
    held_on = forms.DateField(label=_("Held since"), widget=forms.DateInput({"type": "date"}))
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput({"type": "date"})
    )


class SpanForm(_Form):
    """A shift or a leave of somebody."""

    staff = forms.TypedChoiceField(label=_("Person"), coerce=int)
    starts_at = forms.DateTimeField(
        label=_("From"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    ends_at = forms.DateTimeField(
        label=_("Until"), widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M")
    )
    kind = forms.ChoiceField(label=_("What"), choices=[(SHIFT, _("Shift")), *_LEAVES])

    def __init__(self, *args: Any, people: Iterable[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "staff", [(str(number), name) for number, name in people])

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Both ends, once the form is valid."""
        return self.cleaned_data["starts_at"], self.cleaned_data["ends_at"]


def details_of(card: StaffCard) -> dict[str, object]:
    """What the form of details shows of a person at first."""
    return {
        "name": card.name,
        "level": card.level,
        "capacity": card.capacity,
        "languages": ", ".join(card.languages),
    }


def skills_of(card: StaffCard) -> dict[str, str]:
    """What the form of skills shows of a person at first."""
    return {"skills": "\n".join(f"{code} {level}" for code, level in card.skills)}


def _offer(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
