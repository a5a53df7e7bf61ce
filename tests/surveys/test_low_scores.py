"""A low score is owed a follow-up: somebody, by when, and what came of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from libin.handbook.models import Observation
from libin.kernel import clock
from libin.kernel.access import Actor, ActorKind, automation
from libin.kernel.errors import NotPermitted
from libin.kernel.models import FactRecord
from libin.surveys import actions, queries
from libin.surveys.models import FollowUp
from tests.cast import Cast
from tests.surveys.asking import closed, rate

CLOCK = automation("surveys.note_overdue")


@pytest.fixture
def follow_up(cast: Cast) -> FollowUp:
    rate(closed(cast), 1, "等了三个小时")
    return FollowUp.objects.get()


@pytest.mark.row("F3")
def test_a_low_score_is_owed_a_follow_up_within_the_handbooks_time(cast: Cast, follow_up: FollowUp):
    invitation = follow_up.answer.invitation
    survey = cast.handbook.surveys[invitation.survey]
    assert follow_up.due_at - follow_up.opened_at == timedelta(minutes=survey.follow_up_minutes)
    assert follow_up.rule == survey.band(1).id
    said = FactRecord.objects.get(name="surveys.low_score")
    assert said.body["follow_up_id"] == follow_up.pk


@pytest.mark.row("F3")
def test_the_supervisor_sees_it_with_the_words_and_what_to_do(cast: Cast, follow_up: FollowUp):
    (line,) = queries.follow_ups(cast.acting(cast.chen_jing))
    assert (line.score, line.highest, line.comment) == (1, 5, "等了三个小时")
    assert line.customer is not None
    assert line.customer.name == cast.li.name
    assert line.band is not None
    assert line.band.text.zh
    assert not line.is_late(clock.now())
    assert line.is_late(line.due_at + timedelta(seconds=1))


def test_a_good_score_owes_nothing(cast: Cast):
    case = closed(cast)
    survey = next(iter(cast.handbook.surveys.values()))
    rate(case, survey.low_at + 1)
    assert not FollowUp.objects.exists()
    assert not FactRecord.objects.filter(name="surveys.low_score").exists()


def test_the_account_manager_is_the_first_to_ask(cast: Cast):
    rate(closed(cast, customer="wang"), 2)
    assert FollowUp.objects.get().owner == cast.su_wan
    (line,) = queries.follow_ups(cast.acting(cast.su_wan))
    assert line.owner == cast.su_wan.name


def test_following_up_in_time_keeps_the_rule(cast: Cast, follow_up: FollowUp):
    supervisor = cast.acting(cast.chen_jing)
    at = clock.now()
    actions.take_follow_up(
        follow_up_id=follow_up.pk, staff_id=cast.chen_jing.pk, by=supervisor, at=at
    )
    actions.finish_follow_up(follow_up_id=follow_up.pk, result="已致电道歉", by=supervisor, at=at)
    assert queries.follow_ups(supervisor) == []
    (line,) = queries.follow_ups(supervisor, done=True)
    assert (line.owner, line.result) == (cast.chen_jing.name, "已致电道歉")
    seen = Observation.objects.get(rule_id=follow_up.rule)
    assert (seen.kept, seen.person_id) == (True, cast.chen_jing.pk)


def test_a_follow_up_that_takes_too_long_breaks_the_rule_once(cast: Cast, follow_up: FollowUp):
    late = follow_up.due_at + timedelta(minutes=5)
    assert actions.note_overdue(by=CLOCK, at=follow_up.due_at - timedelta(seconds=1)) == 0
    assert actions.note_overdue(by=CLOCK, at=late) == 1
    assert actions.note_overdue(by=CLOCK, at=late) == 0
    supervisor = cast.acting(cast.chen_jing)
    actions.finish_follow_up(follow_up_id=follow_up.pk, result="迟到的道歉", by=supervisor, at=late)
    seen = Observation.objects.get(rule_id=follow_up.rule)
    assert not seen.kept
    assert FactRecord.objects.filter(name="surveys.follow_up_overdue").count() == 1
    assert FactRecord.objects.get(name="surveys.followed_up").body["in_time"] is False


def test_finishing_twice_or_without_a_word_is_refused(cast: Cast, follow_up: FollowUp):
    supervisor = cast.acting(cast.chen_jing)
    at = clock.now()
    with pytest.raises(actions.ResultMissing):
        actions.finish_follow_up(follow_up_id=follow_up.pk, result=" ", by=supervisor, at=at)
    actions.finish_follow_up(follow_up_id=follow_up.pk, result="好", by=supervisor, at=at)
    with pytest.raises(actions.AlreadyFollowedUp):
        actions.finish_follow_up(follow_up_id=follow_up.pk, result="x", by=supervisor, at=at)


def test_who_may_not_follow_up_cannot(cast: Cast, follow_up: FollowUp):
    at = clock.now()
    manager = Actor(
        kind=ActorKind.STAFF, id=cast.su_wan.pk, permissions=frozenset({"surveys.view"})
    )
    with pytest.raises(NotPermitted):
        actions.finish_follow_up(follow_up_id=follow_up.pk, result="x", by=manager, at=at)
    for nobody in (cast.acting(cast.he_ping), Actor(kind=ActorKind.CUSTOMER, id=cast.li.pk)):
        assert queries.follow_ups(nobody) == []
        with pytest.raises(queries.NoSuchFollowUp):
            actions.finish_follow_up(follow_up_id=follow_up.pk, result="x", by=nobody, at=at)


def test_a_supervisor_works_through_the_list_on_the_screen(cast: Cast, follow_up: FollowUp):
    browser = Client()
    browser.force_login(cast.chen_jing)
    page = browser.get(reverse("surveys:list")).content.decode()
    assert "等了三个小时" in page
    assert cast.li.name in page
    assert browser.post(reverse("surveys:take", args=[follow_up.pk])).status_code == 302
    empty = browser.post(reverse("surveys:finish", args=[follow_up.pk]), {"result": ""})
    assert empty.status_code == 422
    done = browser.post(reverse("surveys:finish", args=[follow_up.pk]), {"result": "已道歉"})
    assert done.status_code == 302
    follow_up.refresh_from_db()
    assert (follow_up.owner, follow_up.result) == (cast.chen_jing, "已道歉")
