"""What the workspace's pages show; templates read these and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from libin.kernel.search import Piece
from libin.ui.marks import Height, PromiseMark, StepMark, TabMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A handbook code as people see it."""

    title: str
    height: Height = "plain"
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A colleague as a small mark; `doing` is empty while she only looks."""

    name: str
    doing: str = ""
    presence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One line of a list of cases."""

    id: int
    url: str
    number: str
    subject: str
    last_words: str
    last_by_customer: bool
    customer: str
    tier: Mark
    kind: str
    severity: Mark
    state: str
    state_tone: str
    owner: str
    mine: bool
    unread: bool
    changed_at: datetime
    promise: PromiseMark | None
    escalated: bool
    watchers: tuple[Face, ...]
    current: bool = False
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a filter."""

    value: str
    title: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One thing a list can be narrowed by."""

    name: str
    title: str
    choices: tuple[Choice, ...]

    @property
    def is_set(self) -> bool:
        return any(choice.chosen for choice in self.choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPane:
    """The list of cases, as its own page or beside a case."""

    title: str
    view: str
    views: tuple[TabMark, ...]
    lines: tuple[CaseLine, ...]
    refresh_url: str
    topics: str
    empty_title: str
    empty_words: str
    previous_url: str = ""
    next_url: str = ""
    may_take: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The queue: its list, the filters, and what narrows it now."""

    pane: ListPane
    filters: tuple[Filter, ...]
    narrowed: tuple[TabMark, ...]
    clear_url: str
    words: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShown:
    """An attachment."""

    name: str
    size: int
    url: str
    is_image: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown:
    """One message. `side` is customer, us, note, or automatic; `leaves_at` is set while it can be taken back."""

    id: int
    side: str
    author: str
    at: datetime
    text: str
    folded: str = ""
    frame: str = ""
    unverified: str = ""
    files: tuple[FileShown, ...] = ()
    leaves_at: datetime | None = None
    undo_url: str = ""
    taken_back: bool = False
    stuck: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOffered:
    """A text to start from, already filled for this case."""

    code: str
    title: str
    body: str
    find: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composer:
    """Where one writes."""

    send_url: str
    draft_url: str
    may_reply: bool
    may_note: bool
    why_not: str
    reply_draft: str
    note_draft: str
    mode: str
    customer: str
    templates: tuple[TemplateOffered, ...]
    next_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActButton:
    """An act that is possible here and now. With `post` it happens at once, else a sheet opens."""

    code: str
    title: str
    icon: str
    url: str
    key: str = ""
    post: bool = False
    main: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """What the customer's tier grants."""

    title: str
    text: str
    quota: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """An earlier case of the same customer."""

    number: str
    subject: str
    url: str
    kind: str
    state: str
    state_tone: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerShown:
    """Who this is, at a glance."""

    name: str
    address_as: str
    url: str
    kind: str
    tier: Mark
    service_class: str
    manager: str
    backup: str
    language: str
    likes: tuple[tuple[str, str], ...]
    culture: str
    accessibility: str
    contacts: tuple[str, ...] = ()
    entitlements: tuple[Entitled, ...] = ()
    history: tuple[HistoryLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A broken promise, with its reason or a way to give one."""

    title: str
    reason: str
    explain_url: str
    forgiven: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisesShown:
    """What was promised: running, the most pressing first; settled; broken, with or without a reason."""

    running: tuple[PromiseMark, ...]
    settled: tuple[PromiseMark, ...]
    broken: tuple[BrokenPromise, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessShown:
    """The process: the steps that matter now, those that come later, and where to say that one is done."""

    title: str
    url: str
    steps: tuple[StepMark, ...]
    later: tuple[StepMark, ...]
    step_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """One case: header, conversation, process, customer, composer, acts."""

    id: int
    url: str
    here_url: str
    topics: str
    number: str
    subject: str
    kind: Mark
    severity: Mark
    channel: str
    state: str
    state_tone: str
    waiting: str
    waiting_until: datetime | None
    opened_at: datetime
    owner: str
    owner_why: str
    team: str
    mine: bool
    escalation: str
    outcome: str
    handbook: Mark
    watchers: tuple[Face, ...]
    promises: PromisesShown
    process: ProcessShown
    messages: tuple[MessageShown, ...]
    customer: CustomerShown
    composer: Composer
    acts: tuple[ActButton, ...]
    more_acts: tuple[ActButton, ...]
    take_over: ActButton | None
    back_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePage:
    """A case beside its list; `pane` is None when the list stays and only the case changes."""

    pane: ListPane | None
    case: CaseShown


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One queue of the day view."""

    title: str
    open: int
    unassigned: int
    soon: int
    broken: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToday:
    """One person of the day view. `capacity` 0 means it is not known."""

    name: str
    presence: str
    presence_title: str
    where: str
    open: int
    waiting: int
    broken: int
    capacity: int
    url: str

    @property
    def is_full(self) -> bool:
        return bool(self.capacity) and self.open >= self.capacity


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of today, leading to its cases."""

    title: str
    value: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPage:
    """The day as a supervisor sees it."""

    figures: tuple[Figure, ...]
    lanes: tuple[Lane, ...]
    people: tuple[PersonToday, ...]
    at_risk: tuple[CaseLine, ...]
    refresh_url: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """What waits for one person."""

    lines: tuple[CaseLine, ...]
    all_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPart:
    """What the palette found."""

    cases: tuple[CaseLine, ...]
    customers: Sequence[TabMark] = field(default_factory=tuple)
    words: str = ""
