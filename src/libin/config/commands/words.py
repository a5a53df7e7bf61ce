"""What the command says, in Chinese or English, before Django is there to translate."""

import gettext
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from libin.kernel.postgres import PostgresProblem

LANGUAGES = ("zh", "en")
_PLACE = Path(__file__).resolve().parents[1] / "locale"


class _Speech:
    """The language chosen for this process."""

    language = "en"
    catalogue = gettext.NullTranslations()


def language_of_terminal() -> str:
    """`zh` when the terminal speaks Chinese, else `en`."""
    spoken = next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    return "zh" if spoken.lower().startswith("zh") else "en"


def speak(language: str) -> None:
    """Say everything from now on in this language (`zh` or `en`), also in the processes started later."""
    _Speech.language = language
    _Speech.catalogue = (
        gettext.translation("django", _PLACE, languages=["zh_Hans"], fallback=True)
        if language == "zh"
        else gettext.NullTranslations()
    )
    os.environ["LIBIN_LANGUAGE"] = language
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Callable[..., None] | None = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace", line_buffering=True)


def language() -> str:
    return _Speech.language


def _(message: str, **values: object) -> str:
    """The message in the chosen language, with its %(names)s filled in."""
    words = _Speech.catalogue.gettext(message)
    return words % values if values else words


def say(words: str = "") -> None:
    """One line to whoever still listens: a closed terminal must not keep us from ending in order."""
    _write(sys.stdout, words)


def complain(words: str) -> int:
    """Say what is wrong where errors go; the exit status to end with."""
    _write(sys.stderr, words)
    return 1


def _write(stream: TextIO, words: str) -> None:
    try:
        stream.write(f"{words}\n")
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def problem_in_words(problem: PostgresProblem) -> str:
    """A problem of the database server in the chosen language."""
    return _(type(problem).__doc__ or "", **problem.facts)
