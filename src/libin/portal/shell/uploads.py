"""Files that come with a form: how many, how large, and how they are kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from libin.desk.actions.opening import AttachedFile
from libin.kernel import files
from libin.ui.formats import size

MOST_FILES = 10
LARGEST_FILE = 15 * 1024 * 1024
LARGEST_TOTAL = 25 * 1024 * 1024
LARGEST_REQUEST = 30 * 1024 * 1024


class SeveralFilesInput(forms.ClearableFileInput):
    """A file field that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, widget=SeveralFilesInput(attrs={"class": "file-input"}), **kwargs
        )

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[Any]"]:
        given = data if isinstance(data, list | tuple) else [data]
        found = [one for one in given if one and one.size]
        if len(found) > MOST_FILES:
            raise forms.ValidationError(
                _("At most %(count)d files, please.") % {"count": MOST_FILES}, code="many"
            )
        if any(one.size > LARGEST_FILE for one in found):
            raise forms.ValidationError(
                _("A file may have at most %(size)s.") % {"size": size(LARGEST_FILE)}, code="large"
            )
        if sum(one.size for one in found) > LARGEST_TOTAL:
            raise forms.ValidationError(
                _("All files together may have at most %(size)s.") % {"size": size(LARGEST_TOTAL)},
                code="large",
            )
        return found


def kept(uploads: Iterable["UploadedFile[Any]"], *, at: datetime) -> tuple[AttachedFile, ...]:
    """The uploads as kept files; part of the caller's transaction."""
    return tuple(_kept(upload, at=at) for upload in uploads)


def _kept(upload: "UploadedFile[Any]", *, at: datetime) -> AttachedFile:
    stored = files.keep(
        upload.read(),
        name=upload.name or "",
        media_type=upload.content_type or "",
        at=at,
    )
    return AttachedFile(
        file_id=stored.pk,
        name=stored.name,
        media_type=stored.media_type,
        size=stored.size,
    )
