"""Sets of the Crossroads Bank's open data, of any size: valid, invented, and for one seed always the same.

``full(directory, register)`` and ``update(directory, before, after)`` write what the register would publish; ``grow``
invents one. Files have all columns of the real ones, in their order.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

COLUMNS = {
    "enterprise": (
        "EnterpriseNumber",
        "Status",
        "JuridicalSituation",
        "TypeOfEnterprise",
        "JuridicalForm",
        "JuridicalFormCAC",
        "StartDate",
    ),
    "establishment": ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
    "denomination": ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
    "address": (
        "EntityNumber",
        "TypeOfAddress",
        "CountryNL",
        "CountryFR",
        "Zipcode",
        "MunicipalityNL",
        "MunicipalityFR",
        "StreetNL",
        "StreetFR",
        "HouseNumber",
        "Box",
        "ExtraAddressInfo",
        "DateStrikingOff",
    ),
    "activity": ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
}
CODES = [
    ("JuridicalForm", "014", "FR", "Société anonyme"),
    ("JuridicalForm", "014", "NL", "Naamloze vennootschap"),
    ("JuridicalForm", "017", "FR", "Association sans but lucratif"),
    ("JuridicalForm", "610", "FR", "Société à responsabilité limitée"),
    ("JuridicalForm", "610", "NL", "Besloten vennootschap"),
    ("Nace2008", "47110", "FR", "Commerce de détail en magasin non spécialisé à prédominance alimentaire"),
    ("Nace2025", "10711", "FR", "Fabrication de pain"),
    ("Status", "AC", "FR", "Actif"),
]
# How often each form is found, in a hundred.
FORMS = {"610": 40, "014": 10, "017": 10, "": 40}
# fmt: off
TRADES = (
    "Ateliers", "Boulangerie", "Garage", "Menuiserie", "Transports", "Immobilière", "Pharmacie", "Brasserie",
    "Imprimerie", "Jardins", "Carrelages", "Électricité", "Coiffure", "Librairie", "Clinique", "Fiduciaire", "Éditions",
    "Laboratoire", "Construction", "Chauffage", "Peinture", "Restaurant", "Friterie", "Crèche", "Cabinet", "Bureau",
    "Entreprise", "Groupe", "Société", "Maison", "Comptoir", "Domaine", "Ferme", "Studio", "Services", "Garden",
    "Toitures",
)
BEGINNINGS = (
    "ba", "be", "bo", "bra", "ca", "che", "clo", "da", "de", "dou", "du", "fa", "fre", "ga", "gri", "ha", "hé", "jo",
    "la", "le", "lou", "ma", "mer", "mo", "na", "no", "pa", "pi", "ra", "ri", "ro", "sa", "se", "van", "vl", "wi",
)
ENDS = (
    "rt", "nt", "l", "ux", "ns", "mans", "eau", "ier", "in", "et", "on", "ard", "ez", "ck", "ert", "ke", "ters", "lle",
)
# fmt: on
TOWNS = (
    ("7000", "Mons", "Bergen"),
    ("5000", "Namur", "Namen"),
    ("4000", "Liège", "Luik"),
    ("1000", "Bruxelles", "Brussel"),
)


def number(first_eight: int) -> str:
    """Dotted, as the files have it."""
    digits = f"{first_eight:08}{97 - first_eight % 97:02}"
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def plain(dotted: str) -> str:
    return dotted.replace(".", "")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """An establishment."""

    number: str
    name: str = ""
    street: str = "Rue de la Station"


@dataclass(frozen=True, kw_only=True)
class Firm:
    """An enterprise; ``names``: (language, type, text) as denomination.csv has them. ``street`` empty: no seat told."""

    number: str
    names: tuple[tuple[str, str, str], ...]
    form: str = "610"
    street: str = "Grand-Place"
    house_number: str = "1"
    town: tuple[str, str, str] = TOWNS[0]
    activity: str = "47110"
    units: tuple[Unit, ...] = field(default=())


def a_firm(first_eight: int, name: str, **differently: Any) -> Firm:
    facts: dict[str, Any] = {"number": number(first_eight), "names": (("1", "001", name),)}
    return Firm(**facts | differently)


def grow(count: int, *, seed: int = 1) -> Iterator[Firm]:
    """Invented firms in the order of their numbers; one in two has an establishment. None is held in memory."""
    chance = random.Random(seed)
    surnames = ["".join(chance.choices(BEGINNINGS, k=2)) + chance.choice(ENDS) for _ in range(20_000)]
    for index in range(count):
        name = f"{chance.choice(TRADES)} {chance.choice(surnames).title()}"
        if chance.random() < 0.4:
            name += f" {chance.choice(surnames).title()}"
        names = [(chance.choice("12"), "001", name)]
        if chance.random() < 0.2:
            names.append(("1", "003", f"{chance.choice(surnames).title()} {chance.choice(TRADES)}"))
        unit = Unit(number=number(30_000_000 + index), street=f"Chaussée {chance.choice(surnames).title()}")
        yield Firm(
            number=number(2_000_000 + index * 3),
            names=tuple(names),
            form=chance.choices(list(FORMS), list(FORMS.values()))[0],
            street=f"Rue {chance.choice(surnames).title()}" if chance.random() < 0.6 else "",
            house_number=str(chance.randrange(1, 300)),
            town=chance.choice(TOWNS),
            units=(unit,) if chance.random() < 0.5 else (),
        )


def shown_by(extract: int) -> date:
    """Each extract shows a day more."""
    return date(2024, 10, 4) + timedelta(days=extract)


def full(directory: Path, register: Iterable[Firm], *, extract: int = 1) -> Path:
    with _Set(directory, extract, "full", [(name, "") for name in COLUMNS]) as files:
        for firm in register:
            for name, row in _rows_of(firm):
                files.write(name, "", row)
    return directory


def update(directory: Path, before: Iterable[Firm], after: Iterable[Firm], *, extract: int = 2) -> Path:
    """What leads from one register to the other: of each entity and file that differ, the rows before go and those
    after come."""
    had, has = _by_entity(before), _by_entity(after)
    suffixes = ("_delete", "_insert")
    with _Set(directory, extract, "update", [(name, end) for name in COLUMNS for end in suffixes]) as files:
        for key in sorted(had.keys() | has.keys()):
            if had.get(key) == has.get(key):
                continue
            name, entity = key
            if key in had:
                files.write(name, "_delete", (entity,))
            for row in has.get(key, ()):
                files.write(name, "_insert", row)
    return directory


def meta(directory: Path, **facts: str) -> None:
    with (directory / "meta.csv").open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened, quoting=csv.QUOTE_ALL).writerows([("Variable", "Value"), *facts.items()])


def _by_entity(register: Iterable[Firm]) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    for firm in register:
        for name, row in _rows_of(firm):
            found.setdefault((name, row[0]), []).append(row)
    return found


def _rows_of(firm: Firm) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "enterprise", (firm.number, "AC", "000", "2", firm.form, "", "09-08-1960")
    for language, kind, text in firm.names:
        yield "denomination", (firm.number, language, kind, text)
    if firm.street:
        yield "address", _address(firm.number, "REGO", firm.street, firm.house_number, firm.town)
    if firm.activity:
        yield "activity", (firm.number, "001", "2008", firm.activity, "MAIN")
        yield "activity", (firm.number, "001", "2008", "68203", "SECO")
    for unit in firm.units:
        yield "establishment", (unit.number, "01-11-1974", firm.number)
        yield "address", _address(unit.number, "BAET", unit.street, "7", firm.town)
        if unit.name:
            yield "denomination", (unit.number, "1", "003", unit.name)


def _address(entity: str, kind: str, street: str, house_number: str, town: tuple[str, str, str]) -> tuple[str, ...]:
    zipcode, french, dutch = town
    return (entity, kind, "", "", zipcode, dutch, french, street, street, house_number, "", "", "")


class _Set:
    """The open files of a set."""

    def __init__(self, directory: Path, extract: int, kind: str, files: Iterable[tuple[str, str]]) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        shows = shown_by(extract)
        taken_on = (shows + timedelta(days=1)).strftime("%d-%m-%Y")
        meta(
            directory,
            SnapshotDate=shows.strftime("%d-%m-%Y"),
            ExtractTimestamp=f"{taken_on} 05:33:16",
            ExtractType=kind,
            ExtractNumber=str(extract),
            Version="R018.00",
        )
        with (directory / "code.csv").open("w", newline="", encoding="utf-8") as opened:
            codes = csv.writer(opened, quoting=csv.QUOTE_ALL)
            codes.writerows([("Category", "Code", "Language", "Description"), *CODES])
        self._directory, self._files = directory, list(files)
        self._open = ExitStack()
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> _Set:
        for name, end in self._files:
            opened = self._open.enter_context(
                (self._directory / f"{name}{end}.csv").open("w", newline="", encoding="utf-8")
            )
            self._writers[name + end] = csv.writer(opened, quoting=csv.QUOTE_ALL)
            self._writers[name + end].writerow(COLUMNS[name][:1] if end == "_delete" else COLUMNS[name])
        return self

    def __exit__(self, *failed: object) -> None:
        self._open.close()

    def write(self, name: str, end: str, row: tuple[str, ...]) -> None:
        self._writers[name + end].writerow(row)
