"""A customer's standing with us: her tier, and who looks after her."""

from datetime import datetime

from django.db import transaction

from libin.customers import access
from libin.customers.actions.profile import locked
from libin.customers.actions.recognising import NoSuchTier
from libin.customers.facts import ManagerAssigned, TierChanged
from libin.customers.models import Customer, TierChange
from libin.handbook import queries as handbook
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.errors import Refusal
from libin.kernel.outbox import publish


class ReasonMissing(Refusal):
    """A change of tier needs a reason."""


class SameTier(Refusal):
    """The customer already has this tier."""


class SamePerson(Refusal):
    """The account manager and the backup must be two people."""


class BackupAlone(Refusal):
    """A backup stands in for an account manager: name the manager first."""


@transaction.atomic
def set_tier(
    *, customer_id: int, tier: str, reason: str, approver: Actor, by: Actor, at: datetime
) -> Customer:
    """Give a customer another tier by hand; the reason and who approved it are kept.

    Raises ReasonMissing, NoSuchTier, SameTier.
    """
    customer = locked(customer_id)
    require(access.may_manage(by))
    require(access.may_approve(approver))
    if not reason.strip():
        raise ReasonMissing
    if tier not in handbook.in_force(at).tiers:
        raise NoSuchTier
    before = customer.tier
    if before == tier:
        raise SameTier
    customer.tier = tier
    customer.tier_since = at
    customer.changed_at = at
    customer.save(update_fields=["tier", "tier_since", "changed_at"])
    TierChange.objects.create(
        customer=customer,
        before=before,
        after=tier,
        reason=reason.strip(),
        approved_by_id=approver.staff_id,
        changed_by=by.ref,
        at=at,
    )
    audit.record(
        act="customers.set_tier",
        subject=f"customer:{customer.pk}",
        by=by,
        at=at,
        details={"before": before, "after": tier, "approved_by": approver.ref},
    )
    publish(TierChanged(customer_id=customer.pk, before=before, after=tier, by=by.ref, at=at))
    return customer


@transaction.atomic
def assign_account_manager(
    *, customer_id: int, manager_id: int | None, backup_id: int | None, by: Actor, at: datetime
) -> Customer:
    """Name who looks after a customer and who stands in; None takes the person away.

    Raises SamePerson, BackupAlone.
    """
    customer = locked(customer_id)
    require(access.may_manage(by))
    if manager_id is None and backup_id is not None:
        raise BackupAlone
    if manager_id is not None and manager_id == backup_id:
        raise SamePerson
    if (customer.account_manager_id, customer.backup_manager_id) == (manager_id, backup_id):
        return customer
    customer.account_manager_id = manager_id
    customer.backup_manager_id = backup_id
    customer.changed_at = at
    customer.save(update_fields=["account_manager", "backup_manager", "changed_at"])
    audit.record(
        act="customers.assign_manager",
        subject=f"customer:{customer.pk}",
        by=by,
        at=at,
        details={"manager": manager_id, "backup": backup_id},
    )
    publish(
        ManagerAssigned(
            customer_id=customer.pk,
            manager_id=manager_id,
            backup_id=backup_id,
            by=by.ref,
            at=at,
        )
    )
    return customer
