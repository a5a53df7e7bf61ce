"""What changes between two handbooks is told in words."""

import pytest
from django.utils import translation

from libin.handbook.comparing import Change, blocks, compare
from libin.handbook.source import load
from tests.handbook.samples import changed, folder


def changes(old: str, new: str) -> tuple[Change, ...]:
    return compare(load(folder()).handbook, load(changed(old, new)).handbook)


@pytest.mark.row("H4")
def test_a_faster_promise_is_told_for_whom_from_what_to_what() -> None:
    row = 'title: {zh: A 类·一般, en: "Class A, general"}\n        text: {zh: 任何时候，2 小时内回复。, en: "At any hour, a reply within 2 hours."}\n        when: {classes: [A], severities: [general]}\n        within: 2 hours'
    (change,) = changes(row, row.replace("within: 2 hours", "within: 1 hour"))
    assert (change.aspect, change.before, change.after) == ("First reply", "2 h", "1 h")
    assert change.subject.startswith("Class A · General · Inquiry, After-sales, Feedback")
    assert change.subject.endswith("written contact")
    assert ("inquiry", "general", "diamond", "async") in change.cells
    assert not [cell for cell in change.cells if cell[0] == "complaint"]


@pytest.mark.row("H4")
def test_the_same_is_told_in_chinese() -> None:
    row = "when: {kinds: [complaint]}\n        within: 3 working days"
    with translation.override("zh-hans"):
        (change,) = changes(row, row.replace("3 working days", "2 working days"))
    assert (change.aspect, change.subject) == ("投诉办结", "投诉")
    assert change.before != change.after


@pytest.mark.row("H4")
def test_a_rule_taken_out_and_one_added_are_told() -> None:
    old = "  storm:\n    id: breach.storm"
    before = load(folder("diamond-three")).handbook
    after = load(changed(old, "  flood:\n    id: breach.flood", name="diamond-three")).handbook
    told = {(change.rule_id, change.aspect) for change in compare(before, after)}
    assert told == {("breach.storm", "taken out"), ("breach.flood", "new")}


def test_a_new_word_in_a_rule_and_a_new_role_of_a_step_are_told() -> None:
    (word,) = changes("en: Diamond}", "en: Brilliant}")
    assert (word.rule_id, word.aspect, word.before, word.after) == (
        "tier.diamond",
        "title",
        "Diamond",
        "Brilliant",
    )
    (role,) = changes(
        "        role: leader\n        limit: 2 working hours",
        "        role: supervisor\n        limit: 2 working hours",
    )
    assert (role.rule_id, role.aspect) == ("process.complaint.approve", "role")


def test_nothing_changes_between_a_handbook_and_itself() -> None:
    book = load(folder()).handbook
    assert compare(book, load(folder()).handbook) == ()


def test_cells_are_cut_into_products_that_cover_them_exactly() -> None:
    cells = {
        ("a", "x", "1", "live"),
        ("a", "y", "1", "live"),
        ("b", "x", "1", "live"),
        ("a", "x", "1", "async"),
    }
    pieces = blocks(cells)
    assert set().union(*pieces) == cells
    assert sum(len(piece) for piece in pieces) == len(cells)
    for piece in pieces:
        sides = [len({cell[place] for cell in piece}) for place in range(4)]
        assert sides[0] * sides[1] * sides[2] * sides[3] == len(piece)
