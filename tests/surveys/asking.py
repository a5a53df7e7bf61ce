"""How the tests bring a case to its end and read what the customer is mailed."""

import re

from django.test import Client

from libin.desk import actions as desk
from libin.desk.models import Case
from libin.kernel import clock, queue
from libin.kernel.access import automation
from libin.kernel.models import OutgoingMail
from libin.surveys.models import SurveyInvitation
from tests.cast import Cast

LINK = re.compile(r"https?://[^/\s]+(/rate/[\w-]+)")


def opened(cast: Cast, *, customer: str = "li", kind: str = "") -> Case:
    """A matter of one customer, held by an agent."""
    known = next(one.code for one in cast.handbook.kinds.values() if one.survey)
    at = clock.now()
    her = getattr(cast, customer)
    code = kind or known
    case = desk.open_case(
        customer_id=her.pk,
        kind=code,
        severity=cast.handbook.kinds[code].severity_default,
        subject="发票抬头",
        opening=desk.Incoming(text="请问发票抬头怎么改？"),
        by=automation("tests"),
        at=at,
    )
    queue.run_all()
    return case


def closed(cast: Cast, *, customer: str = "li", kind: str = "") -> Case:
    """The same, brought to its end by a supervisor."""
    case = opened(cast, customer=customer, kind=kind)
    close(cast, case)
    return case


def close(cast: Cast, case: Case) -> None:
    """A supervisor closes a case."""
    outcome = next(
        one.code
        for one in cast.handbook.outcomes.values()
        if not one.kinds or case.kind in one.kinds
    )
    by = cast.acting(cast.chen_jing)
    desk.close_case(case_id=case.pk, outcome=outcome, by=by, at=clock.now())
    queue.run_all()


def invitation_mail(case: Case) -> OutgoingMail:
    """The letter that asks for the verdict on a case."""
    mail = SurveyInvitation.objects.get(case=case).mail
    assert mail is not None
    return mail


def link_of(case: Case) -> str:
    """The path of the page behind the mailed link."""
    found = LINK.search(invitation_mail(case).text)
    assert found, invitation_mail(case).text
    return found[1]


def rate(case: Case, score: int, comment: str = "") -> None:
    """The customer opens the link and presses the button."""
    answer = Client().post(link_of(case), {"score": score, "comment": comment})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    queue.run_all()
