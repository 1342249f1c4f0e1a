"""What the shape of a procedure cannot say: names that must be unique, conditions that must be answerable …"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.dossiers.domain.conditions import Condition
from services.dossiers.domain.parts import COMPLEMENT, DECLARATION
from services.dossiers.domain.procedure import Choice, Field, Procedure

# Where it stands in the file (a key or the position in a list at each depth), and the reason.
Wrong = tuple[tuple[str | int, ...], str]

_OWN_KEYS: dict[str, set[str]] = {
    "text": {"min_length", "max_length", "pattern", "pattern_help"},
    "textarea": {"min_length", "max_length", "pattern", "pattern_help"},
    "email": set(),
    "number": {"min", "max", "decimals", "unit"},
    "date": {"min", "max"},
    "choice": {"choices", "display"},
    "checkbox": set(),
    "declaration": set(),
    "group": {"fields", "min_items", "max_items", "item_label"},
}
_RESERVED = {"all", "any", "none"}


def problems_of(procedure: Procedure) -> list[Wrong]:
    return [
        *_problems_of_fields(procedure),
        *_problems_of_headings(procedure),
        *_problems_of_rules(procedure),
    ]


def _problems_of_fields(procedure: Procedure) -> Iterator[Wrong]:
    known: dict[str, Field] = {}
    seen: set[str] = set()
    yield from _repeated("sections", "name", [section.name for section in procedure.sections])
    for section_index, section in enumerate(procedure.sections):
        at: tuple[str | int, ...] = ("sections", section_index)
        yield from _condition((*at, "when"), section.when, known)
        for field_index, field in enumerate(section.fields):
            path = (*at, "fields", field_index)
            yield from _names(path, field, seen)
            yield from _keys(path, field)
            yield from _prefill(path, field, procedure)
            yield from _condition((*path, "when"), field.when, known)
            yield from _choices((*path, "choices"), field.choices or [], known)
            yield from _group(path, field)
            known[field.name] = field


def _names(path: tuple[str | int, ...], field: Field, seen: set[str]) -> Iterator[Wrong]:
    if field.name in _RESERVED:
        yield (*path, "name"), f"{field.name} has a meaning of its own in conditions"
    if field.name in seen:
        yield (*path, "name"), f"the name {field.name} is given a second time"
    seen.add(field.name)
    for index, inner in enumerate(field.fields or []):
        yield from _names((*path, "fields", index), inner, seen)


def _keys(path: tuple[str | int, ...], field: Field) -> Iterator[Wrong]:
    for key in sorted(set().union(*_OWN_KEYS.values()) - _OWN_KEYS[field.type]):
        if getattr(field, key) is not None:
            yield (*path, key), f"a {field.type} has no {key}"
    if field.type == "choice" and not field.choices:
        yield path, "a choice needs choices"
    if field.pattern is not None:
        try:
            re.compile(field.pattern)
        except re.error as error:
            yield (*path, "pattern"), f"not a regular expression: {error}"
    yield from _bounds(path, field)


def _bounds(path: tuple[str | int, ...], field: Field) -> Iterator[Wrong]:
    read: list[Any] = []
    for key in ("min", "max"):
        bound = getattr(field, key)
        if bound is None or field.type not in ("number", "date"):
            continue
        try:
            if field.type == "number":
                read.append(Decimal(bound))
            elif bound != "today":
                read.append(date.fromisoformat(bound))
        except (ValueError, InvalidOperation):
            yield (*path, key), f"{bound} is no {field.type}"
    if len(read) == 2 and read[0] > read[1]:
        yield (*path, "max"), "is less than min"


def _prefill(path: tuple[str | int, ...], field: Field, procedure: Procedure) -> Iterator[Wrong]:
    if field.prefill is None:
        if field.locked != "no":
            yield (*path, "locked"), "a locked field needs a prefill"
        return
    if field.type not in ("text", "textarea"):
        yield (*path, "prefill"), f"a {field.type} cannot be prefilled"
    if field.prefill.startswith("enterprise.") and procedure.audiences != ["professional"]:
        yield (*path, "prefill"), "an enterprise is known only where audiences is [professional]"


def _choices(path: tuple[str | int, ...], choices: list[Choice], known: Mapping[str, Field]) -> Iterator[Wrong]:
    for index, choice in enumerate(choices):
        yield from _condition((*path, index, "when"), choice.when, known)
    yield from _repeated(path, "value", [choice.value for choice in choices if choice.when is None])


def _group(path: tuple[str | int, ...], field: Field) -> Iterator[Wrong]:
    if field.type == "group" and not field.fields:
        yield path, "a group needs fields"
    for index, inner in enumerate(field.fields or []):
        inside = (*path, "fields", index)
        if inner.type == "group":
            yield (*inside, "type"), "a group holds no group"
            continue
        yield from _keys(inside, inner)
        for key in ("when", "prefill"):
            if getattr(inner, key) is not None:
                yield (*inside, key), f"a field of a group has no {key}"
        if any(choice.when for choice in inner.choices or []):
            yield (*inside, "choices"), "choices inside a group depend on nothing"


def _problems_of_headings(procedure: Procedure) -> Iterator[Wrong]:
    known = {field.name: field for field in procedure.fields()}
    yield from _repeated("attachments", "heading", [each.heading for each in procedure.attachments])
    for index, heading in enumerate(procedure.attachments):
        if heading.heading in (DECLARATION, COMPLEMENT) or heading.heading in known:
            yield ("attachments", index, "heading"), f"{heading.heading} has a meaning of its own"
        yield from _condition(("attachments", index, "when"), heading.when, known)


def _problems_of_rules(procedure: Procedure) -> Iterator[Wrong]:
    known = {field.name: field for field in procedure.fields()}
    yield from _repeated("outcomes", "value", [outcome.value for outcome in procedure.outcomes])
    if procedure.submission_level is not None and procedure.submission_level < procedure.minimum_level:
        yield ("submission_level",), "is lower than minimum_level"
    if procedure.closes_at is not None and procedure.closes_at <= procedure.opens_at:
        yield ("closes_at",), "is not after opens_at"
    for index, exception in enumerate(procedure.term.exceptions if procedure.term else []):
        yield from _condition(("term", "exceptions", index, "when"), exception.when, known)
    if procedure.complement_at_submission:
        yield from _condition(("complement_at_submission", "when"), procedure.complement_at_submission.when, known)


def _condition(path: tuple[str | int, ...], condition: Condition | None, known: Mapping[str, Field]) -> Iterator[Wrong]:
    for part in condition.parts() if condition else ():
        field = known.get(part.field or "")
        if field is None:
            yield path, f"no field {part.field} stands before"
            continue
        for value in part.equals or []:
            if field.is_box != isinstance(value, bool):
                yield path, f"{part.field} is compared with {'true or false' if field.is_box else 'texts'}"
            elif field.type == "choice" and value not in [choice.value for choice in field.choices or []]:
                yield path, f"{value} is no choice of {part.field}"
            elif field.type == "group":
                yield path, f"nothing depends on a group such as {part.field}"


def _repeated(path: str | tuple[str | int, ...], key: str, values: list[str]) -> Iterator[Wrong]:
    at = (path,) if isinstance(path, str) else path
    for index, value in enumerate(values):
        if value in values[:index]:
            yield (*at, index, key), f"the {key} {value} is given a second time"
