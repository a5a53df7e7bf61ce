"""One source under examination: what its checks have in common."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from libin.handbook.schema import HandbookSource
from libin.handbook.schema.basis import Condition
from libin.handbook.source.gathering import Gathered
from libin.handbook.source.problems import Path, did_you_mean


@dataclass(frozen=True, slots=True)
class Names:
    """Names that rooms have registered and a handbook may use."""

    facts: frozenset[str]


class Checker:
    """One source under examination."""

    def __init__(self, source: HandbookSource, gathered: Gathered, names: Names | None) -> None:
        self.source = source
        self.gathered = gathered
        self.names = names
        self.note = gathered.note

    def known(self, word: str, among: Collection[str], path: Path, what: str) -> None:
        """Note a problem unless the word is a code of that section."""
        if word not in among:
            self.note(
                path,
                _('There is no %(what)s "%(word)s".') % {"what": what, "word": word},
                did_you_mean(word, among),
            )

    def all_known(
        self, words: Iterable[str], among: Collection[str], path: Path, what: str
    ) -> None:
        """The same for every item of a list."""
        for index, word in enumerate(words):
            self.known(word, among, (*path, index), what)

    def event(self, word: str, path: Path) -> None:
        """Note a problem unless some room can state this fact."""
        if self.names and word != "manual" and not word.startswith("step:"):
            self.known(word, self.names.facts, path, pgettext("handbook", "event"))

    def condition(self, when: Condition, path: Path) -> None:
        """Every name of a condition must exist."""
        source = self.source
        self.all_known(when.kinds, source.kinds, (*path, "kinds"), pgettext("handbook", "kind"))
        self.all_known(
            when.severities,
            source.severities,
            (*path, "severities"),
            pgettext("handbook", "severity"),
        )
        self.all_known(
            when.classes, source.service_classes, (*path, "classes"), pgettext("handbook", "class")
        )
        self.all_known(when.tiers, source.tiers, (*path, "tiers"), pgettext("handbook", "tier"))

    def zone(self, zone: str, path: Path) -> None:
        """Note a problem unless this is a time zone."""
        if zone not in available_timezones():
            self.note(
                path,
                _('There is no time zone "%(zone)s".') % {"zone": zone},
                did_you_mean(zone, available_timezones()),
            )
