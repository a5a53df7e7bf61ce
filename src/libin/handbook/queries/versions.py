"""Which version is in force, and its compiled rules."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.models import Max, QuerySet

from libin.handbook import access
from libin.handbook.models import HandbookVersion
from libin.handbook.refusals import NoHandbookInForce, NoSuchVersion
from libin.handbook.rules import Handbook
from libin.handbook.source import load
from libin.handbook.source.checker import Names
from libin.kernel import vocabulary
from libin.kernel.access import Actor, require

KEPT_COMPILED: Final = 24
PUBLISHED = HandbookVersion.State.PUBLISHED

_compiled: dict[tuple[int, str], Handbook] = {}
_fingerprints: WeakKeyDictionary[Any, dict[int, str]] = WeakKeyDictionary()
_lock = Lock()


# Asked several times in most requests: plain SQL costs a fifth of putting the same together each time.
_IN_FORCE = """
SELECT id, sha256 FROM handbook_handbookversion WHERE state = %s AND effective_at <= %s
ORDER BY effective_at DESC, number DESC LIMIT 1
"""


def in_force(at: datetime) -> Handbook:
    """The handbook that governs what begins at this instant. Raises ``NoHandbookInForce``."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [PUBLISHED, at])
        found = cursor.fetchone()
    if found is None:
        raise NoHandbookInForce
    _known()[found[0]] = found[1]
    return version(found[0])


def is_any_in_force(at: datetime) -> bool:
    """Whether any version governs this instant."""
    return published().filter(effective_at__lte=at).exists()


def version(version_id: int) -> Handbook:
    """The compiled rules of a version, kept per process. Raises ``NoSuchVersion``."""
    known = _known()
    if version_id not in known:
        fingerprint = (
            HandbookVersion.objects.filter(pk=version_id).values_list("sha256", flat=True).first()
        )
        if fingerprint is None:
            raise NoSuchVersion
        known[version_id] = fingerprint
    key = (version_id, known[version_id])
    if handbook := _compiled.get(key):
        return handbook
    row = HandbookVersion.objects.get(pk=version_id)
    handbook = load(row.files, version_id=row.pk, number=row.number or 0).handbook
    if row.state in (PUBLISHED, HandbookVersion.State.RETIRED):
        with _lock:
            while len(_compiled) >= KEPT_COMPILED:
                _compiled.pop(next(iter(_compiled)))
            _compiled[key] = handbook
    return handbook


def _known() -> dict[int, str]:
    """Fingerprints by version, as this database connection has seen them; they never change."""
    connection.ensure_connection()
    return _fingerprints.setdefault(connection.connection, {})


def published() -> QuerySet[HandbookVersion]:
    """Published versions, the one that came or comes into force last first."""
    return (
        HandbookVersion.objects.filter(state=PUBLISHED)
        .order_by("-effective_at", "-number")
        .defer("files")
    )


def versions(viewer: Actor) -> QuerySet[HandbookVersion]:
    """Every version a viewer may see, newest first; drafts only for those who may publish."""
    require(access.may_read(viewer))
    rows = HandbookVersion.objects.defer("files").order_by("-number", "-pk")
    if access.may_publish(viewer):
        return rows
    return rows.filter(state__in=[PUBLISHED, HandbookVersion.State.RETIRED])


def version_row(viewer: Actor, version_id: int) -> HandbookVersion:
    """One version with its files. Raises ``NoSuchVersion``."""
    row = versions(viewer).filter(pk=version_id).defer(None).first()
    if row is None:
        raise NoSuchVersion
    return row


def latest_number() -> int:
    """The number of the newest published version, 0 when there is none."""
    return HandbookVersion.objects.aggregate(latest=Max("number"))["latest"] or 0


def fingerprint_of(files: Mapping[str, str]) -> str:
    """SHA-256 over names and texts of all files, in the order of the names."""
    plain = json.dumps(sorted(files.items()), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def registered_names() -> Names:
    """Names that the running rooms have registered; the source is checked against them."""
    return Names(facts=vocabulary.facts())
