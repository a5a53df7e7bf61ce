"""Staff find customers and see everything about one; personal data stay out of addresses and out of sight."""

from datetime import timedelta

import pytest
from django.test import Client

from libin.customers import actions
from libin.customers.models import Customer
from libin.desk import actions as desk
from libin.kernel import clock
from libin.kernel.models import AuditEntry
from tests.cast import WANG, Cast, gather


@pytest.fixture
def cast(db: None) -> Cast:
    return gather(at=clock.now() - timedelta(minutes=1))


def browser_of(cast: Cast, who: str) -> Client:
    browser = Client()
    browser.force_login(cast.staff[who])
    return browser


@pytest.fixture
def agent(cast: Cast) -> Client:
    return browser_of(cast, "agent")


@pytest.fixture
def supervisor(cast: Cast) -> Client:
    return browser_of(cast, "supervisor")


def phone_of(cast: Cast) -> int:
    point = actions.add_contact_point(
        customer_id=cast.li.pk,
        kind="phone",
        value="13800138000",
        by=cast.acting(cast.chen_jing),
        at=clock.now(),
    )
    return int(point.pk)


@pytest.mark.row("C1")
@pytest.mark.parametrize("words", ["wjg", "王建", WANG.email])
def test_an_agent_finds_a_customer_without_a_word_in_the_address(
    cast: Cast, agent: Client, words: str
):
    page = agent.post("/customers/", {"words": words}).content.decode()
    assert cast.wang.name in page
    assert cast.li.name not in page
    ignored = agent.get("/customers/", {"words": words}).content.decode()
    assert cast.li.name in ignored


def test_the_list_narrows_to_a_tier_and_to_ones_own(cast: Cast):
    manager = browser_of(cast, "manager")
    mine = manager.post("/customers/", {"mine": "1"}).content.decode()
    assert cast.wang.name in mine
    assert cast.li.name not in mine
    tier = manager.post("/customers/", {"tier": cast.li.tier}).content.decode()
    assert cast.li.name in tier
    assert cast.wang.name not in tier


@pytest.mark.row("C5")
@pytest.mark.row("C8")
def test_the_page_shows_tier_entitlements_people_and_cases(cast: Cast, supervisor: Client):
    kind = cast.handbook.default_kind
    case = desk.open_case(
        customer_id=cast.wang.pk,
        kind=kind.code,
        severity=kind.severity_default,
        subject="想换一个房间",
        opening=desk.Incoming(text="您好"),
        by=cast.acting(cast.chen_jing),
        at=clock.now(),
    )
    page = supervisor.get(f"/customers/{cast.wang.pk}/").content.decode()
    tier = cast.handbook.tiers[cast.wang.tier]
    for shown in (
        cast.wang.name,
        tier.title.zh,
        cast.su_wan.name,
        cast.lin_xiao.name,
        case.number,
        "想换一个房间",
        *(cast.handbook.entitlements[code].title.zh for code in tier.entitlements),
    ):
        assert shown in page


def test_contacts_are_hidden_until_somebody_asks_who_may(
    cast: Cast, agent: Client, supervisor: Client
):
    point = phone_of(cast)
    page = supervisor.get(f"/customers/{cast.li.pk}/").content.decode()
    assert "8000" in page
    assert "13800138000" not in page
    assert cast.li.contact_points.get(kind="email").email not in page
    assert agent.post(f"/customers/contacts/{point}/reveal/").status_code == 403
    assert supervisor.get(f"/customers/contacts/{point}/reveal/").status_code == 405
    told = supervisor.post(f"/customers/contacts/{point}/reveal/").content.decode()
    assert "+8613800138000" in told
    assert AuditEntry.objects.filter(act="customers.reveal_contact").count() == 1


def test_a_supervisor_changes_the_tier_and_an_agent_cannot(
    cast: Cast, agent: Client, supervisor: Client
):
    best = min(cast.handbook.tiers.values(), key=lambda tier: tier.rank).code
    address = f"/customers/{cast.li.pk}/tier/"
    assert agent.post(address, {"tier": best, "reason": "x"}).status_code == 403
    assert supervisor.post(address, {"tier": best, "reason": ""}).status_code == 422
    assert supervisor.post(address, {"tier": "emperor", "reason": "x"}).status_code == 422
    assert supervisor.post(address, {"tier": best, "reason": "年消费达标"}).status_code == 302
    cast.li.refresh_from_db()
    assert cast.li.tier == best
    assert "年消费达标" in supervisor.get(f"/customers/{cast.li.pk}/").content.decode()


def test_manager_and_backup_are_named_on_a_screen(cast: Cast, supervisor: Client):
    address = f"/customers/{cast.li.pk}/manager/"
    same = {"manager": cast.su_wan.pk, "backup": cast.su_wan.pk}
    assert supervisor.post(address, same).status_code == 422
    assert supervisor.post(address, same | {"backup": cast.lin_xiao.pk}).status_code == 302
    cast.li.refresh_from_db()
    assert (cast.li.account_manager, cast.li.backup_manager) == (cast.su_wan, cast.lin_xiao)


def test_a_profile_is_changed_and_only_its_own_fields(cast: Cast, agent: Client):
    address = f"/customers/{cast.li.pk}/profile/"
    assert agent.get(address).status_code == 200
    said = {
        "name": "李雪莲",
        "kind": "person",
        "form_of_address": "李女士",
        "language": "en",
        "birthday": "1990-02-28",
        "lifecycle": "active",
        "likes": "龙井\n安静的房间\n",
        "culture_notes": "",
        "accessibility_notes": "听力不便，请用文字",
        "tier": "diamond",
        "account_manager": "1",
    }
    assert agent.post(address, said).status_code == 302
    before = (cast.li.tier, cast.li.account_manager_id)
    cast.li.refresh_from_db()
    assert (cast.li.tier, cast.li.account_manager_id) == before
    assert (cast.li.name, cast.li.pinyin) == ("李雪莲", "lixuelian")
    assert cast.li.preferences == {"likes": ["龙井", "安静的房间"]}
    page = agent.get(f"/customers/{cast.li.pk}/").content.decode()
    assert "听力不便" in page


def test_a_customer_is_added_by_hand(cast: Cast, agent: Client):
    said = {
        "name": "海港贸易",
        "kind": "organisation",
        "email": "office@trade.example",
        "tier": cast.handbook.default_tier,
        "language": "",
        "form_of_address": "",
    }
    assert agent.post("/customers/add/", said).status_code == 302
    assert agent.post("/customers/add/", said).status_code == 422
    assert Customer.objects.get(name="海港贸易").kind == "organisation"


def test_contacts_are_added_and_removed(cast: Cast, agent: Client):
    address = f"/customers/{cast.li.pk}/contacts/"
    assert agent.post(address, {"kind": "phone", "value": "nobody"}).status_code == 422
    assert agent.post(address, {"kind": "phone", "value": "13800138000"}).status_code == 302
    point = cast.li.contact_points.get(kind="phone")
    assert agent.post(f"/customers/contacts/{point.pk}/remove/").status_code == 302
    assert not cast.li.contact_points.filter(kind="phone").exists()


def test_who_does_not_serve_customers_reaches_no_screen(cast: Cast):
    newcomer = browser_of(cast, "newcomer")
    point = phone_of(cast)
    for address in ("", "add/", f"{cast.li.pk}/", f"{cast.li.pk}/tier/", f"{cast.li.pk}/profile/"):
        assert newcomer.get(f"/customers/{address}").status_code in {403, 404}
    for address in (f"contacts/{point}/reveal/", f"contacts/{point}/remove/"):
        assert newcomer.post(f"/customers/{address}").status_code == 404
    assert Client().get(f"/customers/{cast.li.pk}/").status_code == 302


def test_the_list_costs_the_same_for_two_and_for_fifty(cast: Cast, agent: Client):
    from django.db import connection  # noqa: PLC0415 - Django is set up by now
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

    counts = []
    agent.get("/customers/")
    for size in (2, 50):
        while Customer.objects.count() < size:
            said = actions.NewCustomer(name=f"客户{Customer.objects.count()}")
            by = cast.acting(cast.lin_xiao)
            actions.add_customer(said=said, by=by, at=clock.now())
        with CaptureQueriesContext(connection) as asked:
            assert agent.get("/customers/").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 10
