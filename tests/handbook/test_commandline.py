"""`libin handbook`: check, diff, publish, export, schema."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.conf import settings

from libin.handbook.commandline import run
from libin.handbook.models import HandbookVersion
from tests.handbook.samples import changed, folder


@pytest.fixture(autouse=True)
def spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIBIN_LANGUAGE", "en")


def written(files: Mapping[str, str], place: Path) -> str:
    for name, text in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return str(place)


@pytest.mark.row("H1")
def test_check_says_that_all_is_well_or_everything_that_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", str(settings.HANDBOOKS / "default")]) == 0
    assert "nothing to mend" in capsys.readouterr().out
    wrong = written(changed("low_at: 2", "low_at: 9"), tmp_path)
    assert run(["check", wrong]) == 1
    told = capsys.readouterr().err
    assert "rules/verdict.yaml:" in told
    assert "surveys.closing.low_at: low_at is not a score" in told
    assert run(["check", str(tmp_path / "nowhere")]) == 1
    assert "is not a folder" in capsys.readouterr().err


@pytest.mark.row("H1")
def test_links_and_text_of_another_encoding_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = Path(written(folder(), tmp_path))
    (place / "rules/more.yaml").symlink_to(place / "rules/tiers.yaml")
    assert run(["check", str(place)]) == 1
    assert "links are not followed" in capsys.readouterr().err
    (place / "rules/more.yaml").unlink()
    (place / "rules/more.yaml").write_bytes("limits: 数".encode("gb18030"))
    assert run(["check", str(place)]) == 1


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_publish_diff_and_export_go_round(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["publish", str(settings.HANDBOOKS / "default")]) == 0
    assert "Version 1 is published" in capsys.readouterr().out
    faster = written(changed("low_at: 2", "low_at: 1"), tmp_path / "faster")
    assert run(["diff", faster]) == 0
    assert "Satisfaction at closing: low score 2 → 1  [survey.closing]" in capsys.readouterr().out
    assert run(["publish", faster, "--effective", "2030-01-01T00:00"]) == 0
    assert "in force from 2030-01-01T00:00+08:00" in capsys.readouterr().out
    assert run(["diff", "1", "2"]) == 0
    assert "low score 2 → 1" in capsys.readouterr().out
    assert run(["export", str(tmp_path / "out"), "--number", "2"]) == 0
    assert (tmp_path / "out/rules/verdict.yaml").read_text(encoding="utf-8").count("low_at: 1") == 1
    assert run(["export", str(tmp_path / "out")]) == 1
    assert HandbookVersion.objects.count() == 2


def test_the_schema_names_every_section_and_forbids_unknown_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["schema"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"tiers", "promises", "processes", "defaults"} <= set(schema["properties"])
    assert schema["additionalProperties"] is False


def test_a_wrong_command_is_told_with_status_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["burn"]) == 2
    assert run([]) == 2
