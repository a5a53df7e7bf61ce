"""What staff may say of a customer."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from libin.customers.rules import LONGEST_EMAIL, LONGEST_NAME

_TEXT = {"class": "input"}
_KINDS = [
    ("person", pgettext_lazy("kind of customer", "Person")),
    ("organisation", pgettext_lazy("kind of customer", "Organisation")),
]
_LIFECYCLES = [
    ("potential", pgettext_lazy("customer stage", "Potential")),
    ("new", pgettext_lazy("customer stage", "New")),
    ("active", pgettext_lazy("customer stage", "Active")),
    ("churned", pgettext_lazy("customer stage", "Churned")),
    ("returning", pgettext_lazy("customer stage", "Returning")),
]
_CONTACTS = [("email", _("E-mail")), ("phone", _("Phone")), ("postal", _("Postal address"))]
Choices = list[tuple[str, str]]


def _select(choices: Any, label: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, widget=forms.Select(attrs={"class": "select"}), **more
    )


def _line(label: Any, longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs=_TEXT), **more
    )


def _words(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 3}),
        **more,
    )


class AddForm(forms.Form):
    """A new customer."""

    name = _line(pgettext_lazy("a customer", "Name"), LONGEST_NAME)
    kind = _select(_KINDS, _("Kind"))
    email = _line(_("E-mail"), LONGEST_EMAIL, required=False)
    form_of_address = _line(_("Form of address"), 80, required=False)
    language = _select([("", _("Not known")), *settings.LANGUAGES], _("Language"), required=False)
    tier = _select((), _("Tier"))

    def __init__(self, *args: Any, tiers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        choose(self, "tier", tiers)


class ProfileForm(forms.Form):
    """What is known of a customer."""

    name = _line(pgettext_lazy("a customer", "Name"), LONGEST_NAME)
    kind = _select(_KINDS, _("Kind"))
    form_of_address = _line(_("Form of address"), 80, required=False)
    language = _select([("", _("Not known")), *settings.LANGUAGES], _("Language"), required=False)
    birthday = forms.DateField(
        label=_("Birthday"),
        required=False,
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )
    lifecycle = _select(_LIFECYCLES, _("Stage"))
    likes = _words(_("Likes and preferences"), help_text=_("One on each line."))
    culture_notes = _words(_("Culture and language"))
    accessibility_notes = _words(_("Age and accessibility"))


class TierForm(forms.Form):
    """Another tier, with the reason."""

    tier = _select((), _("Tier"))
    reason = _words(_("Reason"), help_text=_("It is kept in the history of the tier."))

    def __init__(self, *args: Any, tiers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        choose(self, "tier", tiers)
        self.fields["reason"].required = True


class ManagerForm(forms.Form):
    """Who looks after the customer, and who stands in."""

    manager = _select((), _("Account manager"), required=False)
    backup = _select((), _("Backup"), required=False)

    def __init__(self, *args: Any, colleagues: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
        nobody: Choices = [("", "–")]
        choose(self, "manager", nobody + colleagues)
        choose(self, "backup", nobody + colleagues)


class ContactForm(forms.Form):
    """One more way to reach the customer."""

    kind = _select(_CONTACTS, _("Kind"))
    value = _line(_("Address or number"), 500)


def choose(form: forms.Form, name: str, choices: Choices) -> None:
    """Offer these choices in a field."""
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices
