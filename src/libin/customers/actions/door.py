"""The portal's door: a link is asked for, mailed, opened once; a session begins and ends."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from libin.customers import rules
from libin.customers.facts import ContactProved, ProofAsked
from libin.customers.models import (
    ContactPoint,
    DoorCount,
    PortalProof,
    PortalSession,
    PostedForm,
)
from libin.customers.queries import contact_point, hashed
from libin.kernel import audit, mail, vault
from libin.kernel.access import Actor, ActorKind
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class LinkNotValid(Refusal):
    """This link has been used already or is too old. Please ask for a new one."""


@transaction.atomic
def start_proof(*, email: str, page: str, by: Actor, at: datetime) -> None:
    """Ask for a link to an address. `page` is the absolute address to which token and slash are added.

    Nothing tells whether the address is known: the mail is written later, by a reaction. A second wish
    for the same address within a minute is the same wish.
    """
    written = rules.written_email(email)
    if written is None:
        return
    recent = PortalProof.objects.filter(email=written, asked_at__gt=at - rules.PROOF_PAUSE)
    if recent.exists():
        return
    proof = PortalProof.objects.create(
        email=written, page=page, asked_at=at, expires_at=at + rules.PROOF_LIFETIME
    )
    publish(ProofAsked(proof_id=proof.pk, by=by.ref, at=at))


@transaction.atomic
def send_proof(*, proof_id: int, by: Actor, at: datetime) -> None:
    """Mail the link, if the address is a customer's; an unknown address is not written to."""
    proof = PortalProof.objects.select_for_update().filter(pk=proof_id).first()
    if proof is None or proof.token_hash is not None or at >= proof.expires_at:
        return
    point = contact_point(proof.email)
    if point is None:
        return
    token = secrets.token_urlsafe(32)
    proof.contact_point = point
    proof.token_hash = hashed(token)
    proof.save(update_fields=["contact_point", "token_hash"])
    with translation.override(point.customer.language or settings.LANGUAGE_CODE):
        subject, text = _letter(f"{proof.page}{token}/")
    mail.post(
        to=[point.email],
        subject=subject,
        text=text,
        subject_ref=f"customer:{point.customer_id}",
        automatic=True,
        at=at,
    )
    audit.record(act="customers.send_proof", subject=_subject(point), by=by, at=at)


def _letter(link: str) -> tuple[str, str]:
    minutes = int(rules.PROOF_LIFETIME.total_seconds() // 60)
    text = _(
        "Hello,\n\n"
        "please open this page to see your requests. It works once, for %(minutes)d minutes:\n\n"
        "%(link)s\n\n"
        "If you did not ask for it, you need not do anything."
    )
    return _("Your link to sign in"), text % {"minutes": minutes, "link": link}


@transaction.atomic
def finish_proof(*, token: str, by: Actor, at: datetime) -> str:
    """Open the door with a mailed link: the contact point is proved and a session begins.

    Returns the session's token, which only the browser keeps. Raises LinkNotValid for a link that is
    unknown, used or too old.
    """
    proof = (
        PortalProof.objects.select_for_update(of=("self",))
        .select_related("contact_point")
        .filter(token_hash=hashed(token))
        .first()
        if token
        else None
    )
    if proof is None or proof.contact_point is None:
        raise LinkNotValid
    if not rules.proof_counts(expires_at=proof.expires_at, used_at=proof.used_at, at=at):
        raise LinkNotValid
    proof.used_at = at
    proof.save(update_fields=["used_at"])
    point = proof.contact_point
    _prove(point, at=at)
    session_token = secrets.token_urlsafe(32)
    PortalSession.objects.create(
        customer_id=point.customer_id,
        contact_point=point,
        token_hash=hashed(session_token),
        opened_at=at,
        seen_at=at,
        expires_at=at + rules.SESSION_LONGEST,
    )
    who = Actor(kind=ActorKind.CUSTOMER, id=point.customer_id)
    audit.record(act="customers.sign_in", subject=_subject(point), by=who, at=at)
    publish(
        ContactProved(customer_id=point.customer_id, contact_point_id=point.pk, by=who.ref, at=at)
    )
    return session_token


def _prove(point: ContactPoint, *, at: datetime) -> None:
    if point.proved_at is None:
        point.proved_at = at
        point.save(update_fields=["proved_at"])


@transaction.atomic
def note_seen(*, session_id: int, by: Actor, at: datetime) -> None:
    """Keep a session alive that is in use."""
    PortalSession.objects.filter(
        pk=session_id, seen_at__lt=at - rules.SESSION_NOTED, ended_at=None
    ).update(seen_at=at)


@transaction.atomic
def sign_out(*, session_id: int, by: Actor, at: datetime) -> None:
    """End a session of the customer who acts; a foreign one is left alone."""
    ended = PortalSession.objects.filter(
        pk=session_id, customer_id=by.id or 0, ended_at=None
    ).update(ended_at=at)
    if ended:
        audit.record(act="customers.sign_out", subject=f"customer:{by.id}", by=by, at=at)


# A count lost in a power cut does no harm; waiting for the disk would cost every visitor.
_COUNT = """
WITH hasty AS (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO customers_doorcount (door, visitor, window_ends_at, visits) SELECT %s, %s, %s, 1 FROM hasty
ON CONFLICT (door, visitor, window_ends_at) DO UPDATE SET visits = customers_doorcount.visits + 1
RETURNING visits
"""


@transaction.atomic(durable=True)
def count_visit(
    *, door: str, visitor: str, limit: int, window: timedelta, by: Actor, at: datetime
) -> timedelta:
    """Count one visit at a public door; exact over all processes.

    Returns zero while at most `limit` visits came within the window, else how long to wait.
    """
    length = window.total_seconds()
    ends = datetime.fromtimestamp((at.timestamp() // length + 1) * length, tz=at.tzinfo)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [door, vault.blind(f"{door}:{visitor}"), ends])
        visits = cursor.fetchone()[0]
    return ends - at if visits > limit else timedelta()


_CLAIM = """
INSERT INTO customers_postedform (key_hash, at) VALUES (%s, %s)
ON CONFLICT (key_hash) DO UPDATE SET key_hash = excluded.key_hash RETURNING case_id
"""


@transaction.atomic(savepoint=False)
def claim_form(*, key: str, by: Actor, at: datetime) -> int | None:
    """The case that this form led to before, or None: then whoever claims it opens one and says so.

    A second post of the same form waits here until the first is through. Part of the caller's transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [hashed(key), at])
        case_id: int | None = cursor.fetchone()[0]
    return case_id


@transaction.atomic(savepoint=False)
def settle_form(*, key: str, case_id: int, by: Actor, at: datetime) -> None:
    """Remember where a form led to."""
    PostedForm.objects.filter(key_hash=hashed(key)).update(case_id=case_id)


@transaction.atomic
def forget_visits(*, by: Actor, at: datetime) -> None:
    """Delete what the door no longer needs: old counts, outlived links and sessions."""
    DoorCount.objects.filter(window_ends_at__lt=at).delete()
    day_ago = at - timedelta(days=1)
    PortalProof.objects.filter(expires_at__lt=day_ago).delete()
    PortalSession.objects.filter(expires_at__lt=day_ago).delete()
    PostedForm.objects.filter(at__lt=at - rules.FORM_REMEMBERED).delete()


def _subject(point: ContactPoint) -> str:
    return f"customer:{point.customer_id}"
