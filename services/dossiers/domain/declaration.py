"""What the declaration says: all that is filed, in words, for the PDF that the person swears to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.dossiers.domain.calendar import BRUSSELS
from services.dossiers.domain.dossier.record import Record
from services.dossiers.domain.form import Form
from services.dossiers.domain.prefill import Enterprise
from services.dossiers.domain.procedure import Field, Section

# The language of the file is French, whatever language the person reads: it is made for the administration.
LANGUAGE = "fr"


def declaration_of(dossier: Record, *, enterprise: Enterprise | None, now: datetime) -> dict[str, Any]:
    """Plain JSON for the template: titles, sections of (label, answer), sworn sentences, files with their digests."""
    form = dossier.form
    at = now.astimezone(BRUSSELS)
    return {
        "title": dossier.definition.title[LANGUAGE],
        "procedure": f"{dossier.procedure}, version {dossier.procedure_version}",
        "dossier": str(dossier.dossier_id),
        "applicant": dossier.applicant,
        "enterprise": f"{enterprise.name} ({enterprise.bce_number.dotted})" if enterprise else None,
        "establishment": enterprise.establishment_number.dotted
        if enterprise and enterprise.establishment_number
        else None,
        "made_at": f"{at:%d/%m/%Y} à {at:%H:%M:%S} ({at:%Z})",
        "sections": [_section(form, section) for section in dossier.definition.sections if _rows(form, section)],
        "sworn": [
            field.label[LANGUAGE]
            for field in dossier.definition.fields()
            if field.type == "declaration" and form.known.get(field.name) is True
        ],
        "files": [
            {
                "heading": _heading(dossier, each.heading),
                "name": each.file_name,
                "size": each.size,
                "sha256": each.sha256,
            }
            for each in dossier.files
        ],
    }


def _section(form: Form, section: Section) -> dict[str, Any]:
    return {"title": section.title[LANGUAGE], "rows": _rows(form, section)}


def _rows(form: Form, section: Section) -> list[dict[str, str]]:
    return [
        row
        for field in section.fields
        if field.name in form.known and field.type != "declaration"
        for row in _rows_of(field, form.known[field.name])
    ]


def _rows_of(field: Field, value: Any) -> list[dict[str, str]]:
    if field.type != "group":
        return [{"label": field.label[LANGUAGE], "answer": in_words(field, value)}]
    item_label = (field.item_label or field.label)[LANGUAGE]
    return [
        {"label": f"{item_label} {number} : {inner.label[LANGUAGE]}", "answer": in_words(inner, item.get(inner.name))}
        for number, item in enumerate(value, start=1)
        for inner in field.fields or []
    ]


def in_words(field: Field, value: Any) -> str:
    """An answer as a person reads it."""
    if field.is_box:
        return "Oui" if value is True else "Non"
    if value is None:
        return "–"
    if field.type == "choice":
        labels: Mapping[str, str] = {choice.value: choice.label[LANGUAGE] for choice in field.choices or []}
        return labels.get(value, str(value))
    if field.type == "date":
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    if field.type == "number":
        number = f"{Decimal(value):,.{field.decimals or 0}f}".replace(",", "\u202f").replace(".", ",")
        return f"{number}\u00a0{field.unit}" if field.unit else number
    return str(value)


def _heading(dossier: Record, name: str) -> str:
    heading = dossier.definition.find_heading(name)
    return heading.label[LANGUAGE] if heading else name
