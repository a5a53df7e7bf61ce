"""People join by invitation; a link works once, for its own person, in its own time."""

import re
from datetime import timedelta

import pytest

from libin.kernel.access import SYSTEM
from libin.kernel.models import AuditEntry, OutgoingMail
from libin.people import actions
from libin.people.actions import NewColleague
from libin.people.door import DOOR
from libin.people.models import Invitation, Staff
from libin.people.refusals import (
    AdministratorExists,
    AlreadyJoined,
    EmailTaken,
    EmailUnusable,
    LinkNotValid,
    NameMissing,
    PasswordTooWeak,
    RolesGiveNoPower,
    RoleUnknown,
    TeamUnknown,
)
from libin.people.rules import token_hash
from tests.people.company import MORNING, PASSWORD, Company, define

pytestmark = [pytest.mark.django_db, pytest.mark.row("X1")]
LINK = "https://libin.example/account/invitation/{token}/"
THREE_DAYS = timedelta(hours=72)


def invite(company: Company, *, email: str = "tang.qi@libin.example", **more: object) -> Staff:
    return actions.invite_staff(
        colleague=NewColleague(email=email, name="唐琪", roles=("agent",), **more),  # type: ignore[arg-type]
        link=LINK,
        valid_for=THREE_DAYS,
        by=company.actor(company.shen_lan),
        at=MORNING,
    )


def mailed_token(email: str = "tang.qi@libin.example") -> str:
    mail = OutgoingMail.objects.filter(recipients=[email]).latest("pk")
    found = re.search(r"/invitation/([^/]+)/", mail.text)
    assert found
    return found[1]


def accept(token: str, *, password: str = PASSWORD, after: timedelta = timedelta(hours=1)) -> Staff:
    return actions.accept_invitation(
        hashed_token=token_hash(token), password=password, by=DOOR, at=MORNING + after
    )


def test_an_invited_colleague_chooses_a_password_and_works_here(company: Company):
    invited = invite(company, teams=("premium",))
    assert not invited.is_active
    joined = accept(mailed_token())
    assert joined.pk == invited.pk
    assert joined.is_active
    assert joined.check_password(PASSWORD)
    assert [team.code for team in joined.teams.all()] == ["premium"]
    assert joined.pinyin
    acts = AuditEntry.objects.filter(subject=f"staff:{joined.pk}").values_list("act", flat=True)
    assert set(acts) == {"people.invite", "people.accept_invitation"}


def test_the_letter_speaks_the_readers_language(company: Company):
    invite(company)
    invite(company, email="amy@libin.example", language="en")
    chinese, english = OutgoingMail.objects.order_by("pk")
    assert "邀请" in chinese.subject
    assert english.subject == "You are invited to join the service team"
    assert "72" in english.text


def test_only_the_hash_of_the_token_is_kept(company: Company):
    invite(company)
    token = mailed_token()
    assert len(token) >= 32
    kept = bytes(Invitation.objects.get().token_hash)
    assert kept == token_hash(token)
    assert token.encode() not in kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: "",
        str.lower,
        str.upper,
        str.swapcase,
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: " " + t,
    ],
)
def test_no_other_token_opens(company: Company, spoil):
    invite(company)
    with pytest.raises(LinkNotValid):
        accept(spoil(mailed_token()))
    with pytest.raises(LinkNotValid):
        actions.accept_invitation(hashed_token=b"", password=PASSWORD, by=DOOR, at=MORNING)


def test_a_token_opens_once(company: Company):
    invite(company)
    token = mailed_token()
    accept(token)
    with pytest.raises(LinkNotValid):
        accept(token)


def test_a_token_opens_in_its_time_only(company: Company):
    invite(company)
    with pytest.raises(LinkNotValid):
        accept(mailed_token(), after=THREE_DAYS)
    accept(mailed_token(), after=THREE_DAYS - timedelta(seconds=1))


def test_a_fresh_invitation_closes_the_former_one(company: Company):
    invited = invite(company)
    former = mailed_token()
    by = company.actor(company.shen_lan)
    actions.invite_again(staff_id=invited.pk, link=LINK, valid_for=THREE_DAYS, by=by, at=MORNING)
    with pytest.raises(LinkNotValid):
        accept(former)
    accept(mailed_token())
    with pytest.raises(AlreadyJoined):
        actions.invite_again(
            staff_id=invited.pk, link=LINK, valid_for=THREE_DAYS, by=by, at=MORNING
        )


def test_a_withdrawn_invitation_does_not_open(company: Company):
    invited = invite(company)
    actions.deactivate_staff(staff_id=invited.pk, by=company.actor(company.shen_lan), at=MORNING)
    with pytest.raises(LinkNotValid):
        accept(mailed_token())


@pytest.mark.parametrize(
    "weak",
    [
        "",
        "short-1",
        "11-characte",
        "passwordpassword",
        "123456789012",
        "abcdefghijkl",
        "qwertyuiop12",
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "password12345!",
        "administrator",
        "tang.qi@libin.example",
    ],
)
def test_a_weak_password_is_refused_with_reasons_and_the_link_stays_good(
    company: Company, weak: str
):
    invite(company)
    with pytest.raises(PasswordTooWeak) as refusal:
        accept(mailed_token(), password=weak)
    assert str(refusal.value)
    assert accept(mailed_token()).is_active


def test_one_address_is_one_person_in_any_spelling(company: Company):
    for email in ("lin.yue@libin.example", "LIN.YUE@Libin.Example", " Lin.Yue@libin.example "):
        with pytest.raises(EmailTaken):
            invite(company, email=email)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"email": "nobody"}, EmailUnusable),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, EmailUnusable),
        ({"name": "  "}, NameMissing),
        ({"roles": ("emperor",)}, RoleUnknown),
        ({"teams": ("nowhere",)}, TeamUnknown),
    ],
)
def test_what_makes_no_sense_is_refused(company: Company, said: dict[str, object], refusal: type):
    values: dict[str, object] = {"email": "tang.qi@libin.example", "name": "唐琪"} | said
    with pytest.raises(refusal):
        actions.invite_staff(
            colleague=NewColleague(**values),  # type: ignore[arg-type]
            link=LINK,
            valid_for=THREE_DAYS,
            by=company.actor(company.shen_lan),
            at=MORNING,
        )


def test_there_is_one_first_administrator():
    define()
    wanting = NewColleague(email="a@libin.example", name="A", roles=("agent",))
    with pytest.raises(RolesGiveNoPower):
        actions.create_first_administrator(
            colleague=wanting, password=PASSWORD, by=SYSTEM, at=MORNING
        )
    assert not Staff.objects.exists()
    first = NewColleague(email="a@libin.example", name="A", roles=("administrator",))
    actions.create_first_administrator(colleague=first, password=PASSWORD, by=SYSTEM, at=MORNING)
    second = NewColleague(email="b@libin.example", name="B", roles=("administrator",))
    with pytest.raises(AdministratorExists):
        actions.create_first_administrator(
            colleague=second, password=PASSWORD, by=SYSTEM, at=MORNING
        )
