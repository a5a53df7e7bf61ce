"""Form fields that several areas ask for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from libin.customers.rules import LONGEST_EMAIL, written_email


class EmailField(forms.CharField):
    """An e-mail address as the customers' room writes it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=LONGEST_EMAIL,
            widget=forms.EmailInput(
                attrs={"class": "input", "autocomplete": "email", "inputmode": "email"}
            ),
            error_messages={"required": _("Please enter your e-mail address.")},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        written = written_email(super().clean(value))
        if written is None:
            raise forms.ValidationError(
                _("Please enter an e-mail address such as name@example.com."), code="invalid"
            )
        return written
