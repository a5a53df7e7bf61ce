"""People come and go: an invitation, a first day, a second factor, a last day."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.harness.mail import Sink, letter, send
from tests.journeys import hands
from tests.people_named import HELP, LI, LIN_XIAO, ZHAO_MIN, Person

pytestmark = pytest.mark.journey
NEW = Person("吴桐", "wu.tong@harbour.example")
PASSWORD = "a-quiet-evening-at-the-pier"


@pytest.mark.row("X1", "S1", "S2", "D4")
def test_a_colleague_is_invited_works_and_leaves(
    house: House, sink: Sink, at_desk: Callable[[Person], Page], visit: Callable[[], Page]
):
    administrator = at_desk(ZHAO_MIN)
    invite(administrator, house)
    colleague = visit()
    welcome = sink.wait_for(NEW.email)
    colleague.goto(hands.link_in(welcome, "/invitation/"))
    colleague.locator("input[name=password]").fill(PASSWORD)
    colleague.locator("input[name=again]").fill(PASSWORD)
    colleague.locator("main form button").last.click()
    expect(colleague).to_have_url(re.compile("/sign-in/"))
    hands.sign_in(colleague, NEW, PASSWORD)

    case = take_a_case(house, colleague)
    at_desk(LIN_XIAO).goto("/desk/")
    administrator.goto(f"/people/{person_id(house, NEW)}/deactivate/")
    expect(administrator.locator("main")).to_contain_text(case)
    administrator.locator("main form button.btn-danger").click()

    colleague.goto("/desk/")
    expect(colleague).to_have_url(re.compile("/sign-in/"))
    hands.eventually(lambda: owner_of(house, case) not in (None, NEW.name))


def invite(administrator: Page, house: House) -> None:
    administrator.goto("/people/invite/")
    administrator.locator("input[name=name]").fill(NEW.name)
    administrator.locator("input[name=email]").fill(NEW.email)
    role = house.rows(
        "SELECT code FROM people_role WHERE 'desk.reply' = ANY(permissions) ORDER BY cardinality(permissions)"
    )
    administrator.locator(f"input[name=roles][value='{role[0][0]}']").check(force=True)
    for box in administrator.locator("input[name=teams]").all():
        box.check(force=True)
    administrator.locator("main form button.btn-primary").click()
    expect(administrator).not_to_have_url(re.compile("/invite/"))


def take_a_case(house: House, colleague: Page) -> str:
    """A case comes in, and the newcomer takes it."""
    subject = "伞忘在店里"
    raw = letter(
        sender=f"{LI.name} <{LI.email}>",
        to=HELP,
        subject=subject,
        text="蓝色的长柄伞。",
        message_id="<umbrella@customer.example>",
    )
    send(house.mail_port, raw, sender=LI.email, to=HELP)
    hands.eventually(
        lambda: bool(house.rows("SELECT 1 FROM desk_case WHERE subject = %s", [subject]))
    )
    hands.eventually(lambda: owner_of(house, subject) is not None)
    if owner_of(house, subject) != NEW.name:
        number = house.rows("SELECT id FROM desk_case WHERE subject = %s", [subject])[0][0]
        colleague.goto(f"/desk/cases/{number}/")
        hands.confirm(hands.act(colleague, "take"))
    assert owner_of(house, subject) == NEW.name
    return subject


def owner_of(house: House, subject: str) -> str | None:
    found = house.rows(
        "SELECT s.name FROM desk_case c LEFT JOIN people_staff s ON s.id = c.owner_id WHERE c.subject = %s",
        [subject],
    )
    name: str | None = found[0][0]
    return name


def person_id(house: House, person: Person) -> int:
    return int(house.rows("SELECT id FROM people_staff WHERE email = %s", [person.email])[0][0])


@pytest.mark.row("X1")
def test_a_wrong_password_tells_nothing(house: House, visit: Callable[[], Page]):
    said = []
    for email in (LIN_XIAO.email, "nobody.at.all@harbour.example"):
        page = visit()
        page.goto("/account/sign-in/")
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill("not-the-password-1")
        page.locator("main form button").last.click()
        expect(page.locator("main .form-errors, main .error").first).to_be_visible()
        said.append(page.locator("main .form-errors, main .error").first.inner_text())
    assert said[0] == said[1]
