"""A backup on a real server: what goes in comes out, and what was touched on the way is refused."""

import io
import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from libin.kernel import backup, postgres
from libin.kernel import backup_restore as restoring
from libin.kernel.postgres import databases

NIGHT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TABLES = """
CREATE EXTENSION pg_trgm;
CREATE TABLE kernel_auditentry (id bigserial PRIMARY KEY, act text, seal_no bigint, seal bytea);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'final'; END $$;
CREATE TRIGGER final BEFORE UPDATE OR DELETE ON kernel_auditentry FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE people_staff (id serial PRIMARY KEY, name text);
CREATE TABLE kernel_fact (id bigint, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE kernel_fact_2026_11 PARTITION OF kernel_fact FOR VALUES FROM ('2026-11-01') TO ('2026-12-01');
CREATE INDEX ON people_staff USING gin (name gin_trgm_ops);
INSERT INTO people_staff (name) VALUES ('林'), ('Ada');
INSERT INTO kernel_fact SELECT n, '2026-11-21' FROM generate_series(1, 7) n;
INSERT INTO kernel_auditentry (act, seal_no, seal) VALUES ('a', 1, '\\x01'), ('b', 2, '\\x02'), ('c', NULL, NULL);
"""


def silent(stage: str, number: int) -> None:
    """Nobody listens to the progress."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    home = Path(tempfile.mkdtemp(prefix="libin-test-", dir="/tmp"))
    home.chmod(0o755)
    started = postgres.Cluster(home, settings={"fsync": "off"})
    started.start()
    yield started
    started.stop()
    shutil.rmtree(home)


@pytest.fixture
def house(cluster: postgres.Cluster, tmp_path: Path) -> Path:
    """The home of an installation with rows, a file and a key."""
    cluster.drop_database("libin")
    cluster.create_database("libin")
    with databases.connect(cluster.dsn()) as session:
        session.execute(TABLES)
    home = tmp_path / "home"
    (home / "files" / "ab").mkdir(parents=True)
    (home / "files" / "ab" / "cd").write_bytes(b"\0\xff" * 1000)
    (home / "keys").mkdir()
    (home / "keys" / "secret-key").write_text("quiet")
    return home


def written(cluster: postgres.Cluster, house: Path) -> Path:
    target = house.parent / "night.libin"
    backup.write_backup(target, server=cluster, home=house, at=NIGHT, tell=silent)
    return target


def rewritten(source: Path, *, name: str, content: bytes) -> Path:
    """The same archive with one member replaced or added."""
    target = source.with_suffix(".changed")
    with tarfile.open(source) as old, tarfile.open(target, "w") as new:
        for info in old:
            stream = old.extractfile(info)
            if info.name != name and stream:
                new.addfile(info, stream)
        info = tarfile.TarInfo(name)
        info.size = len(content)
        new.addfile(info, io.BytesIO(content))
    return target


def test_what_goes_in_comes_out(cluster: postgres.Cluster, house: Path, tmp_path: Path) -> None:
    source = written(cluster, house)
    assert source.stat().st_mode & 0o777 == 0o600
    cluster.drop_database("copy")
    cluster.create_database("copy")
    empty = tmp_path / "empty"
    with restoring.unpacked(source, empty, silent) as (place, manifest):
        assert manifest.rows == {"kernel_auditentry": 3, "kernel_fact": 7, "people_staff": 2}
        assert (manifest.audit_entries, manifest.audit_head) == (2, "02")
        restoring.require_empty(cluster.dsn("copy"))
        restoring.restore_database(place / backup.DUMP, cluster.dsn("copy"))
        restoring.require_rows(manifest, cluster.dsn("copy"))
        restoring.put_folders(place, empty)
    assert (empty / "files" / "ab" / "cd").read_bytes() == b"\0\xff" * 1000
    assert (empty / "keys" / "secret-key").read_text() == "quiet"
    assert not (empty / "restoring").exists()
    with pytest.raises(restoring.NotEmpty):
        restoring.require_empty(cluster.dsn("copy"))


def test_a_backup_is_never_written_over(cluster: postgres.Cluster, house: Path) -> None:
    source = written(cluster, house)
    before = source.read_bytes()
    with pytest.raises(backup.BackupExists):
        written(cluster, house)
    assert source.read_bytes() == before


def test_a_failed_backup_leaves_nothing_behind(cluster: postgres.Cluster, house: Path) -> None:
    cluster.drop_database("libin")
    with pytest.raises(Exception, match="does not exist"):
        written(cluster, house)
    assert [path.name for path in house.parent.iterdir()] == ["home"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (backup.DUMP, b"another database", "database.dump differs"),
        ("keys/secret-key", b"mine now", "keys/secret-key differs"),
        ("keys/one-more", b"x", "keys/one-more differs"),
        ("keys/../../outside", b"x", "does not belong"),
        ("/etc/cron.d/libin", b"x", "does not belong"),
        ("stranger", b"x", "does not belong"),
        (backup.MANIFEST, b"{}", "manifest cannot be read"),
    ],
)
def test_what_was_touched_is_refused(
    cluster: postgres.Cluster, house: Path, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    changed = rewritten(written(cluster, house), name=name, content=content)
    with (
        pytest.raises(restoring.NotABackup) as refused,
        restoring.unpacked(changed, tmp_path / "empty", silent),
    ):
        pass
    assert words in str(refused.value)
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.parametrize("kept", [0, 600, -1])
def test_half_a_backup_is_refused(
    cluster: postgres.Cluster, house: Path, tmp_path: Path, kept: int
) -> None:
    source = written(cluster, house)
    whole = source.read_bytes()
    source.write_bytes(whole[: kept if kept >= 0 else len(whole) // 2])
    with (
        pytest.raises(restoring.NotABackup),
        restoring.unpacked(source, tmp_path / "empty", silent),
    ):
        pass


def test_a_link_in_the_archive_is_refused(
    cluster: postgres.Cluster, house: Path, tmp_path: Path
) -> None:
    source = written(cluster, house)
    with tarfile.open(source, "a") as archive:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    with (
        pytest.raises(restoring.NotABackup, match="does not belong"),
        restoring.unpacked(source, tmp_path / "empty", silent),
    ):
        pass


def test_rows_that_are_missing_after_restoring_are_named(
    cluster: postgres.Cluster, house: Path, tmp_path: Path
) -> None:
    source = written(cluster, house)
    with databases.connect(cluster.dsn()) as session:
        session.execute("DELETE FROM people_staff WHERE name = 'Ada'")
    with (
        restoring.unpacked(source, tmp_path / "empty", silent) as (_, manifest),
        pytest.raises(restoring.DoesNotAddUp) as refused,
    ):
        restoring.require_rows(manifest, cluster.dsn())
    wrong = str(refused.value).partition("now: ")[2].rstrip(".")
    assert json.loads(wrong) == {"people_staff": [2, 1]}


def test_an_emptied_database_takes_a_backup_again(
    cluster: postgres.Cluster, house: Path, tmp_path: Path
) -> None:
    """The way of servers that are not ours, where there is one database and no other may be made."""
    server = postgres.External(cluster.url())
    source = written(cluster, house)
    with restoring.unpacked(source, tmp_path / "empty", silent) as (place, manifest):
        restoring.empty(server.dsn())
        with databases.connect(server.dsn()) as session:
            assert backup.count_rows(session) == {}
        restoring.restore_database(place / backup.DUMP, server.dsn())
        restoring.require_rows(manifest, server.dsn())


def test_nothing_is_restored_under_the_feet_of_others(
    cluster: postgres.Cluster, house: Path
) -> None:
    restoring.require_alone(cluster.dsn())
    with databases.connect(cluster.dsn()), pytest.raises(restoring.InUse, match="1 other"):
        restoring.require_alone(cluster.dsn())
