"""Finding customers: by address, by number, by name in characters or pinyin."""

from django.db.models import Q, QuerySet

from libin.customers import access, rules
from libin.customers.models import ContactPoint, Customer
from libin.kernel import search, vault
from libin.kernel.access import Actor

FULL_NUMBER = 7


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
    return customers.filter(_fits(words)) if words else customers


def _fits(words: str) -> Q:
    if "@" in words:
        return _by_contact(Q(kind=ContactPoint.Kind.EMAIL, email__startswith=words))
    digits = words.replace(" ", "").replace("-", "").lstrip("+")
    if digits.isdigit():
        return _by_number(words, digits)
    if words.isascii():
        key = words.replace(" ", "").replace("'", "")
        return Q(initials__startswith=key) | Q(pinyin__startswith=key) | _by_name(words)
    return _by_name(words)


def _by_number(words: str, digits: str) -> Q:
    sealed = ~Q(kind=ContactPoint.Kind.EMAIL)
    phone = rules.written_phone(words) if len(digits) >= FULL_NUMBER else None
    by_name = _by_name(words)
    if phone:
        return by_name | _by_contact(sealed & Q(blind=vault.blind(phone)))
    if len(digits) == 4:
        return by_name | _by_contact(sealed & Q(last_four=digits))
    return by_name


def _by_name(words: str) -> Q:
    return search.matching(words, tokens="name_lexemes", body="name_plain")


def _by_contact(condition: Q) -> Q:
    return Q(pk__in=ContactPoint.objects.filter(condition).values("customer_id"))


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
