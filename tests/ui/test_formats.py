"""Times and durations as people say them, in both languages, at midnight and in leap years."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from libin.ui import formats

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = 60, 3600, 86400


@pytest.fixture(autouse=True)
def _in_shanghai():
    with timezone.override(SHANGHAI):
        yield


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "不到 1 分钟", "less than 1 min"),
        (59, "不到 1 分钟", "less than 1 min"),
        (60, "1 分钟", "1 min"),
        (18 * MINUTE + 59, "18 分钟", "18 min"),
        (HOUR, "1 小时", "1 h"),
        (2 * HOUR + 5 * MINUTE, "2 小时 5 分钟", "2 h 5 min"),
        (9 * HOUR + 59 * MINUTE, "9 小时 59 分钟", "9 h 59 min"),
        (10 * HOUR + 59 * MINUTE, "10 小时", "10 h"),
        (47 * HOUR, "47 小时", "47 h"),
        (48 * HOUR, "2 天", "2 days"),
        (3 * DAY + 4 * HOUR, "3 天 4 小时", "3 days 4 h"),
        (10 * DAY + 4 * HOUR, "10 天", "10 days"),
        (-18 * MINUTE, "18 分钟", "18 min"),
    ],
)
def test_a_length_of_time_is_said_in_at_most_two_units(seconds: int, zh: str, en: str):
    with translation.override("zh-hans"):
        assert formats.duration(seconds) == zh
    with translation.override("en"):
        assert formats.duration(seconds) == en


@pytest.mark.parametrize(
    ("at", "now", "zh", "en"),
    [
        ((2026, 11, 21, 12, 0, 0), (2026, 11, 21, 12, 0, 30), "刚刚", "just now"),
        ((2026, 11, 21, 11, 48, 0), (2026, 11, 21, 12, 0, 0), "12 分钟前", "12 min ago"),
        ((2026, 11, 21, 12, 20, 0), (2026, 11, 21, 12, 0, 0), "20 分钟后", "in 20 min"),
        ((2026, 11, 21, 8, 5, 0), (2026, 11, 21, 12, 0, 0), "今天 08:05", "today 08:05"),
        ((2026, 11, 20, 23, 59, 0), (2026, 11, 21, 12, 0, 0), "昨天 23:59", "yesterday 23:59"),
        ((2026, 11, 22, 0, 0, 0), (2026, 11, 21, 12, 0, 0), "明天 00:00", "tomorrow 00:00"),
        ((2026, 11, 3, 9, 12, 0), (2026, 11, 21, 12, 0, 0), "11月3日 09:12", "3 Nov, 09:12"),
        (
            (2025, 12, 31, 9, 12, 0),
            (2026, 11, 21, 12, 0, 0),
            "2025年12月31日 09:12",
            "31 Dec 2025, 09:12",
        ),
        ((2028, 2, 29, 9, 0, 0), (2028, 3, 1, 12, 0, 0), "昨天 09:00", "yesterday 09:00"),
        ((2028, 2, 29, 9, 0, 0), (2028, 6, 1, 12, 0, 0), "2月29日 09:00", "29 Feb, 09:00"),
    ],
)
def test_an_instant_is_told_as_people_say_it(
    at: tuple[int, ...], now: tuple[int, ...], zh: str, en: str
):
    with translation.override("zh-hans"):
        assert formats.when(local(*at), local(*now)) == zh
    with translation.override("en"):
        assert formats.when(local(*at), local(*now)) == en


def test_today_is_the_readers_day_not_the_servers():
    at, now = local(2026, 11, 22, 0, 30), local(2026, 11, 22, 7, 0)
    assert at.date() != now.astimezone(SHANGHAI).date(), "the server's day is still yesterday's"
    with translation.override("en"):
        assert formats.when(at, now) == "today 00:30"
        with timezone.override(ZoneInfo("America/New_York")):
            assert formats.when(at, now) == "today 11:30"


def test_the_exact_instant_names_weekday_second_and_zone():
    with translation.override("zh-hans"):
        assert (
            formats.exact(local(2026, 11, 21, 23, 4, 5))
            == "2026年11月21日 星期六 23:04:05 (Asia/Shanghai)"
        )
    with translation.override("en"):
        assert (
            formats.exact(local(2026, 11, 21, 23, 4, 5))
            == "Saturday 21 November 2026, 23:04:05 (Asia/Shanghai)"
        )


@given(st.integers(min_value=0, max_value=400 * DAY), st.integers(min_value=0, max_value=59))
def test_no_length_promises_more_than_is_left(seconds: int, more: int):
    with translation.override("en"):
        assert read_back(formats.duration(seconds)) <= seconds
        assert read_back(formats.duration(seconds)) <= read_back(formats.duration(seconds + more))


def read_back(words: str) -> int:
    """The seconds that English words of a duration mean."""
    if words.startswith("less"):
        return 0
    units = {"min": MINUTE, "h": HOUR, "day": DAY, "days": DAY}
    parts = words.split()
    return sum(int(n) * units[u] for n, u in zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize(
    ("kept", "times", "told"),
    [(1234, 1310, "94.2%"), (0, 0, "–"), (0, 3, "0.0%"), (3, 3, "100.0%")],
)
def test_a_share_has_one_decimal_and_nothing_counted_is_a_dash(kept: int, times: int, told: str):
    with translation.override("en"):
        assert formats.share(kept, times) == told


def test_file_sizes():
    assert [formats.size(n) for n in (812, 3482, 1_258_291)] == ["812 B", "3.4 KB", "1.2 MB"]


def test_the_browser_gets_a_pattern_for_everything_it_tells():
    for language in ("zh-hans", "en"):
        with translation.override(language):
            words = formats.screen_words()
        assert all(words.values())
        assert {k for k, v in words.items() if "%n" in v} >= {"minutes", "hours", "days", "news"}
        assert {k for k, v in words.items() if "%d" in v} == {"ago", "in", "due", "overdue"}
        assert not [v for v in words.values() if "%(" in v]


def test_lengths_between_instants_do_not_care_about_order():
    start = local(2026, 11, 21, 9, 0)
    with translation.override("en"):
        assert formats.between(start, start + timedelta(minutes=7)) == "7 min"
        assert formats.between(start + timedelta(minutes=7), start) == "7 min"
