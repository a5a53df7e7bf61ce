"""The small marks: what they say and how strongly they show."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation

from libin.ui import marks
from libin.ui.marks import PromiseMark

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


def promise(**more: object) -> PromiseMark:
    values: dict[str, object] = {
        "title": "First response",
        "state": "running",
        "started_at": NOW - timedelta(hours=1),
        "due_at": NOW + timedelta(minutes=18),
    }
    return PromiseMark(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mark", "look", "zh", "en"),
    [
        (promise(), "calm", "还剩 18 分钟", "due in 18 min"),
        (promise(warned=50), "soon", "还剩 18 分钟", "due in 18 min"),
        (promise(warned=80), "risk", "还剩 18 分钟", "due in 18 min"),
        (promise(due_at=NOW - timedelta(minutes=4)), "late", "已超时 4 分钟", "overdue by 4 min"),
        (
            promise(state="kept", settled_at=NOW - timedelta(minutes=53)),
            "kept",
            "7 分钟内兑现",
            "kept in 7 min",
        ),
        (
            promise(
                state="broken",
                due_at=NOW - timedelta(minutes=9),
                settled_at=NOW - timedelta(minutes=5),
            ),
            "broken",
            "超时 4 分钟",
            "late by 4 min",
        ),
        (promise(state="paused"), "paused", "已暂停", "paused"),
        (promise(state="void"), "void", "不再适用", "no longer applies"),
    ],
)
def test_a_promise_says_how_it_stands(mark: PromiseMark, look: str, zh: str, en: str):
    assert mark.look(NOW) == look
    with translation.override("zh-hans"):
        assert mark.words(NOW) == zh
    with translation.override("en"):
        assert mark.words(NOW) == en


def test_every_look_of_a_promise_has_an_icon_of_its_own():
    looks = {"calm", "soon", "risk", "late", "kept", "broken", "paused", "void"}
    assert set(marks.PROMISE_ICONS) == looks
    assert len(set(marks.PROMISE_ICONS.values())) == len(looks), "never told by colour alone"


@pytest.mark.parametrize(
    ("ranks", "heights"),
    [
        (5, ["top", "high", "high", "plain", "plain"]),
        (3, ["top", "high", "plain"]),
        (2, ["top", "plain"]),
        (1, ["top"]),
    ],
)
def test_any_number_of_ranks_has_one_top(ranks: int, heights: list[str]):
    assert [marks.height(rank, 1, ranks) for rank in range(1, ranks + 1)] == heights


@pytest.mark.parametrize(
    ("name", "two", "one"),
    [
        ("王小明", "小明", "明"),
        ("王明", "明", "明"),
        ("Emily Carter", "EC", "E"),
        ("sato.kenji@customer.example", "SK", "S"),
        ("欧阳 Li", "阳", "阳"),
        ("", "?", "?"),
        ("   ", "?", "?"),
    ],
)
def test_a_face_shows_letters_of_the_name(name: str, two: str, one: str):
    assert marks.initials(name) == two
    assert marks.initials(name, 1) == one


def test_a_spark_line_stays_inside_its_frame():
    points = marks.spark_points([91, 92, 90, 96])
    assert len(points) == 4
    assert all(0 <= x <= 80 and 0 <= y <= 20 for x, y in points)
    assert points[3][1] < points[2][1], "more is higher"
    assert {y for _, y in marks.spark_points([5, 5, 5])} == {10.0}
    assert marks.spark_points([]) == []
    assert len(marks.spark_points([7])) == 1
