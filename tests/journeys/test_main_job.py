"""From the first word to the verdict, on real mail, in real browsers; under two handbooks."""

import re
import urllib.request
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.harness.house import House
from tests.harness.mail import Dovecot, Received, Sink, letter, send
from tests.journeys import hands
from tests.journeys.conftest import running_house
from tests.people_named import CHEN_JING, HELP, LIN_XIAO, STRANGER, Person

pytestmark = pytest.mark.journey
SUBJECT = "发票抬头写错了"
FIRST_ID = "<first@elsewhere.example>"
ANSWER = "您好，发票抬头已经为您改好，新发票今天寄出。"
AGAIN = "收到了，谢谢！"
SCANNERS = ("Mozilla/5.0 (compatible; SafeLinks)", "Barracuda Sentinel", "Mimecast URL Protection")


@pytest.fixture(scope="module", params=["default", "diamond-three"])
def house(
    request: pytest.FixtureRequest,
    sink: Sink,
    dovecot: Dovecot,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """The same story under the default handbook and under one with other tiers, names and steps."""
    place = tmp_path_factory.mktemp(request.param)
    with running_house(request.param, place, sink, dovecot) as running:
        sink.letters.clear()
        yield running


def write_to_us(house: House, text: str, message_id: str, in_reply_to: str = "") -> None:
    raw = letter(
        sender=f"{STRANGER.name} <{STRANGER.email}>",
        to=HELP,
        subject=f"Re: {SUBJECT}" if in_reply_to else SUBJECT,
        text=text,
        message_id=message_id,
        in_reply_to=in_reply_to,
    )
    send(house.mail_port, raw, sender=STRANGER.email, to=HELP)


def scan(link: str) -> None:
    """What mail scanners do: look at every link, with HEAD and GET."""
    for agent in SCANNERS:
        for method in ("HEAD", "GET"):
            asked = urllib.request.Request(link, method=method, headers={"User-Agent": agent})
            with urllib.request.urlopen(asked, timeout=15) as answer:
                assert answer.status == 200


def votes(house: House) -> int:
    return int(house.rows("SELECT count(*) FROM surveys_surveyanswer")[0][0])


@pytest.mark.row(
    "K1", "K3", "K5", "C1", "D1", "D2", "D4", "D6", "D8", "D12", "F1", "F3", "H6", "H11"
)
def test_from_the_first_word_to_the_verdict(
    house: House, sink: Sink, at_desk: Callable[[Person], Page], visit: Callable[[], Page]
):
    agent = at_desk(LIN_XIAO)
    hands.queue(agent)
    write_to_us(house, "您好，发票抬头写错了，请问怎么改？", FIRST_ID)

    hands.live(agent, SUBJECT)
    welcomed(sink)
    hands.open_case(agent, SUBJECT)
    expect(agent.locator("#case-promises .promise").first).to_be_visible()
    hands.write(agent, ANSWER)
    answered = replied(sink)

    write_to_us(house, AGAIN, "<second@elsewhere.example>", str(answered.letter["Message-ID"]))
    hands.heard(agent, AGAIN)
    assert house.rows("SELECT count(*) FROM desk_case")[0][0] == 1

    hands.finish(agent, "close")
    rating = asked_for_a_verdict(sink)
    scan(rating)
    assert votes(house) == 0
    give_verdict(visit(), rating)
    assert votes(house) == 1

    supervisor = at_desk(CHEN_JING)
    supervisor.goto("/verdicts/")
    expect(supervisor.locator("main")).to_contain_text(SUBJECT)
    margins_equal_a_recount(house, supervisor)


def welcomed(sink: Sink) -> None:
    """The acknowledgement names number, person and promised time, and cannot start a loop."""
    found = sink.wait_for(STRANGER.email)
    assert found.letter["Auto-Submitted"] == "auto-replied"
    assert found.letter["In-Reply-To"] == FIRST_ID
    assert re.search(r"\d{6}", found.text)
    assert LIN_XIAO.name in found.text
    assert re.search(r"\d{1,2}:\d{2}", found.text)


def replied(sink: Sink) -> Received:
    """The answer stands in the customer's own thread."""
    found = sink.wait_for(STRANGER.email, lambda letter: ANSWER in letter.text, hands.SENT_WITHIN)
    assert FIRST_ID in str(found.letter["References"])
    assert SUBJECT in str(found.letter["Subject"])
    assert HELP.partition("@")[2] in str(found.letter["From"])
    return found


def asked_for_a_verdict(sink: Sink) -> str:
    """The link for the lowest score, as the customer's mail holds it."""
    found = sink.wait_for(STRANGER.email, lambda letter: "/rate/" in letter.text, hands.SENT_WITHIN)
    links = [str(link).rstrip(".,;") for link in hands.LINK.findall(found.text) if "/rate/" in link]
    return next((link for link in links if "score=1" in link), links[0])


def give_verdict(page: Page, link: str) -> None:
    """The tapped score is already chosen; one button gives it, once."""
    page.goto(link)
    lowest = page.locator("input[name=score]").first
    if "score=" in link:
        expect(page.locator("input[name=score]:checked")).to_have_count(1)
    lowest.check(force=True)
    page.locator("form.rating button").click()
    expect(page.locator("form.rating")).to_have_count(0)
    page.goto(link)
    expect(page.locator("form.rating")).to_have_count(0)


def margins_equal_a_recount(house: House, reader: Page) -> None:
    """Beside every promise that was settled stands what a recount of the raw promises finds."""
    settled = house.rows(
        "SELECT rule, count(*) FILTER (WHERE state = 'kept'), count(*) FILTER (WHERE state = 'broken')"
        " FROM desk_promise WHERE state IN ('kept', 'broken') GROUP BY rule"
    )
    assert settled
    for rule, kept, broken in settled:
        reader.goto(f"/handbook/rules/{rule}/")
        margin = reader.locator(f"section.rule[id='{rule}'] .margin")
        expect(margin).to_contain_text(str(kept + broken))
        share = f"{100 * kept / (kept + broken):.0f}"
        expect(margin).to_contain_text(re.compile(rf"\b{share}(\.0)?\s?%"))
