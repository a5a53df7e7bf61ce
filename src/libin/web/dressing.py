"""Gives the fields of a form the classes of our components."""

from django import forms
from django.forms.widgets import Input

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, ""),
    (forms.RadioSelect, ""),
    (forms.HiddenInput, ""),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (Input, "input"),
)


def dress(form: forms.BaseForm) -> None:
    """Set the class of each widget by its kind."""
    for field in form.fields.values():
        for kind, name in _CLASSES:
            if isinstance(field.widget, kind):
                if name:
                    field.widget.attrs["class"] = name
                break
