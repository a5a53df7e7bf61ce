"""Nobody gets into a case by pretending, and nobody is written to who has no part in it."""

from datetime import timedelta

import pytest

from libin.channels import rules
from libin.channels.models import InboundMail, Mailbox
from libin.channels.queries.addresses import reply_address
from libin.desk.actions import let_reply_leave, reply
from libin.desk.models import Case, Message
from libin.kernel import clock
from libin.kernel.access import SYSTEM
from libin.kernel.models import OutgoingMail
from tests.cast import LI, LIN_XIAO, Cast
from tests.channels.service import MORNING, Arrive, work
from tests.fixtures.mail import spoofs
from tests.fixtures.mail.letters import letter
from tests.fixtures.mail.spoofs import APART, INSIDE, JOINED, SHELVED, SPOOFS, Target


def test_the_set_is_as_large_as_the_one_it_is_measured_by():
    assert len(SPOOFS) >= 30


def seen(row: InboundMail, case: Case) -> str:
    """What became of a mail, seen from the case under attack."""
    if row.state in (InboundMail.State.AUTOMATIC, InboundMail.State.QUARANTINED):
        return SHELVED
    if row.case_id != case.pk:
        return APART
    newest = Message.objects.filter(case=case, author=Message.Author.CUSTOMER).latest("pk")
    return JOINED if newest.verified and not newest.internal else INSIDE


@pytest.mark.row("K5")
def test_no_spoof_gets_into_a_case(cast: Cast, arrive: Arrive, mailbox: Mailbox):
    """One case after the other is attacked, each as a real mail through the whole way in."""
    became: dict[str, str] = {}
    strangers: dict[str, list[str]] = {}
    for number, (name, (_, make)) in enumerate(SPOOFS.items()):
        her_id = f"<first-{number}@customer.example>"
        case = arrive(letter(LI, message_id=her_id, subject=f"matter {number}")).case
        assert case is not None
        target = Target(
            case.pk, LI, LIN_XIAO, her_id, write_to(case, cast), reply_address(case, mailbox)
        )
        row = arrive(make(target))
        became[name] = seen(row, case)
        write_to(case, cast, "Here is what you asked for.")
        strangers[name] = [
            to
            for mail in OutgoingMail.objects.filter(subject_ref=f"case:{case.pk}")
            for to in mail.recipients
            if to != LI.email
        ]
    assert became == {name: expected for name, (expected, _) in SPOOFS.items()}
    assert not {name: to for name, to in strangers.items() if to}


def write_to(case: Case, cast: Cast, text: str = "您好") -> str:
    """An agent answers; the Message-ID of the mail that carries it."""
    message = reply(
        case_id=case.pk, text=f"{text} {case.pk}", by=cast.acting(cast.lin_xiao), at=MORNING
    )
    let_reply_leave(message_id=message.pk, by=SYSTEM, at=MORNING)
    work()
    message.refresh_from_db()
    assert message.mail is not None
    return message.mail.message_id


def test_a_new_case_under_a_forged_name_writes_to_nobody(arrive: Arrive):
    forged = letter(LI, **spoofs.results("dmarc=fail header.from=customer.example"))
    row = arrive(forged)
    with clock.stopped_at(MORNING + timedelta(minutes=1)):
        work()
    assert row.case is not None
    assert not OutgoingMail.objects.exists()
    assert not Message.objects.get(case=row.case).verified


CUSTOMER = "li@customer.example"


@pytest.mark.parametrize(
    ("findings", "belief"),
    [
        ((), rules.Belief.UNKNOWN),
        ((("dmarc", "pass", "customer.example"),), rules.Belief.PROVED),
        (
            (("dmarc", "fail", "customer.example"), ("dkim", "pass", "customer.example")),
            rules.Belief.FORGED,
        ),
        ((("spf", "pass", "customer.example"),), rules.Belief.PROVED),
        ((("spf", "pass", "evil.example"),), rules.Belief.UNKNOWN),
        ((("spf", "fail", "customer.example"),), rules.Belief.FORGED),
        ((("spf", "fail", "x"), ("dkim", "pass", "customer.example")), rules.Belief.PROVED),
        ((("dkim", "pass", "example"),), rules.Belief.UNKNOWN),
        ((("dkim", "pass", "er.example"),), rules.Belief.UNKNOWN),
        ((("spf", "softfail", "customer.example"),), rules.Belief.UNKNOWN),
        ((("arc", "pass", "customer.example"),), rules.Belief.UNKNOWN),
    ],
)
def test_a_sender_is_believed_as_far_as_our_server_proves_her(
    findings: tuple[tuple[str, str, str], ...], belief: rules.Belief
):
    assert rules.believe(CUSTOMER, [rules.Finding(*one) for one in findings]) is belief


def test_a_tag_is_one_only_when_it_is_whole():
    good = f"2s-{'a' * 26}"
    assert rules.tag_of(f"help+reply+{good}@x.example") == good
    assert rules.tag_of(f"reply+{good}@x.example") == good
    for wrong in (
        "",
        "help@x",
        "help+reply+@x",
        f"help+reply+{good}a@x",
        f"help+reply+{good}+b@x",
        f"helpreply+{good}@x",
    ):
        assert rules.tag_of(wrong) == ""
