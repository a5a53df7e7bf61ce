"""Why cases wait, as the handbook's codes of reasons."""

from collections.abc import Collection, Mapping

from libin.desk import access
from libin.desk.models import Pause
from libin.kernel.access import Actor


def reasons_to_wait(viewer: Actor, case_ids: Collection[int]) -> Mapping[int, str]:
    """The reason of each case among these that waits now and may be seen. One statement; none without cases."""
    if not case_ids:
        return {}
    seen = access.visible_to(viewer).filter(pk__in=case_ids)
    return dict(Pause.objects.filter(case__in=seen, until_at=None).values_list("case_id", "reason"))
