"""The form of a procedure (docs/procedures.md, "The form as JSON"): what to show, and how to read what was typed.

Rules are those of dossiers: here nothing is judged. Each field that was on the page names itself in ``asked``, so that
a box not ticked differs from a box not shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

Form = dict[str, Any]
Field = dict[str, Any]

_OURS = {"csrf_token", "command_id", "asked", "go"}

# A line that can be added to a group, beyond those that are filled in.
SPARE_ITEMS = 1


@dataclass
class Page:
    """One section on its page. ``errors``: {field name or ``group.0.field``: [code, …]}."""

    section: dict[str, Any]
    answers: Mapping[str, Any]
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    def items(self, group: Field) -> list[dict[str, Any]]:
        """The lines of a group to show: those filled in, and an empty one while there may be more."""
        filled = list(self.answers.get(group["name"]) or [])
        wanted = max(len(filled) + SPARE_ITEMS, group["min_items"] or 0)
        return filled + [{}] * (min(wanted, group["max_items"] or wanted) - len(filled))


def sections_that_apply(form: Form) -> list[dict[str, Any]]:
    return [section for section in form["sections"] if section["applies"]]


def attachments_that_apply(form: Form, step: str | None = None) -> list[dict[str, Any]]:
    return [item for item in form["attachments"] if item["applies"] and step in (None, item["step"])]


def fields_that_apply(section: dict[str, Any]) -> list[Field]:
    return [item for item in section["fields"] if item["applies"]]


def read_answers(section: dict[str, Any], sent: MultiDict[str, str]) -> dict[str, Any]:
    """The answers to the fields that were asked, in the types that dossiers expects."""
    asked = set(sent.getlist("asked"))
    return {
        item["name"]: _read_group(item, sent) if item["type"] == "group" else _read(item, item["name"], sent)
        for item in section["fields"]
        if item["name"] in asked and not item["locked"]
    }


def not_asked_yet(section: dict[str, Any], asked: set[str]) -> list[str]:
    """Fields that apply since the answers were saved, and that the person has not seen."""
    return [item["name"] for item in fields_that_apply(section) if not item["locked"] and item["name"] not in asked]


def input_name(name: str) -> str:
    """The name of a field's input; a procedure may call a field as we call one of our own."""
    return f"field.{name}" if name in _OURS else name


def condition_as_json(condition: dict[str, Any] | None) -> str:
    return json.dumps(condition, separators=(",", ":"), ensure_ascii=False)


def section_of(form: Form, name: str) -> dict[str, Any] | None:
    return next((section for section in form["sections"] if section["name"] == name), None)


def section_with(form: Form, field_name: str) -> dict[str, Any] | None:
    """The section in which a field stands; ``group.0.field`` is that of its group."""
    first = field_name.split(".")[0]
    return next((s for s in form["sections"] if any(item["name"] == first for item in s["fields"])), None)


def label_of(form: Form, field_name: str) -> dict[str, str] | None:
    """The label of a field, of a field within a group, or of an attachment's heading."""
    parts = field_name.split(".")
    for item in [*(item for section in form["sections"] for item in section["fields"])]:
        if item["name"] == parts[0]:
            inner = [below["label"] for below in item.get("fields") or [] if below["name"] == parts[-1]]
            label: dict[str, str] = inner[0] if len(parts) > 1 and inner else item["label"]
            return label
    return next((item["label"] for item in form["attachments"] if item["heading"] == parts[0]), None)


def _read(item: Field, name: str, sent: MultiDict[str, str]) -> Any:
    name = input_name(name)
    if item["type"] in ("checkbox", "declaration"):
        return sent.get(name) is not None
    return sent.get(name, "").replace("\r\n", "\n").strip()


def _read_group(group: Field, sent: MultiDict[str, str]) -> list[dict[str, Any]]:
    count = min(sent.get(f"{group['name']}.count", 0, type=int), group["max_items"] or 100)
    items = [
        {below["name"]: _read(below, f"{group['name']}.{index}.{below['name']}", sent) for below in group["fields"]}
        for index in range(count)
    ]
    # Empty lines are dropped here, as dossiers drops them: so errors name the line that the page will show.
    return [item for item in items if any(value not in ("", False, None) for value in item.values())]
