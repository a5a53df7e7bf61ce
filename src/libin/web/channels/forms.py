"""What a person says about a mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_TEXT = {"class": "input", "autocomplete": "off", "spellcheck": "false"}
_SELECT = {"class": "select"}
_CHECK = {"class": "checkbox"}


def _line(
    label: Any, *, longest: int = 250, required: bool = True, help_text: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=longest,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs=_TEXT),
    )


def _choice(label: Any, choices: list[tuple[str, Any]], help_text: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, help_text=help_text, widget=forms.Select(attrs=_SELECT)
    )


def _tick(label: Any, help_text: Any = "") -> forms.BooleanField:
    return forms.BooleanField(
        label=label, required=False, help_text=help_text, widget=forms.CheckboxInput(attrs=_CHECK)
    )


class MailboxForm(forms.Form):
    """One mailbox; without a password the known one stays."""

    name = _line(_("Name"), longest=120, help_text=_("Customers see it as the sender."))
    address = _line(_("E-mail address"), longest=254)
    way = _choice(
        _("How mail comes in"), [("imap", _("Fetch by IMAP")), ("listener", _("Receive by SMTP"))]
    )
    host = _line(_("IMAP server"), longest=253, required=False)
    port = forms.IntegerField(
        label=_("Port"),
        min_value=1,
        max_value=65535,
        initial=993,
        widget=forms.NumberInput(attrs=_TEXT),
    )
    security = _choice(
        _("Encryption"),
        [("tls", _("TLS")), ("starttls", _("STARTTLS")), ("plain", _("None (this machine only)"))],
    )
    username = _line(_("User name"), longest=254, required=False)
    password = forms.CharField(
        label=_("Password"),
        max_length=500,
        required=False,
        strip=False,
        help_text=_("Leave it empty to keep the one we have."),
        widget=forms.PasswordInput(attrs={**_TEXT, "autocomplete": "new-password"}),
    )
    folder = _line(_("Folder"), longest=200)
    after_fetch = _choice(
        _("After fetching"), [("seen", _("Mark as read")), ("move", _("Move to a folder"))]
    )
    move_to = _line(_("Move to"), longest=200, required=False)
    authserv_id = _line(
        _("Name of your mail server in Authentication-Results"),
        longest=253,
        required=False,
        help_text=_(
            "Only if your server writes this field and removes forged ones. Then proved senders are recognised."
        ),
    )
    tagged_replies = _tick(
        _("Use signed reply addresses"),
        _("Needs a server that delivers name+anything@ to this mailbox."),
    )
    active = _tick(_("In use"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": ""} | kwargs)
