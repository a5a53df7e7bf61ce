"""The forms of a signed-in customer."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from libin.portal.shell.uploads import FilesField


class ReplyForm(forms.Form):
    """Another word in a request."""

    message = forms.CharField(
        label=_("Your message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 5}),
        error_messages={"required": _("Please write what we can do for you.")},
    )
    attachments = FilesField(label=_("Attachments"))


class PreferencesForm(forms.Form):
    """How she likes to be addressed, and in which language."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "select"}),
    )
    form_of_address = forms.CharField(
        label=_("How may we address you?"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
