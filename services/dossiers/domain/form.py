"""A procedure's form with one dossier's answers in it: what applies, what is wrong, and how it is shown."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from services.dossiers.domain.checks import Checked, check, resolve_date
from services.dossiers.domain.conditions import Condition, holds
from services.dossiers.domain.procedure import Choice, Field, Heading, Procedure, Section

Errors = dict[str, list[str]]


class Form:
    """``answers``: as saved, right or wrong. ``locked``: {field: value} that the sign-in gave and nobody changes."""

    def __init__(self, procedure: Procedure, answers: Mapping[str, Any], locked: Mapping[str, Any]) -> None:
        self.procedure = procedure
        self.answers = {**answers, **locked}
        self.locked = locked

    @functools.cached_property
    def known(self) -> dict[str, Any]:
        """The answers that apply, in the order they are asked: what is filed, and what conditions look at."""
        known: dict[str, Any] = {}
        for section in self.procedure.sections:
            section_applies = holds(section.when, known)
            for field in section.fields:
                if section_applies and holds(field.when, known):
                    value = self.answers.get(field.name)
                    if field.is_box:
                        known[field.name] = value is True
                    elif value not in (None, "", []):
                        known[field.name] = value
        return known

    def section_applies(self, section: Section) -> bool:
        return holds(section.when, self.known)

    def headings(self) -> list[Heading]:
        """Those that apply."""
        return [heading for heading in self.procedure.attachments if holds(heading.when, self.known)]

    def save(self, given: Mapping[str, Any], *, today: date) -> tuple[dict[str, Any], Errors]:
        """The answers with what was given put in, and what is wrong in it."""
        fields = {field.name: field for field in self.procedure.fields()}
        answers = {name: value for name, value in self.answers.items() if name not in self.locked}
        errors: Errors = {}
        for name, value in given.items():
            if name not in fields:
                errors[name] = ["unknown_field"]
            elif name in self.locked:
                if value != self.locked[name]:
                    errors[name] = ["locked"]
            else:
                # Each is checked as if it applied: which of them do is only known once all are in.
                checked = check(fields[name], value, choices=_values(fields[name]), today=today)
                if checked.is_kept:
                    answers[name] = checked.value
        after = Form(self.procedure, answers, self.locked)
        errors |= after._errors_of(given.keys() & fields.keys() - self.locked.keys(), given, today)
        return {name: value for name, value in answers.items() if value is not None}, errors

    def errors(self, *, today: date) -> Errors:
        """All that keeps the form from being valid; attachments aside."""
        asked = {field.name for field in self.procedure.fields()} - self.locked.keys()
        return self._errors_of(asked, self.answers, today)

    def missing_files(self, headings: Iterable[str], *, steps: Collection[str]) -> Errors:
        """``headings``: one for each file that is there."""
        present = list(headings)
        errors: Errors = {}
        for heading in self.headings():
            count = present.count(heading.heading)
            if heading.step in steps and heading.required and not count:
                errors[heading.heading] = ["required"]
            elif count > heading.max_files:
                errors[heading.heading] = ["too_many"]
        return errors

    def _errors_of(self, names: Collection[str], values: Mapping[str, Any], today: date) -> Errors:
        errors: Errors = {}
        for section in self.procedure.sections:
            for field in section.fields:
                if field.name in names and self.section_applies(section) and holds(field.when, self.known):
                    checked = self._check(field, values.get(field.name), today)
                    errors |= {_path(field.name, inner): codes for inner, codes in checked.errors.items()}
        return errors

    def _check(self, field: Field, value: Any, today: date) -> Checked:
        return check(field, value, choices=[choice.value for choice in self._fitting(field)], today=today)

    def _fitting(self, field: Field) -> list[Choice]:
        return [choice for choice in field.choices or [] if holds(choice.when, self.known)]

    # ------------------------------------------------------------ shown

    def as_json(self, *, today: date) -> dict[str, Any]:
        """``DossierView.form``."""
        procedure = self.procedure
        return {
            "languages": procedure.languages(),
            "intro": procedure.intro,
            "sections": [self._section_json(section, today) for section in procedure.sections],
            "attachments": [self._heading_json(heading) for heading in procedure.attachments],
            "complement": {
                "max_size": procedure.complements.max_size,
                "max_files": procedure.complements.max_files,
                "media_types": procedure.complements.media_types,
            },
            "outcomes": [asdict(outcome) for outcome in procedure.outcomes],
        }

    def _section_json(self, section: Section, today: date) -> dict[str, Any]:
        applies = self.section_applies(section)
        return {
            "name": section.name,
            "title": section.title,
            "help": section.help,
            "when": _condition_json(section.when),
            "applies": applies,
            "fields": [self._field_json(field, today, section_applies=applies) for field in section.fields],
        }

    def _field_json(self, field: Field, today: date, *, section_applies: bool) -> dict[str, Any]:
        is_locked = field.name in self.locked
        is_date = field.type == "date"
        return {
            **{name: getattr(field, name) for name in _AS_THEY_ARE},
            "required": field.is_required,
            "when": _condition_json(field.when),
            "applies": section_applies and holds(field.when, self.known),
            "locked": is_locked,
            "value": self.locked.get(field.name),
            "min": str(resolve_date(field.min, today)) if is_date and field.min else field.min,
            "max": str(resolve_date(field.max, today)) if is_date and field.max else field.max,
            "choices": None if field.choices is None else self._choices_json(field),
            "fields": None
            if field.fields is None
            else [self._field_json(inner, today, section_applies=section_applies) for inner in field.fields],
        }

    def _choices_json(self, field: Field) -> list[dict[str, Any]]:
        shown = []
        for choice in field.choices or []:
            # Locked answers are settled, even while the field that shows them does not apply yet.
            if choice.when is None or choice.when.fields() <= self.locked.keys():
                if holds(choice.when, self.locked):
                    shown.append({"value": choice.value, "label": choice.label, "when": None, "applies": True})
                continue
            applies = choice.when.holds(self.known)
            when = choice.when.as_json()
            shown.append({"value": choice.value, "label": choice.label, "when": when, "applies": applies})
        return shown

    def _heading_json(self, heading: Heading) -> dict[str, Any]:
        shown = asdict(heading)
        return {**shown, "when": _condition_json(heading.when), "applies": holds(heading.when, self.known)}


_AS_THEY_ARE = (
    "name", "type", "label", "help", "min_length", "max_length", "pattern", "pattern_help", "decimals",
    "unit", "display", "min_items", "max_items", "item_label",
)  # fmt: skip


def _values(field: Field) -> list[str]:
    return [choice.value for choice in field.choices or []]


def _condition_json(condition: Condition | None) -> dict[str, Any] | None:
    return condition.as_json() if condition else None


def _path(name: str, inner: str) -> str:
    return f"{name}.{inner}" if inner else name
