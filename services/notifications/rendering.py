"""Mails from templates: ``mails/<kind>/<language>.jinja`` holds the blocks subject, body and action.

The text is written once, as paragraphs parted by an empty line; the plain and the HTML form are laid out from it, so
that they cannot say different things. What comes from outside is escaped in the HTML form and cannot break a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import yaml
from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, pass_context, select_autoescape
from jinja2.runtime import Context

from chassis.clock import BRUSSELS
from contracts.identifiers import BceNumber, EstablishmentNumber
from contracts.identity import Language

FOLDER = Path(__file__).parent / "mails"
LANGUAGES: tuple[Language, ...] = get_args(Language)

# How dates are written in Belgium, in each language.
_LOCALES: dict[Language, str] = {"fr": "fr_BE", "nl": "nl_BE", "de": "de_BE", "en": "en_BE"}


class AddressRefused(ValueError):
    """What should be an e-mail address is none."""


class Unrenderable(ValueError):
    """A template is missing or wrong, or lacks a fact."""


@dataclass(frozen=True, kw_only=True)
class Rendered:
    subject: str
    text: str
    html: str


class Mails:
    """``portal_url``: without a slash at its end."""

    def __init__(self, *, portal_url: str, sender: Address, folder: Path = FOLDER) -> None:
        self._portal_url = portal_url
        self._sender = sender
        self._words: dict[str, dict[str, Any]] = yaml.safe_load((folder / "words.yaml").read_text())
        # Blocks give plain text, which the layouts set; the HTML layout is the only HTML there is, and escapes it.
        self._templates = Environment(
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            autoescape=select_autoescape(enabled_extensions=("html.jinja",), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {"day": _day, "instant": _instant, "bce": _bce, "role": self._role}

    def compose(
        self,
        *,
        delivery_id: UUID,
        to: str,
        kind: str,
        language: Language,
        facts: Mapping[str, str],
        link: str,
        now: datetime,
    ) -> EmailMessage:
        """The whole mail. The same delivery always has the same Message-ID. Raises AddressRefused, Unrenderable."""
        rendered = self.render(kind=kind, language=language, facts=facts, link=link)
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._sender
        mail["To"] = _address(to)
        mail["Subject"] = rendered.subject
        mail["Date"] = format_datetime(now.astimezone(BRUSSELS))
        mail["Message-ID"] = f"<{delivery_id}@{self._sender.domain}>"
        # No out-of-office answers to it, please (RFC 3834).
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(rendered.text, cte="quoted-printable")
        mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
        # Setting the content clears its headers, so this one comes last.
        mail["Content-Language"] = language
        return mail

    def render(self, *, kind: str, language: Language, facts: Mapping[str, str], link: str) -> Rendered:
        """Raises Unrenderable."""
        try:
            return self._render(kind, language, facts, self._portal_url + link)
        except (TemplateError, ValueError, KeyError) as error:
            # Its text could quote a fact.
            raise Unrenderable(f"cannot be rendered: {type(error).__name__} in {kind}/{language}") from error

    def _render(self, kind: str, language: Language, facts: Mapping[str, str], link: str) -> Rendered:
        template = self._templates.get_template(f"{kind}/{language}.jinja")
        title = {"title": facts[f"title_{language}"]} if f"title_{language}" in facts else {}
        limits = self._limits(facts, language)
        context = template.new_context({**facts, **title, **limits, "language": language})
        blocks = {name: "".join(block(context)) for name, block in template.blocks.items()}
        subject = " ".join(blocks["subject"].split())
        shown = {
            "language": language,
            "words": self._words[language],
            "subject": subject,
            "paragraphs": _paragraphs(blocks["body"]),
            "action": " ".join(blocks["action"].split()),
            "link": link,
        }
        return Rendered(
            subject=subject,
            text=self._templates.get_template("layout.txt.jinja").render(shown),
            html=self._templates.get_template("layout.html.jinja").render(shown),
        )

    def _limits(self, facts: Mapping[str, str], language: Language) -> dict[str, str]:
        """``limits``: to what a role is limited, where it is."""
        words = self._words[language]
        limits = [words["categories"].get(name, name) for name in facts.get("categories", "").split(",") if name]
        if "establishment_number" in facts:
            limits.append(words["establishment"].format(EstablishmentNumber(facts["establishment_number"]).dotted))
        return {"limits": ", ".join(limits)} if limits else {}

    @pass_context
    def _role(self, context: Context, name: str) -> str:
        return str(self._words[context["language"]]["roles"][name])


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise AddressRefused("its address is not an e-mail address") from error


def _paragraphs(body: str) -> list[list[str]]:
    """Lines of each paragraph."""
    return [
        [line.strip() for line in paragraph.splitlines() if line.strip()]
        for paragraph in re.split(r"\n\s*\n", body)
        if paragraph.strip()
    ]


@pass_context
def _day(context: Context, text: str) -> str:
    return _long(date.fromisoformat(text), context["language"])


@pass_context
def _instant(context: Context, text: str) -> str:
    """The day and the time on a clock in Belgium."""
    there = datetime.fromisoformat(text).astimezone(BRUSSELS)
    joined = {"fr": "{} à {}", "nl": "{} om {}", "de": "{} um {} Uhr", "en": "{} at {}"}[context["language"]]
    return joined.format(_long(there.date(), context["language"]), f"{there:%H:%M}")


def _long(day: date, language: Language) -> str:
    text = str(format_date(day, "long", locale=_LOCALES[language]))
    # As on the pages: in French the first of a month is written « 1er ».
    return f"1er{text[1:]}" if language == "fr" and day.day == 1 else text


def _bce(text: str) -> str:
    return BceNumber(text).dotted
