"""Enters the public holidays and make-up working days that are known in advance."""

from datetime import date, datetime, timedelta

import chinese_calendar

from libin.desk import actions as desk
from libin.desk.actions.holidays import Day
from libin.desk.models import Holiday
from libin.kernel.access import SYSTEM

_CHINESE = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


def ensure_holidays(*, at: datetime) -> int:
    """Enter what is known of the years around `at`; a year of which anything is entered is left alone. How many days."""
    entered = set(Holiday.objects.values_list("on__year", flat=True).distinct())
    days = [
        day
        for year in range(at.year - 1, at.year + 2)
        if year not in entered
        for day in known_days(year)
    ]
    return desk.set_holidays(days=days, by=SYSTEM, at=at) if days else 0


def known_days(year: int) -> list[Day]:
    """Public holidays and working weekends of a year; nothing when they are not announced yet."""
    days = []
    day = date(year, 1, 1)
    while day.year == year:
        try:
            is_rest, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            break
        if name and (is_rest or day.weekday() >= 5):
            days.append(Day(day, _CHINESE.get(name, name), name, working=not is_rest))
        day += timedelta(days=1)
    return days
