"""The public holidays an installation knows without being told, and how it is told others."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from libin.config.commands import holidays as command
from libin.config.commands.main import main
from libin.config.holidays import ensure_holidays, known_days
from libin.desk.models import Holiday
from libin.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.row("D7")]
AT = datetime(2026, 2, 1, 1, tzinfo=UTC)
SPRING_FESTIVAL = date(2026, 2, 17)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation of the tests is open already."""

    class Open:
        @contextmanager
        def opened(self) -> Iterator[None]:
            yield

    monkeypatch.setattr(command, "Installation", Open)


def test_a_new_installation_knows_the_public_holidays_and_the_days_worked_instead() -> None:
    ensure_holidays(at=AT)
    festival = Holiday.objects.get(on=SPRING_FESTIVAL)
    assert (festival.name_zh, festival.name_en, festival.working) == (
        "春节",
        "Spring Festival",
        False,
    )
    assert Holiday.objects.filter(on__year=2026, working=True).exists()


def test_a_year_that_somebody_has_entered_is_left_as_it_is() -> None:
    ensure_holidays(at=AT)
    Holiday.objects.filter(on=SPRING_FESTIVAL).delete()
    assert ensure_holidays(at=AT) == 0
    assert not Holiday.objects.filter(on=SPRING_FESTIVAL).exists()


def test_a_new_year_is_entered_as_soon_as_it_is_known() -> None:
    ensure_holidays(at=AT.replace(year=2024))
    assert ensure_holidays(at=AT) == len(known_days(2026)) + len(known_days(2027))
    assert known_days(2090) == []


@pytest.mark.usefixtures("opened")
def test_days_are_entered_and_taken_away_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    day = clock.now().date().replace(month=5, day=20)
    asked = ["--language", "en", "holidays"]
    assert main([*asked, "--add", str(day), "--name", "校庆"]) == 0
    assert f"{day}  closed  校庆" in capsys.readouterr().out
    assert main([*asked, "--remove", str(day)]) == 0
    assert "校庆" not in capsys.readouterr().out
    assert not Holiday.objects.filter(on=day).exists()


def test_a_day_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["holidays", "--add", "2026-02-30"])
    assert "2026-02-30" in capsys.readouterr().err
