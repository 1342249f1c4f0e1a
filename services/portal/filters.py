"""What templates may do with a value."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import ua_parser
from flask import Flask, url_for
from flask_babel import get_locale

from contracts.delegation import NO_END
from contracts.dossiers import DossierView
from services.portal.forms import procedure
from services.portal.languages import day, gettext, in_words, moment, moment_with_seconds, size
from services.portal.pages import answers


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(
        day=day,
        moment=moment,
        moment_with_seconds=moment_with_seconds,
        in_words=in_words,
        size=size,
        endless=endless,
        national_number=national_number,
        browser=browser,
        country=country,
        instant=datetime.fromisoformat,
        condition=procedure.condition_as_json,
        anchor=answers.anchor_of,
        input_name=procedure.input_name,
        readable=answers.readable,
        wrong=wrong,
        as_typed=as_typed,
        heading_labels=heading_labels,
        outcome_label=outcome_label,
    )
    app.jinja_env.globals.update(summary_lines=summary_lines)


def endless(day_: date) -> bool:
    return day_ == NO_END


def national_number(digits: str) -> str:
    """As on the identity card: ``85.07.30-033.28``."""
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}-{digits[6:9]}.{digits[9:]}"


def browser(user_agent: str) -> str:
    """« Firefox, Windows » of what a browser calls itself."""
    told = ua_parser.parse(user_agent)
    names = [part.family for part in (told.user_agent, told.os) if part is not None and part.family != "Other"]
    return ", ".join(names) or gettext("Navigateur inconnu")


def country(code: str) -> str:
    """In the language of the page; two letters as eIDAS has them, which calls Greece EL and the United Kingdom UK."""
    iso = {"EL": "GR", "UK": "GB"}.get(code, code)
    return str(get_locale().territories.get(iso, code))


def wrong(codes: Iterable[str], item: dict[str, Any]) -> str:
    return answers.sentence(item, codes)


def as_typed(value: Any) -> str:
    """A number is kept with a point and shown with a comma, as it is written in French."""
    return str(value or "").replace(".", ",")


def heading_labels(form: procedure.Form) -> dict[str, str]:
    labels = {item["heading"]: in_words(item["label"]) for item in form["attachments"]}
    return labels | {"declaration": gettext("Déclaration"), "complement": gettext("Renseignement complémentaire")}


def outcome_label(form: procedure.Form, value: str) -> str:
    return next((in_words(item["label"]) for item in form["outcomes"] if item["value"] == value), value)


def summary_lines(found: Iterable[answers.Mistake], dossier: DossierView | None = None) -> list[tuple[str, str]]:
    """(id of the field, sentence); with ``dossier``, the address of the field on the page of its section."""
    return [(_link(mistake, dossier), f"{mistake.label.rstrip('.')}\u00a0: {mistake.sentence}") for mistake in found]


def _link(mistake: answers.Mistake, dossier: DossierView | None) -> str:
    if dossier is None:
        return mistake.anchor
    if mistake.section is None:
        return url_for("files.show_attachments", dossier_id=dossier.dossier_id, _anchor=mistake.anchor)
    return url_for(
        "drafts.show_section",
        dossier_id=dossier.dossier_id,
        section_name=mistake.section,
        _anchor=mistake.anchor,
    )
