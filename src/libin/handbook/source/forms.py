"""Turns the schema's own findings into problems a person can mend."""

import types
import typing
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import BaseModel, ValidationError

from libin.handbook.schema import HandbookSource
from libin.handbook.source.gathering import Gathered
from libin.handbook.source.problems import Path, did_you_mean


def validate(gathered: Gathered) -> HandbookSource | None:
    """The typed source, or ``None`` after noting what does not fit the schema."""
    try:
        return HandbookSource.model_validate(gathered.data)
    except ValidationError as error:
        for found in error.errors(include_url=False):
            path = tuple(part for part in found["loc"] if part != "[key]")
            gathered.note(path, *_told(found, path))
        return None


def _told(found: Any, path: Path) -> tuple[str, str]:
    """What is wrong and the remedy, in our words."""
    kind = found["type"]
    context = found.get("ctx", {})
    name = str(path[-1]) if path else ""
    if kind == "missing":
        return _missing(path, name)
    if kind == "extra_forbidden":
        if found["input"] is None and " " in name:
            return _("A comma has cut this text in two."), _("Put quotes around the whole text.")
        return _("This key is unknown here."), did_you_mean(name, _fields(path[:-1]))
    if kind == "literal_error":
        wrong = _('"%(value)s" is not one of the words allowed here.') % {"value": found["input"]}
        return wrong, did_you_mean(str(found["input"]), _choices(context["expected"]))
    if kind in _SHAPES:
        return _("This has the wrong shape."), _shape(kind)
    if kind == "duration":
        return (
            _('"%(value)s" is not a length of time.') % {"value": found["input"]},
            _("Write for example 30 minutes, 2 working hours or 3 working days."),
        )
    if kind == "hours":
        return (
            _('"%(value)s" are not hours of a day.') % {"value": found["input"]},
            _("Write for example 09:00-12:00; midnight at the end is 24:00."),
        )
    if kind == "string_pattern_mismatch":
        return (
            _('"%(value)s" has a form that is not allowed here.') % {"value": found["input"]},
            _pattern_remedy(name),
        )
    if kind in ("string_too_short", "too_short"):
        return _("This is empty."), _("Fill it in, or take the key out if it may be left out.")
    return _("This value does not fit."), found["msg"]


_SHAPES = {
    "string_type",
    "int_type",
    "float_type",
    "bool_type",
    "list_type",
    "dict_type",
    "model_type",
    "model_attributes_type",
}


def _shape(kind: str) -> str:
    return {
        "string_type": _("Write a text; put quotes around numbers."),
        "int_type": _("Write a whole number."),
        "float_type": _("Write a number."),
        "bool_type": _("Write true or false."),
        "list_type": _("Write a list: [one, two], or one item per line after a dash."),
    }.get(kind, _("Write keys with values below it."))


def _missing(path: Path, name: str) -> tuple[str, str]:
    if name in ("zh", "en"):
        language = (
            pgettext("handbook", "Chinese") if name == "zh" else pgettext("handbook", "English")
        )
        return (
            _("The words in %(language)s are missing.") % {"language": language},
            _("Add %(key)s: with the same words in that language.") % {"key": name},
        )
    if len(path) == 1:
        return (
            _("The section %(key)s is missing from every file.") % {"key": name},
            _("Add a section %(key)s: to one of the files.") % {"key": name},
        )
    if name == "id":
        return (
            _("This rule has no id."),
            _("Add id: with a name that nothing else has, for example %(key)s.")
            % {"key": ".".join(str(part) for part in path[:-1])},
        )
    return _("The key %(key)s is missing.") % {"key": name}, _("Add %(key)s: here.") % {"key": name}


def _pattern_remedy(name: str) -> str:
    if name == "id":
        return _("An id is small words joined by dots, for example promise.first-reply.A.urgent.")
    if name in ("starts_on", "met_by", "sends_on", "completes_on"):
        return _("Name an event such as desk.replied, or a step as step:propose.")
    return _("Use letters, digits, - and _, beginning with a letter.")


def _choices(expected: str) -> Iterable[str]:
    return [word.strip(" '") for word in expected.replace(" or ", ", ").split(",")]


def _fields(path: Path) -> Iterable[str]:
    """The keys that the schema allows at a path."""
    here: Any = HandbookSource
    for part in path:
        here = _inside(here, part)
    return here.model_fields if _is_model(here) else ()


def _inside(here: Any, part: str | int) -> Any:
    if _is_model(here):
        found = here.model_fields.get(part)
        return _plain(found.annotation) if found else None
    arguments = typing.get_args(here)
    return _plain(arguments[-1]) if arguments else None


def _plain(annotation: Any) -> Any:
    while typing.get_origin(annotation) is typing.Annotated:
        annotation = typing.get_args(annotation)[0]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        return next(_plain(a) for a in typing.get_args(annotation) if a is not type(None))
    return annotation


def _is_model(here: Any) -> bool:
    return isinstance(here, type) and issubclass(here, BaseModel)
