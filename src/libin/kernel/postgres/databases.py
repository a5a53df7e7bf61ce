"""Databases of a server: logging in, making, dropping."""

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

Session = psycopg.Connection[tuple[object, ...]]


def connect(dsn: dict[str, str], *, seconds: int = 10) -> Session:
    """A session in autocommit mode; psycopg.OperationalError when there is no answer within `seconds`."""
    return psycopg.connect(make_conninfo(**dsn), autocommit=True, connect_timeout=seconds)


def create_database(
    dsn: dict[str, str], name: str, *, owner: str | None = None, template: str | None = None
) -> None:
    """Create a UTF-8 database, or leave the existing one as it is."""
    with connect(dsn) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return
        command = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING 'UTF8'").format(
            sql.Identifier(name), sql.Identifier(template or "template0")
        )
        if owner:
            command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        try:
            connection.execute(command)
        except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
            return


def drop_database(dsn: dict[str, str], name: str) -> None:
    """Drop a database together with its connections, if it is there."""
    with connect(dsn) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def replace_database(dsn: dict[str, str], name: str, *, by: str) -> None:
    """Drop a database and give its name to another."""
    drop_database(dsn, name)
    with connect(dsn) as connection:
        connection.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(by), sql.Identifier(name)
            )
        )
