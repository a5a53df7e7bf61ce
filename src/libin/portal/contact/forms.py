"""The form by which anybody can write to us."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from libin.portal.shell.fields import EmailField
from libin.portal.shell.uploads import FilesField


class ContactForm(forms.Form):
    """What it is about, from whom. `website` is a trap: people do not see it."""

    name = forms.CharField(
        label=__("Your name"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "name"}),
        error_messages={"required": __("Please tell us your name.")},
    )
    email = EmailField(label=__("E-mail"))
    kind = forms.ChoiceField(
        label=__("What is it about?"),
        error_messages={"required": __("Please choose what it is about.")},
    )
    subject = forms.CharField(
        label=__("In a few words"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": __("Please say in a few words what it is about.")},
    )
    message = forms.CharField(
        label=__("Your message"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"class": "textarea", "rows": 8}),
        error_messages={"required": __("Please write what we can do for you.")},
    )
    attachments = FilesField(label=__("Files"))
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
            raise forms.ValidationError(_("Please leave this field empty."), code="trap")
        return ""
