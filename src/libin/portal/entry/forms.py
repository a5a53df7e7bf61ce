"""The form that asks for a link."""

from django import forms
from django.utils.translation import gettext_lazy as _

from libin.portal.shell.fields import EmailField


class SignInForm(forms.Form):
    """Where the link is to go."""

    email = EmailField(label=_("E-mail"))
