"""The form by which anybody can write to us."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from libin.portal.shell.fields import EmailField
from libin.portal.shell.uploads import FilesField


class ContactForm(forms.Form):
    """What it is about, from whom. `website` is a trap: people do not see it."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}),
        error_messages={"required": _("Please tell us your name.")},
    )
    email = EmailField(label=_("E-mail"))
    kind = forms.ChoiceField(
        label=_("What is it about?"),
        error_messages={"required": _("Please choose what it is about.")},
    )
    subject = forms.CharField(
        label=_("In a few words"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": _("Please say in a few words what it is about.")},
    )
    message = forms.CharField(
        label=_("Your message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 8}),
        error_messages={"required": _("Please write what we can do for you.")},
    )
    attachments = FilesField(label=_("Attachments"))
    website = forms.CharField(required=False)
    ticket = forms.CharField(required=False)

    def __init__(
        self, *args: Any, kinds: list[tuple[str, str]], known: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = kinds
        if known:
            del self.fields["name"], self.fields["email"]

    def clean_website(self) -> str:
        """Whoever fills in what cannot be seen is a machine, or is told so by a screen reader."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(gettext("Please leave this field empty."), code="trap")
        return ""
