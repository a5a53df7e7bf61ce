"""Acts on a case: offered when possible, asked in a small form, refused in words beside it."""

import pytest
from django.test import Client

from libin.desk.models import Case, Message
from tests.web.desk.conftest import Desk, Page

pytestmark = pytest.mark.django_db


def act(case: Case, code: str) -> str:
    return f"/desk/cases/{case.pk}/act/{code}/"


def of_her_team(desk: Desk, case: Case) -> Case:
    """A case that Lin Xiao may see, because it waits in a team of hers."""
    Case.objects.filter(pk=case.pk).update(team=desk.cast.lin_xiao.teams.first())
    return case


@pytest.fixture
def case(desk: Desk) -> Case:
    return desk.held_by(desk.opens("Invoice"), desk.cast.lin_xiao)


def test_pausing_asks_for_a_permitted_reason_and_says_how_long(
    desk: Desk, lin: Client, case: Case, page: Page
):
    reason = next(iter(desk.cast.handbook.pause_reasons.values()))
    text = page(lin, act(case, "pause"))
    assert reason.title.en in text
    assert "at most" in text
    assert lin.post(act(case, "pause"), {"reason": "because-i-like"}).status_code == 422
    assert lin.post(act(case, "pause"), {"reason": reason.code}).status_code == 302
    case.refresh_from_db()
    assert case.state == Case.State.WAITING
    text = page(lin, f"/desk/cases/{case.pk}/")
    assert reason.title.en in text
    assert "Waiting" in text
    lin.post(act(case, "resume"))
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_handing_over_needs_a_person_and_a_brief(desk: Desk, lin: Client, case: Case, page: Page):
    su = desk.cast.su_wan
    assert f"{su.name}" in page(lin, act(case, "hand-over"))
    answer = lin.post(act(case, "hand-over"), {"staff": su.pk, "brief": ""})
    assert answer.status_code == 422
    assert "This field is required" in answer.content.decode()
    lin.post(
        act(case, "hand-over"),
        {"staff": su.pk, "brief": "She wants the invoice; I asked the ledger."},
    )
    case.refresh_from_db()
    assert case.owner == su
    assert Message.objects.filter(case=case, internal=True, text__startswith="She wants").exists()


@pytest.mark.row("D9")
def test_escalating_goes_one_rung_up_with_the_brief(desk: Desk, lin: Client, case: Case):
    first = min(desk.cast.handbook.escalation, key=lambda rung: rung.rank)
    assert lin.post(act(case, "escalate"), {"brief": "Beyond my means."}).status_code == 302
    case.refresh_from_db()
    assert case.escalation == first.code


@pytest.mark.row("D11")
def test_closing_asks_for_the_outcome_and_keeps_the_self_assessment(
    desk: Desk, lin: Client, case: Case, page: Page
):
    outcome = next(
        o for o in desk.cast.handbook.outcomes.values() if not o.kinds or case.kind in o.kinds
    )
    assert outcome.title.en in page(lin, act(case, "close"))
    assert lin.post(act(case, "close"), {"well_done": "x"}).status_code == 422
    lin.post(
        act(case, "close"),
        {"outcome": outcome.code, "well_done": "Quick.", "suggestion": "A form for it."},
    )
    case.refresh_from_db()
    assert case.is_closed
    assert case.self_assessment == {"well_done": "Quick.", "suggestion": "A form for it."}


def test_resolving_and_reopening(desk: Desk, lin: Client, chen: Client, case: Case, page: Page):
    outcome = next(
        o for o in desk.cast.handbook.outcomes.values() if not o.kinds or case.kind in o.kinds
    )
    lin.post(act(case, "resolve"), {"outcome": outcome.code})
    case.refresh_from_db()
    assert case.state == Case.State.RESOLVED
    assert act(case, "reopen") in page(chen, f"/desk/cases/{case.pk}/")
    chen.post(act(case, "reopen"))
    case.refresh_from_db()
    assert case.state == Case.State.OPEN


def test_the_severity_can_be_corrected(desk: Desk, lin: Client, case: Case):
    urgent = min(desk.cast.handbook.severities.values(), key=lambda severity: severity.rank)
    lin.post(act(case, "severity"), {"severity": urgent.code})
    case.refresh_from_db()
    assert case.severity == urgent.code


def test_only_what_is_possible_is_offered(desk: Desk, lin: Client, case: Case, page: Page):
    mine = page(lin, f"/desk/cases/{case.pk}/")
    assert act(case, "pause") in mine
    assert act(case, "take") not in mine
    foreign = of_her_team(desk, desk.held_by(desk.opens("Hers"), desk.cast.su_wan))
    hers = page(lin, f"/desk/cases/{foreign.pk}/")
    assert act(foreign, "pause") not in hers
    assert act(foreign, "take") in hers


def test_an_act_that_is_not_permitted_is_refused_in_words_and_changes_nothing(
    desk: Desk, lin: Client
):
    foreign = of_her_team(desk, desk.held_by(desk.opens("Hers"), desk.cast.su_wan))
    reason = next(iter(desk.cast.handbook.pause_reasons))
    answer = lin.post(act(foreign, "pause"), {"reason": reason})
    assert answer.status_code == 422
    assert "Only the person who holds this case can do that." in answer.content.decode()
    foreign.refresh_from_db()
    assert foreign.state == Case.State.OPEN


def test_in_the_sheet_an_act_answers_with_a_part_and_leads_on_when_done(
    desk: Desk, lin: Client, case: Case
):
    in_sheet = {"HX-Request": "true"}
    form = lin.get(act(case, "pause"), headers=in_sheet).content.decode()
    assert "<html" not in form
    assert "<form" in form
    reason = next(iter(desk.cast.handbook.pause_reasons))
    done = lin.post(act(case, "pause"), {"reason": reason}, headers=in_sheet)
    assert done["HX-Redirect"] == f"/desk/cases/{case.pk}/"


def test_an_unknown_act_is_not_there(lin: Client, case: Case):
    assert lin.get(act(case, "explode")).status_code == 404
