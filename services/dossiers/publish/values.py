"""The kinds of values in a procedure file, each with what it says of one that is wrong."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import marshmallow as ma
from marshmallow import fields

from services.dossiers.domain.calendar import BRUSSELS

LANGUAGES = ("fr", "de", "nl", "en")
LARGEST_FILE = 50_000_000

_SIZE = re.compile(r"(\d+)\s*(kB|MB)")
_IN_BYTES = {"kB": 1000, "MB": 1_000_000}


class Words(fields.Field[Any]):
    """A text (then French), or one per language with French among them."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
        texts = {"fr": value} if isinstance(value, str) else value
        if not isinstance(texts, dict):
            raise ma.ValidationError("must be a text, or one text for each language")
        if "fr" not in texts:
            raise ma.ValidationError("must be there in French (fr)")
        for language, text in texts.items():
            if language not in LANGUAGES:
                raise ma.ValidationError(f"{language} is none of {', '.join(LANGUAGES)}")
            if not isinstance(text, str) or not text.strip():
                raise ma.ValidationError(f"the text in {language} must be a text and not empty")
        return {language: text.strip() for language, text in texts.items()}


class Keywords(fields.Field[Any]):
    """A list of texts (then French), or one list per language."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, list[str]]:
        lists = {"fr": value} if isinstance(value, list) else value
        if not isinstance(lists, dict) or not all(_are_texts(each) for each in lists.values()):
            raise ma.ValidationError("must be a list of texts, or one such list for each language")
        return lists


class When(fields.Field[Any]):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return _condition(value)


class Size(fields.Field[Any]):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        found = _SIZE.fullmatch(value) if isinstance(value, str) else None
        size = int(found[1]) * _IN_BYTES[found[2]] if found else 0
        if not 1 <= size <= LARGEST_FILE:
            raise ma.ValidationError("must be a size such as 500 kB or 10 MB, at most 50 MB")
        return size


class Instant(fields.Field[Any]):
    """ISO 8601; Europe/Brussels where it has no offset."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            moment = datetime.fromisoformat(value)
        except (ValueError, TypeError) as error:
            raise ma.ValidationError("must be an instant such as 2024-10-13T00:00") from error
        return (moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)).isoformat()


class Day(fields.Field[Any]):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        try:
            return date.fromisoformat(value).isoformat()
        except (ValueError, TypeError) as error:
            raise ma.ValidationError("must be a date such as 2024-10-13") from error


class Bound(fields.Field[Any]):
    """Of a number or a date: kept as a text."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise ma.ValidationError("must be a number, a date or today")
        return str(value)


class Locked(fields.Field[Any]):
    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        known = {False: "no", True: "always", "when_known": "when_known"}
        if value not in known:
            raise ma.ValidationError("must be true, false or when_known")
        return known[value]


def _condition(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        raise ma.ValidationError("must be a condition such as {election: communal}")
    parts = [_part(key, expected) for key, expected in value.items()]
    return parts[0] if len(parts) == 1 else {"all": parts}


def _part(key: str, expected: Any) -> dict[str, Any]:
    if key in ("all", "any", "none"):
        if not isinstance(expected, list) or not expected:
            raise ma.ValidationError(f"{key} must be a list of conditions")
        return {key: [_condition(each) for each in expected]}
    values = expected if isinstance(expected, list) else [expected]
    if not values or not all(isinstance(each, (str, bool)) for each in values):
        raise ma.ValidationError(
            f"{key} is compared with texts (in quotes where they look like numbers) or true, false"
        )
    return {"field": key, "equals": values}


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)
