"""Single cases, for acting on and for showing."""

from libin.desk import access
from libin.desk.models import Case
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound


def locked_case(case_id: int) -> Case:
    """The case, held for this transaction. Raises NotFound."""
    try:
        return Case.objects.select_for_update(of=("self",)).select_related("team").get(pk=case_id)
    except Case.DoesNotExist:
        raise NotFound from None


def case_seen_by(viewer: Actor, case_id: int, *joined: str) -> Case:
    """The case, read with those `joined`. Raises NotFound when there is none that the viewer may see."""
    found = Case.objects.filter(pk=case_id)
    case = (found.select_related(*joined) if joined else found).first()
    if case is None or not access.may_see(viewer, case):
        raise NotFound
    return case


def case_id_by_key(key: str) -> int | None:
    """The case with this unguessable name."""
    return Case.objects.filter(key=key).values_list("pk", flat=True).first() if key else None
