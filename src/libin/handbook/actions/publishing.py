"""Publishes, applies and withdraws versions of the handbook."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from libin.handbook import access, queries
from libin.handbook.facts import VersionApplied, VersionPublished, VersionRetired
from libin.handbook.models import AppliedVersion, HandbookVersion
from libin.handbook.refusals import (
    EffectiveInThePast,
    HandbookMovedOn,
    LaterVersionWaits,
    NoSuchVersion,
    OnlyVersionInForce,
    VersionNotPublished,
)
from libin.handbook.rules import Handbook
from libin.handbook.source import load
from libin.kernel import audit
from libin.kernel.access import Actor, require
from libin.kernel.outbox import publish
from libin.people import actions as people
from libin.people.access import may_give

PUBLISHED = HandbookVersion.State.PUBLISHED
_LOCK = 0x68616E64  # one publisher at a time


@transaction.atomic
def publish_version(
    *,
    files: Mapping[str, str],
    effective_at: datetime,
    by: Actor,
    at: datetime,
    based_on: int | None = None,
) -> HandbookVersion:
    """Publish these files as the next version, in force from ``effective_at`` on.

    Publishing the newest version's files again changes nothing and returns it. ``based_on`` is the number of
    the version the author began from; when another was published since, ``HandbookMovedOn`` is raised. Raises
    ``HandbookProblems`` with every problem of the files, ``EffectiveInThePast``, ``LaterVersionWaits``, and
    ``NotPermitted`` also when a role would gain a permission that the publisher does not hold.
    """
    draft = HandbookVersion(files=dict(files), created_by=by.ref, created_at=at)
    return publish_row(draft, effective_at=effective_at, based_on=based_on, by=by, at=at)


def publish_row(
    row: HandbookVersion,
    *,
    effective_at: datetime,
    based_on: int | None,
    by: Actor,
    at: datetime,
) -> HandbookVersion:
    """Make a draft row the next published version."""
    require(access.may_publish(by))
    lock_versions()
    newest = HandbookVersion.objects.filter(number__isnull=False).order_by("-number").first()
    sha256 = queries.fingerprint_of(row.files)
    if newest and newest.state == PUBLISHED and newest.sha256 == sha256:
        return newest
    if newest and based_on is not None and newest.number != based_on:
        raise HandbookMovedOn(number=newest.number)
    if effective_at < at:
        raise EffectiveInThePast
    last = queries.published().first()
    if last and last.effective_at and last.effective_at > effective_at:
        raise LaterVersionWaits(number=last.number)
    handbook = load(row.files, names=queries.registered_names()).handbook
    require(may_give(by, _permissions_added(handbook, at)))
    row.number = (newest.number or 0) + 1 if newest else 1
    row.title_zh, row.title_en = handbook.title.zh, handbook.title.en
    row.sha256, row.state = sha256, PUBLISHED
    row.effective_at, row.published_by, row.published_at = effective_at, by.ref, at
    row.save()
    if effective_at <= at:
        _apply(row, by=by, at=at)
    audit.record(
        act="handbook.publish",
        subject=f"handbook:{row.pk}",
        by=by,
        at=at,
        details={"number": row.number, "sha256": sha256, "effective_at": effective_at.isoformat()},
    )
    publish(VersionPublished(version_id=row.pk, number=row.number, by=by.ref, at=at))
    return row


@transaction.atomic
def apply_version(*, by: Actor, at: datetime) -> bool:
    """Bring roles, departments and teams to what the version in force says; whether anything was to do."""
    lock_versions()
    row = queries.published().filter(effective_at__lte=at).first()
    if row is None or AppliedVersion.objects.filter(version=row).exists():
        return False
    _apply(row, by=by, at=at)
    return True


@transaction.atomic
def retire_version(*, version_id: int, by: Actor, at: datetime) -> HandbookVersion:
    """Withdraw a published version; cases opened under it keep it, new ones get the one before.

    Raises ``NoSuchVersion``, ``VersionNotPublished`` and ``OnlyVersionInForce``.
    """
    require(access.may_publish(by))
    lock_versions()
    row = HandbookVersion.objects.select_for_update().filter(pk=version_id).first()
    if row is None:
        raise NoSuchVersion
    if row.state != PUBLISHED:
        raise VersionNotPublished
    others = queries.published().exclude(pk=row.pk)
    in_force_now = row.effective_at is not None and row.effective_at <= at
    if in_force_now and not others.filter(effective_at__lte=at).exists():
        raise OnlyVersionInForce
    row.state, row.retired_at, row.retired_by = HandbookVersion.State.RETIRED, at, by.ref
    row.save(update_fields=["state", "retired_at", "retired_by"])
    audit.record(
        act="handbook.retire",
        subject=f"handbook:{row.pk}",
        by=by,
        at=at,
        details={"number": row.number},
    )
    publish(VersionRetired(version_id=row.pk, number=row.number or 0, by=by.ref, at=at))
    return row


def lock_versions() -> None:
    """Let one transaction at a time change which versions there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _permissions_added(handbook: Handbook, at: datetime) -> set[str]:
    """Permissions that roles gain against the version in force; none when this is the first."""
    if not queries.is_any_in_force(at):
        return set()
    before = queries.in_force(at).roles
    return {
        permission
        for code, role in handbook.roles.items()
        for permission in role.permissions
        if code not in before or permission not in before[code].permissions
    }


def _apply(row: HandbookVersion, *, by: Actor, at: datetime) -> None:
    handbook = queries.version(row.pk)
    people.define_departments(
        departments=[
            people.DepartmentSpec(d.code, d.title.zh, d.title.en)
            for d in handbook.departments.values()
        ],
        by=by,
        at=at,
    )
    people.define_roles(
        roles=[
            people.RoleSpec(role.code, role.title.zh, role.title.en, role.permissions)
            for role in handbook.roles.values()
        ],
        by=by,
        at=at,
    )
    people.define_teams(
        teams=[
            people.TeamSpec(team.code, team.title.zh, team.title.en, team.department)
            for team in handbook.teams.values()
        ],
        by=by,
        at=at,
    )
    AppliedVersion.objects.update_or_create(single=True, defaults={"version": row, "at": at})
    publish(VersionApplied(version_id=row.pk, number=row.number or 0, by=by.ref, at=at))
