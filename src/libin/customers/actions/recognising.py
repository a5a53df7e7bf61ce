"""A customer becomes known: recognised by what she wrote from, or added by a person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from libin.customers import access, rules
from libin.customers.facts import CustomerAdded
from libin.customers.models import ContactPoint, Customer
from libin.customers.queries import contact_point
from libin.handbook import queries as handbook
from libin.kernel import audit, search, text
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class AddressNotValid(Refusal):
    """This is not an e-mail address that can be written to."""


class AddressTaken(Refusal):
    """This e-mail address already belongs to a customer."""


class NameMissing(Refusal):
    """A customer needs a name."""


class NoSuchTier(Refusal):
    """The handbook has no such tier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    """What is said of a customer when she is added; an empty tier means the handbook's default."""

    name: str
    kind: str = Customer.Kind.PERSON
    tier: str = ""
    language: str = ""
    form_of_address: str = ""
    lifecycle: str = Customer.Lifecycle.NEW
    email: str = ""


@transaction.atomic
def recognise(*, email: str, name: str, channel: str, by: Actor, at: datetime) -> Customer:
    """The customer of an address, or a new one with an unproved contact point.

    Any door may ask: whoever writes is somebody's customer. A known customer's name is never changed
    by what a sender calls herself. Raises AddressNotValid.
    """
    written = rules.written_email(email)
    if written is None:
        raise AddressNotValid
    known = contact_point(written)
    if known is not None:
        return known.customer
    said = NewCustomer(name=rules.written_name(name) or written.split("@")[0], email=written)
    try:
        with transaction.atomic():
            customer = _create(said, source=channel, at=at)
    except IntegrityError:  # somebody else recognised her in the same moment
        known = contact_point(written)
        if known is None:
            raise
        return known.customer
    _announce(customer, by=by, at=at)
    return customer


@transaction.atomic
def add_customer(*, said: NewCustomer, by: Actor, at: datetime, source: str = "staff") -> Customer:
    """Add a customer by hand. Raises AddressNotValid, AddressTaken, NameMissing or NoSuchTier."""
    require(access.may_add(by))
    if not rules.written_name(said.name):
        raise NameMissing
    if said.email and rules.written_email(said.email) is None:
        raise AddressNotValid
    try:
        with transaction.atomic():
            customer = _create(said, source=source, at=at)
    except IntegrityError:
        raise AddressTaken from None
    _announce(customer, by=by, at=at)
    return customer


def _create(said: NewCustomer, *, source: str, at: datetime) -> Customer:
    book = handbook.in_force(at)
    tier = said.tier or book.default_tier
    if tier not in book.tiers:
        raise NoSuchTier
    name = rules.written_name(said.name)
    customer = Customer.objects.create(
        **name_columns(name),
        kind=said.kind,
        tier=tier,
        tier_since=at,
        language=said.language,
        form_of_address=said.form_of_address,
        lifecycle=said.lifecycle,
        source=source[:40],
        created_at=at,
        changed_at=at,
    )
    written = rules.written_email(said.email) if said.email else None
    if written:
        ContactPoint.objects.create(
            customer=customer, kind=ContactPoint.Kind.EMAIL, email=written, created_at=at
        )
    return customer


def name_columns(name: str) -> dict[str, Any]:
    """The columns that hold a name as it is written, sorted and found."""
    return {
        "name": name,
        "pinyin": text.pinyin_of(name)[:600],
        "initials": text.initials_of(name)[:200],
        "name_plain": search.normalise(name),
        "name_lexemes": search.lexemes(name),
    }


def _announce(customer: Customer, *, by: Actor, at: datetime) -> None:
    audit.record(
        act="customers.add",
        subject=f"customer:{customer.pk}",
        by=by,
        at=at,
        details={"source": customer.source, "tier": customer.tier},
    )
    publish(CustomerAdded(customer_id=customer.pk, source=customer.source, by=by.ref, at=at))
