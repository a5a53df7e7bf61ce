"""A version is published once, comes into force at its instant, and never changes again."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from libin.handbook import actions, queries
from libin.handbook.facts import VersionPublished
from libin.handbook.models import HandbookVersion, ReadReceipt
from libin.handbook.refusals import (
    EffectiveInThePast,
    HandbookMovedOn,
    LaterVersionWaits,
    NoHandbookInForce,
    NoSuchVersion,
    OnlyVersionInForce,
    VersionIsFinal,
)
from libin.handbook.source import HandbookProblems
from libin.kernel.access import SYSTEM, Actor, ActorKind, automation
from libin.kernel.errors import NotPermitted
from libin.kernel.models import FactRecord
from libin.people.models import Department, Role, Staff, Team
from tests.handbook.samples import MORNING, changed, folder, publish

LATER = MORNING + timedelta(days=3)
FASTER = ("within: 30 minutes\n        calendar: always\n      - id: promise.first-reply.A.important",
          "within: 20 minutes\n        calendar: always\n      - id: promise.first-reply.A.important")  # fmt: skip


def staff(*permissions: str, number: int | None = None) -> Actor:
    return Actor(kind=ActorKind.STAFF, id=number or 1, permissions=frozenset(permissions))


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_without_a_version_nothing_is_in_force() -> None:
    with pytest.raises(NoHandbookInForce):
        queries.in_force(MORNING)


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_a_published_version_is_in_force_from_its_instant_on() -> None:
    first = publish(folder())
    later = actions.publish_version(
        files=changed(*FASTER), effective_at=LATER, by=SYSTEM, at=MORNING
    )
    assert (first.number, later.number) == (1, 2)
    assert queries.in_force(MORNING).number == 1
    assert queries.in_force(LATER - timedelta(microseconds=1)).number == 1
    assert queries.in_force(LATER).number == 2
    slow, fast = (
        queries.version(row.pk).promise("first_reply", "inquiry", "urgent", "diamond", "async")
        for row in (first, later)
    )
    assert slow
    assert fast
    assert (slow.duration_minutes, fast.duration_minutes) == (30, 20)


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_publishing_the_same_files_again_changes_nothing() -> None:
    assert publish(folder()).pk == publish(folder(), at=LATER).pk
    assert HandbookVersion.objects.count() == 1


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_a_wrong_handbook_is_refused_and_the_old_one_stays() -> None:
    publish(folder())
    with pytest.raises(HandbookProblems):
        publish(changed("low_at: 2", "low_at: 9"), at=LATER)
    assert queries.in_force(LATER).number == 1


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_a_version_cannot_take_effect_in_the_past_nor_before_one_that_waits() -> None:
    publish(folder())
    with pytest.raises(EffectiveInThePast):
        actions.publish_version(files=changed(*FASTER), effective_at=MORNING, by=SYSTEM, at=LATER)
    waiting = actions.publish_version(
        files=changed(*FASTER), effective_at=LATER, by=SYSTEM, at=MORNING
    )
    with pytest.raises(LaterVersionWaits):
        publish(changed("low_at: 2", "low_at: 1"), at=MORNING + timedelta(hours=1))
    actions.retire_version(version_id=waiting.pk, by=SYSTEM, at=MORNING)
    assert publish(changed("low_at: 2", "low_at: 1"), at=MORNING + timedelta(hours=1)).number == 3


@pytest.mark.row("H4")
@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "files = '{}'",
        "sha256 = ''",
        "effective_at = effective_at + interval '1 day'",
        "number = 7",
        "state = 'draft'",
        "published_by = 'staff:2'",
    ],
)
def test_the_database_refuses_to_change_what_is_published(change: str) -> None:
    row = publish(folder())
    with (
        pytest.raises(DatabaseError, match="cannot be changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE handbook_handbookversion SET {change} WHERE id = {row.pk}")  # noqa: S608
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM handbook_handbookversion WHERE id = {row.pk}")  # noqa: S608
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE handbook_handbookversion CASCADE")


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_a_withdrawn_version_governs_nothing_new_but_can_still_be_read() -> None:
    publish(folder())
    second = publish(changed(*FASTER), at=LATER)
    actions.retire_version(version_id=second.pk, by=SYSTEM, at=LATER + timedelta(hours=1))
    assert queries.in_force(LATER + timedelta(hours=2)).number == 1
    assert queries.version(second.pk).number == 2
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        HandbookVersion.objects.filter(pk=second.pk).update(state="published")


@pytest.mark.django_db
def test_the_only_version_in_force_cannot_be_withdrawn() -> None:
    only = publish(folder())
    with pytest.raises(OnlyVersionInForce):
        actions.retire_version(version_id=only.pk, by=SYSTEM, at=LATER)


@pytest.mark.row("H4")
@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_get_one_version_or_are_told() -> None:
    publish(folder())
    outcomes: list[object] = []
    ready = threading.Barrier(2)

    def publish_with(low_at: int) -> None:
        ready.wait()
        try:
            outcomes.append(
                actions.publish_version(
                    files=changed("low_at: 2", f"low_at: {low_at}"),
                    effective_at=LATER, by=SYSTEM, at=LATER, based_on=1,
                ).number
            )  # fmt: skip
        except HandbookMovedOn as told:
            outcomes.append(told.values)
        finally:
            connection.close()

    threads = [threading.Thread(target=publish_with, args=[low_at]) for low_at in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [2, {"number": 2}]


@pytest.mark.django_db
def test_people_get_roles_departments_and_teams_of_the_version_in_force() -> None:
    publish(folder())
    assert Role.objects.get(code="supervisor").title_zh == "主管"
    assert "desk.forgive" in Role.objects.get(code="supervisor").permissions
    assert Department.objects.filter(code="success", retired_at=None).exists()
    assert Team.objects.filter(code="concierge", department__code="success").exists()


@pytest.mark.django_db
def test_roles_of_a_later_version_arrive_when_it_comes_into_force() -> None:
    publish(folder())
    files = changed("title: {zh: 主管, en: Supervisor}", "title: {zh: 值班经理, en: Duty manager}")
    actions.publish_version(files=files, effective_at=LATER, by=SYSTEM, at=MORNING)
    robot = automation("handbook")
    assert not actions.apply_version(by=robot, at=MORNING)
    assert Role.objects.get(code="supervisor").title_en == "Supervisor"
    assert actions.apply_version(by=robot, at=LATER)
    assert Role.objects.get(code="supervisor").title_en == "Duty manager"
    assert not actions.apply_version(by=robot, at=LATER)


@pytest.mark.django_db
def test_publishing_needs_the_permission_and_gives_nobody_more_than_one_holds() -> None:
    publish(folder())
    with pytest.raises(NotPermitted):
        actions.publish_version(
            files=changed(*FASTER), effective_at=LATER, by=staff("handbook.read"), at=LATER
        )
    grab = changed("permissions: [desk.view_all, customers.view, handbook.read, handbook.publish,",
                   "permissions: [people.grant, desk.view_all, customers.view, handbook.read, handbook.publish,")  # fmt: skip
    publisher = staff("handbook.publish")
    with pytest.raises(NotPermitted):
        actions.publish_version(
            files=grab, effective_at=LATER + timedelta(days=1), by=publisher, at=LATER
        )
    assert (
        actions.publish_version(
            files=changed(*FASTER), effective_at=LATER, by=publisher, at=LATER
        ).number
        == 2
    )


@pytest.mark.django_db
def test_publishing_is_said_aloud() -> None:
    row = publish(folder())
    assert FactRecord.objects.filter(name=VersionPublished.name, body__version_id=row.pk).exists()


@pytest.mark.row("H4")
@pytest.mark.django_db
def test_a_draft_may_be_wrong_until_it_is_published() -> None:
    base = publish(folder())
    editor = staff("handbook.publish")
    draft = actions.begin_draft(version_id=base.pk, by=editor, at=MORNING)
    path = "rules/verdict.yaml"
    wrong = draft.files[path].replace("low_at: 2", "low_at: 9")
    actions.write_file(version_id=draft.pk, path=path, text=wrong, by=editor, at=MORNING)
    with pytest.raises(HandbookProblems):
        actions.publish_draft(version_id=draft.pk, effective_at=LATER, by=editor, at=LATER)
    right = wrong.replace("low_at: 9", "low_at: 1")
    actions.write_file(version_id=draft.pk, path=path, text=right, by=editor, at=MORNING)
    published = actions.publish_draft(version_id=draft.pk, effective_at=LATER, by=editor, at=LATER)
    assert published.number == 2
    assert queries.in_force(LATER).surveys["closing"].low_at == 1
    with pytest.raises(VersionIsFinal):
        actions.write_file(version_id=draft.pk, path=path, text="", by=editor, at=LATER)


@pytest.mark.django_db
def test_a_draft_is_hidden_from_readers() -> None:
    base = publish(folder())
    draft = actions.begin_draft(version_id=base.pk, by=staff("handbook.publish"), at=MORNING)
    reader = staff("handbook.read")
    assert [row.pk for row in queries.versions(reader)] == [base.pk]
    with pytest.raises(NoSuchVersion):
        queries.version_row(reader, draft.pk)
    with pytest.raises(NotPermitted):
        queries.versions(staff())


@pytest.mark.row("H5")
@pytest.mark.django_db
def test_who_must_read_a_version_says_so_once_and_it_is_known_who_has_not() -> None:
    row = publish(folder())
    agent = Role.objects.get(code="agent")
    people = [
        Staff.objects.create(email=f"{name}@libin.example", name=name, is_active=True)
        for name in ("lin", "zhou")
    ]
    for person in people:
        person.roles.add(agent)
    lin = staff("handbook.read", number=people[0].pk)
    boss = staff("handbook.read", "desk.supervise", number=people[1].pk)
    assert queries.must_acknowledge(lin, row.pk)
    actions.acknowledge(version_id=row.pk, by=lin, at=MORNING)
    actions.acknowledge(version_id=row.pk, by=lin, at=LATER)
    assert not queries.must_acknowledge(lin, row.pk)
    assert ReadReceipt.objects.get().at == MORNING
    assert [(r.name, r.at) for r in queries.readers(boss, row.pk)] == [
        ("zhou", None),
        ("lin", MORNING),
    ]
    assert [reader.name for reader in queries.readers(lin, row.pk)] == ["lin"]
