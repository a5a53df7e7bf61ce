"""Owed work is done once, at its time, and what fails is tried again and kept in sight."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from libin.kernel import clock, facts, loops, outbox, queue
from libin.kernel.facts import Fact, fact, reacts_to
from libin.kernel.models import FactRecord, Heartbeat, Job

AT = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)

heard: list[Fact] = []


@fact("test.bell_rang")
@dataclass(frozen=True, kw_only=True)
class BellRang(Fact):
    """The bell at the counter rang."""

    times: int
    next_at: datetime | None = None


@reacts_to(BellRang, name="test.note_bell")
def note_bell(said: BellRang) -> None:
    """Note in the database and in memory that it rang."""
    Heartbeat.objects.create(part=f"bell-{said.times}", seen_at=said.at)
    if said.times > 9:
        raise RuntimeError("张三 must not be told to anybody")
    heard.append(said)


@queue.job("test.errand", outside=True, attempts=2)
def errand(number: int) -> None:
    """Go somewhere else; fails for odd numbers."""
    if number % 2:
        raise ConnectionError
    Heartbeat.objects.create(part=f"errand-{number}", seen_at=clock.now())


@queue.job("test.rounds", every=timedelta(minutes=5))
def rounds() -> None:
    """Walk around the house."""
    Heartbeat.objects.update_or_create(part="rounds", defaults={"seen_at": clock.now()})


_KINDS = {name: queue.kinds.pop(name) for name in ("test.errand", "test.rounds")}
del facts.kinds[BellRang.name], facts.reactions[BellRang.name]


@pytest.fixture(autouse=True)
def bell_of_this_module() -> Iterator[None]:
    """The bell and its jobs are known while one of these tests runs, and to nobody else."""
    facts.kinds[BellRang.name] = BellRang
    facts.reactions[BellRang.name]["test.note_bell"] = note_bell
    queue.kinds.update(_KINDS)
    yield
    del facts.kinds[BellRang.name], facts.reactions[BellRang.name]
    for name in _KINDS:
        del queue.kinds[name]


@pytest.fixture(autouse=True)
def quiet(db: None) -> Iterator[None]:
    heard.clear()
    with clock.stopped_at(AT):
        yield


def ring(times: int = 1) -> None:
    with transaction.atomic():
        outbox.publish(BellRang(times=times, next_at=AT, by="system:test", at=AT))


def jobs(name: str = "test.note_bell") -> list[Job]:
    return list(Job.objects.filter(name=name))


def test_a_fact_is_heard_once_as_it_was_said() -> None:
    ring()
    assert queue.run_all() == 1
    assert queue.run_all() == 0
    assert heard == [BellRang(times=1, next_at=AT, by="system:test", at=AT)]
    assert jobs() == []


def test_many_facts_are_written_at_once_and_each_is_heard() -> None:
    with transaction.atomic():
        outbox.publish_all([BellRang(times=n, by="system:test", at=AT) for n in range(5)])
    queue.run_all()
    assert sorted(said.times for said in heard if isinstance(said, BellRang)) == [0, 1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError):
        outbox.publish(BellRang(times=1, by="system:test", at=AT))


def test_what_did_not_happen_is_not_told() -> None:
    mark = transaction.savepoint()
    ring()
    transaction.savepoint_rollback(mark)
    assert FactRecord.objects.filter(name="test.bell_rang").count() == 0
    assert queue.run_all() == 0


def test_a_reaction_that_fails_leaves_nothing_behind_and_is_tried_later() -> None:
    ring(10)
    queue.run_all()
    assert not Heartbeat.objects.filter(part="bell-10").exists()
    (owed,) = jobs()
    assert (owed.attempts, owed.given_up, owed.due_at) == (1, False, AT + SECOND)


def test_a_problem_is_kept_without_its_words() -> None:
    ring(10)
    queue.run_all()
    assert jobs()[0].problem == "RuntimeError"


def test_the_log_tells_where_it_failed_and_nothing_that_was_said(
    caplog: pytest.LogCaptureFixture,
) -> None:
    ring(10)
    queue.run_all()
    assert "RuntimeError" in caplog.text
    assert "test_queue.py" in caplog.text
    assert "note_bell" in caplog.text
    assert "张三" not in caplog.text


def test_what_the_database_refuses_is_logged_without_the_values(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def work(at: datetime) -> bool:
        with transaction.atomic():
            Heartbeat.objects.create(part="张三", seen_at=at)
            Heartbeat.objects.bulk_create([Heartbeat(part="张三", seen_at=at)])
        return False

    runner = loops.Runner([])

    class Bell(Event):
        def wait(self, timeout: float | None = None) -> bool:
            runner.stopping.set()
            return True

    thread = Thread(target=runner.run, args=(loops.Loop("counter", work, lambda: None), Bell()))
    thread.start()
    thread.join()
    assert "IntegrityError" in caplog.text
    assert "UniqueViolation" in caplog.text
    assert "张三" not in caplog.text


def test_after_the_last_attempt_it_is_given_up_and_kept() -> None:
    ring(10)
    now = AT
    for _ in range(queue.MAX_ATTEMPTS):
        with clock.stopped_at(now):
            queue.run_all()
        now += timedelta(hours=2)
    (owed,) = jobs()
    assert owed.given_up
    with clock.stopped_at(now + timedelta(days=1)):
        assert queue.run_all() == 0


def test_an_errand_that_dies_on_the_way_is_run_again_after_its_lease() -> None:
    queue.enqueue(errand, at=AT, number=2)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(queue._CLAIM, ["outside", AT])
        queue._Owed(cursor.fetchone()[0], "test.errand", None, {"number": 2}, 0).lease()
    assert queue.run_all("outside") == 0
    with clock.stopped_at(AT + queue.LEASE):
        assert queue.run_all("outside") == 1
    assert Heartbeat.objects.filter(part="errand-2").exists()


def test_a_job_waits_for_its_time() -> None:
    queue.enqueue(errand, at=AT + SECOND, number=2)
    assert queue.run_all("outside") == 0
    assert queue.next_due("outside") == AT + SECOND


def test_jobs_with_a_key_wait_only_once_and_for_the_earlier_instant() -> None:
    for seconds in (30, 10, 20):
        queue.enqueue(errand, at=AT + timedelta(seconds=seconds), key="one", number=4)
    (owed,) = jobs("test.errand")
    assert owed.due_at == AT + timedelta(seconds=10)


def test_periodic_work_comes_back_and_is_never_given_up() -> None:
    queue.schedule_periodic(AT)
    queue.schedule_periodic(AT)
    Job.objects.exclude(name="test.rounds").delete()
    assert queue.run_all() == 1
    (owed,) = jobs("test.rounds")
    assert owed.due_at == AT + timedelta(minutes=5)


@pytest.mark.parametrize(("tried", "seconds"), [(1, 1), (2, 4), (3, 16), (6, 1024), (9, 3600)])
def test_each_attempt_waits_longer_up_to_an_hour(tried: int, seconds: int) -> None:
    assert queue.backoff(tried) == timedelta(seconds=seconds)


@pytest.mark.django_db(transaction=True)
def test_many_workers_share_the_work_without_doing_any_twice() -> None:
    with transaction.atomic():
        outbox.publish_all([BellRang(times=-n, by="system:test", at=AT) for n in range(60)])

    def work() -> None:
        with clock.stopped_at(AT):
            queue.run_all()
        connection.close()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(heard) == 60
    assert len({said.times for said in heard if isinstance(said, BellRang)}) == 60


def test_two_facts_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match=r"test\.bell_rang"):

        @fact("test.bell_rang")
        @dataclass(frozen=True, kw_only=True)
        class Another(Fact):
            """Something else."""

    assert facts.kinds["test.bell_rang"] is BellRang
