"""What is known of a customer changes: her profile, and how she can be reached."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from libin.customers import access, rules
from libin.customers.actions.recognising import (
    AddressNotValid,
    AddressTaken,
    NameMissing,
    name_columns,
)
from libin.customers.facts import CustomerChanged
from libin.customers.models import ContactPoint, Customer, PortalSession
from libin.customers.queries import NoSuchCustomer
from libin.kernel import audit, vault
from libin.kernel.access import Actor, require
from libin.kernel.errors import NotFound, Refusal
from libin.kernel.outbox import publish


class PhoneNotValid(Refusal):
    """This is not a phone number."""


class AddressEmpty(Refusal):
    """An address needs some words."""


class ContactKnown(Refusal):
    """This contact is already noted for the customer."""


class NoSuchContact(NotFound):
    """There is no such contact."""


class NotYours(Refusal):
    """Only our staff can change this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """New values; what is None stays as it is. Preferences and custom fields are replaced as a whole."""

    name: str | None = None
    kind: str | None = None
    form_of_address: str | None = None
    language: str | None = None
    birthday: date | None = None
    lifecycle: str | None = None
    culture_notes: str | None = None
    accessibility_notes: str | None = None
    preferences: Mapping[str, Any] | None = None
    custom: Mapping[str, Any] | None = None


_HER_OWN = {"form_of_address", "language", "preferences"}


@transaction.atomic
def change_customer(
    *, customer_id: int, change: ProfileChange, by: Actor, at: datetime
) -> Customer:
    """Change the profile. A customer may change how she is addressed, her language and preferences only."""
    customer = locked(customer_id)
    require(access.may_edit(by, customer))
    values = {
        field.name: getattr(change, field.name)
        for field in fields(change)
        if getattr(change, field.name) is not None
    }
    if by.is_customer and not values.keys() <= _HER_OWN:
        raise NotYours
    values = {key: value for key, value in values.items() if getattr(customer, key) != value}
    if "name" in values:
        values |= _name(values["name"])
    if not values:
        return customer
    for key, value in values.items():
        setattr(customer, key, value)
    customer.changed_at = at
    customer.save(update_fields=[*values, "changed_at"])
    _note("customers.change", customer, sorted(values), by=by, at=at)
    return customer


def _name(said: str) -> dict[str, str]:
    name = rules.written_name(said)
    if not name:
        raise NameMissing
    return name_columns(name)


@transaction.atomic
def add_contact_point(
    *, customer_id: int, kind: str, value: str, by: Actor, at: datetime
) -> ContactPoint:
    """Note an e-mail address, phone number or postal address; unproved until she proves it."""
    customer = locked(customer_id)
    require(access.may_manage(by))
    point = ContactPoint(customer=customer, kind=kind, created_at=at)
    if kind == ContactPoint.Kind.EMAIL:
        written = rules.written_email(value)
        if written is None:
            raise AddressNotValid
        point.email = written
    else:
        plain = _written(kind, value)
        point.sealed = vault.seal(plain, point.aad)
        point.blind = vault.blind(plain)
        point.last_four = rules.last_four(plain)
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError:
        raise (AddressTaken if point.email else ContactKnown) from None
    _note("customers.add_contact", customer, ["contact_points"], by=by, at=at)
    return point


def _written(kind: str, value: str) -> str:
    if kind == ContactPoint.Kind.PHONE:
        phone = rules.written_phone(value)
        if phone is None:
            raise PhoneNotValid
        return phone
    address = " ".join(value.split())[:500]
    if not address:
        raise AddressEmpty
    return address


@transaction.atomic
def remove_contact_point(*, contact_point_id: int, by: Actor, at: datetime) -> None:
    """Forget a contact point; whoever is signed in through it is signed out."""
    point = _contact(contact_point_id)
    require(access.may_manage(by))
    PortalSession.objects.filter(contact_point=point).delete()
    customer = point.customer
    point.delete()
    _note("customers.remove_contact", customer, ["contact_points"], by=by, at=at)


@transaction.atomic
def reveal_contact(*, contact_point_id: int, by: Actor, at: datetime) -> str:
    """One contact in full, for who has the right; that it was seen is audited."""
    point = _contact(contact_point_id)
    require(access.may_reveal(by))
    audit.record(
        act="customers.reveal_contact",
        subject=f"customer:{point.customer_id}",
        by=by,
        at=at,
        details={"contact_point": point.pk, "kind": point.kind},
    )
    if point.sealed is None:
        return point.email
    return vault.unseal(bytes(point.sealed), point.aad)


def _contact(contact_point_id: int) -> ContactPoint:
    point = (
        ContactPoint.objects.select_related("customer")
        .select_for_update(of=("self",))
        .filter(pk=contact_point_id)
        .first()
    )
    if point is None:
        raise NoSuchContact
    return point


def locked(customer_id: int) -> Customer:
    """The customer's row, held until the transaction ends. Raises NoSuchCustomer."""
    try:
        return Customer.objects.select_for_update().get(pk=customer_id)
    except Customer.DoesNotExist:
        raise NoSuchCustomer from None


def _note(act: str, customer: Customer, names: list[str], *, by: Actor, at: datetime) -> None:
    audit.record(
        act=act, subject=f"customer:{customer.pk}", by=by, at=at, details={"fields": names}
    )
    publish(CustomerChanged(customer_id=customer.pk, fields=names, by=by.ref, at=at))
