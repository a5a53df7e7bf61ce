"""Handbook codes and stored codes as people read them, in the language of the moment."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext, gettext_noop

from libin.handbook.rules import Handbook, Text
from libin.ui import marks
from libin.web.desk.pages import Mark

STATE_TONES = {"open": "active", "waiting": "wait", "resolved": "done", "closed": "done"}
STATE_TITLES = {
    "open": gettext_noop("Open"),
    "waiting": gettext_noop("Waiting"),
    "resolved": gettext_noop("Resolved"),
    "closed": gettext_noop("Closed"),
}
NO_CODE = "–"


def said(text: Text | None) -> str:
    """A handbook text in the reader's language."""
    return text.in_(get_language() or "zh-hans") if text else ""


def language_title(code: str) -> str:
    """A language's own name."""
    return {"zh-hans": gettext("Chinese"), "en": gettext("English")}.get(code, code)


def state_title(state: str) -> str:
    """The state of a case in words."""
    return gettext(STATE_TITLES[state]) if state in STATE_TITLES else state


def presence_title(presence: str) -> str:
    """Presence in words."""
    return {
        "online": gettext("Online"),
        "busy": gettext("Busy"),
        "away": gettext("Away"),
        "offline": gettext("Offline"),
    }.get(presence, presence)


@lru_cache(maxsize=1024)
def rule_url(rule_id: str, version: int | None = None) -> str:
    """The page of the handbook where a rule stands, or nothing while there is no such page."""
    try:
        return reverse("handbook:rule", args=[rule_id])
    except NoReverseMatch:
        return ""


class Names:
    """The titles of one handbook version, in the language of the moment; made anew for each page."""

    def __init__(self, handbook: Handbook) -> None:
        self.handbook = handbook
        self._marks: dict[tuple[str, str], Mark] = {}

    def tier(self, code: str) -> Mark:
        return self._marks.get(("tier", code)) or self._marks.setdefault(
            ("tier", code), self._tier(code)
        )

    def severity(self, code: str) -> Mark:
        return self._marks.get(("severity", code)) or self._marks.setdefault(
            ("severity", code), self._severity(code)
        )

    def _tier(self, code: str) -> Mark:
        tier = self.handbook.tiers.get(code)
        if tier is None:
            return Mark(title=code or NO_CODE)
        best = min(each.rank for each in self.handbook.tiers.values())
        height = marks.height(tier.rank, best, len(self.handbook.tiers))
        return Mark(title=said(tier.title), height=height)

    def _severity(self, code: str) -> Mark:
        severity = self.handbook.severities.get(code)
        if severity is None:
            return Mark(title=code or NO_CODE)
        best = min(each.rank for each in self.handbook.severities.values())
        height = marks.height(severity.rank, best, len(self.handbook.severities))
        return Mark(title=said(severity.title), height=height, url=rule_url(severity.id))

    def kind(self, code: str) -> str:
        return self._title(self.handbook.kinds, code)

    def channel(self, code: str) -> str:
        return self._title(self.handbook.channels, code)

    def service_class(self, code: str) -> str:
        return self._title(self.handbook.service_classes, code)

    def role(self, code: str) -> str:
        return self._title(self.handbook.roles, code)

    def lane(self, code: str) -> str:
        return self._title(self.handbook.lanes, code)

    def outcome(self, code: str) -> str:
        return self._title(self.handbook.outcomes, code)

    def pause_reason(self, code: str) -> str:
        return self._title(self.handbook.pause_reasons, code)

    def breach_reason(self, code: str) -> str:
        return self._title(self.handbook.breach_reasons, code)

    def promise(self, rule_id: str, code: str) -> str:
        """What is promised, such as the first reply; the rule's own title where the promise has no name."""
        family = self.handbook.promise_families.get(code)
        rule = family or self.handbook.rules.get(rule_id)
        return said(rule.title) if rule else code

    def rung(self, code: str) -> str:
        """A rung of the escalation ladder."""
        return next((said(r.title) for r in self.handbook.escalation if r.code == code), code)

    def why_owner(self, why: Mapping[str, Any]) -> str:
        """Why the case came to the person who holds it, in a sentence."""
        values = {
            "lane": self.lane(str(why.get("lane", ""))),
            "load": why.get("load", ""),
            "capacity": why.get("capacity", ""),
            "level": self.rung(str(why.get("level", ""))),
        }
        pattern = {
            "account_manager": gettext("because she is the customer's account manager"),
            "backup_manager": gettext("because she stands in for the account manager"),
            "lane": gettext("from %(lane)s, with the lightest load (%(load)s of %(capacity)s)"),
            "relaxed": gettext("after nobody of %(lane)s was free (%(load)s of %(capacity)s)"),
            "taken": gettext("taken by hand"),
            "assigned": gettext("assigned by hand"),
            "handed_over": gettext("handed over"),
            "escalated": gettext("escalated to: %(level)s"),
            "first_reply": gettext("by answering first"),
        }.get(str(why.get("code", "")), "")
        return pattern % values if pattern else ""

    @staticmethod
    def _title(table: Mapping[str, Any], code: str) -> str:
        found = table.get(code)
        return said(found.title) if found else code
