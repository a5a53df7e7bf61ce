"""What is wrong with a mailbox or a mail, in words that say what to do."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_PROBLEMS: dict[str, Promise] = {
    "host_unknown": _("There is no server of that name. Check the spelling of the server."),
    "refused": _(
        "The server does not answer on this port. Check the port, and whether IMAP is switched on."
    ),
    "timeout": _(
        "The server did not answer in time. Check server and port, or a firewall between us."
    ),
    "login": _(
        "The server does not accept the user name or the password. Some providers want an app password."
    ),
    "certificate": _(
        "The server's certificate is not valid for this name, so we do not trust it. Check the server's name."
    ),
    "tls": _(
        "The server does not speak TLS on this port. Try port 993 for TLS or 143 for STARTTLS."
    ),
    "protocol": _(
        "Something answers there, but it is not an IMAP server. Check the port and the kind of encryption."
    ),
    "folder": _("There is no folder of that name in this mailbox."),
    "move_folder": _("The folder into which mail should be moved does not exist."),
    "not_one_line": _("Server, user, password and folder must be plain words on one line."),
    "broken_off": _("The connection broke off. We try again by ourselves."),
    "fetch": _("The server would not hand out a mail. We try again by ourselves."),
    "store": _("The server would not mark mail as read. Check the rights of this user."),
    "plain_not_here": _(
        "Without encryption we only speak to a server on this machine. Choose TLS or STARTTLS."
    ),
    "door_closed": _("Our own SMTP door is not open. Check that the worker is running."),
    "too_large": _(
        "The mail is too large; only its header was fetched. It is still on the server."
    ),
    "no_content": _(
        "The server lists this mail but hands out nothing of it. It is still on the server."
    ),
    "no_sender": _("The mail has no sender we could answer."),
    "time": _("Reading the mail took too long."),
    "died": _("Reading the mail broke the reader each time."),
    "MemoryError": _("Reading the mail took too much memory."),
    "size": _("The mail is too large to be read."),
    "auto_reply": _("An automatic answer, such as an absence note."),
    "bounce": _("A report that a mail of ours could not be delivered."),
    "bulk": _("A newsletter or a mail to many."),
    "our_own_mail": _("Our own mail came back."),
    "our_own_address": _("It says it was written by one of our own mailboxes."),
}


def problem_words(code: str) -> str:
    """The words for a code; an unknown one is named, so that it can be reported."""
    if not code:
        return ""
    known = _PROBLEMS.get(code)
    return str(known) if known else gettext("Something unexpected: %(code)s") % {"code": code}
