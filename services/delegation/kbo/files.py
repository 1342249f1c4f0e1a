"""What the files of a set say, in our words: (entity, part, row). Branches of foreign entities (numbers that begin with
9), telephone numbers and secondary activities are left out."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from services.delegation.domain.register import Part
from services.delegation.kbo.errors import BadRow
from services.delegation.kbo.extracts import Extract
from services.delegation.kbo.rows import rows_of

Staged = tuple[str, Part, Any]
Label = dict[str, str]

LONGEST_TEXT = 1000
_KINDS = {"001": "name", "002": "abbreviation", "003": "commercial"}
_LANGUAGES = {"0": "", "1": "fr", "2": "nl", "3": "de", "4": "en"}
_ADDRESS = {
    "CountryFR": "country_fr",
    "CountryNL": "country_nl",
    "Zipcode": "zipcode",
    "MunicipalityFR": "municipality_fr",
    "MunicipalityNL": "municipality_nl",
    "StreetFR": "street_fr",
    "StreetNL": "street_nl",
    "HouseNumber": "house_number",
    "Box": "box",
    "ExtraAddressInfo": "extra",
}
_ADDRESS_FIELDS = tuple(_ADDRESS.values())
# Of the activities declared in several places, that for the VAT goes first, then that for social security.
_GROUPS = ("001", "006", "003")
_DAY = re.compile(r"([0-9]{2})-([0-9]{2})-([0-9]{4})")
_LABELLED = ("JuridicalForm", "Nace2003", "Nace2008", "Nace2025")


class _Wrong(ValueError):
    """What is wrong with a value."""


@dataclass(frozen=True, kw_only=True)
class File:
    """``read``: the row of these values, None for one that we leave out. The first column names the entity."""

    name: str
    part: Part
    columns: tuple[str, ...]
    read: Callable[[str, tuple[str, ...]], Any]


def staged_rows(directory: Path, extract: Extract) -> Iterator[Staged]:
    for file in FILES:
        if extract.kind == "full":
            yield from _rows_of(directory, f"{file.name}.csv", file)
        else:
            yield from _deleted_in(directory, f"{file.name}_delete.csv", file)
            yield from _rows_of(directory, f"{file.name}_insert.csv", file)


def labels(directory: Path) -> Iterator[Label]:
    """Of the codes that we show."""
    columns = ("Category", "Code", "Language", "Description")
    for line, (category, code, language, label) in rows_of(directory, "code.csv", columns):
        if category in _LABELLED:
            label = _checked("code.csv", line, _text, label)
            yield {"category": category, "code": code, "language": language.lower(), "label": label}


def _rows_of(directory: Path, name: str, file: File) -> Iterator[Staged]:
    part, read = file.part, file.read
    for line, values in rows_of(directory, name, file.columns):
        try:
            entity = _entity(values[0])
            if entity is not None and (row := read(entity, values)) is not None:
                yield entity, part, row
        except _Wrong as error:
            raise BadRow(name, line, str(error)) from error


def _deleted_in(directory: Path, name: str, file: File) -> Iterator[Staged]:
    for line, (number,) in rows_of(directory, name, file.columns[:1]):
        entity = _checked(name, line, _entity, number)
        if entity is not None:
            yield entity, file.part, None


def _checked(name: str, line: int, read: Callable[[str], Any], value: str) -> Any:
    try:
        return read(value)
    except _Wrong as error:
        raise BadRow(name, line, str(error)) from error


def _entity(text: str) -> str | None:
    """Ten digits, of "0403.019.261"; None for a branch."""
    digits = text.replace(".", "")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()):
        raise _Wrong(f"{text!r} is no number of ten digits")
    if digits[0] == "9":
        return None
    if int(digits[8:]) != 97 - int(digits[:8]) % 97:
        raise _Wrong(f"the check digits of {text} do not match")
    return digits


def _enterprise(entity: str, values: tuple[str, ...]) -> Any:
    if entity[0] not in "01":
        raise _Wrong(f"{values[0]} is no number of an enterprise")
    _, status, form, started_on = values
    if status != "AC":
        raise _Wrong(f"the status {status!r} is unknown: the open data has active enterprises only")
    return [form or None, _day(started_on)]


def _establishment(entity: str, values: tuple[str, ...]) -> Any:
    if entity[0] in "01":
        raise _Wrong(f"{values[0]} is no number of an establishment")
    owner = _entity(values[1])
    if owner is None or owner[0] not in "01":
        raise _Wrong(f"{values[1]} is no number of an enterprise")
    return [owner, _day(values[2])]


def _denomination(entity: str, values: tuple[str, ...]) -> Any:
    _, language, kind, name = values
    if kind not in _KINDS or not (name := _text(name)):
        return None
    return [_KINDS[kind], _LANGUAGES.get(language, ""), name]


def _address(entity: str, values: tuple[str, ...]) -> Any:
    kind, struck_off_on, *given = values[1:]
    if kind not in ("REGO", "BAET") or struck_off_on:
        return None
    return {name: _text(value) for name, value in zip(_ADDRESS_FIELDS, given, strict=True) if value}


def _activity(entity: str, values: tuple[str, ...]) -> Any:
    _, group, version, code, classification = values
    if classification != "MAIN" or entity[0] not in "01":
        return None
    if not (version.isascii() and version.isdigit()):
        raise _Wrong(f"the version of NACE {version!r} is no year")
    return [_GROUPS.index(group) if group in _GROUPS else len(_GROUPS), version, code]


def _text(value: str) -> str:
    text = value.strip()
    if not text.isprintable():
        # Line breaks and tabs are found in addresses, signs that turn a line round would be in mails and titles; what
        # no page could show is a broken file.
        text = " ".join("".join(each for each in text if unicodedata.category(each) != "Cf").split())
        if any(character < " " or character == "\x7f" for character in text):
            raise _Wrong("a text holds control characters")
    if len(text) > LONGEST_TEXT:
        raise _Wrong(f"a text is longer than {LONGEST_TEXT} characters")
    return text


# Days repeat a hundred times over.
@functools.lru_cache(maxsize=1 << 16)
def _day(text: str) -> str | None:
    """ISO 8601, of "09-08-1960"."""
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        day, month, year = map(int, found.groups()) if found else (0, 0, 0)
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise _Wrong(f"{text!r} is no date like 31-12-2020") from error


FILES = (
    File(
        name="enterprise",
        part=Part.ENTERPRISE,
        columns=("EnterpriseNumber", "Status", "JuridicalForm", "StartDate"),
        read=_enterprise,
    ),
    File(
        name="establishment",
        part=Part.ESTABLISHMENT,
        columns=("EstablishmentNumber", "EnterpriseNumber", "StartDate"),
        read=_establishment,
    ),
    File(
        name="denomination",
        part=Part.DENOMINATION,
        columns=("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
        read=_denomination,
    ),
    File(
        name="address",
        part=Part.ADDRESS,
        columns=("EntityNumber", "TypeOfAddress", "DateStrikingOff", *_ADDRESS),
        read=_address,
    ),
    File(
        name="activity",
        part=Part.ACTIVITY,
        columns=("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
        read=_activity,
    ),
)
