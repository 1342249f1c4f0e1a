"""Choices looked up in a table become plain choices with conditions; what reads a version knows no tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma

from services.dossiers.publish.shape import choice_list
from services.dossiers.publish.yaml_lines import Path

OTHERS = "*"
Wrong = tuple[Path, str]


def put_in(content: dict[str, Any]) -> list[Wrong]:
    """Replaces ``{table, by}`` in loaded content, in place; what is wrong with the tables."""
    tables, wrong = _load(content.pop("tables", {}))
    used: set[str] = set()
    for path, field in _fields(content):
        choices = field.get("choices")
        if isinstance(choices, dict):
            used.add(choices["table"])
            if choices["table"] not in tables:
                wrong.append(((*path, "choices"), f"there is no table {choices['table']}"))
            field["choices"] = _expand(tables.get(choices["table"], {}), choices["by"])
    wrong += [(("tables", name), "no field uses this table") for name in tables.keys() - used]
    return wrong


def _load(raw: dict[str, dict[str, Any]]) -> tuple[dict[str, dict[str, list[Any]]], list[Wrong]]:
    tables: dict[str, dict[str, list[Any]]] = {}
    wrong: list[Wrong] = []
    for name, rows in raw.items():
        tables[name] = {}
        for key, choices in rows.items():
            try:
                tables[name][key] = choice_list(choices)
            except ma.ValidationError as error:
                wrong.append((("tables", name, key), f"must be a list of choices ({error.messages})"))
    return tables, wrong


def _expand(table: dict[str, list[Any]], by: str) -> list[dict[str, Any]]:
    named = [key for key in table if key != OTHERS]
    return [
        {**choice, "when": {"field": by, "equals": [key]} if key != OTHERS else _any_but(by, named)}
        for key, choices in table.items()
        for choice in choices
    ]


def _any_but(by: str, named: list[str]) -> dict[str, Any]:
    return {"none": [{"field": by, "equals": named}]}


def _fields(content: dict[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for section_index, section in enumerate(content["sections"]):
        for field_index, field in enumerate(section["fields"]):
            path: Path = ("sections", section_index, "fields", field_index)
            yield path, field
            for inner_index, inner in enumerate(field.get("fields") or []):
                yield (*path, "fields", inner_index), inner
