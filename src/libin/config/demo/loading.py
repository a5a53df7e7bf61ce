"""Loads the demo into an empty installation, whole or not at all."""

import json
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from libin.config.demo import people, replay
from libin.config.holidays import ensure_holidays
from libin.handbook import queries as handbooks
from libin.handbook.actions import publish_version
from libin.handbook.source.reading import read_folder
from libin.kernel import clock
from libin.kernel.access import SYSTEM

SEED = 20260318
_BEFORE = timedelta(days=2)


def _accounts() -> Path:
    return Path(settings.LIBIN_HOME) / "keys" / "demo-accounts.json"


def _unfinished() -> Path:
    return Path(settings.LIBIN_HOME) / "keys" / "demo-unfinished"


def is_loaded() -> bool:
    """Whether this installation holds the whole demo."""
    return _accounts().exists()


def clear_if_unfinished() -> bool:
    """Empty the database of a demo whose loading was interrupted; call it before migrating."""
    if not _unfinished().exists():
        return False
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    _unfinished().unlink()
    return True


def load(progress: Callable[[str], None]) -> None:
    """Make the organisation and live through its ninety days by real actions; about two minutes."""
    _unfinished().touch(mode=0o600)
    dice = random.Random(SEED)
    until = clock.now()
    begin = until - timedelta(days=replay.DAYS) - _BEFORE
    replay.hurry()
    with clock.stopped_at(begin):
        publish_version(
            files=read_folder(settings.HANDBOOKS / "default"),
            effective_at=begin,
            by=SYSTEM,
            at=begin,
        )
        handbook = handbooks.in_force(begin)
        ensure_holidays(at=begin)
        people.open_mailbox(at=begin)
        colleagues, accounts = people.enrol_staff(handbook, at=begin)
        customers = people.add_customers(handbook, colleagues, dice=dice, at=begin)
    told = -1

    def tell(day: int, cases: int) -> None:
        nonlocal told
        if day // 15 != told:
            told = day // 15
            progress(f"{day}/{replay.DAYS}  {cases}")

    replay.Replay(colleagues, customers, until=until, dice=dice).run(tell)
    replay.explain_breaches(colleagues, handbook, dice=dice, at=until)
    replay.leave_unsent_letters_behind(until)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _write_accounts(accounts)
    _unfinished().unlink()


def _write_accounts(accounts: list[people.Account]) -> None:
    path = _accounts()
    path.touch(mode=0o600)
    shown = [(account.role, account.name, account.email, account.password) for account in accounts]
    path.write_text(json.dumps(shown, ensure_ascii=False), encoding="utf-8")


def sign_ins() -> list[tuple[str, str, str]]:
    """Whom a visitor may sign in as: one person of each kind, with her address and password."""
    seen: set[str] = set()
    found = []
    for role, name, email, password in json.loads(_accounts().read_text(encoding="utf-8")):
        if role not in seen:
            seen.add(role)
            found.append((name, email, password))
    return found
