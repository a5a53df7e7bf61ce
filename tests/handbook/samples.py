"""Handbooks to try things on: those that ship with Libin, and copies with one thing changed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache

from django.conf import settings

from libin.handbook import actions
from libin.handbook.models import HandbookVersion
from libin.handbook.source import HandbookProblems, Problem, load
from libin.handbook.source.reading import read_folder
from libin.kernel.access import SYSTEM

MORNING = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


@cache
def folder(name: str = "default") -> Mapping[str, str]:
    """The files of a handbook that ships with Libin."""
    return read_folder(settings.HANDBOOKS / name)


def changed(old: str, new: str, *, name: str = "default") -> dict[str, str]:
    """The files with one passage changed; the passage must stand exactly once."""
    files = dict(folder(name))
    places = [file for file, text in files.items() if old in text]
    assert len(places) == 1, f"{old!r} stands in {places}"
    assert files[places[0]].count(old) == 1
    files[places[0]] = files[places[0]].replace(old, new)
    return files


def with_file(name: str, text: str) -> dict[str, str]:
    """The default files and one more."""
    return {**folder(), name: text}


def problems(files: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with these files; nothing when they load."""
    try:
        load(files)
    except HandbookProblems as found:
        return found.problems
    return ()


def publish(files: Mapping[str, str], *, at: datetime = MORNING) -> HandbookVersion:
    """Publish files as the system, in force at once."""
    return actions.publish_version(files=files, effective_at=at, by=SYSTEM, at=at)
