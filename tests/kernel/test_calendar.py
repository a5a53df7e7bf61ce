"""Business time agrees, minute by minute, with asking the wall clock whether the door is open."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libin.kernel.calendar import CLOSED, BusinessCalendar, NeverOpens, Span, always_open

MINUTE = timedelta(minutes=1)
OFFICE = (Span.of("09:00", "12:00"), Span.of("13:30", "18:00"))
WEEK = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, CLOSED, CLOSED)
SHANGHAI = BusinessCalendar(
    zone="Asia/Shanghai",
    weekly=WEEK,
    holidays=frozenset({date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 5)}),
    make_up={date(2026, 10, 10): 0, date(2026, 9, 20): (Span.of("10:00", "16:00"),)},
    known_until=date(2026, 12, 31),
)
# Zones with their odd days: spring and autumn changes, half hours, a skipped day, a change across midnight.
ODD_DAYS = {
    "Asia/Shanghai": date(2026, 2, 28),
    "America/New_York": date(2026, 3, 8),
    "Europe/Berlin": date(2026, 10, 25),
    "Australia/Lord_Howe": date(2026, 4, 5),
    "America/St_Johns": date(1999, 10, 31),
    "Pacific/Apia": date(2011, 12, 30),
    "America/Sao_Paulo": date(2018, 11, 4),
    "Asia/Kathmandu": date(2024, 2, 29),
}


def at(text: str, zone: str = "Asia/Shanghai") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall_clock_says_open(calendar: BusinessCalendar, instant: datetime) -> bool:
    local = instant.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    return calendar.always or any(
        span.opens <= minute < span.closes for span in calendar.hours_on(local.date())
    )


def brute_working(calendar: BusinessCalendar, begin: datetime, minutes: int) -> int:
    return sum(wall_clock_says_open(calendar, begin + n * MINUTE) for n in range(minutes))


def brute_add(calendar: BusinessCalendar, start: datetime, minutes: int) -> datetime:
    instant = start
    while minutes > 0:
        minutes -= wall_clock_says_open(calendar, instant)
        instant += MINUTE
    return instant


@st.composite
def hours(draw: st.DrawFn) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def cases(draw: st.DrawFn) -> tuple[BusinessCalendar, datetime]:
    zone = draw(st.sampled_from(sorted(ODD_DAYS)))
    odd = ODD_DAYS[zone]
    near = st.integers(-4, 6).map(lambda n: odd + timedelta(days=n))
    calendar = BusinessCalendar(
        zone=zone,
        weekly=tuple(draw(st.lists(hours(), min_size=7, max_size=7))),  # type: ignore[arg-type]
        holidays=draw(st.frozensets(near, max_size=3)),
        make_up=draw(st.dictionaries(near, st.one_of(st.integers(0, 6), hours()), max_size=3)),
    )
    start = datetime.combine(odd, time(), tzinfo=UTC) + draw(st.integers(-3000, 3000)) * MINUTE
    return calendar, start


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 4000))
def test_working_time_equals_a_count_of_open_minutes(
    case: tuple[BusinessCalendar, datetime], minutes: int
) -> None:
    calendar, begin = case
    end = begin + minutes * MINUTE
    assert calendar.working_minutes_between(begin, end) == brute_working(calendar, begin, minutes)
    assert calendar.is_open(begin) == wall_clock_says_open(calendar, begin)


@settings(max_examples=150, deadline=None)
@given(cases(), st.integers(0, 2000))
def test_adding_working_time_stops_at_the_minute_the_count_is_reached(
    case: tuple[BusinessCalendar, datetime], minutes: int
) -> None:
    calendar, start = case
    if sum(span.closes - span.opens for day in calendar.weekly for span in day) < 300:
        return
    due = calendar.add_working(start, minutes)
    assert due == brute_add(calendar, start, minutes)
    assert calendar.working_minutes_between(start, due) == minutes


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_next_opening_is_the_first_open_minute(case: tuple[BusinessCalendar, datetime]) -> None:
    calendar, start = case
    if sum(span.closes - span.opens for day in calendar.weekly for span in day) < 300:
        return
    opening = calendar.next_open(start)
    assert calendar.is_open(opening)
    minutes = int((opening - start) / MINUTE)
    assert brute_working(calendar, start, minutes) == 0


def test_seconds_are_kept() -> None:
    start = at("2026-11-20T17:59:30")
    assert SHANGHAI.add_working(start, 1) == at("2026-11-23T09:00:30")


def test_work_that_ends_with_the_day_is_due_at_closing_not_at_the_next_opening() -> None:
    assert SHANGHAI.add_working(at("2026-11-20T17:00:00"), 60) == at("2026-11-20T18:00:00")


def test_three_working_days_cross_the_national_holiday_and_its_make_up_saturday() -> None:
    eight_hours = 7.5 * 60
    due = SHANGHAI.add_working(at("2026-09-30T09:00:00"), 2 * eight_hours)
    assert due == at("2026-10-06T18:00:00")
    assert SHANGHAI.is_open(at("2026-10-10T09:30:00"))
    assert not SHANGHAI.is_open(at("2026-10-01T09:30:00"))


def test_a_make_up_day_may_have_hours_of_its_own() -> None:
    assert SHANGHAI.next_open(at("2026-09-19T00:00:00")) == at("2026-09-20T10:00:00")


def test_a_make_up_day_outranks_a_holiday() -> None:
    day = date(2026, 10, 1)
    calendar = BusinessCalendar(
        zone="UTC", weekly=WEEK, holidays=frozenset({day}), make_up={day: (Span(0, 1440),)}
    )
    assert calendar.is_open(datetime(2026, 10, 1, 23, 59, tzinfo=UTC))


def test_every_day_the_state_calendar_of_2024_to_2026_names_is_open_or_closed_as_it_says() -> None:
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366 + 365 + 365)]
    calendar = BusinessCalendar(
        zone="Asia/Shanghai",
        weekly=WEEK,
        holidays=frozenset(d for d in days if chinese_calendar.is_holiday(d)),
        make_up={d: 0 for d in days if d.weekday() > 4 and chinese_calendar.is_workday(d)},
    )
    for day in days:
        noon = datetime.combine(day, time(10), tzinfo=ZoneInfo("Asia/Shanghai"))
        assert calendar.is_open(noon) == chinese_calendar.is_workday(day), day


def test_beyond_the_last_settled_day_the_calendar_says_so() -> None:
    assert SHANGHAI.is_settled(at("2026-12-31T23:59:00"))
    assert not SHANGHAI.is_settled(at("2027-01-01T00:00:00"))
    assert SHANGHAI.add_working(at("2027-01-01T09:00:00"), 60) == at("2027-01-01T10:00:00")


def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever() -> None:
    closed = BusinessCalendar(zone="Asia/Shanghai")
    with pytest.raises(NeverOpens):
        closed.next_open(at("2026-11-21T09:00:00"))
    with pytest.raises(NeverOpens):
        closed.add_working(at("2026-11-21T09:00:00"), 1)


def test_a_calendar_that_is_always_open_counts_every_minute() -> None:
    start = at("2026-11-21T03:00:00")
    assert always_open().add_working(start, 90) == start + 90 * MINUTE
    assert always_open().working_minutes_between(start, start + 90 * MINUTE) == 90


def test_naive_instants_and_overlapping_spans_are_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        SHANGHAI.is_open(datetime(2026, 11, 21, 9))  # noqa: DTZ001 - the refusal is the point
    with pytest.raises(ValueError, match="apart"):
        BusinessCalendar(zone="UTC", weekly=((Span(0, 10), Span(5, 20)), *WEEK[1:]))
    with pytest.raises(ValueError, match="span"):
        Span.of("18:00", "09:00")
