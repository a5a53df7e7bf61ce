"""Drafts: written in the browser file by file, wrong until they are right, then published."""

from datetime import datetime

from django.db import transaction

from libin.handbook import access, queries
from libin.handbook.actions.publishing import publish_row
from libin.handbook.models import HandbookVersion
from libin.handbook.refusals import NoSuchFile, NoSuchVersion, VersionIsFinal
from libin.kernel.access import Actor, require

DRAFT = HandbookVersion.State.DRAFT


@transaction.atomic
def begin_draft(*, version_id: int, by: Actor, at: datetime) -> HandbookVersion:
    """A new draft with the files of a version. Raises ``NoSuchVersion``."""
    require(access.may_publish(by))
    base = queries.version_row(by, version_id)
    return HandbookVersion.objects.create(
        title_zh=base.title_zh,
        title_en=base.title_en,
        state=DRAFT,
        files=base.files,
        sha256=base.sha256,
        based_on=base,
        created_by=by.ref,
        created_at=at,
    )


@transaction.atomic
def write_file(
    *, version_id: int, path: str, text: str, by: Actor, at: datetime
) -> HandbookVersion:
    """Replace one file of a draft, right or wrong. Raises ``NoSuchFile`` and ``VersionIsFinal``."""
    row = _draft(version_id, by)
    if path not in row.files:
        raise NoSuchFile
    row.files[path] = text.replace("\r\n", "\n")
    row.sha256 = queries.fingerprint_of(row.files)
    row.save(update_fields=["files", "sha256"])
    return row


@transaction.atomic
def publish_draft(
    *, version_id: int, effective_at: datetime, by: Actor, at: datetime
) -> HandbookVersion:
    """Publish a draft; refuses as ``publish_version`` does, also when its base is no longer the newest."""
    row = _draft(version_id, by)
    based_on = row.based_on.number if row.based_on else None
    return publish_row(row, effective_at=effective_at, based_on=based_on, by=by, at=at)


@transaction.atomic
def discard_draft(*, version_id: int, by: Actor, at: datetime) -> None:
    """Throw a draft away."""
    _draft(version_id, by).delete()


def _draft(version_id: int, by: Actor) -> HandbookVersion:
    require(access.may_publish(by))
    row = HandbookVersion.objects.select_for_update(of=("self",)).filter(pk=version_id).first()
    if row is None:
        raise NoSuchVersion
    if row.state != DRAFT:
        raise VersionIsFinal
    return row
