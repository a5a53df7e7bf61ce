"""What can be said to have happened to the people who work here."""

from dataclasses import dataclass

from libin.kernel.facts import Fact, fact


@dataclass(frozen=True, kw_only=True)
class _AboutStaff(Fact):
    staff_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"staff:{self.staff_id}", "people")


@fact("people.staff_invited")
@dataclass(frozen=True, kw_only=True)
class StaffInvited(_AboutStaff):
    """Somebody was asked to join."""


@fact("people.staff_joined")
@dataclass(frozen=True, kw_only=True)
class StaffJoined(_AboutStaff):
    """An invitation was accepted, or the first administrator was made."""


@fact("people.staff_changed")
@dataclass(frozen=True, kw_only=True)
class StaffChanged(_AboutStaff):
    """What a person is, may or can was changed."""


@fact("people.staff_deactivated")
@dataclass(frozen=True, kw_only=True)
class StaffDeactivated(_AboutStaff):
    """A person left or was suspended; whatever she holds needs another owner."""


@fact("people.staff_reactivated")
@dataclass(frozen=True, kw_only=True)
class StaffReactivated(_AboutStaff):
    """A person is back."""


@fact("people.sessions_ended")
@dataclass(frozen=True, kw_only=True)
class SessionsEnded(_AboutStaff):
    """Sessions of a person were closed from elsewhere; open streams must end too."""


@fact("people.presence_changed")
@dataclass(frozen=True, kw_only=True)
class PresenceChanged(_AboutStaff):
    """A person said that she is here, busy, away or gone."""

    state: str


@fact("people.roster_changed")
@dataclass(frozen=True, kw_only=True)
class RosterChanged(_AboutStaff):
    """A shift or a leave of a person was planned or taken off."""


@fact("people.password_reset_asked")
@dataclass(frozen=True, kw_only=True)
class PasswordResetAsked(Fact):
    """Somebody at the door asked for a new password; number 0 when nobody has that address.

    It is said in both cases, so that asking takes the same time whoever is named.
    """

    staff_id: int
