"""What the desk can state."""

from dataclasses import dataclass
from datetime import datetime

from libin.kernel.facts import Fact, fact


@dataclass(frozen=True, kw_only=True)
class CaseFact(Fact):
    """Something that happened to one case."""

    case_id: int

    def topics(self) -> tuple[str, ...]:
        return (f"case:{self.case_id}", "queue")


@fact("desk.case_opened")
@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseFact):
    """A new matter came in."""

    kind: str
    channel: str
    automatic: bool = False


@fact("desk.message_received")
@dataclass(frozen=True, kw_only=True)
class MessageReceived(CaseFact):
    """The customer wrote again; `verified` when we know it was her."""

    message_id: int
    verified: bool = True


@fact("desk.acknowledged")
@dataclass(frozen=True, kw_only=True)
class Acknowledged(CaseFact):
    """The customer was told that her matter arrived."""


@fact("desk.reply_written")
@dataclass(frozen=True, kw_only=True)
class ReplyWritten(CaseFact):
    """An answer was written; for a moment its writer can still take it back."""

    message_id: int


@fact("desk.replied")
@dataclass(frozen=True, kw_only=True)
class Replied(CaseFact):
    """Our answer left at `send_after`."""

    message_id: int
    send_after: datetime


@fact("desk.reply_taken_back")
@dataclass(frozen=True, kw_only=True)
class ReplyTakenBack(CaseFact):
    """An answer was stopped before it left."""

    message_id: int


@fact("desk.note_added")
@dataclass(frozen=True, kw_only=True)
class NoteAdded(CaseFact):
    """A note for colleagues was written."""

    message_id: int


@fact("desk.assigned")
@dataclass(frozen=True, kw_only=True)
class Assigned(CaseFact):
    """A person now holds the case."""

    staff_id: int
    before_id: int | None = None
    why: str = ""

    def topics(self) -> tuple[str, ...]:
        return (*super().topics(), f"staff:{self.staff_id}")


@fact("desk.unassigned")
@dataclass(frozen=True, kw_only=True)
class Unassigned(CaseFact):
    """Nobody holds the case any more."""

    before_id: int


@fact("desk.escalated")
@dataclass(frozen=True, kw_only=True)
class Escalated(CaseFact):
    """The case went up the ladder."""

    level: str
    staff_id: int | None = None

    def topics(self) -> tuple[str, ...]:
        asked = () if self.staff_id is None else (f"staff:{self.staff_id}",)
        return (*super().topics(), *asked)


@fact("desk.reclassified")
@dataclass(frozen=True, kw_only=True)
class Reclassified(CaseFact):
    """Kind or severity changed, and with them the promises."""

    kind: str
    severity: str


@fact("desk.paused")
@dataclass(frozen=True, kw_only=True)
class Paused(CaseFact):
    """We wait, for a permitted reason."""

    reason: str


@fact("desk.resumed")
@dataclass(frozen=True, kw_only=True)
class Resumed(CaseFact):
    """The clocks run again."""


@fact("desk.case_resolved")
@dataclass(frozen=True, kw_only=True)
class CaseResolved(CaseFact):
    """We hold the matter to be solved; the customer is asked."""

    outcome: str


@fact("desk.case_closed")
@dataclass(frozen=True, kw_only=True)
class CaseClosed(CaseFact):
    """The matter is at its end."""

    outcome: str


@fact("desk.case_reopened")
@dataclass(frozen=True, kw_only=True)
class CaseReopened(CaseFact):
    """The matter was not at its end after all."""


@fact("desk.step_completed")
@dataclass(frozen=True, kw_only=True)
class StepCompleted(CaseFact):
    """A step of the process is done."""

    step: str
    by_itself: bool


@fact("desk.promise_warned")
@dataclass(frozen=True, kw_only=True)
class PromiseWarned(CaseFact):
    """Part of a promised time is used up."""

    promise_id: int
    percent: int


@fact("desk.promise_broken")
@dataclass(frozen=True, kw_only=True)
class PromiseBroken(CaseFact):
    """A promised time has passed."""

    promise_id: int
    code: str


@fact("desk.breach_explained")
@dataclass(frozen=True, kw_only=True)
class BreachExplained(CaseFact):
    """Somebody said why a promise was broken."""

    promise_id: int
    reason: str
    forgiven: bool = False


@fact("desk.watching_changed")
@dataclass(frozen=True, kw_only=True)
class WatchingChanged(CaseFact):
    """Who has the case open, or is writing in it, changed."""
