"""Answers of a procedure's form in words: what was typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_decimal, lazy_gettext

from services.portal.forms import procedure
from services.portal.languages import day, gettext, in_words, size

_ = lazy_gettext

SENTENCES: dict[str, Any] = {
    "required": _("Remplissez ce champ : il est obligatoire."),
    "wrong_type": _("Cette réponse ne convient pas. Remplissez à nouveau ce champ."),
    "too_short": _("Cette réponse est trop courte."),
    "too_long": _("Cette réponse est trop longue."),
    "wrong_pattern": _("Cette réponse n’a pas la forme attendue."),
    "not_an_email": _("Donnez une adresse e-mail complète, par exemple nom@exemple.be."),
    "not_a_number": _("Donnez un nombre, par exemple 1250,50."),
    "not_a_date": _("Donnez une date complète : jour, mois, année."),
    "not_a_choice": _("Choisissez une réponse de la liste."),
    "too_many_decimals": _("Ce nombre a trop de décimales."),
    "too_small": _("Ce nombre est trop petit."),
    "too_large": _("Ce nombre est trop grand."),
    "too_early": _("Cette date est trop tôt."),
    "too_late": _("Cette date est trop tard."),
    "too_few": _("Il en manque : ajoutez-en."),
    "too_many": _("Il y en a trop : retirez-en."),
    "locked": _("Cette donnée vient de votre identification : elle n’a pas été modifiée."),
    "unknown_field": _("Le formulaire n’a pas ce champ."),
}
OTHER = _("Cette réponse ne convient pas. Vérifiez-la.")


@dataclass(frozen=True)
class Mistake:
    """One line of the summary of errors: ``anchor`` is the id of the field it links to."""

    anchor: str
    label: str
    sentence: str
    section: str | None


def anchor_of(field_name: str) -> str:
    return "f-" + field_name.replace(".", "-")


def mistakes(form: procedure.Form, errors: Mapping[str, Iterable[str]]) -> list[Mistake]:
    """In the order of the form."""
    order = [item["name"] for section in form["sections"] for item in section["fields"]]
    order += [item["heading"] for item in form["attachments"]]

    def place(name: str) -> tuple[int, str]:
        first = name.split(".")[0]
        return (order.index(first) if first in order else len(order), name)

    return [_mistake(form, name, codes) for name in sorted(errors, key=place) for codes in [list(errors[name])]]


def sentence(item: Mapping[str, Any], codes: Iterable[str]) -> str:
    """What is wrong with a field; with the limit it has."""
    return " ".join(_sentence(item, code) for code in codes)


def readable(item: Mapping[str, Any], value: Any) -> str:
    """A value as one reads it."""
    if item["type"] in ("checkbox", "declaration"):
        return gettext("Oui") if value else gettext("Non")
    if value in (None, ""):
        return "—"
    if item["type"] == "choice":
        label = next((choice["label"] for choice in item["choices"] or [] if choice["value"] == value), None)
        return in_words(label) if label else str(value)
    if item["type"] == "date":
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return str(value)
    if item["type"] == "number":
        return f"{_number(value)} {item.get('unit') or ''}".strip()
    return str(value)


def _mistake(form: procedure.Form, name: str, codes: list[str]) -> Mistake:
    section = procedure.section_with(form, name)
    item = _item(form, name)
    return Mistake(
        anchor=anchor_of(name),
        label=in_words(procedure.label_of(form, name)) or name,
        sentence=sentence(item or {}, codes),
        section=section["name"] if section else None,
    )


def _item(form: procedure.Form, name: str) -> Mapping[str, Any] | None:
    parts = name.split(".")
    for section in form["sections"]:
        for item in section["fields"]:
            if item["name"] == parts[0]:
                below = [inner for inner in item["fields"] or [] if inner["name"] == parts[-1]] if parts[1:] else []
                found: Mapping[str, Any] = below[0] if below else item
                return found
    return next((item for item in form["attachments"] if item["heading"] == parts[0]), None)


def _sentence(item: Mapping[str, Any], code: str) -> str:
    if "heading" in item:
        return _of_attachment(item, code)
    if code == "required" and item.get("type") == "declaration":
        return gettext("Cochez cette déclaration pour continuer.")
    if code == "required" and item.get("type") == "choice":
        return gettext("Choisissez une réponse.")
    if code == "wrong_pattern" and item.get("pattern_help"):
        return in_words(item["pattern_help"])
    if code == "too_long" and item.get("max_length"):
        return gettext("Cette réponse est trop longue : %(most)s caractères au plus.", most=item["max_length"])
    if code == "too_short" and item.get("min_length"):
        return gettext("Cette réponse est trop courte : %(least)s caractères au moins.", least=item["min_length"])
    if code == "too_early" and item.get("min"):
        return gettext("Choisissez le %(least)s ou une date ultérieure.", least=readable(item, item["min"]))
    if code == "too_late" and item.get("max"):
        return gettext("Choisissez le %(most)s ou une date antérieure.", most=readable(item, item["max"]))
    if code == "too_small" and item.get("min"):
        return gettext("Le minimum est %(least)s.", least=readable(item, item["min"]))
    if code == "too_large" and item.get("max"):
        return gettext("Le maximum est %(most)s.", most=readable(item, item["max"]))
    return str(SENTENCES.get(code, OTHER))


def _of_attachment(item: Mapping[str, Any], code: str) -> str:
    if code == "required":
        return gettext("Ajoutez un fichier : cette pièce est obligatoire.")
    if code == "too_many":
        return gettext("Il y a trop de fichiers : %(most)s au plus.", most=item["max_files"])
    if code == "too_large":
        return gettext("Le fichier est trop volumineux : %(most)s au plus.", most=size(item["max_size"]))
    return str(SENTENCES.get(code, OTHER))


def _number(value: Any) -> str:
    try:
        # An amount with cents shows both of its digits.
        return str(format_decimal(value, "#,##0.00" if "." in str(value) else None))
    except (ValueError, ArithmeticError):
        return str(value)
