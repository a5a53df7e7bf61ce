"""The default handbook says what the specification says, number by number."""

from datetime import timedelta

import pytest

from libin.handbook.rules import Handbook, PromiseRule
from libin.handbook.source import load
from tests.handbook.samples import folder

MIN, HOUR = 1, 60
DAY_OF_WORK = 450
A, B, C = "A", "B", "C"

# kind, severity, class, mode, promise, minutes, basis
FIRST_REPLIES = [
    *[
        ("inquiry", s, c, "live", m, "elapsed")
        for s, m in (("general", 10), ("important", 5), ("urgent", 3))
        for c in (A, B, C)
    ],
    ("inquiry", "urgent", A, "async", 30, "elapsed"),
    ("inquiry", "important", A, "async", 30, "elapsed"),
    ("inquiry", "general", A, "async", 2 * HOUR, "elapsed"),
    ("inquiry", "urgent", B, "async", 2 * HOUR, "working"),
    ("inquiry", "important", B, "async", 2 * HOUR, "working"),
    ("inquiry", "general", B, "async", 8 * HOUR, "working"),
    ("inquiry", "urgent", C, "async", 4 * HOUR, "working"),
    ("inquiry", "important", C, "async", 4 * HOUR, "working"),
    ("inquiry", "general", C, "async", 24 * HOUR, "working"),
    ("complaint", "general", A, "async", 1 * HOUR, "elapsed"),
    *[
        ("complaint", s, c, "async", 1 * HOUR, "working")
        for s in ("general", "important", "urgent")
        for c in (B, C)
    ],
]

OTHERS = [
    ("inquiry", "urgent", A, "async", "acknowledgement", 3, "elapsed"),
    ("inquiry", "urgent", C, "async", "acknowledgement", 3, "elapsed"),
    ("inquiry", "urgent", A, "async", "solution", 4 * HOUR, "elapsed"),
    ("inquiry", "important", A, "async", "solution", 4 * HOUR, "elapsed"),
    ("inquiry", "general", A, "async", "resolution", 24 * HOUR, "elapsed"),
    ("bespoke", "general", A, "async", "plan_draft", 30, "elapsed"),
    ("bespoke", "general", B, "async", "plan_draft", 2 * HOUR, "working"),
    ("bespoke", "general", C, "async", "plan_draft", 4 * HOUR, "working"),
    ("bespoke", "general", A, "async", "plan_final", 2 * HOUR, "working"),
    ("bespoke", "general", B, "async", "plan_final", 8 * HOUR, "working"),
    ("bespoke", "general", C, "async", "plan_final", 24 * HOUR, "working"),
    ("complaint", "urgent", A, "async", "substantive_reply", 1 * HOUR, "elapsed"),
    ("complaint", "general", C, "live", "substantive_reply", 1 * HOUR, "working"),
    ("complaint", "general", C, "async", "outcome", 24 * HOUR, "elapsed"),
    ("complaint", "general", C, "async", "close", 3 * DAY_OF_WORK, "working"),
    ("feedback", "general", C, "async", "classification", 24 * HOUR, "elapsed"),
    ("feedback", "urgent", C, "async", "progress", 24 * HOUR, "elapsed"),
    ("feedback", "important", B, "async", "progress", 24 * HOUR, "elapsed"),
    ("feedback", "general", B, "async", "department_solution", 5 * DAY_OF_WORK, "working"),
    ("feedback", "general", B, "async", "implementation", 7 * DAY_OF_WORK, "working"),
    ("inquiry", "general", C, "async", "escalation", 10, "elapsed"),
    ("incident", "urgent", A, "async", "plan_activation", 15, "elapsed"),
]


@pytest.fixture(scope="module")
def handbook() -> Handbook:
    return load(folder("default")).handbook


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("kind", "severity", "service_class", "mode", "minutes", "basis"), FIRST_REPLIES
)
def test_a_first_reply_is_promised_as_printed(
    handbook: Handbook,
    kind: str,
    severity: str,
    service_class: str,
    mode: str,
    minutes: int,
    basis: str,
) -> None:
    promise = handbook.promise("first_reply", kind, severity, service_class, mode)
    assert promise is not None
    assert (promise.duration, promise.basis) == (timedelta(minutes=minutes), basis)


@pytest.mark.row("D6")
@pytest.mark.parametrize(
    ("kind", "severity", "service_class", "mode", "code", "minutes", "basis"), OTHERS
)
def test_every_other_promise_is_as_printed(
    handbook: Handbook,
    kind: str,
    severity: str,
    service_class: str,
    mode: str,
    code: str,
    minutes: int,
    basis: str,
) -> None:
    promise = handbook.promise(code, kind, severity, service_class, mode)
    assert promise is not None
    assert (promise.duration_minutes, promise.basis) == (minutes, basis)


@pytest.mark.row("D6")
def test_nobody_waits_longer_than_24_hours_for_a_first_reply(handbook: Handbook) -> None:
    caps = {
        promise.cap_elapsed_minutes
        for promises in handbook.matrix.values()
        for promise in promises
        if promise.code == "first_reply"
    }
    assert caps == {24 * HOUR}


@pytest.mark.row("D6")
def test_class_a_is_counted_by_the_clock_around_the_clock(handbook: Handbook) -> None:
    of_class_a = [p for p in handbook.promises if p.when.service_classes == {"A"}]
    assert of_class_a
    assert all(handbook.calendars[p.calendar].is_continuous for p in of_class_a)


@pytest.mark.row("D6")
def test_every_open_matter_carries_a_next_update_by_severity(handbook: Handbook) -> None:
    for kind in handbook.kinds:
        for tier in handbook.tiers:
            lengths = [
                handbook.promise("next_update", kind, severity, tier, "async")
                for severity in ("urgent", "important", "general")
            ]
            assert all(promise is not None and promise.renews for promise in lengths)
            durations = [promise.duration for promise in lengths if promise]
            assert durations == sorted(durations)
            assert len(set(durations)) == 3


@pytest.mark.row("D6")
def test_the_figures_that_are_no_promises_stand_there_too(handbook: Handbook) -> None:
    assert handbook.limits["ring-answer"].value == 3
    assert handbook.limits["feedback-answered"].value == 90
    assert handbook.escalation[0].within_minutes == 10
    assert all(promise.warn_at == (50, 80, 100) for promise in handbook.promises)


@pytest.mark.row("C5")
def test_tiers_and_classes_are_the_chosen_ones(handbook: Handbook) -> None:
    assert {code: tier.service_class for code, tier in handbook.tiers.items()} == {
        "diamond": "A",
        "platinum": "A",
        "gold": "B",
        "silver": "B",
        "standard": "C",
    }
    assert [tier.rank for tier in handbook.tiers.values()] == [1, 2, 3, 4, 5]


@pytest.mark.row("D7")
def test_office_hours_have_a_lunch_break_and_follow_public_holidays(handbook: Handbook) -> None:
    office = handbook.calendars["office"]
    spans = [(a.isoformat("minutes"), b.isoformat("minutes")) for a, b in office.weekly[0]]
    assert spans == [("09:00", "12:00"), ("13:30", "18:00")]
    assert office.weekly[5] == office.weekly[6] == ()
    assert office.observes_holidays
    assert office.zone == "Asia/Shanghai"
    assert not handbook.calendars["always"].observes_holidays


@pytest.mark.row("D8")
def test_each_class_has_its_lane_and_the_account_manager_comes_first(handbook: Handbook) -> None:
    lanes = {tier: handbook.lane_of(tier).code for tier in ("diamond", "gold", "standard")}
    assert lanes == {"diamond": "priority", "gold": "standard", "standard": "fast"}
    assert handbook.routing.criteria[:2] == ("account_manager", "backup_manager")
    assert handbook.levels[handbook.lanes["priority"].min_level].rank == 3


@pytest.mark.row("D3")
def test_an_inquiry_has_six_steps(handbook: Handbook) -> None:
    steps = [step.code for step in handbook.process_of("inquiry").steps]
    assert steps == ["receive", "analyse", "look_up", "answer", "follow_up", "archive"]


@pytest.mark.row("P2")
def test_a_complaint_has_eight_steps_and_a_branch_that_explains(handbook: Handbook) -> None:
    process = handbook.process_of("complaint")
    trunk = [step.code for step in process.steps if step.code != "explain"]
    assert trunk == [
        "receive",
        "record",
        "judge",
        "department",
        "analyse",
        "propose",
        "approve",
        "carry_out",
    ]
    assert set(process.step("judge").choices) == {"department", "explain"}


@pytest.mark.row("H3")
def test_every_rule_has_an_id_words_in_both_languages_a_source_and_an_owner(
    handbook: Handbook,
) -> None:
    assert len(handbook.rules) > 250
    for rule_id, rule in handbook.rules.items():
        assert rule.id == rule_id
        assert all((rule.title.zh, rule.title.en, rule.text.zh, rule.text.en, rule.source))
        assert rule.owner in handbook.roles


@pytest.mark.row("H3")
def test_every_step_says_who_with_what_and_to_what_result(handbook: Handbook) -> None:
    steps = [step for process in handbook.processes.values() for step in process.steps]
    assert len(steps) > 40
    for step in steps:
        assert step.role in handbook.roles
        assert step.expected.zh
        assert step.resources.zh


@pytest.mark.row("H2")
def test_it_opens_with_the_five_hearts_the_five_ways_and_the_five_steps(handbook: Handbook) -> None:
    prose = handbook.chapters[0].body.zh
    assert all(word in prose for word in ("耐心", "细心", "用心", "诚心", "贴心"))
    assert all(word in prose for word in ("眼到", "口到", "手到", "心到", "意到"))
    assert all(word in prose for word in ("接待", "沟通", "确认", "执行", "反馈"))


@pytest.mark.row("F1")
def test_the_closing_survey_has_five_points_and_three_bands(handbook: Handbook) -> None:
    survey = handbook.surveys["closing"]
    assert [point.score for point in survey.scale] == [1, 2, 3, 4, 5]
    assert survey.low_at == 2
    assert [survey.band(score).code for score in (5, 4, 3, 2, 1)] == [
        "high",
        "high",
        "lower",
        "low",
        "low",
    ]


def test_a_promise_is_found_by_a_lookup(handbook: Handbook) -> None:
    by_tier = handbook.promises_for("inquiry", "urgent", "diamond", "async")
    by_class = handbook.promises_for("inquiry", "urgent", "A", "async")
    assert by_tier == by_class
    assert all(isinstance(promise, PromiseRule) for promise in by_tier)


@pytest.mark.row("D5")
@pytest.mark.parametrize(
    ("words", "kind", "severity"),
    [
        ("请问这个型号怎么安装？", "inquiry", "general"),
        ("我要投诉，你们态度恶劣！", "complaint", "important"),
        ("系统崩溃，数据丢失，马上处理", "inquiry", "urgent"),
        ("Where is my order? The delivery has not arrived", "order", "general"),
        ("想提个建议，希望能有夜间服务", "feedback", "general"),
    ],
)
def test_kind_and_severity_are_read_from_the_words(
    handbook: Handbook, words: str, kind: str, severity: str
) -> None:
    found = handbook.kind_by_words(words)
    assert (found.code, handbook.severity_by_words(words, kind=found.code).code) == (kind, severity)
