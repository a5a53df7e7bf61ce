"""The mail screens: mailboxes with a test of the connection, and everything that got stuck."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from libin.channels.actions.receiving import keep_mail
from libin.channels.models import InboundMail, Mailbox, Undelivered
from libin.desk.models import Case
from libin.kernel import mail
from libin.kernel.access import SYSTEM
from libin.kernel.models import AuditEntry, Job, OutgoingMail
from tests.cast import LI, PASSWORD, Cast, Person
from tests.channels.service import MORNING, work
from tests.fixtures.mail.letters import letter
from tests.fixtures.mail.servers import free_port

State = InboundMail.State


@pytest.fixture
def signed_in(cast: Cast) -> Callable[[Person], Client]:
    """A browser of somebody who works here."""

    def go(person: Person) -> Client:
        client = Client()
        client.post("/account/sign-in/", {"login": person.email, "password": PASSWORD})
        return client

    return go


@pytest.fixture
def minder(cast: Cast, signed_in: Callable[[Person], Client]) -> Client:
    """The browser of somebody who may look after mail."""
    found = next(one for one in cast.staff.values() if cast.acting(one).holds("channels.manage"))
    return signed_in(Person(found.name, found.email))


FORM = {
    "name": "售后",
    "address": "care@harbour.example",
    "way": "imap",
    "host": "127.0.0.1",
    "port": "993",
    "security": "plain",
    "username": "care",
    "password": "secret-of-care",
    "folder": "INBOX",
    "after_fetch": "seen",
    "active": "on",
    "tagged_replies": "on",
}


def words(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.row("K1")
def test_a_mailbox_is_set_up_on_a_screen(minder: Client):
    assert "还没有邮箱" in words(minder.get(reverse("channels:mailboxes")))
    answer = minder.post(reverse("channels:add"), FORM)
    assert answer.status_code == 302
    box = Mailbox.objects.get()
    assert (box.name, box.address, box.host) == ("售后", "care@harbour.example", "127.0.0.1")
    assert "care@harbour.example" in words(minder.get(reverse("channels:mailboxes")))
    page = words(minder.get(reverse("channels:edit", args=[box.pk])))
    assert "secret-of-care" not in page


@pytest.mark.row("K1")
def test_a_connection_is_tested_before_it_is_saved(minder: Client):
    answer = minder.post(reverse("channels:add"), FORM | {"test": "1", "port": str(free_port())})
    assert "服务器在此端口没有应答" in words(answer)
    answer = minder.post(reverse("channels:add"), FORM | {"test": "1", "host": "imap.example.com"})
    assert "不加密时只能连接本机服务器" in words(answer)
    assert not Mailbox.objects.exists()


def test_what_is_wrong_is_said_beside_the_form(minder: Client):
    answer = minder.post(reverse("channels:add"), FORM | {"address": "nonsense"})
    assert answer.status_code == 422
    assert "这不是可用的邮箱地址" in words(answer)


def test_a_known_password_is_not_told_to_another_server(minder: Client):
    minder.post(reverse("channels:add"), FORM)
    box = Mailbox.objects.get()
    moved = FORM | {"host": "localhost", "password": ""}
    answer = minder.post(reverse("channels:edit", args=[box.pk]), moved)
    assert answer.status_code == 422
    assert "收取邮件需要服务器、用户名和密码" in words(answer)


def test_mail_put_aside_is_shown_taken_and_released(minder: Client, mailbox: Mailbox):
    raw = letter(LI, subject="newsletter <b>x</b>", List_Id="<news.example>")
    number = keep_mail(mailbox_id=mailbox.pk, raw=raw, by=SYSTEM, at=MORNING)
    work()
    page = words(minder.get(reverse("channels:shelf", args=["automatic"])))
    assert "newsletter &lt;b&gt;x&lt;/b&gt;" in page
    taken = minder.post(reverse("channels:raw", args=[number]))
    assert taken.content == raw
    assert taken["Content-Disposition"].startswith("attachment")
    assert taken["Content-Type"] == "application/octet-stream"
    assert taken["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(act="channels.disclose_raw").count() == 1
    assert minder.post(reverse("channels:release", args=[number])).status_code == 302
    work()
    assert InboundMail.objects.get(pk=number).state == State.CASE_OPENED
    assert Case.objects.count() == 1


def test_undelivered_mail_is_shown_and_sent_again(minder: Client, mailbox: Mailbox):
    sent = mail.post(to=["gone@example.com"], subject="您好", text="x", at=MORNING)
    OutgoingMail.objects.filter(pk=sent.pk).update(state="failed", answer="550 no such user")
    page = words(minder.get(reverse("channels:undelivered")))
    assert "550 no such user" in page
    minder.post(reverse("channels:send_again", args=[sent.pk]))
    assert OutgoingMail.objects.get(pk=sent.pk).state == OutgoingMail.State.QUEUED
    again = minder.post(reverse("channels:send_again", args=[sent.pk]), follow=True)
    assert "已经重试过或已经发出" in words(again)


def test_a_bounce_is_shown_until_somebody_has_seen_to_it(minder: Client, mailbox: Mailbox):
    sent = mail.post(to=["gone@example.com"], subject="您好", text="x", at=MORNING)
    report = Undelivered.objects.create(
        mail=sent, recipient="gone@example.com", status="5.1.1", at=MORNING
    )
    assert "5.1.1" in words(minder.get(reverse("channels:undelivered")))
    minder.post(reverse("channels:seen", args=[report.pk]))
    assert "5.1.1" not in words(minder.get(reverse("channels:undelivered")))


def test_work_that_was_given_up_is_tried_again(minder: Client):
    job = Job.objects.create(
        name="channels.parse_inbound",
        args={"inbound_id": 1},
        due_at=MORNING,
        attempts=8,
        problem="OSError",
        given_up=True,
    )
    assert "OSError" in words(minder.get(reverse("channels:jobs")))
    minder.post(reverse("channels:run_again", args=[job.pk]))
    assert not Job.objects.get(pk=job.pk).given_up


PAGES = [
    ("get", "channels:mailboxes", ()),
    ("get", "channels:add", ()),
    ("get", "channels:edit", (1,)),
    ("get", "channels:shelf", ("quarantined",)),
    ("post", "channels:raw", (1,)),
    ("post", "channels:release", (1,)),
    ("get", "channels:undelivered", ()),
    ("post", "channels:send_again", (1,)),
    ("post", "channels:seen", (1,)),
    ("get", "channels:jobs", ()),
    ("post", "channels:run_again", (1,)),
]


@pytest.mark.row("X1")
def test_nobody_else_sees_or_does_any_of_it(cast: Cast, signed_in: Callable[[Person], Client]):
    without = next(
        one for one in cast.staff.values() if not cast.acting(one).holds("channels.manage")
    )
    nosy, stranger = signed_in(Person(without.name, without.email)), Client()
    for method, name, args in PAGES:
        address = reverse(name, args=args)
        assert getattr(nosy, method)(address).status_code in (403, 404), name
        assert getattr(stranger, method)(address).status_code == 302, name


def test_what_changes_something_is_posted(minder: Client):
    for method, name, args in PAGES:
        if method == "post":
            assert minder.get(reverse(name, args=args)).status_code == 405, name
