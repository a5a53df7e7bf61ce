"""The words of the house: templates, surveys, norms, chapters."""

from dataclasses import dataclass

from libin.handbook.rules.basis import Rule, Text, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Template(Rule):
    """A text with ``{placeholders}``.

    Placeholders come from a fixed list: customer_name, form_of_address, case_number, agent_name, promised_time,
    organisation, subject, survey_link, portal_link.
    """

    code: str
    purpose: str
    """``reply``, ``acknowledgement``, ``survey``, ``closing`` or ``invitation``."""
    subject: Text | None
    body: Text
    kinds: frozenset[str]
    """Kinds it is offered for; empty means any."""
    tiers: frozenset[str]
    """Tiers it is offered for; empty means any."""
    visible_when: When
    """The whole condition, which holds ``kinds`` and ``tiers`` too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePoint:
    """One answer on a scale."""

    score: int
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Band(Rule):
    """A band of scores, and what we do about it."""

    code: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey(Rule):
    """A question asked of a customer."""

    code: str
    question: Text
    comment_question: Text
    scale: tuple[ScalePoint, ...]
    low_at: int
    """A score of this or lower is a low score."""
    bands: tuple[Band, ...]
    """From the highest band to the lowest; they cover the scale without overlap."""
    sends_on: str
    """Fact name after which the invitation goes out."""
    delay_minutes: int
    """Minutes between that fact and the invitation."""
    expires_days: int
    quiet_days: int
    """The same customer is not asked again within this many days; 0 asks every time."""
    follow_up_minutes: int
    """Elapsed minutes within which a low score is followed up."""

    def band(self, score: int) -> Band:
        """The band a score falls into; ``KeyError`` outside the scale."""
        for band in self.bands:
            if band.lowest <= score <= band.highest:
                return band
        raise KeyError(score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm(Rule):
    """A rule of conduct."""

    code: str
    situation: str
    do: tuple[Text, ...]
    dont: tuple[Text, ...]
    checked_by: str
    """``automatic``, ``inspector`` or ``customer``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter of the book: prose, then the parts of the handbook it shows."""

    id: str
    title: Text
    body: Text
    """Markdown."""
    shows: tuple[str, ...]
    """Names of handbook parts printed after the prose, for example ``tiers`` or ``promises:first_reply``."""
