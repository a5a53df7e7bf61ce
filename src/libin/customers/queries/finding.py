"""Finding customers: by address, by number, by name in characters or pinyin."""

from typing import Any

from django.db.models import Q, QuerySet

from libin.customers import access, rules
from libin.customers.models import ContactPoint, Customer
from libin.kernel import search, vault
from libin.kernel.access import Actor

FULL_NUMBER = 7
LAST_DIGITS = 4


def visible(viewer: Actor) -> QuerySet[Customer]:
    """Every customer the viewer may see, in the order of their names."""
    return access.visible_to(viewer).order_by("pinyin", "pk")


def found(
    viewer: Actor, *, words: str = "", tier: str = "", manager_id: int | None = None
) -> QuerySet[Customer]:
    """Customers that fit the words (name, pinyin, initials, e-mail, phone), tier and manager."""
    customers = visible(viewer).select_related("account_manager", "backup_manager")
    if tier:
        customers = customers.filter(tier=tier)
    if manager_id:
        customers = customers.filter(
            Q(account_manager_id=manager_id) | Q(backup_manager_id=manager_id)
        )
    words = search.normalise(words).replace("\0", "").strip()
    return customers.filter(pk__in=_fitting(words)) if words else customers


def _fitting(words: str) -> QuerySet[Any, int]:
    """Ids of the customers that fit, each way of fitting through its own index."""
    ways: list[QuerySet[Any, int]] = [
        Customer.objects.filter(condition).values_list("pk", flat=True)
        for condition in _by_name(words)
    ]
    ways += [
        ContactPoint.objects.filter(condition).values_list("customer_id", flat=True)
        for condition in _by_contact(words)
    ]
    return ways[0].union(*ways[1:]) if len(ways) > 1 else ways[0]


def _by_name(words: str) -> list[Q]:
    if "@" in words:
        return []
    ways = [search.matching(words, tokens="name_lexemes", body="name_plain")]
    if words.isascii():
        key = words.replace(" ", "").replace("'", "")
        ways += [Q(initials__startswith=key), Q(pinyin__startswith=key)]
    return ways


def _by_contact(words: str) -> list[Q]:
    if "@" in words:
        return [Q(kind=ContactPoint.Kind.EMAIL, email__startswith=words)]
    digits = words.replace(" ", "").replace("-", "").lstrip("+")
    if not digits.isdigit():
        return []
    sealed = ~Q(kind=ContactPoint.Kind.EMAIL)
    phone = rules.written_phone(words) if len(digits) >= FULL_NUMBER else None
    if phone:
        return [sealed & Q(blind=vault.blind(phone))]
    return [sealed & Q(last_four=digits)] if len(digits) == LAST_DIGITS else []


def contact_point(email: str) -> ContactPoint | None:
    """The contact point of an e-mail address with its customer, however the address is written."""
    written = rules.written_email(email)
    if written is None:
        return None
    return (
        ContactPoint.objects.select_related("customer")
        .filter(kind=ContactPoint.Kind.EMAIL, email=written)
        .first()
    )


def email_to_write(customer_id: int) -> str:
    """Where mail for a customer goes: a proved address before an unproved one, then the oldest; "" without any."""
    point = (
        ContactPoint.objects.filter(customer_id=customer_id, kind=ContactPoint.Kind.EMAIL)
        .order_by("proved_at", "pk")
        .first()
    )
    return point.email if point else ""
