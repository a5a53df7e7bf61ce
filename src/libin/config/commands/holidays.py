"""The days on which calendars rest or work against the week: told, entered, taken away."""

import argparse
from collections.abc import Iterable
from datetime import date

from django.utils.module_loading import import_string

from libin.config.commands.installation import Installation
from libin.config.commands.words import _, complain, say
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.errors import Refusal

_ACTIONS = "libin.desk.actions.holidays"


def holidays(options: argparse.Namespace) -> int:
    """Do what was asked, then tell the days of the years around."""
    at = clock.now()
    with Installation().opened():
        try:
            if options.add:
                import_string(f"{_ACTIONS}.set_holidays")(
                    days=[
                        import_string(f"{_ACTIONS}.Day")(
                            on=day, name_zh=options.name, working=options.working
                        )
                        for day in options.add
                    ],
                    by=SYSTEM,
                    at=at,
                )
            if options.remove:
                import_string(f"{_ACTIONS}.remove_holidays")(days=options.remove, by=SYSTEM, at=at)
        except Refusal as refusal:
            return complain(str(refusal))
        entered = import_string("libin.desk.models.Holiday").objects.filter(
            on__year__gte=at.year - 1
        )
        _tell(entered.order_by("on").values_list("on", "working", "name_zh"))
    return 0


def _tell(days: Iterable[tuple[date, bool, str]]) -> None:
    for on, working, name in days:
        kind = _("working day") if working else _("closed")
        say(f"{on}  {kind}  {name}")
