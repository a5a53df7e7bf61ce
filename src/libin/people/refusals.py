"""What people are told when something cannot be done to people."""

from libin.kernel.errors import Refusal


class EmailTaken(Refusal):
    """Somebody with this e-mail address is already here."""


class EmailUnusable(Refusal):
    """This is not a usable e-mail address."""


class NameMissing(Refusal):
    """Please give a name."""


class RoleUnknown(Refusal):
    """There is no role %(code)s in the handbook in force."""


class TeamUnknown(Refusal):
    """There is no team %(code)s in the handbook in force."""


class LinkNotValid(Refusal):
    """This link is not valid any more; please ask for a new one."""


class PasswordTooWeak(Refusal):
    """%(reason)s"""


class LastAdministrator(Refusal):
    """Somebody must remain who can give roles; this is the last such person."""


class AdministratorExists(Refusal):
    """This installation already has an administrator."""


class RolesGiveNoPower(Refusal):
    """The first administrator needs a role that lets her give roles."""


class NotWorkingHere(Refusal):
    """This person has not joined, or has left."""


class AlreadyJoined(Refusal):
    """This person has already joined; no invitation is needed."""


class AlreadyWorkingHere(Refusal):
    """This person is already active."""


class ValueNotOffered(Refusal):
    """%(value)s is not one of the choices."""


class SpanUpsideDown(Refusal):
    """The end must come after the beginning."""


class SpanOverlaps(Refusal):
    """This overlaps with something already planned for the same person."""
