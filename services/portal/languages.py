"""French first. The language is that of the signed-in person's profile, else what the browser's cookie remembers."""

from __future__ import annotations

import re
from datetime import date, datetime

import flask_babel
from flask import Flask, current_app, session
from flask_babel import Babel, format_date, format_datetime, format_decimal

from services.portal.visitors import header_visitor

# In their own words, in the order of the menu.
NAMES = {"fr": "Français", "de": "Deutsch", "nl": "Nederlands", "en": "English"}
DEFAULT = "fr"
# Below the portal; only compiled catalogues count.
TRANSLATIONS = "translations"


def init_app(app: Flask) -> None:
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Europe/Brussels",
        default_translation_directories=TRANSLATIONS,
        locale_selector=page_language,
    )
    with app.app_context():
        spoken = {locale.language for locale in app.extensions["babel"].instance.list_translations()}
    app.extensions["portal"]["spoken"] = spoken | {DEFAULT}
    app.context_processor(
        lambda: {"language_names": NAMES, "preferred_language": preferred, "page_language": page_language}
    )


def gettext(sentence: str, **facts: object) -> str:
    """A sentence of ours in the language of the page."""
    return str(flask_babel.gettext(sentence, **facts))


def preferred() -> str:
    """The language somebody wants, whether or not the pages speak it already."""
    present = header_visitor()
    wanted = present.language if present else session.get("language", DEFAULT)
    return wanted if wanted in NAMES else DEFAULT


def page_language() -> str:
    """The language that the pages are in: the one preferred where it was translated, else French."""
    wanted = preferred()
    return wanted if wanted in current_app.extensions["portal"]["spoken"] else DEFAULT


def in_words(texts: dict[str, str] | str | None) -> str:
    """A text that a procedure gives in several languages, in the page's own where there is one."""
    if not isinstance(texts, dict):
        return texts or ""
    language = next((wanted for wanted in (page_language(), DEFAULT) if texts.get(wanted)), None)
    text = texts[language] if language else next(iter(texts.values()), "")
    return _with_french_spaces(text) if language == "fr" else text


def day(value: date | datetime) -> str:
    """« 21 octobre 2024 », in Belgium."""
    return _first(str(format_date(value, "d MMMM y")))


def moment(value: datetime, time: str = "HH:mm") -> str:
    """« 21 octobre 2024 à 23:59 », in Belgium."""
    on = _first(str(format_datetime(value, "d MMMM y")))
    return gettext("%(day)s à %(time)s", day=on, time=format_datetime(value, time))


def moment_with_seconds(value: datetime) -> str:
    return moment(value, "HH:mm:ss")


def size(octets: int) -> str:
    if octets < 1_000_000:
        return gettext("%(count)s ko", count=format_decimal(max(1, round(octets / 1000))))
    return gettext("%(count)s Mo", count=format_decimal(round(octets / 1_000_000, 1)))


def _first(text: str) -> str:
    """In French the first of a month is written « 1er »; the number stays with its month on one line."""
    text = f"1er{text[1:]}" if page_language() == "fr" and text.startswith("1 ") else text
    return text.replace(" ", "\u00a0", 1)


def _with_french_spaces(text: str) -> str:
    """Authors of procedures type plain spaces before « ? » and its like, where a line must not break."""
    text = re.sub(r" (?=[:»](\s|$))", "\u00a0", text.replace("« ", "«\u00a0"))
    return re.sub(r" (?=[;!?](\s|$))", "\u202f", text)
