"""What the verdicts add up to, with how many answered and how sure we can be."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from libin.kernel import clock
from libin.surveys import queries
from libin.surveys.models import SurveyInvitation
from libin.surveys.rules import Share
from tests.cast import Cast
from tests.surveys.asking import closed, rate


# Published values: Newcombe (1998), Statistics in Medicine 17, table I, method 3.
@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float):
    interval = Share(hits, n).interval
    assert interval is not None
    assert list(interval) == pytest.approx([low, high], abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_mirrors_itself(said: tuple[int, int]):
    hits, n = said
    share = Share(hits, n)
    assert share.interval is not None
    assert share.value is not None
    low, high = share.interval
    assert 0 <= low <= share.value <= high <= 1
    other = Share(n - hits, n).interval
    assert other is not None
    assert list(other) == pytest.approx([1 - high, 1 - low])


def test_nothing_counted_is_no_share():
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)


@pytest.fixture
def rated(cast: Cast) -> Cast:
    """Five asked, four answered: 5, 4, 3 and 1."""
    for number, score in enumerate((5, 4, 3, 1, None)):
        case = closed(cast, customer="wang" if number < 2 else "li")
        SurveyInvitation.objects.filter(case=case).update(
            invited_at=clock.now() - timedelta(days=30), leaves_at=clock.now() - timedelta(hours=1)
        )
        if score:
            rate(case, score)
    return cast


@pytest.mark.row("F1")
def test_satisfaction_comes_with_its_number_and_the_response_rate(rated: Cast):
    now = clock.now()
    viewer = rated.acting(rated.chen_jing)
    found = queries.figures(viewer, since=now - timedelta(days=1), until=now)
    assert (found.satisfaction.hits, found.satisfaction.n) == (2, 4)
    assert (found.response.hits, found.response.n) == (4, 5)
    assert found.low == 1
    assert found.mean == pytest.approx(3.25)


@pytest.mark.row("F1")
def test_the_parts_add_up_to_the_whole(rated: Cast):
    now = clock.now()
    viewer = rated.acting(rated.chen_jing)
    for dimension in queries.DIMENSIONS:
        parts = queries.breakdown(viewer, by=dimension, since=now - timedelta(days=1), until=now)
        assert sum(part.figures.invited for part in parts) == 5
        assert sum(part.figures.answered for part in parts) == 4
    with pytest.raises(ValueError, match="answer__comment"):
        queries.breakdown(viewer, by="answer__comment", since=now, until=now)


def test_figures_are_not_for_everybody(rated: Cast):
    now = clock.now()
    found = queries.figures(rated.acting(rated.he_ping), since=now - timedelta(days=9), until=now)
    assert found.invited == 0


@pytest.mark.parametrize("days", ["7", "30", "365", "x", "-1"])
def test_the_results_stand_on_a_screen(rated: Cast, days: str):
    browser = Client()
    browser.force_login(rated.chen_jing)
    page = browser.get(reverse("surveys:results"), {"days": days})
    assert page.status_code == 200
    assert "50.0" in page.content.decode()
    assert "80.0" in page.content.decode()
