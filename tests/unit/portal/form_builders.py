"""Forms of procedures as dossiers shows them, with defaults."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


def a_field(name: str, type: str = "text", **facts: Any) -> dict[str, Any]:
    """As in docs/procedures.md: all keys are there, what does not concern a type is None."""
    empty: dict[str, Any] = defaultdict(lambda: None)
    keys = (
        "help when value min_length max_length pattern pattern_help min max decimals unit choices display "
        "fields min_items max_items item_label"
    )
    field = {key: empty[key] for key in keys.split()}
    return (
        field
        | {"name": name, "type": type, "label": {"fr": f"Champ {name}"}, "required": False}
        | {"applies": True, "locked": False}
        | facts
    )


def a_choice(value: str, **facts: Any) -> dict[str, Any]:
    return {"value": value, "label": {"fr": value.capitalize()}, "when": None, "applies": True} | facts


def a_section(name: str, *fields: dict[str, Any], **facts: Any) -> dict[str, Any]:
    title = {"fr": f"Section {name}"}
    return {"name": name, "title": title, "help": None, "when": None, "applies": True, "fields": list(fields)} | facts


def a_heading(heading: str, **facts: Any) -> dict[str, Any]:
    return {
        "heading": heading,
        "label": {"fr": f"Pièce {heading}"},
        "help": None,
        "required": True,
        "when": None,
        "applies": True,
        "step": "form",
        "media_types": ["application/pdf"],
        "max_size": 10_000_000,
        "max_files": 5,
    } | facts


def a_form(*sections: dict[str, Any], attachments: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    return {
        "languages": ["fr"],
        "intro": None,
        "sections": list(sections) or [a_section("one", a_field("name", required=True))],
        "attachments": attachments or [],
        "complement": {"max_size": 10_000_000, "max_files": 10, "media_types": ["application/pdf"]},
        "outcomes": [{"value": "granted", "label": {"fr": "Prime accordée"}}],
    }
