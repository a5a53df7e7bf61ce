"""Mail is fetched from a real server: every one exactly once, and told to the server only when it is committed."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from libin.channels import imap, loops
from libin.channels.actions import mailboxes
from libin.channels.actions.mailboxes import (
    AddressInUse,
    FolderMissing,
    HostMissing,
    MailboxSettings,
    NotOneLine,
    PlainOnlyHere,
    save_mailbox,
)
from libin.channels.actions.receiving import keep_mail
from libin.channels.fetching import account_of, fetch_mailbox
from libin.channels.models import InboundMail, Mailbox
from libin.desk.models import Case
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.errors import NotPermitted
from tests.cast import LI, Cast
from tests.channels.service import MORNING, work
from tests.fixtures.mail.hostile import BOMBS
from tests.fixtures.mail.letters import letter
from tests.fixtures.mail.servers import PASSWORD, ImapServer, free_port, imap_server

POLL = timedelta(minutes=1)


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server(port=free_port(), tls_port=free_port()) as running:
        yield running


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """A mailbox of its own for every test."""
    return f"help{abs(hash(request.node.name)) % 10**9}"


def settings_for(server: ImapServer, user: str, **more: object) -> MailboxSettings:
    said: dict[str, object] = {
        "name": "客服",
        "address": f"{user}@harbour.example",
        "host": "127.0.0.1",
        "port": server.port,
        "security": Mailbox.Security.PLAIN,
        "username": user,
        "password": PASSWORD,
    }
    return MailboxSettings(**{**said, **more})  # type: ignore[arg-type]


@pytest.fixture
def box(morning: datetime, server: ImapServer, user: str) -> Mailbox:
    return save_mailbox(settings=settings_for(server, user), by=SYSTEM, at=MORNING)


def fetch(mailbox: Mailbox) -> int:
    mailbox.refresh_from_db()
    return fetch_mailbox(mailbox, poll=POLL, clock=clock.now)


def mails(count: int, *, start: int = 0) -> list[bytes]:
    return [
        letter(LI, subject=f"matter {n}", message_id=f"<m{n}@customer.example>")
        for n in range(start, start + count)
    ]


@pytest.mark.row("K1")
def test_unread_mail_of_a_new_mailbox_is_fetched_and_marked(
    cast: Cast, server: ImapServer, box: Mailbox, user: str
):
    server.put(user, *mails(3))
    assert fetch(box) == 3
    assert server.unseen(user) == 0
    assert fetch(box) == 0
    work()
    assert Case.objects.count() == 3


def test_what_was_read_before_we_came_is_left_alone(server: ImapServer, box: Mailbox, user: str):
    with server.box(user) as owner:
        owner.append(letter(LI), "INBOX", flag_set=["\\Seen"])
    assert fetch(box) == 0
    server.put(user, *mails(1))
    assert fetch(box) == 1


def test_mail_that_a_colleague_read_first_is_fetched_all_the_same(
    server: ImapServer, box: Mailbox, user: str
):
    fetch(box)
    server.put(user, *mails(2))
    with server.box(user) as owner:
        owner.flag(owner.uids("ALL"), "\\Seen", True)
    assert fetch(box) == 2


@pytest.mark.row("K5")
def test_moving_while_fetching_skips_nothing(morning: datetime, server: ImapServer, user: str):
    """Sequence numbers shift when mail is moved; UIDs do not."""
    box = save_mailbox(
        settings=settings_for(server, user, after_fetch=Mailbox.AfterFetch.MOVE, move_to="Done"),
        by=SYSTEM,
        at=MORNING,
    )
    with server.box(user) as owner:
        owner.folder.create("Done")
    server.put(user, *mails(60))
    assert fetch(box) == 60
    assert (server.count(user), server.count(user, "Done")) == (0, 60)
    assert InboundMail.objects.count() == 60


@pytest.mark.row("K5")
def test_a_crash_between_commit_and_mark_neither_loses_nor_doubles(
    server: ImapServer, box: Mailbox, user: str
):
    fetch(box)
    server.put(user, *mails(5))
    box.refresh_from_db()
    with imap.opened(account_of(box)) as folder:
        position = folder.position()
        for uid in folder.uids_after(box.last_uid)[:3]:
            raw = folder.whole(uid)
            assert raw is not None
            keep_mail(
                mailbox_id=box.pk,
                raw=raw,
                uid_validity=position.uid_validity,
                uid=uid,
                by=SYSTEM,
                at=MORNING,
            )
    assert server.unseen(user) == 5
    fetch(box)
    assert server.unseen(user) == 0
    assert InboundMail.objects.count() == 5
    assert not InboundMail.objects.filter(filed_at=None).exists()


def test_what_was_committed_but_not_marked_is_marked_later(
    server: ImapServer, box: Mailbox, user: str
):
    fetch(box)
    server.put(user, *mails(2))
    fetch(box)
    with server.box(user) as owner:
        owner.flag(owner.uids("ALL"), "\\Seen", False)
    InboundMail.objects.update(filed_at=None)
    fetch(box)
    assert server.unseen(user) == 0


@pytest.mark.row("K5")
def test_a_folder_numbered_anew_is_read_without_doubles(
    server: ImapServer, box: Mailbox, user: str
):
    with server.box(user) as owner:
        owner.folder.create("Work")
        for mail in mails(4):
            owner.append(mail, "Work", flag_set=[])
    Mailbox.objects.filter(pk=box.pk).update(folder="Work")
    assert fetch(box) == 4
    before = Mailbox.objects.get(pk=box.pk).uid_validity
    with server.box(user) as owner:
        owner.folder.delete("Work")
        # The server's clock in seconds is the new number.
        time.sleep(1.1)
        owner.folder.create("Work")
        for mail in mails(6):
            owner.append(mail, "Work", flag_set=[])
    fetch(box)
    assert Mailbox.objects.get(pk=box.pk).uid_validity != before
    assert InboundMail.objects.count() == 6
    fetch(box)
    assert InboundMail.objects.count() == 6


def test_mail_expunged_by_somebody_else_stops_nothing(server: ImapServer, box: Mailbox, user: str):
    fetch(box)
    server.put(user, *mails(5))
    with server.box(user) as owner:
        owner.delete(owner.uids("ALL")[1:3])
    assert fetch(box) == 3


def test_a_mail_the_server_lists_but_does_not_hand_out_is_not_forgotten(
    server: ImapServer, box: Mailbox, user: str, monkeypatch: pytest.MonkeyPatch
):
    fetch(box)
    server.put(user, *mails(3))
    box.refresh_from_db()
    mute = box.last_uid + 2
    spoken = imap.Folder.whole
    monkeypatch.setattr(
        imap.Folder, "whole", lambda self, uid: None if uid == mute else spoken(self, uid)
    )
    assert fetch(box) == 3
    row = InboundMail.objects.get(uid=mute)
    assert (row.state, row.problem) == (InboundMail.State.QUARANTINED, "no_content")
    assert bytes(row.raw) == b""
    assert row.size > 0
    assert fetch(box) == 0


@pytest.mark.row("K5")
def test_a_hundred_mails_with_poison_among_them_arrive_once_each(
    cast: Cast, server: ImapServer, box: Mailbox, user: str
):
    poison = [BOMBS[name]() for name in ("nested_multiparts", "only_nul", "same_boundary_nested")]
    poison.append(b"Subject: nobody\r\n\r\nhi")
    good = mails(96)
    fetch(box)
    server.put(user, *good[:50], *poison, *good[50:])
    rounds = 0
    while fetch(box) or rounds < 2:
        rounds += 1
    work()
    for minute in range(1, 5):
        with clock.stopped_at(MORNING + timedelta(minutes=minute)):
            work()
    assert InboundMail.objects.count() == 100
    assert not InboundMail.objects.filter(state=InboundMail.State.RECEIVED).exists()
    opened = Case.objects.filter(subject__startswith="matter")
    assert sorted(opened.values_list("subject", flat=True)) == sorted(
        f"matter {n}" for n in range(96)
    )


def test_a_mail_too_large_to_fetch_is_put_aside_with_its_header(
    server: ImapServer, box: Mailbox, user: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(imap, "LARGEST_MAIL_BYTES", 20_000)
    fetch(box)
    server.put(user, letter(LI, subject="large", text="x" * 100_000), *mails(1))
    assert fetch(box) == 2
    large = InboundMail.objects.get(problem="too_large")
    assert large.state == InboundMail.State.QUARANTINED
    assert b"Subject: large" in bytes(large.raw)
    assert large.size > 100_000


def test_a_failing_server_is_noted_once_and_asked_ever_more_slowly(box: Mailbox):
    Mailbox.objects.filter(pk=box.pk).update(port=free_port())
    pauses = []
    for _ in range(8):
        fetch(box)
        box.refresh_from_db()
        assert box.next_fetch_at is not None
        pauses.append(box.next_fetch_at - MORNING)
    assert (box.problem, box.failures) == ("refused", 8)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=15)
    assert box.failing_since == MORNING


def test_a_server_that_comes_back_is_fetched_as_before(server: ImapServer, box: Mailbox, user: str):
    Mailbox.objects.filter(pk=box.pk).update(port=free_port())
    fetch(box)
    Mailbox.objects.filter(pk=box.pk).update(port=server.port)
    server.put(user, *mails(1))
    assert fetch(box) == 1
    box.refresh_from_db()
    assert (box.problem, box.failing_since) == ("", None)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"password": "wrong"}, "login"),
        ({"folder": "Nowhere"}, "folder"),
        ({"move_to": "Nowhere"}, "move_folder"),
        ({"security": "tls"}, "tls"),
        ({"security": "starttls"}, "certificate"),
    ],
)
def test_a_connection_is_tested_in_clear_words(
    server: ImapServer, box: Mailbox, wrong: dict[str, str], code: str
):
    said = account_of(box)
    values = {name: getattr(said, name) for name in said.__slots__} | wrong
    with pytest.raises(imap.MailboxProblem) as caught:
        imap.check(imap.Account(**values))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (socket.gaierror(), "host_unknown"),
        (TimeoutError(), "timeout"),
        (ConnectionRefusedError(), "refused"),
        (OSError(), "broken_off"),
    ],
)
def test_what_the_network_says_has_a_name(problem: OSError, code: str):
    assert imap._code(problem, "broken_off") == code


def test_a_certificate_nobody_vouches_for_is_refused(server: ImapServer, box: Mailbox):
    said = account_of(box)
    values = {name: getattr(said, name) for name in said.__slots__}
    with pytest.raises(imap.MailboxProblem) as caught:
        imap.check(
            imap.Account(
                **values | {"security": "tls", "port": server.tls_port, "host": "localhost"}
            )
        )
    assert caught.value.code == "certificate"


def test_a_good_connection_passes(server: ImapServer, box: Mailbox):
    imap.check(account_of(box))


def test_the_server_wakes_us_when_mail_comes(server: ImapServer, box: Mailbox, user: str):
    woken = threading.Event()

    def wait() -> None:
        with imap.opened(account) as folder:
            assert folder.can_idle()
            ready.set()
            if folder.wait(10):
                woken.set()

    account, ready = account_of(box), threading.Event()
    waiting = threading.Thread(target=wait)
    waiting.start()
    assert ready.wait(5)
    time.sleep(0.3)
    server.put(user, *mails(1))
    waiting.join(12)
    assert woken.is_set()


def test_a_mailbox_is_fetched_by_one_at_a_time(box: Mailbox):
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING) == box
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING) is None
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING + timedelta(minutes=6)) == box


def test_a_mailbox_of_a_worker_that_died_is_free_within_a_minute(box: Mailbox):
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING) == box
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING + timedelta(minutes=1)) == box


def test_a_mailbox_stays_taken_while_it_is_read(server: ImapServer, box: Mailbox, user: str):
    fetch(box)
    server.put(user, *mails(20))
    Mailbox.objects.filter(pk=box.pk).update(next_fetch_at=MORNING)
    claimed = mailboxes.claim_mailbox(by=SYSTEM, at=MORNING)
    assert claimed is not None
    now = MORNING
    others = []

    def later() -> datetime:
        nonlocal now
        now += timedelta(seconds=4)
        others.append(mailboxes.claim_mailbox(by=SYSTEM, at=now))
        return now

    assert fetch_mailbox(claimed, poll=POLL, clock=later) == 20
    assert now - MORNING > 3 * mailboxes.FETCH_LEASE
    assert not any(others)


def test_a_hurried_mailbox_is_looked_at_again_at_once(server: ImapServer, box: Mailbox):
    claimed = mailboxes.claim_mailbox(by=SYSTEM, at=MORNING)
    assert claimed is not None
    mailboxes.hurry(mailbox_id=box.pk, by=SYSTEM, at=MORNING)
    fetch_mailbox(claimed, poll=POLL, clock=clock.now)
    assert mailboxes.claim_mailbox(by=SYSTEM, at=MORNING) == box


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"host": ""}, HostMissing),
        ({"username": ""}, HostMissing),
        ({"host": "imap.example.com"}, PlainOnlyHere),
        ({"folder": "INBOX\r\nA1 DELETE INBOX"}, NotOneLine),
        ({"username": "a\nb"}, NotOneLine),
        ({"password": "a\r\nA1 LOGOUT"}, NotOneLine),
        ({"host": "a b"}, NotOneLine),
        ({"move_to": "x\0y"}, NotOneLine),
        ({"after_fetch": "move", "move_to": " "}, FolderMissing),
    ],
)
def test_wrong_settings_are_refused_in_words(
    morning: datetime, server: ImapServer, wrong: dict[str, str], refusal: type[Exception]
):
    with pytest.raises(refusal):
        save_mailbox(settings=settings_for(server, "x", **wrong), by=SYSTEM, at=MORNING)


def test_an_address_has_one_mailbox(server: ImapServer, box: Mailbox, user: str):
    with pytest.raises(AddressInUse):
        save_mailbox(settings=settings_for(server, user), by=SYSTEM, at=MORNING)


def test_only_who_may_sets_up_mailboxes(cast: Cast, server: ImapServer):
    with pytest.raises(NotPermitted):
        save_mailbox(settings=settings_for(server, "x"), by=cast.acting(cast.he_ping), at=MORNING)


def test_the_password_is_sealed_and_kept_when_none_is_given(
    server: ImapServer, box: Mailbox, user: str
):
    assert box.password_sealed is not None
    assert PASSWORD.encode() not in bytes(box.password_sealed)
    save_mailbox(
        settings=settings_for(server, user, password=""), mailbox_id=box.pk, by=SYSTEM, at=MORNING
    )
    box.refresh_from_db()
    assert account_of(box).password == PASSWORD
    assert PASSWORD not in repr(account_of(box))


def test_imap_never_speaks_of_sequence_numbers():
    source = Path(imap.__file__).read_text(encoding="utf-8")
    assert 'client.uid("FETCH"' in source
    assert ".fetch(" not in source.replace("self._fetch(", "")


def test_a_mailbox_set_up_anew_is_watched_anew(
    server: ImapServer, box: Mailbox, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(loops.Watcher, "tell", lambda self: None)
    monkeypatch.setattr(loops, "WATCH_SECONDS", 0.2)
    monkeypatch.setattr(loops, "_watchers", {})
    assert not loops._watched(box)
    first = loops._watchers[box.pk]
    assert loops._watched(box)
    box.folder = "Archive"
    assert not loops._watched(box)
    second = loops._watchers[box.pk]
    assert first.dismissed.is_set()
    second.dismissed.set()
    for watcher in (first, second):
        watcher.join(10)
        assert not watcher.is_alive()
