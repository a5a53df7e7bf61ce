"""Keys point down, stay quiet where they cross rooms, and every table says what it holds."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from libin.kernel.records import DataClass, Record
from tests.house import sources


def tables() -> list[type[models.Model]]:
    """All of our own tables; those that the libraries bring speak for themselves."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("libin.")
    ]


def crossings() -> Iterator[tuple[type[models.Model], "models.Field[Any, Any]"]]:
    for model in tables():
        for field in model._meta.get_fields():
            related = field.related_model
            if not (field.is_relation and field.concrete and isinstance(related, type)):
                continue
            ours = related.__module__.startswith("libin.")
            if ours and related._meta.app_label != model._meta.app_label:
                yield model, field


def complaint(model: type[models.Model], field: Any) -> str:
    """What is wrong with one key that crosses rooms, or nothing."""
    here, there = model._meta.app_label, field.related_model._meta.app_label
    if sources.height(there) <= sources.height(here):
        return f"{model.__name__}.{field.name} points up from {here} to {there}"
    if not field.remote_field.hidden:
        return f"{model.__name__}.{field.name} gives {there} a way to look up: say related_name='+'"
    return ""


def test_there_are_keys_to_look_at():
    assert len(list(crossings())) >= 5


def test_keys_that_cross_rooms_point_down_and_stay_quiet():
    assert not [said for model, field in crossings() if (said := complaint(model, field))]


@pytest.mark.django_isolate_apps("libin.kernel", "libin.customers", "libin.desk")
def test_a_key_that_points_up_or_speaks_is_found():
    class Case(models.Model):
        class Meta:
            app_label = "desk"

    class Person(models.Model):
        case: Any = models.ForeignKey(Case, models.PROTECT, related_name="+")

        class Meta:
            app_label = "customers"

    class Letter(models.Model):
        person: Any = models.ForeignKey(Person, models.PROTECT)

        class Meta:
            app_label = "desk"

    assert "points up" in complaint(Person, Person._meta.get_field("case"))
    assert "related_name" in complaint(Letter, Letter._meta.get_field("person"))


def test_every_table_declares_its_data_class_and_retention():
    assert not [
        model.__name__
        for model in tables()
        if not model._meta.auto_created
        and not (
            isinstance(getattr(model, "data_class", None), DataClass)
            and bool(getattr(model, "retention", None))
        )
    ]


def test_every_table_is_a_record():
    assert not [
        model.__name__
        for model in tables()
        if not model._meta.auto_created and not issubclass(model, Record)
    ]


def test_no_generic_foreign_keys():
    assert not [
        f"{model.__name__}.{field.name}"
        for model in tables()
        for field in model._meta.private_fields
        if type(field).__name__ in {"GenericForeignKey", "GenericRelation"}
    ]


INSTANTS = re.compile(r"at|\w+_at|\w*(until|since|from|after|before)")
DATES = re.compile(r"on|\w+_on|\w*(day|month)")


def test_instants_and_dates_are_named_as_such():
    misnamed = []
    for model in tables():
        for field in model._meta.local_fields:
            if field.name in {"last_login", "date_joined"}:
                continue
            if isinstance(field, models.DateTimeField) and not INSTANTS.fullmatch(field.name):
                misnamed.append(f"{model.__name__}.{field.name} is an instant: {field.name}_at")
            elif (
                isinstance(field, models.DateField)
                and not isinstance(field, models.DateTimeField)
                and not DATES.fullmatch(field.name)
            ):
                misnamed.append(f"{model.__name__}.{field.name} is a date: {field.name}_on")
    assert not misnamed
