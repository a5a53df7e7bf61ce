"""Rows into tables by COPY, from unsaved model instances, so that a changed table needs no change here."""

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from libin.kernel.search import TsVectorField


def copy(rows: Iterable[Model]) -> int:
    """Write unsaved instances of one model, which must carry their primary keys; how many."""
    count, columns, out, block = 0, [], None, None
    with connection.cursor() as cursor:
        for row in rows:
            if out is None:
                columns = [field for field in row._meta.concrete_fields if not field.generated]
                names = ", ".join(f'"{field.column}"' for field in columns)
                block = cursor.copy(f'COPY "{row._meta.db_table}" ({names}) FROM STDIN')
                out = block.__enter__()
            out.write_row([_value(field, row) for field in columns])
            count += 1
        if block is not None:
            block.__exit__(None, None, None)
    return count


def _value(field: "Field[Any, Any]", row: Model) -> Any:
    value = getattr(row, field.attname)
    if isinstance(field, TsVectorField):
        return " ".join(f"'{lexeme}'" for lexeme in value)
    return field.get_db_prep_save(value, connection)


def continue_numbers(*models: type[Model]) -> None:
    """Let the next rows of these tables be numbered after those that were copied."""
    with connection.cursor() as cursor:
        for model in models:
            table, column = model._meta.db_table, model._meta.pk.column
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),"  # noqa: S608 - names of our own tables
                f' (SELECT coalesce(max("{column}"), 1) FROM "{table}"))'
            )
