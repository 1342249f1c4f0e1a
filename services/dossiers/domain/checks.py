"""Whether one answer fits its field: the value put right, and the codes of what is wrong (docs/procedures.md)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.dossiers.domain.procedure import Field

MAX_LENGTHS = {"text": 200, "textarea": 5000, "email": 254}
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_BELGIAN_THOUSANDS = re.compile(r"-?\d{1,3}(\.\d{3})+,\d+")
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,10})?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BELGIAN_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class Checked:
    """``errors``: {"": codes of the answer itself, "0.name": codes inside a group}. ``value`` None: unanswered.
    ``is_kept`` False: nothing a person could have typed; it is not saved."""

    value: Any
    errors: dict[str, list[str]] = field(default_factory=dict)
    is_kept: bool = True


def check(field: Field, value: Any, *, choices: Collection[str] = (), today: date) -> Checked:
    """``choices``: the values that apply now, for a choice."""
    if field.is_box:
        return _check_box(field, value)
    if field.type == "group":
        return _check_group(field, value, today=today)
    if field.type == "number" and isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        return Checked(None, {"": ["wrong_type"]}, is_kept=False)
    text = clean(value or "", lines=field.type == "textarea")
    if not text:
        return Checked(None, {"": ["required"]} if field.is_required else {})
    if field.type == "choice":
        return Checked(text) if text in choices else Checked(text, {"": ["not_a_choice"]})
    right, codes = _CHECKS[field.type](field, text, today)
    return Checked(right, {"": codes} if codes else {})


def clean(text: str, *, lines: bool) -> str:
    """Without what a database cannot hold and eyes cannot see; one line of single spaces unless ``lines``."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode()).replace("\r\n", "\n")
    text = "".join(each for each in text if each in "\n\t" or unicodedata.category(each) != "Cc")
    return text.strip() if lines else " ".join(text.split())


def _check_text(field: Field, text: str, today: date) -> tuple[str, list[str]]:
    codes = []
    if len(text) > (field.max_length or MAX_LENGTHS[field.type]):
        codes.append("too_long")
    if field.min_length and len(text) < field.min_length:
        codes.append("too_short")
    if field.pattern and not codes and not re.fullmatch(field.pattern, text):
        codes.append("wrong_pattern")
    if field.type == "email" and not _EMAIL.fullmatch(text):
        codes.append("not_an_email")
    return text, codes


def _check_number(field: Field, text: str, today: date) -> tuple[str, list[str]]:
    digits = "".join(text.split())
    if _BELGIAN_THOUSANDS.fullmatch(digits):
        digits = digits.replace(".", "")
    digits = digits.replace(",", ".")
    if not _NUMBER.fullmatch(digits):
        return text, ["not_a_number"]
    number, decimals = Decimal(digits), field.decimals or 0
    # 12.500 may mean twelve and a half or twelve thousand five hundred: the person is asked, not guessed at.
    if len(digits.partition(".")[2]) > decimals:
        return text, ["too_many_decimals"]
    if field.min is not None and number < Decimal(field.min):
        return text, ["too_small"]
    if field.max is not None and number > Decimal(field.max):
        return text, ["too_large"]
    return f"{number:.{decimals}f}", []


def _check_date(field: Field, text: str, today: date) -> tuple[str, list[str]]:
    belgian = _BELGIAN_DATE.fullmatch(text)
    iso = f"{belgian[3]}-{belgian[2]:0>2}-{belgian[1]:0>2}" if belgian else text
    try:
        # Python would take weeks (2024-W42-1) too.
        if not _ISO_DATE.fullmatch(iso):
            raise ValueError("not written as 2024-10-13")
        day = date.fromisoformat(iso)
    except ValueError:
        return text, ["not_a_date"]
    if field.min is not None and day < resolve_date(field.min, today):
        return iso, ["too_early"]
    if field.max is not None and day > resolve_date(field.max, today):
        return iso, ["too_late"]
    return iso, []


def resolve_date(bound: str, today: date) -> date:
    return today if bound == "today" else date.fromisoformat(bound)


def _check_box(field: Field, value: Any) -> Checked:
    if value is not None and value != "" and not isinstance(value, bool):
        return Checked(None, {"": ["wrong_type"]}, is_kept=False)
    ticked = value is True
    return Checked(ticked, {"": ["required"]} if field.is_required and not ticked else {})


def _check_group(field: Field, value: Any, *, today: date) -> Checked:
    if value is not None and value != "" and not (isinstance(value, list) and all(isinstance(x, dict) for x in value)):
        return Checked(None, {"": ["wrong_type"]}, is_kept=False)
    filled = [item for item in value or [] if any(each not in (None, "", False) for each in item.values())]
    known = {each.name: each for each in field.fields or []}
    items: list[dict[str, Any]] = []
    errors: dict[str, list[str]] = {}
    for index, item in enumerate(filled[: (field.max_items or 10) + 1]):
        errors |= {f"{index}.{clean(name, lines=False)}": ["unknown_field"] for name in item.keys() - known.keys()}
        items.append({})
        for name, inner in known.items():
            values = [choice.value for choice in inner.choices or []]
            checked = check(inner, item.get(name), choices=values, today=today)
            items[-1][name] = checked.value
            errors |= {f"{index}.{name}": codes for codes in checked.errors.values()}
    if len(filled) > (field.max_items or 10):
        errors[""] = ["too_many"]
    elif len(filled) < max(field.min_items or 0, 1 if field.is_required else 0):
        errors[""] = ["too_few"] if filled else ["required"]
    return Checked(items or None, errors)


_CHECKS: dict[str, Callable[[Field, str, date], tuple[str, list[str]]]] = {
    "text": _check_text,
    "textarea": _check_text,
    "email": _check_text,
    "number": _check_number,
    "date": _check_date,
}
