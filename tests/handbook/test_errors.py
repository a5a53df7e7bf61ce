"""Whatever is wrong with a handbook is told with file, line, key and remedy, all at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libin.handbook.source import HandbookProblems, load
from libin.handbook.source.checker import Names
from libin.handbook.source.reading import MAX_FILE
from tests.handbook.samples import changed, folder, problems, with_file

TIERS = "rules/tiers.yaml"

# what is changed, into what; then file, key, a piece of what is wrong, a piece of the remedy
WRONG = [
    ("rank: 2\n    service_class: A", "rank: 2\n    service_class: AA", TIERS, "tiers.platinum.service_class", 'no class "AA"', 'Did you mean "A"?'),
    ("entitlements: [priority-booking,", "entitlements: [priority-boking,", TIERS, "tiers.platinum.entitlements[1]", "priority-boking", 'Did you mean "priority-booking"?'),
    ("en: Diamond}", "en: }", TIERS, "tiers.diamond.title.en", "wrong shape", "Write a text"),
    ("title: {zh: 钻石, en: Diamond}", "title: {zh: 钻石}", TIERS, "tiers.diamond.title.en", "English are missing", "Add en:"),
    ("title: {zh: 钻石, en: Diamond}", "titel: {zh: 钻石, en: Diamond}", TIERS, "tiers.diamond.titel", "unknown here", 'Did you mean "title"?'),
    ("    id: tier.diamond\n", "", TIERS, "tiers.diamond.id", "no id", "tiers.diamond"),
    ("id: tier.diamond", "id: tier.gold", TIERS, "tiers.gold.id", 'id "tier.gold" is already taken', "id of its own"),
    ("process: inquiry\n", "process: inqury\n", "rules/matters.yaml", "kinds.inquiry.process", 'no process "inqury"', 'Did you mean "inquiry"?'),
    ("    default: true\n", "", "rules/matters.yaml", "kinds", "Exactly one kind", "default: true"),
    ("default_tier: standard", "default_tier: standart", "handbook.yaml", "handbook.default_tier", "standart", 'Did you mean "standard"?'),
    ("zone: Asia/Shanghai\n  acknowledged_by", "zone: Asia/Shanghi\n  acknowledged_by", "handbook.yaml", "handbook.zone", "no time zone", 'Did you mean "Asia/Shanghai"?'),
    ("prose: chapters/1-philosophy", "prose: chapters/one", "handbook.yaml", "handbook.chapters[1].prose", "missing or empty", "both languages"),
    ("within: 10 minutes\n        calendar: always", "within: ten minutes\n        calendar: always", "rules/promises.yaml", "promises.first_reply.rows[3].within", "not a length of time", "30 minutes"),
    ("when: {modes: [live], severities: [general]}", "when: {modes: [life], severities: [general]}", "rules/promises.yaml", "promises.first_reply.rows[3].when.modes[1]", "not one of the words", 'Did you mean "live"?'),
    ("when: {classes: [C], severities: [general]}", "when: {classes: [C], severities: [urgent]}", "rules/promises.yaml", "promises.first_reply.rows[15]", "never decides", "Move it up"),
    ("when: {kinds: [incident]}\n        within: 15 minutes", "when: {kinds: [reception]}\n        within: 15 minutes", "rules/promises.yaml", "promises.plan_activation.met_by", 'has no step "activate"', "Known are"),
    ("applies_to: [solution, resolution, outcome, close, department_solution, implementation]", "applies_to: [first_reply]", "rules/promises.yaml", "pause_reasons.waiting-third-party.applies_to[1]", "may not be paused", "pausable: true"),
    ("next: [department, explain]", "next: [department]", "rules/processes.yaml", "processes.complaint.steps.explain", "No way leads", "Name it under next"),
    ("        choices:\n          department: {zh: 成立, en: Founded}\n          explain: {zh: 不成立, en: Unfounded}\n", "", "rules/processes.yaml", "processes.complaint.steps.judge.next", "nothing says when", "choices:"),
    ("next: [carry_out]\n      carry_out:\n        id: process.complaint", "next: [judge, carry_out]\n        choices: {judge: {zh: 退, en: Back}, carry_out: {zh: 进, en: On}}\n      carry_out:\n        id: process.complaint", "rules/processes.yaml", "processes.complaint.steps.judge", "leads back", "forward only"),
    ("to: role:supervisor", "to: role:supervisior", "rules/routing.yaml", "routing.overflow[3].to", "supervisior", 'Did you mean "supervisor"?'),
    ("        role: leader\n        limit: 2 working hours", "        role: ledaer\n        limit: 2 working hours", "rules/processes.yaml", "processes.complaint.steps.approve.role", "ledaer", 'Did you mean "leader"?'),
    ("subject: {zh: \"已为您安排（{case_number}）\"", "subject: {zh: \"已为您安排（{case_nr}）\"", "rules/words.yaml", "templates.ack-priority.subject.zh", 'no placeholder "case_nr"', 'Did you mean "case_number"?'),
    ("observes_holidays: true", "observes_holidays: yes", "rules/channels.yaml", "calendars.office.observes_holidays", "wrong shape", "true or false"),
    ('mon: ["09:00-12:00", "13:30-18:00"]', 'mon: ["09:00-12:00", "11:30-18:00"]', "rules/channels.yaml", "calendars.office.hours.mon[2]", "overlap", "in order"),
    ('mon: ["09:00-12:00", "13:30-18:00"]', 'mon: ["09:00-12:00", "13:30-25:00"]', "rules/channels.yaml", "calendars.office.hours.mon[2]", "not hours", "09:00-12:00"),
    ("classes: [A]\n    min_level: senior", "classes: [A, B]\n    min_level: senior", "rules/routing.yaml", "lanes.standard.classes[1]", "already waits in lane", "one lane"),
    ("low_at: 2", "low_at: 0", "rules/verdict.yaml", "surveys.closing.low_at", "not a score", "highest score"),
    ("lowest: 3\n        highest: 3", "lowest: 3\n        highest: 4", "rules/verdict.yaml", "surveys.closing.bands", "falls into 2 bands", "exactly one band"),
    ("    value: 15\n    unit: seconds", "    value: 15\n    unit: minutes", "rules/keeping.yaml", "limits.undo-send.unit", 'counted in "seconds"', "unit: seconds"),
    ("保留 3 年（不得少于 1 年）。, en: \"Cases, conversations and verdicts: 3 years, never less than one.\"}\n    days: 1095", "保留 3 年（不得少于 1 年）。, en: \"Cases, conversations and verdicts: 3 years, never less than one.\"}\n    days: 300", "rules/keeping.yaml", "retention.service-record.days", "at least 365", "365 or more"),
]  # fmt: skip


@pytest.mark.row("H1")
@pytest.mark.parametrize(("old", "new", "file", "key", "wrong", "remedy"), WRONG)
def test_a_mistake_is_told_with_file_key_and_remedy(
    old: str, new: str, file: str, key: str, wrong: str, remedy: str
) -> None:
    files = changed(old, new)
    found = {problem.key: problem for problem in problems(files)}
    assert key in found, [str(problem) for problem in problems(files)]
    problem = found[key]
    assert problem.file == file
    assert wrong in problem.wrong
    assert remedy in problem.remedy
    assert 1 <= problem.line <= files[file].count("\n") + 1


@pytest.mark.row("H1")
def test_the_line_is_the_line() -> None:
    files = changed("rank: 2\n    service_class: A", "rank: 2\n    service_class: AA")
    (problem,) = problems(files)
    line = files[TIERS].splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("service_class: AA")


@pytest.mark.row("H1")
def test_all_mistakes_are_told_at_once() -> None:
    files = changed("rank: 2\n    service_class: A", "rank: 2\n    service_class: AA")
    files["rules/matters.yaml"] = files["rules/matters.yaml"].replace(
        "process: inquiry\n", "process: inqury\n"
    )
    files["rules/verdict.yaml"] = files["rules/verdict.yaml"].replace("low_at: 2", "low_at: 9")
    assert len(problems(files)) == 3


HOSTILE = [
    ("a: &bomb [1, 2]\nb: [*bomb, *bomb]\n", "Anchors and aliases", "Write the value out"),
    ("tiers: !!python/object:os.system {}\n", "Tags", "plain value"),
    ("tiers:\n  <<: {}\n", "Merging", "Write the keys out"),
    ("tiers:\n\tvip: {}\n", "tab", "spaces only"),
    ("extra: {}\nextra: {}\n", "second time", "Keep one"),
    ("limits: {}\n---\nlimits: {}\n", "second document", "---"),
    ("limits: [\n", "not YAML", "bracket"),
    ("limits:\n  - {[a]: 1}\n", "plain word", "key: value"),
    ("just words\n", "no sections", "section"),
    ("teirs: {}\n", "no section", 'Did you mean "tiers"?'),
    ("limits: " + "[" * 40 + "]" * 40 + "\n", "too deeply", "margin"),
    ("#" + " " * MAX_FILE + "\n", "larger than 512 KB", "several files"),
    ("tiers: \0\n", "not plain text", "UTF-8"),
]


@pytest.mark.row("H1")
@pytest.mark.parametrize(("text", "wrong", "remedy"), HOSTILE)
def test_what_no_handbook_needs_is_refused(text: str, wrong: str, remedy: str) -> None:
    found = [
        problem
        for problem in problems(with_file("rules/more.yaml", text))
        if wrong in problem.wrong
    ]
    assert found, [str(problem) for problem in problems(with_file("rules/more.yaml", text))]
    assert found[0].file == "rules/more.yaml"
    assert found[0].line >= 1
    assert remedy in found[0].remedy


@pytest.mark.row("H1")
def test_a_rule_said_in_two_files_is_told_with_both_places() -> None:
    text = "limits:\n  undo-send: {id: limit.x, title: {zh: 一, en: a}, text: {zh: 一, en: a}, source: s, owner: agent, value: 1, unit: seconds}\n"
    found = [p for p in problems(with_file("rules/more.yaml", text)) if "second time" in p.wrong]
    assert [(p.file, p.key) for p in found] == [("rules/more.yaml", "limits.undo-send")]
    assert "rules/keeping.yaml" in found[0].wrong


@pytest.mark.row("H1")
def test_prose_that_no_chapter_shows_is_told() -> None:
    assert [p.file for p in problems(with_file("chapters/99.zh.md", "x"))] == ["chapters/99.zh.md"]


@pytest.mark.row("H1")
def test_a_hole_in_the_promise_matrix_is_told_with_an_example() -> None:
    row = "when: {severities: [general]}\n        within: 3 working days"
    (problem,) = problems(
        changed(row, row.replace("severities: [general]", "kinds: [order], severities: [general]"))
    )
    assert problem.key == "promises.next_update"
    assert "have no answer" in problem.wrong
    assert "general x" in problem.wrong


@pytest.mark.row("H1")
def test_somebody_must_be_able_to_publish_and_to_manage_people() -> None:
    files = dict(folder())
    files["rules/house.yaml"] = files["rules/house.yaml"].replace(
        "handbook.publish", "handbook.read"
    )
    assert any('No role holds "handbook.publish"' in problem.wrong for problem in problems(files))


@pytest.mark.row("H1")
def test_a_fact_that_no_room_states_is_told() -> None:
    with pytest.raises(HandbookProblems) as refused:
        load(folder(), names=Names(facts=frozenset({"desk.replied"})))
    told = [problem for problem in refused.value.problems if problem.key.endswith("sends_on")]
    assert told
    assert 'no event "desk.case_closed"' in told[0].wrong


@given(st.text(max_size=200))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    found = problems({"handbook.yaml": text})
    assert found
    assert all(problem.wrong and problem.remedy for problem in found)


@settings(max_examples=25)
@given(
    st.sampled_from(sorted(folder())),
    st.integers(0, 5000),
    st.text("{}[]:&*!\t\n -'\"\0aä行", min_size=1, max_size=6),
)
def test_a_handbook_with_a_slip_either_loads_or_says_what_is_wrong(
    name: str, place: int, slip: str
) -> None:
    files = dict(folder())
    place %= len(files[name])
    files[name] = files[name][:place] + slip + files[name][place:]
    for problem in problems(files):
        assert problem.wrong
        assert problem.remedy
