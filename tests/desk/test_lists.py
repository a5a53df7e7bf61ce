"""Lists are in the right order, count right, find every word, and cost the same however much there is."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from libin.desk import actions as desk
from libin.desk import queries
from libin.kernel import queue
from libin.kernel.access import SYSTEM
from tests.cast import Cast
from tests.desk.cases import Opens

HOUR = timedelta(hours=1)


def statements(what: object) -> int:
    with CaptureQueriesContext(connection) as seen:
        what()  # type: ignore[operator]
    return len(seen)


@pytest.mark.row("D2")
def test_the_queue_is_ordered_by_what_is_most_at_risk(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    later = at + timedelta(days=3)
    late, urgent, general = (
        opens(subject="late"),
        opens(subject="urgent", customer=cast.wang.pk, severity="urgent", when=later),
        opens(subject="general", when=later),
    )
    found = queries.cases(cast.acting(cast.chen_jing), queries.Wanted(), at=later)
    assert [row.id for row in found.rows] == [late.pk, urgent.pk, general.pk]


@pytest.mark.row("D2")
def test_views_hold_what_their_names_say_and_count_it(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    mine, waiting, closed = opens(customer=cast.wang.pk), opens(), opens()
    queue.run_all()
    by = cast.acting(cast.su_wan)
    supervisor = cast.acting(cast.chen_jing)
    desk.assign_case(case_id=waiting.pk, staff_id=by.person, by=by, at=at)
    desk.pause_case(case_id=waiting.pk, reason="waiting-customer", by=by, at=at)
    desk.close_case(case_id=closed.pk, outcome="solved", by=supervisor, at=at)
    rows = queries.cases(by, queries.Wanted(view="mine"), at=at).rows
    assert {row.id for row in rows} == {mine.pk, waiting.pk}
    counts = queries.counts(by)
    assert (counts["mine"], counts["waiting"], counts["closed"], counts["unassigned"]) == (
        2,
        1,
        1,
        0,
    )


def test_somebody_without_rights_sees_nothing(cast: Cast, opens: Opens, at: datetime) -> None:
    opens()
    nobody = cast.acting(cast.he_ping)
    assert queries.cases(nobody, queries.Wanted(), at=at).rows == ()
    assert queries.find(nobody, "净水器", at=at).rows == ()
    assert set(queries.counts(nobody).values()) == {0}


@pytest.mark.row("D14")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("滤芯", True),
        ("滤", True),
        ("净水器 滤芯", True),
        ("净水器滤芯", True),
        ("芯滤", False),
        ("李雪", True),
        ("濾芯", True),
        ("RO600", True),
        ("ro6", True),
        ("'; DROP TABLE desk_case; --", False),
        ("\\", False),
        ("", False),
        ("🙂", False),
    ],
)
def test_every_word_is_found_and_nothing_else(
    cast: Cast, opens: Opens, at: datetime, words: str, found: bool
) -> None:
    case = opens(text="您好，RO600 的滤芯多久换一次？")
    result = queries.find(cast.acting(cast.lin_xiao), words, at=at)
    assert [row.id for row in result.rows] == ([case.pk] if found else [])


@pytest.mark.row("D14")
def test_what_is_said_later_is_found_at_once(cast: Cast, opens: Opens, at: datetime) -> None:
    case = opens()
    viewer = cast.acting(cast.lin_xiao)
    assert queries.find(viewer, "萤火虫", at=at).found == 0
    desk.add_note(case_id=case.pk, text="客户送了萤火虫摆件", by=viewer, at=at)
    result = queries.find(viewer, "萤火虫", at=at)
    assert result.found == 1
    assert [piece.text for piece in result.pieces[case.pk] if piece.hit] == ["萤火虫"]


def test_lists_and_pages_cost_the_same_however_much_there_is(
    cast: Cast, opens: Opens, at: datetime
) -> None:
    viewer = cast.acting(cast.chen_jing)
    case = opens()
    asked = {
        "list": lambda: queries.cases(viewer, queries.Wanted(), at=at),
        "counts": lambda: queries.counts(viewer),
        "find": lambda: queries.find(viewer, "净水器", at=at),
        "day": lambda: queries.day_view(viewer, at=at, since=at - HOUR),
        "case": lambda: queries.case_view(viewer, case.pk, at=at),
    }
    few = {name: statements(what) for name, what in asked.items()}
    for number in range(12):
        opens(subject=f"{number}")
        desk.add_note(case_id=case.pk, text=f"{number}", by=viewer, at=at)
    assert {name: statements(what) for name, what in asked.items()} == few
    assert few == {"list": 3, "counts": 1, "find": 4, "day": 7, "case": 8}


@pytest.mark.row("O2")
def test_the_day_view_counts_what_the_cases_say(cast: Cast, opens: Opens, at: datetime) -> None:
    later = at + timedelta(days=3)
    opens(customer=cast.wang.pk, severity="urgent", when=later)
    opens()
    queue.run_all()
    for case_id in queries.waiting_for_somebody():
        desk.route_case(case_id=case_id, by=SYSTEM, at=at)
    day = queries.day_view(cast.acting(cast.chen_jing), at=later, since=later - HOUR)
    assert sum(lane.open for lane in day.queues) == 2
    assert sum(lane.broken for lane in day.queues) == 1
    assert sum(lane.soon for lane in day.queues) == 1
    assert day.today.opened == 1
    assert day.loads[cast.su_wan.pk].open == 1
