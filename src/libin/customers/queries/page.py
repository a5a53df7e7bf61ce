"""What screens show of customers: the small panel beside a case, and the whole page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from libin.customers import access
from libin.customers.models import ContactPoint, Customer, TierChange
from libin.handbook import queries as handbook
from libin.handbook.rules import Entitlement, ServiceClass, Tier
from libin.kernel import text
from libin.kernel.access import Actor
from libin.kernel.errors import NotFound


class NoSuchCustomer(NotFound):
    """There is no such customer."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff, as a name beside a customer."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPanel:
    """Who this is, in one glance. `tier` is a code of the handbook."""

    id: int
    kind: str
    name: str
    form_of_address: str
    tier: str
    language: str
    lifecycle: str
    manager: Person | None
    backup: Person | None
    culture_notes: str
    accessibility_notes: str
    preferences: Mapping[str, Any]

    @property
    def address_as(self) -> str:
        """How she likes to be addressed, else her name."""
        return self.form_of_address or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactShown:
    """A contact point with everything hidden that is not needed to recognise it."""

    id: int
    kind: str
    kind_title: str
    masked: str
    proved_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChangeShown:
    """One line of the tier's history."""

    before: str
    after: str
    reason: str
    approver: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """Everything this room knows of one customer."""

    panel: CustomerPanel
    tier: Tier | None
    service_class: ServiceClass | None
    tier_since: datetime
    entitlements: tuple[Entitlement, ...]
    contacts: tuple[ContactShown, ...]
    history: tuple[TierChangeShown, ...]
    birthday: date | None
    custom: Mapping[str, Any]
    source: str
    created_at: datetime
    kind_title: str
    lifecycle_title: str
    may_edit: bool = field(default=False)
    may_reveal: bool = field(default=False)
    may_approve: bool = field(default=False)


def panel(viewer: Actor, ids: Iterable[int]) -> dict[int, CustomerPanel]:
    """Panels of many customers at once, by id; one query for a whole list."""
    rows = access.visible_to(viewer).filter(pk__in=set(ids))
    return {
        row.pk: panel_of(row) for row in rows.select_related("account_manager", "backup_manager")
    }


def panel_of(customer: Customer) -> CustomerPanel:
    """The panel of a row that was loaded with its managers."""
    return CustomerPanel(
        id=customer.pk,
        kind=customer.kind,
        name=customer.name,
        form_of_address=customer.form_of_address,
        tier=customer.tier,
        language=customer.language,
        lifecycle=customer.lifecycle,
        manager=_person(customer.account_manager),
        backup=_person(customer.backup_manager),
        culture_notes=customer.culture_notes,
        accessibility_notes=customer.accessibility_notes,
        preferences=customer.preferences,
    )


def _person(staff: Any) -> Person | None:
    return Person(staff.pk, staff.name) if staff else None


def visible_customer(viewer: Actor, customer_id: int) -> Customer:
    """One customer the viewer may see. Raises `NoSuchCustomer`, also for one she may not see."""
    try:
        return (
            access.visible_to(viewer)
            .select_related("account_manager", "backup_manager")
            .get(pk=customer_id)
        )
    except (Customer.DoesNotExist, OverflowError):
        raise NoSuchCustomer from None


def customer_of_contact(viewer: Actor, contact_point_id: int) -> int:
    """The customer a contact belongs to. Raises `NoSuchCustomer` when the viewer may not see her."""
    customers = access.visible_to(viewer).filter(contact_points=contact_point_id)
    found = customers.values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchCustomer
    return found


def customer_page(viewer: Actor, customer_id: int, *, at: datetime) -> CustomerPage:
    """The customer's page, with tier and entitlements as the handbook in force says."""
    customer = visible_customer(viewer, customer_id)
    book = handbook.in_force(at)
    tier = book.tiers.get(customer.tier)
    return CustomerPage(
        panel=panel_of(customer),
        tier=tier,
        service_class=book.service_classes.get(tier.service_class) if tier else None,
        tier_since=customer.tier_since,
        entitlements=tuple(book.entitlements[code] for code in tier.entitlements) if tier else (),
        contacts=tuple(_shown(point) for point in customer.contact_points.order_by("kind", "pk")),
        history=tuple(_change(row) for row in _history(customer)),
        birthday=customer.birthday,
        custom=customer.custom,
        source=customer.source,
        created_at=customer.created_at,
        kind_title=customer.get_kind_display(),
        lifecycle_title=customer.get_lifecycle_display(),
        may_edit=bool(access.may_manage(viewer)),
        may_reveal=bool(access.may_reveal(viewer)),
        may_approve=bool(access.may_approve(viewer)),
    )


def _history(customer: Customer) -> Iterable[TierChange]:
    return customer.tier_changes.select_related("approved_by").order_by("-at", "-pk")[:50]


def _change(row: TierChange) -> TierChangeShown:
    return TierChangeShown(
        before=row.before,
        after=row.after,
        reason=row.reason,
        approver=row.approved_by.name if row.approved_by else "",
        at=row.at,
    )


def _shown(point: ContactPoint) -> ContactShown:
    is_email = point.kind == ContactPoint.Kind.EMAIL
    return ContactShown(
        id=point.pk,
        kind=point.kind,
        kind_title=point.get_kind_display(),
        masked=text.masked(point.email, "email") if is_email else f"**** {point.last_four}",
        proved_at=point.proved_at,
    )
