"""Which live topics a person may watch."""

from collections.abc import Sequence

from libin.desk.access import visible_to
from libin.kernel.access import Actor


def allowed(viewer: Actor, asked: Sequence[str]) -> tuple[str, ...]:
    """The topics among those asked for that this person may watch; unknown ones are left out in silence."""
    if not viewer.is_staff:
        return ()
    cases = _visible_cases(viewer, asked)
    return tuple(topic for topic in asked if topic in cases or _is_own(viewer, topic))


def _is_own(viewer: Actor, topic: str) -> bool:
    if topic == "queue":
        return viewer.holds("desk.view_own") or viewer.holds("desk.view_all")
    return topic == f"staff:{viewer.staff_id}"


def _visible_cases(viewer: Actor, asked: Sequence[str]) -> set[str]:
    numbers = [t[5:] for t in asked if t.startswith("case:") and t[5:].isdecimal() and len(t) < 24]
    if not numbers:
        return set()
    seen = visible_to(viewer).filter(pk__in=map(int, numbers)).values_list("pk", flat=True)
    return {f"case:{number}" for number in seen}
