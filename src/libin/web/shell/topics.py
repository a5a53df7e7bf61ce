"""Which live topics a person may watch."""

from collections.abc import Sequence

from libin.kernel.access import Actor


def allowed(viewer: Actor, asked: Sequence[str]) -> tuple[str, ...]:
    """The topics among those asked for that this person may watch; unknown ones are left out in silence."""
    if not viewer.is_staff:
        return ()
    return tuple(topic for topic in asked if _may_watch(viewer, topic))


def _may_watch(viewer: Actor, topic: str) -> bool:
    match topic.split(":"):
        case ["queue"]:
            return viewer.holds("desk.see")
        case ["staff", number]:
            return number == str(viewer.staff_id)
    return False
