"""Fill the floor's tables with the corpus."""

import argparse
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import django
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection

from bench.corpus import Corpus, Ticket

STATES = {"new": 0, "open": 1, "pending": 2, "resolved": 3, "closed": 4}
PASSWORD = "bench-pass-1"
_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")


def load(tickets: int) -> None:
    """Make the tables and put `tickets` tickets into them."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    corpus = Corpus(tickets=tickets)
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS floor_doc;"
            "CREATE TABLE floor_doc (ticket_id bigint PRIMARY KEY, tsv tsvector, body text);"
            "TRUNCATE floor_ticket, floor_customer, floor_message, auth_user CASCADE"
        )
        _copy_people(cursor, corpus)
        with cursor.copy(
            "COPY floor_ticket (id, subject, status, priority, queue, agent, customer_id, created,"
            " updated) FROM STDIN"
        ) as copy:
            for t in corpus.tickets():
                copy.write_row(
                    (
                        t.number,
                        t.subject,
                        STATES[t.status],
                        t.priority,
                        t.queue,
                        t.agent,
                        t.customer,
                    )
                    + (_instant(t.created), _instant(t.updated))
                )
        with cursor.copy(
            "COPY floor_message (ticket_id, kind, author, internal, at, body) FROM STDIN"
        ) as copy:
            for row in _messages(corpus):
                copy.write_row(row)
        _copy_documents(cursor, corpus)
        for table in ("floor_ticket", "floor_message", "auth_user"):
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"  # noqa: S608 - three fixed names
            )
        cursor.execute("VACUUM ANALYZE")


def _copy_people(cursor, corpus: Corpus) -> None:
    hashed = make_password(PASSWORD)
    with cursor.copy(
        "COPY auth_user (id, username, password, is_superuser, first_name, last_name, email,"
        " is_staff, is_active, date_joined) FROM STDIN"
    ) as copy:
        for agent in corpus.agents:
            copy.write_row(
                (agent.number, agent.username, hashed, False, agent.name, "", "", False, True)
                + (_instant(0),)
            )
    with cursor.copy("COPY floor_customer (id, name, email, tier) FROM STDIN") as copy:
        for person in corpus.customers:
            copy.write_row((person.number, person.name, person.email, person.tier))


def _messages(corpus: Corpus) -> Iterator[tuple[object, ...]]:
    for ticket in corpus.tickets():
        for said in ticket.messages:
            kind = "c" if said.by_customer else "a"
            yield (ticket.number, kind, said.who, said.internal, _instant(said.at), said.body)


def _copy_documents(cursor, corpus: Corpus) -> None:
    cursor.execute("CREATE TEMP TABLE given (ticket_id bigint, pairs text[], body text)")
    with cursor.copy("COPY given FROM STDIN") as copy:
        for ticket in corpus.tickets():
            copy.write_row((ticket.number, _pairs(ticket), ticket.text))
    cursor.execute(
        "INSERT INTO floor_doc SELECT ticket_id, array_to_tsvector(pairs), body FROM given;"
        "CREATE INDEX floor_doc_gin ON floor_doc USING gin (tsv)"
    )


def _pairs(ticket: Ticket) -> list[str]:
    found: set[str] = set()
    for run in _RUN.findall(ticket.text.lower()):
        if run[0] < "\u4e00":
            found.add(run[:40])
        else:
            found.update(run[n : n + 2] for n in range(len(run) - 1))
            found.update(run if len(run) == 1 else ())
    return list(found)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def main() -> None:
    """Fill the database named by FLOOR_DATABASE."""
    options = argparse.ArgumentParser(description=main.__doc__)
    options.add_argument("--tickets", type=int, default=100_000)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor.settings")
    django.setup()
    load(options.parse_args().tickets)


if __name__ == "__main__":
    main()
