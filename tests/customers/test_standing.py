"""Tier, account manager and what else is known of a customer: who may change it, and what stays behind."""

from datetime import UTC, date, datetime

import pytest

from libin.customers import actions, queries
from libin.customers.models import ContactPoint, TierChange
from libin.kernel.access import Actor, ActorKind
from libin.kernel.errors import NotPermitted
from libin.kernel.models import AuditEntry, FactRecord
from libin.kernel.vault import SealBroken, unseal
from tests.cast import Cast, gather

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(at=NOON)


def tiers(cast: Cast) -> list[str]:
    return [tier.code for tier in sorted(cast.handbook.tiers.values(), key=lambda tier: tier.rank)]


def raise_li(cast: Cast, *, by: Actor, approver: Actor, reason: str = "年消费达标") -> None:
    actions.set_tier(
        customer_id=cast.li.pk,
        tier=tiers(cast)[0],
        reason=reason,
        approver=approver,
        by=by,
        at=NOON,
    )


@pytest.mark.row("C5")
def test_a_tier_given_by_hand_keeps_reason_approver_and_history(cast: Cast):
    supervisor = cast.acting(cast.chen_jing)
    raise_li(cast, by=cast.acting(cast.lin_xiao), approver=supervisor)
    page = queries.customer_page(supervisor, cast.li.pk, at=NOON)
    assert page.tier is not None
    assert page.tier.code == tiers(cast)[0]
    assert [(one.before, one.after, one.reason, one.approver) for one in page.history] == [
        (tiers(cast)[-1], tiers(cast)[0], "年消费达标", cast.chen_jing.name)
    ]
    assert FactRecord.objects.get(name="customers.tier_changed").body["after"] == tiers(cast)[0]
    assert AuditEntry.objects.filter(act="customers.set_tier").count() == 1


@pytest.mark.row("C5")
def test_an_agent_alone_cannot_raise_a_tier(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    with pytest.raises(NotPermitted):
        raise_li(cast, by=agent, approver=agent)
    assert not TierChange.objects.exists()


def test_a_tier_needs_a_reason_must_exist_and_must_be_another(cast: Cast):
    supervisor = cast.acting(cast.chen_jing)
    with pytest.raises(actions.ReasonMissing):
        raise_li(cast, by=supervisor, approver=supervisor, reason="  ")
    for tier, refusal in (("emperor", actions.NoSuchTier), (cast.li.tier, actions.SameTier)):
        with pytest.raises(refusal):
            actions.set_tier(
                customer_id=cast.li.pk,
                tier=tier,
                reason="x",
                approver=supervisor,
                by=supervisor,
                at=NOON,
            )


@pytest.mark.row("C5")
def test_entitlements_are_those_the_handbook_grants_the_tier(cast: Cast):
    page = queries.customer_page(cast.acting(cast.lin_xiao), cast.wang.pk, at=NOON)
    best = cast.handbook.tiers[tiers(cast)[0]]
    assert tuple(one.code for one in page.entitlements) == best.entitlements
    assert page.service_class == cast.handbook.class_of(best.code)


@pytest.mark.row("C8")
def test_a_customer_has_an_account_manager_and_a_backup(cast: Cast):
    panel = queries.panel(cast.acting(cast.chen_jing), [cast.wang.pk, cast.li.pk])
    assert panel[cast.wang.pk].manager == queries.Person(cast.su_wan.pk, cast.su_wan.name)
    assert panel[cast.wang.pk].backup == queries.Person(cast.lin_xiao.pk, cast.lin_xiao.name)
    assert panel[cast.li.pk].manager is None


@pytest.mark.row("C8")
@pytest.mark.parametrize(
    ("manager", "backup", "refusal"),
    [("su_wan", "su_wan", actions.SamePerson), (None, "su_wan", actions.BackupAlone)],
)
def test_manager_and_backup_are_two_people(
    cast: Cast, manager: str | None, backup: str, refusal: type[Exception]
):
    with pytest.raises(refusal):
        actions.assign_account_manager(
            customer_id=cast.li.pk,
            manager_id=getattr(cast, manager).pk if manager else None,
            backup_id=getattr(cast, backup).pk,
            by=cast.acting(cast.chen_jing),
            at=NOON,
        )


def test_naming_the_same_people_again_says_nothing_twice(cast: Cast):
    before = FactRecord.objects.filter(name="customers.manager_assigned").count()
    actions.assign_account_manager(
        customer_id=cast.wang.pk,
        manager_id=cast.su_wan.pk,
        backup_id=cast.lin_xiao.pk,
        by=cast.acting(cast.chen_jing),
        at=NOON,
    )
    assert FactRecord.objects.filter(name="customers.manager_assigned").count() == before


def test_a_panel_of_many_customers_is_one_statement(cast: Cast, django_assert_num_queries: object):
    viewer = cast.acting(cast.chen_jing)
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(queries.panel(viewer, [cast.wang.pk, cast.li.pk, 10**9])) == 2


def test_a_phone_is_sealed_found_by_its_number_and_shown_by_its_end(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    point = actions.add_contact_point(
        customer_id=cast.li.pk, kind="phone", value="138 0013 8000", by=agent, at=NOON
    )
    kept = ContactPoint.objects.get(pk=point.pk)
    assert kept.sealed is not None
    assert b"13800138000" not in bytes(kept.sealed)
    page = queries.customer_page(agent, cast.li.pk, at=NOON)
    shown = next(one for one in page.contacts if one.id == point.pk)
    assert shown.masked.endswith("8000")
    assert "13800" not in shown.masked
    assert list(queries.found(agent, words="13800138000")) == [cast.li]
    assert list(queries.found(agent, words="8000")) == [cast.li]
    with pytest.raises(SealBroken):
        unseal(kept.sealed, "customers.contactpoint.sealed:another-row")


def test_the_same_phone_is_noted_once(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    for number in ("13800138000", "+86 138-0013-8000"):
        try:
            actions.add_contact_point(
                customer_id=cast.li.pk, kind="phone", value=number, by=agent, at=NOON
            )
        except actions.ContactKnown:
            assert number.startswith("+")
    assert cast.li.contact_points.filter(kind="phone").count() == 1


def test_a_contact_is_revealed_only_to_who_may_and_the_look_is_audited(cast: Cast):
    agent, supervisor = cast.acting(cast.lin_xiao), cast.acting(cast.chen_jing)
    point = actions.add_contact_point(
        customer_id=cast.li.pk, kind="phone", value="13800138000", by=supervisor, at=NOON
    )
    with pytest.raises(NotPermitted):
        actions.reveal_contact(contact_point_id=point.pk, by=agent, at=NOON)
    told = actions.reveal_contact(contact_point_id=point.pk, by=supervisor, at=NOON)
    assert told == "+8613800138000"
    entry = AuditEntry.objects.get(act="customers.reveal_contact")
    assert entry.actor == supervisor.ref
    assert "1380" not in str(entry.details)


def test_facts_and_audit_hold_no_personal_data(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    change = actions.ProfileChange(name="李雪莲", birthday=date(1990, 2, 28), culture_notes="回族")
    actions.change_customer(customer_id=cast.li.pk, change=change, by=agent, at=NOON)
    told = str(list(FactRecord.objects.values_list("body", flat=True)))
    told += str(list(AuditEntry.objects.filter(act__startswith="customers").values_list("details")))
    for personal in ("李雪", "1990", "回族", cast.wang.name, "@"):
        assert personal not in told


def test_a_changed_name_is_found_by_its_new_pinyin(cast: Cast):
    agent = cast.acting(cast.lin_xiao)
    change = actions.ProfileChange(name="单晓明")
    actions.change_customer(customer_id=cast.li.pk, change=change, by=agent, at=NOON)
    for words in ("sxm", "shanxiao", "晓明", "单"):
        assert list(queries.found(agent, words=words)) == [cast.li], words
    assert not queries.found(agent, words="李雪").exists()


@pytest.mark.row("C1")
@pytest.mark.parametrize("words", ["王建国", "建国", "wjg", "wangjian", "wang.jianguo@customer"])
def test_a_customer_is_found_by_what_one_remembers(cast: Cast, words: str):
    assert list(queries.found(cast.acting(cast.lin_xiao), words=words)) == [cast.wang]


@pytest.mark.parametrize(
    "words", ["%", "_", "' OR 1=1 --", "x" * 5000, "(((", "😀", "\\", "王\0李"]
)
def test_odd_words_find_nobody_and_break_nothing(cast: Cast, words: str):
    assert not queries.found(cast.acting(cast.lin_xiao), words=words).exists()


def test_no_words_find_everybody_in_the_order_of_their_names(cast: Cast):
    assert list(queries.found(cast.acting(cast.lin_xiao), words=" \0")) == [cast.li, cast.wang]


def test_a_customer_changes_her_own_language_and_nothing_else(cast: Cast):
    her = Actor(kind=ActorKind.CUSTOMER, id=cast.li.pk)
    actions.change_customer(
        customer_id=cast.li.pk, change=actions.ProfileChange(language="en"), by=her, at=NOON
    )
    with pytest.raises(actions.NotYours):
        actions.change_customer(
            customer_id=cast.li.pk, change=actions.ProfileChange(name="陈静"), by=her, at=NOON
        )
    with pytest.raises(NotPermitted):
        actions.change_customer(
            customer_id=cast.wang.pk, change=actions.ProfileChange(language="en"), by=her, at=NOON
        )
    with pytest.raises(NotPermitted):
        actions.assign_account_manager(
            customer_id=cast.li.pk, manager_id=None, backup_id=None, by=her, at=NOON
        )


def test_who_does_not_serve_customers_sees_none(cast: Cast):
    newcomer = cast.acting(cast.he_ping)
    assert not queries.visible(newcomer).exists()
    assert queries.panel(newcomer, [cast.li.pk]) == {}
    with pytest.raises(queries.NoSuchCustomer):
        queries.customer_page(newcomer, cast.li.pk, at=NOON)
