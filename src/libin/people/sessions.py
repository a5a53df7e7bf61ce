"""The session engine: rows belong to a person, and the table keeps only hashes of session keys."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from libin.kernel import clock
from libin.people.models import StaffSession

SIGNED_IN_AT = "signed_in_at"
DEVICE = "device"


def hash_of(session_key: str) -> str:
    """What the table keeps of a session key (SHA-256, 64 hexadecimal digits)."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Django's database sessions with idle and absolute limits kept by the server.

    `ends_at` is the stored end of the session after a load, else None.
    """

    ends_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[StaffSession]:  # type: ignore[override]
        return StaffSession

    def _get_session_from_db(self) -> StaffSession | None:
        row = StaffSession.objects.filter(
            session_key=hash_of(self.session_key or ""), ends_at__gt=clock.now()
        ).first()
        return self._remember(row)

    async def _aget_session_from_db(self) -> StaffSession | None:
        row = await StaffSession.objects.filter(
            session_key=hash_of(self.session_key or ""), ends_at__gt=clock.now()
        ).afirst()
        return self._remember(row)

    def _remember(self, row: StaffSession | None) -> StaffSession | None:
        if row is None:
            self._session_key = None
        self.ends_at = row.ends_at if row else None
        return row

    def exists(self, session_key: str) -> bool:
        """Whether this session is still open; a stream asks this while nothing else happens."""
        open_ones = StaffSession.objects.filter(ends_at__gt=clock.now())
        return open_ones.filter(session_key=hash_of(session_key)).exists()

    async def aexists(self, session_key: str) -> bool:
        open_ones = StaffSession.objects.filter(ends_at__gt=clock.now())
        return await open_ones.filter(session_key=hash_of(session_key)).aexists()

    def create_model_instance(self, data: dict[str, Any]) -> StaffSession:  # type: ignore[override]
        return self._row(self._get_or_create_session_key(), data)  # type: ignore[attr-defined]

    async def acreate_model_instance(self, data: dict[str, Any]) -> StaffSession:  # type: ignore[override]
        key = await self._aget_or_create_session_key()  # type: ignore[attr-defined]
        return self._row(key, data)

    def _row(self, key: str, data: dict[str, Any]) -> StaffSession:
        staff_id = data.get("_auth_user_id")
        signed_in_at = _instant(data.get(SIGNED_IN_AT))
        at = clock.now()
        return StaffSession(
            session_key=hash_of(key),
            session_data=self.encode(data),
            ends_at=_end(at, signed_in_at),
            staff_id=int(staff_id) if staff_id else None,
            signed_in_at=signed_in_at,
            seen_at=at,
            device=data.get(DEVICE, ""),
        )

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            StaffSession.objects.filter(session_key=hash_of(key)).delete()

    async def adelete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            await StaffSession.objects.filter(session_key=hash_of(key)).adelete()

    @classmethod
    def clear_expired(cls) -> None:
        """Forget sessions that have ended."""
        StaffSession.objects.filter(ends_at__lt=clock.now()).delete()

    def keep_alive(self, *, at: datetime) -> None:
        """Note that somebody is using this session; at most one small write a minute."""
        idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if self.session_key is None or self.ends_at is None:
            return
        end = _end(at, _instant(self.get(SIGNED_IN_AT)))
        if end - self.ends_at < min(timedelta(minutes=1), idle / 10):
            return
        StaffSession.objects.filter(session_key=hash_of(self.session_key)).update(
            ends_at=end, seen_at=at
        )
        self.ends_at = end


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _end(at: datetime, signed_in_at: datetime | None) -> datetime:
    idle_end = at + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if signed_in_at is None:
        return idle_end
    absolute = timedelta(seconds=settings.LIBIN_SESSION_ABSOLUTE_SECONDS)
    return min(idle_end, signed_in_at + absolute)
