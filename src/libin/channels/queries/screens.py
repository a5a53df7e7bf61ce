"""What the screens about mail show; only for those who may look after it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from libin.channels import access
from libin.channels.models import InboundMail, Mailbox, Undelivered
from libin.channels.queries.words import problem_words
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound
from libin.kernel.models import Job, OutgoingMail

PAGE = 50
State = InboundMail.State
SHELVES = (State.QUARANTINED, State.AUTOMATIC, State.RECEIVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLine:
    """One mailbox in the list."""

    id: int
    name: str
    address: str
    way: str
    server: str
    active: bool
    fetched_at: datetime | None
    failing_since: datetime | None
    problem: str
    quarantined: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckMail:
    """One mail that waits for a person, or was put aside."""

    id: int
    mailbox: str
    sender: str
    subject: str
    received_at: datetime
    size: int
    tries: int
    why: str
    case_id: int | None
    releasable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedMail:
    """One mail of ours that did not arrive; `undelivered_id` when a report told so later."""

    mail_id: int
    undelivered_id: int | None
    recipients: str
    subject: str
    at: datetime
    attempts: int
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """One piece of work that was given up, or is failing still."""

    id: int
    name: str
    attempts: int
    problem: str
    due_at: datetime
    given_up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much waits on each shelf."""

    quarantined: int
    automatic: int
    received: int
    undelivered: int
    jobs: int


def counts(viewer: Actor) -> Counts:
    """The numbers beside the tabs."""
    require(access.may_manage(viewer))
    mails = InboundMail.objects.filter(state__in=SHELVES).aggregate(
        **{state.value: Count("pk", filter=Q(state=state)) for state in SHELVES}
    )
    return Counts(
        **mails,
        undelivered=OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).count()
        + Undelivered.objects.filter(seen_at=None).count(),
        jobs=Job.objects.filter(given_up=True).count(),
    )


def mailboxes(viewer: Actor) -> tuple[MailboxLine, ...]:
    """All mailboxes, those in trouble first."""
    require(access.may_manage(viewer))
    waiting = Count("mails", filter=Q(mails__state=State.QUARANTINED))
    rows = Mailbox.objects.annotate(waiting=waiting).order_by("name", "pk")
    lines = [
        MailboxLine(
            id=row.pk,
            name=row.name,
            address=row.address,
            way=row.get_way_display(),
            server=row.host,
            active=row.active,
            fetched_at=row.fetched_at,
            failing_since=row.failing_since,
            problem=problem_words(row.problem),
            quarantined=row.waiting,
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: line.failing_since is None))


def mailbox_values(viewer: Actor, mailbox_id: int) -> dict[str, object]:
    """What a person once said about a mailbox; never its password. Raises NotFound."""
    require(access.may_manage(viewer))
    row = Mailbox.objects.filter(pk=mailbox_id).first()
    if row is None:
        raise NotFound
    names = (
        "name",
        "address",
        "way",
        "host",
        "port",
        "security",
        "username",
        "folder",
        "after_fetch",
        "move_to",
        "authserv_id",
        "tagged_replies",
        "active",
    )
    return {name: getattr(row, name) for name in names}


def stuck_mail(viewer: Actor, *, shelf: str, number: int = 1) -> tuple[tuple[StuckMail, ...], bool]:
    """One page of a shelf, newest first, and whether there is more."""
    require(access.may_manage(viewer))
    first = (number - 1) * PAGE
    rows = list(
        InboundMail.objects.filter(state=shelf)
        .select_related("mailbox")
        .defer("raw")
        .order_by("-pk")[first : first + PAGE + 1]
    )
    lines = tuple(
        StuckMail(
            id=row.pk,
            mailbox=row.mailbox.name,
            sender=row.sender,
            subject=row.subject,
            received_at=row.received_at,
            size=row.size,
            tries=row.tries,
            why=problem_words(row.problem or row.why),
            case_id=row.case_id,
            releasable=row.state in (State.QUARANTINED, State.AUTOMATIC)
            and row.case_id is None
            and row.problem not in ("too_large", "no_content"),
        )
        for row in rows[:PAGE]
    )
    return lines, len(rows) > PAGE


def failed_mail(viewer: Actor) -> tuple[FailedMail, ...]:
    """Mail of ours that its server refused, then what bounced later; the newest hundred of each."""
    require(access.may_manage(viewer))
    refused = OutgoingMail.objects.filter(state=OutgoingMail.State.FAILED).order_by("-id")[:100]
    bounced = Undelivered.objects.filter(seen_at=None).select_related("mail").order_by("-at")[:100]
    return (
        *(
            FailedMail(
                mail_id=row.pk,
                undelivered_id=None,
                recipients=", ".join(row.recipients),
                subject=row.subject,
                at=row.created_at,
                attempts=row.attempts,
                answer=row.answer,
            )
            for row in refused
        ),
        *(
            FailedMail(
                mail_id=row.mail_id,
                undelivered_id=row.pk,
                recipients=row.recipient or ", ".join(row.mail.recipients),
                subject=row.mail.subject,
                at=row.at,
                attempts=row.mail.attempts,
                answer=f"{row.status} {row.diagnostic}".strip(),
            )
            for row in bounced
        ),
    )


def failed_jobs(viewer: Actor) -> tuple[FailedJob, ...]:
    """Work that was given up, then work that is still being tried again; the newest two hundred."""
    require(access.may_manage(viewer))
    rows = Job.objects.filter(Q(given_up=True) | Q(attempts__gte=2)).exclude(problem="")
    return tuple(
        FailedJob(
            id=row.pk,
            name=row.name,
            attempts=row.attempts,
            problem=row.problem,
            due_at=row.due_at,
            given_up=row.given_up,
        )
        for row in rows.order_by("-given_up", "-pk")[:200]
    )
