"""The colours that meet on screen can be read: at least 4.5 to 1, in the light and in the dark."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend" / "styles" / "tokens.css"
GROUNDS = ("paper", "raised", "sunken")
PAIRS = [
    *[
        (ink, ground)
        for ink in ("ink", "ink-soft", "jade", "gold-ink", "vermilion-ink")
        for ground in GROUNDS
    ],
    *[("ink", wash) for wash in ("jade-wash", "gold-wash", "vermilion-wash", "note-wash")],
    *[("ink-soft", wash) for wash in ("jade-wash", "note-wash")],
    ("on-jade", "jade"),
    ("on-vermilion", "vermilion"),
    ("jade", "jade-wash"),
    ("gold-ink", "gold-wash"),
    ("vermilion-ink", "vermilion-wash"),
    ("paper", "ink"),
]
# Edges of fields and meaningful marks: WCAG 1.4.11 asks for 3 to 1.
MARKS = [("edge", ground) for ground in GROUNDS] + [
    ("jade", "raised"),
    ("vermilion", "raised"),
    ("gold", "raised"),
]


def palette() -> dict[str, tuple[str, str]]:
    found = re.findall(
        r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", TOKENS.read_text(encoding="utf-8")
    )
    return {name: (light, dark) for name, light, dark in found}


def luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(colour[i : i + 2], 16)) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_the_known_figure():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.row("Z2")
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_words_can_be_read(ink: str, ground: str, theme: int):
    colours = palette()
    assert contrast(colours[ink][theme], colours[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_and_edges_can_be_seen(mark: str, ground: str, theme: int):
    colours = palette()
    assert contrast(colours[mark][theme], colours[ground][theme]) >= 3


def test_the_palette_is_the_one_of_the_design():
    light = {name: pair[0].upper() for name, pair in palette().items()}
    wanted = {
        "paper": "#FBFAF7",
        "ink": "#1C1B1A",
        "hairline": "#E6E2DA",
        "jade": "#0F766E",
        "gold": "#A67C2D",
    }
    assert {name: light[name] for name in wanted} == wanted
    assert light["vermilion"] == "#C2402D"
