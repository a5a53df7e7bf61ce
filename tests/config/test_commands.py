"""What the command line says, in two languages, and what it refuses; nothing is started here but sockets."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from libin.config.commands import serving, supervision, words
from libin.config.commands.main import ANSWERS, main
from libin.kernel import postgres


@pytest.fixture(autouse=True)
def nobody_has_spoken(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "LIBIN_LANGUAGE", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LIBIN_LANGUAGE", "")
    yield
    words.speak("en")


def said(capsys: pytest.CaptureFixture[str], *asked: str) -> str:
    with pytest.raises(SystemExit) as ended:
        main(asked)
    assert ended.value.code == 0
    return capsys.readouterr().out


@pytest.mark.row("Z1")
@pytest.mark.parametrize(
    ("environment", "asked", "expected"),
    [
        ({}, [], "start everything"),
        ({"LANG": "zh_CN.UTF-8"}, [], "启动全部"),
        ({"LANG": "de_DE.UTF-8"}, [], "start everything"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, [], "start everything"),
        ({"LANG": "zh_CN.UTF-8"}, ["--language", "en"], "start everything"),
        ({}, ["--language", "zh"], "启动全部"),
        ({}, ["--language=zh"], "启动全部"),
    ],
)
def test_help_speaks_the_language_of_the_terminal_or_the_one_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    asked: list[str],
    expected: str,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert expected in said(capsys, *asked, "--help")


def test_children_speak_the_language_of_their_supervisor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words.speak("zh")
    assert os.environ["LIBIN_LANGUAGE"] == "zh"
    assert "启动全部" in said(capsys, "--help")


def test_every_command_has_a_function_that_answers() -> None:
    names = {path.stem for path in Path(words.__file__).parent.glob("*.py")}
    assert {path.split(".")[3] for path in ANSWERS.values()} <= names


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_missing_server_is_told_in_words_and_not_as_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    language: str,
) -> None:
    monkeypatch.setenv("LIBIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LIBIN_PG_BIN", str(tmp_path))
    assert main(["--language", language, "migrate"]) == 1
    complaint = capsys.readouterr().err
    assert "LIBIN_PG_BIN" in complaint
    assert ("未找到" in complaint) is (language == "zh")
    assert "Traceback" not in complaint


def test_a_database_that_does_not_answer_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LIBIN_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    assert main(["migrate"]) == 1
    assert "The database cannot be reached" in capsys.readouterr().err


def test_a_taken_port_is_refused_with_its_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LIBIN_HOME", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["up", "--port", str(port)]) == 1
    assert f"Port {port} cannot be used" in capsys.readouterr().err
    assert not (tmp_path / "pg").exists()


def test_a_home_that_is_in_use_is_refused_at_once_with_the_process(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LIBIN_HOME", str(tmp_path))
    with supervision.hold_home(tmp_path):
        assert main(["up"]) == 1
        assert main(["restore", "anything"]) == 1
    assert capsys.readouterr().err.count(f"process {os.getpid()}") == 2


def test_orphans_that_end_are_waited_for(tmp_path: Path) -> None:
    """Orphans hold the lock of a supervisor that is gone: the number in it belongs to nobody."""
    gone = subprocess.Popen(["true"])
    gone.wait()
    held = supervision.hold_home(tmp_path)
    with subprocess.Popen(["sleep", "0.7"], pass_fds=[held.fileno()]):
        (tmp_path / "running").write_text(str(gone.pid))
        held.close()
        begun = time.monotonic()
        supervision.hold_home(tmp_path).close()
        assert time.monotonic() - begun > 0.3


def test_a_child_that_dies_is_started_again_after_ever_longer_pauses(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    child = supervision.Child("web 1", ["no-such-command"], ())
    pauses: list[float] = []
    for _ in range(3):
        child.not_before = 0.0
        child.look_after()
        assert child.process
        child.process.wait()
        child.look_after()
        pauses.append(child.pause)
    assert pauses == [1.0, 2.0, 4.0]
    assert "starting it again in 4 s" in capsys.readouterr().out


def test_a_listening_socket_says_no_when_the_port_is_taken() -> None:
    with serving.listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            serving.listen("127.0.0.1", port)


def test_every_problem_of_the_database_has_chinese_words() -> None:
    words.speak("zh")
    for problem in (
        postgres.DataOfAnotherMajor(place="p", data=15, server="18.6", folder="f"),
        postgres.ServerDidNotStart(reason="r", log="l"),
        postgres.PlaceOfSomebodyElse(place="p"),
    ):
        assert words.problem_in_words(problem) != str(problem)
