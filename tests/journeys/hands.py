"""What people do with their hands, said once."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.harness.mail import Received, Sink
from tests.people_named import PASSWORD, Person

LINK = re.compile(r"https?://[^\s<>\"]+")
HOLDING = re.compile("由您负责|您负责|You hold this case")
SENT_WITHIN = (
    45.0  # seconds: the time in which a reply may be taken back, and the way to the mail server
)


def sign_in(page: Page, person: Person, password: str = PASSWORD) -> None:
    """Through the staff door."""
    page.goto("/account/sign-in/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(password)
    page.locator("main form button").last.click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def row(page: Page, words: str) -> Locator:
    """The line of the queue whose subject holds these words."""
    return page.locator("li.row", has=page.locator(".row-subject", has_text=words))


def queue(page: Page, view: str = "open") -> None:
    """Look at the queue: everything that is open, unless another view is named."""
    page.goto(f"/desk/?view={view}")


def open_case(page: Page, words: str) -> None:
    """Open the case with these words in its subject, from the queue that is shown."""
    row(page, words).locator("a.row-link").click()
    expect(page.locator("#case-head h1")).to_contain_text(words)


def write(page: Page, words: str, *, mode: str = "reply") -> None:
    """Write to the customer, or a note for colleagues."""
    form = page.locator("form.composer")
    form.locator(f"input[name=mode][value={mode}]").check(force=True)
    form.locator("textarea[name=text]").fill(words)
    form.locator("button[data-send]").click()
    expect(page.locator("#messages")).to_contain_text(words)


def act(page: Page, code: str) -> Locator:
    """Begin an act of the case page; the form that asks what it needs."""
    link = page.locator(f"#case a[href*='/act/{code}/']").first
    expect(link).to_be_attached()
    if not link.is_visible():
        page.locator("#case-head details.popmenu summary").click()
    link.click()
    form = page.locator(f"form[action*='/act/{code}/']")
    expect(form).to_be_visible()
    return form


def confirm(form: Locator) -> None:
    """Press the button of an act's form."""
    form.locator("footer button.btn-primary").click()
    expect(form).to_be_hidden()


def take(page: Page) -> None:
    """Hold the case oneself, whoever routing gave it to."""
    mine = page.locator("#case-head", has_text=HOLDING)
    if not mine.is_visible():
        confirm(act(page, "take"))
    expect(mine).to_be_visible()


def finish(page: Page, code: str) -> None:
    """Resolve or close with the first outcome offered."""
    form = act(page, code)
    form.locator("input[name=outcome]").first.check(force=True)
    confirm(form)


def heard(page: Page, words: str) -> None:
    """Words of a customer stand in the conversation, as text or in the frame that holds her HTML."""
    expect(page.locator("#messages .message-text", has_text=words).first).to_be_visible()


def live(page: Page, words: str) -> Locator:
    """A line that comes into the queue without the page being loaded again."""
    line = row(page, words)
    news = page.locator("[data-news]")
    expect(line.or_(news.locator("visible=true")).first).to_be_visible()
    if not line.is_visible():
        news.click()
    expect(line).to_be_visible()
    return line


def eventually(holds: Callable[[], bool], seconds: float = 20) -> None:
    """Look again and again until something holds. Raises AssertionError."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen."
        time.sleep(0.1)


def initials(person: Person) -> str:
    """What stands in a person's face on the screen: the last two characters of a Chinese name."""
    return person.name[-1]


def plain(words: str) -> str:
    """Words as the local part of a Message-ID."""
    return words.encode().hex()


def link_in(letter: Received, part: str) -> str:
    """The link of a letter whose address holds some part."""
    found = [link for link in LINK.findall(letter.text) if part in link]
    assert found, f"No link with {part} in:\n{letter.text}"
    return str(found[0]).rstrip(".,;")


def enter_portal(page: Page, person: Person, sink: Sink) -> None:
    """A customer proves her address and sees her requests."""
    known = len(sink.to(person.email))
    page.goto("/my/sign-in/")
    page.locator("input[name=email]").fill(person.email)
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/sent/"))
    fresh = sink.wait_for(
        person.email,
        lambda letter: "/my/enter/" in letter.text and letter in sink.to(person.email)[known:],
        SENT_WITHIN,
    )
    page.goto(link_in(fresh, "/my/enter/"))
    page.locator("main form button").click()
    expect(page).to_have_url(re.compile("/my/$"))


CHINESE_WORDS = re.compile(r"[\u4e00-\u9fff]")


def _channels(colour: str) -> list[float]:
    """Red, green and blue of a computed colour, each from 0 to 1."""
    numbers = [float(found) for found in re.findall(r"-?[\d.]+", colour)[:3]]
    return numbers if colour.startswith("color(") else [number / 255 for number in numbers]


def light(colour: str) -> float:
    """Relative luminance after WCAG 2.2, from 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.2, from 1 to 21."""
    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)
