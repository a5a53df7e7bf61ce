"""Form widgets that the components style."""

from django import forms


class Choices(forms.RadioSelect):
    """A few choices, all in sight."""

    template_name = "ui/choices.html"
