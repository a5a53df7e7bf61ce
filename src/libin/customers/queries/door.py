"""Who is at the portal's door: the session behind a cookie, the link behind a token."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from libin.customers import rules
from libin.customers.models import PortalProof, PortalSession
from libin.kernel.access import Actor, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A customer who is signed in to the portal, through one proved contact point."""

    session_id: int
    customer_id: int
    contact_point_id: int
    name: str
    form_of_address: str
    language: str
    email: str
    actor: Actor
    seen_at: datetime


def hashed(token: str) -> bytes:
    """What the tables keep of a token."""
    return hashlib.sha256(token.encode()).digest()


def visitor(token: str, *, at: datetime) -> Visitor | None:
    """Who holds this session token, or None for an unknown, ended or outlived one."""
    if not token:
        return None
    session = (
        PortalSession.objects.select_related("customer", "contact_point")
        .filter(token_hash=hashed(token))
        .first()
    )
    if session is None or not secrets.compare_digest(bytes(session.token_hash), hashed(token)):
        return None
    alive = rules.session_counts(
        seen_at=session.seen_at, expires_at=session.expires_at, ended_at=session.ended_at, at=at
    )
    if not alive or session.contact_point.proved_at is None:
        return None
    customer = session.customer
    return Visitor(
        session_id=session.pk,
        customer_id=customer.pk,
        contact_point_id=session.contact_point_id,
        name=customer.name,
        form_of_address=customer.form_of_address,
        language=customer.language,
        email=session.contact_point.email,
        actor=Actor(kind=ActorKind.CUSTOMER, id=customer.pk, name=customer.name),
        seen_at=session.seen_at,
    )


def link_opens(token: str, *, at: datetime) -> bool:
    """Whether a mailed link would still open the door."""
    if not token:
        return False
    proof = PortalProof.objects.filter(token_hash=hashed(token)).first()
    return proof is not None and rules.proof_counts(
        expires_at=proof.expires_at, used_at=proof.used_at, at=at
    )
