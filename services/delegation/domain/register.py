"""What a set of the Crossroads Bank's open data says, beside what we know: which of it is news.

A full set holds every active enterprise and all about it; an update only what changed, part by part. Neither holds what
was struck off or merged. What the register's adaptor told after the day of the set stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Literal, TypeVar

from contracts.identifiers import BceNumber
from services.delegation.domain.enterprises import Loss
from services.delegation.domain.names import Name, in_order

# Listed of one enterprise. The largest have more; who looks for one of theirs has its number.
MOST_ESTABLISHMENTS = 500


class Part(IntEnum):
    """One of the files of a set."""

    ENTERPRISE = 1
    ESTABLISHMENT = 2
    DENOMINATION = 3
    ADDRESS = 4
    ACTIVITY = 5


# {part: its rows} of one entity. A row None, in an update: those before are no more.
Told = Mapping[int, list[Any]]


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Of which set: the day that it shows, and that day's last instant."""

    is_full: bool
    shows: date
    shows_until: datetime

    def tells(self, part: Part, told: Told) -> bool:
        return self.is_full or part in told

    def misses(self, part: Part, told: Told | None) -> bool:
        """A full set without a row of it; an update that takes the row away and gives no other."""
        if told is None:
            return True
        rows = told.get(part)
        return self.is_full if rows is None else _first(rows) is None


@dataclass(slots=True, kw_only=True)
class Entry:
    """An enterprise. ``names``: [kind, language, text], the first to be shown first; ``seat``: fields of
    ``contracts.delegation.Address``; ``main_activity``: "2008:47110", the version of NACE and the code."""

    bce_number: str
    name: str
    state: Literal["active", "struck_off"] = "active"
    registered_at: datetime
    struck_off_on: date | None = None
    names: list[list[str]] = field(default_factory=list)
    seat: dict[str, str] | None = None
    juridical_form: str | None = None
    main_activity: str | None = None
    started_on: date | None = None


@dataclass(slots=True, kw_only=True)
class Establishment:
    """``bce_number``: the enterprise that has it now."""

    establishment_number: str
    bce_number: str
    name: str = ""
    address: dict[str, str] | None = None
    state: Literal["open", "closed"] = "open"
    closed_on: date | None = None
    started_on: date | None = None


E = TypeVar("E", Entry, Establishment)


def news_of_enterprise(number: str, known: Entry | None, told: Told | None, reading: Reading) -> Entry | None:
    """What is to be stored now; None where there is no news. ``told`` None: the set does not hold it."""
    stands = known is not None and known.registered_at > reading.shows_until
    if told is None or reading.misses(Part.ENTERPRISE, told):
        if known is None or known.state == "struck_off" or stands:
            return None
        return replace(known, state="struck_off", struck_off_on=reading.shows, registered_at=reading.shows_until)
    facts: dict[str, Any] = {}
    if row := _first(told.get(Part.ENTERPRISE, [])):
        facts = {"state": "active", "struck_off_on": None, "juridical_form": row[0], "started_on": _day(row[1])}
    elif known is None:
        return None
    if reading.tells(Part.DENOMINATION, told):
        facts["names"] = _names(told)
        facts["name"] = facts["names"][0][2] if facts["names"] else BceNumber(number).dotted
    if reading.tells(Part.ADDRESS, told):
        facts["seat"] = _first(told.get(Part.ADDRESS, []))
    if reading.tells(Part.ACTIVITY, told):
        facts["main_activity"] = _main_activity(told)
    if known is None:
        return Entry(bce_number=number, registered_at=reading.shows_until, **_named(number, facts))
    if stands:
        facts = {name: fact for name, fact in facts.items() if name not in ("name", "state", "struck_off_on")}
    news = _changed(known, facts)
    return replace(news, registered_at=reading.shows_until) if news is not None and not stands else news


def news_of_establishment(
    number: str, known: Establishment | None, told: Told | None, reading: Reading
) -> Establishment | None:
    if told is None or reading.misses(Part.ESTABLISHMENT, told):
        if known is None or known.state == "closed":
            return None
        return replace(known, state="closed", closed_on=reading.shows)
    facts: dict[str, Any] = {}
    if row := _first(told.get(Part.ESTABLISHMENT, [])):
        facts = {"bce_number": row[0], "started_on": _day(row[1]), "state": "open", "closed_on": None}
    elif known is None:
        return None
    if reading.tells(Part.DENOMINATION, told):
        names = _names(told)
        facts["name"] = names[0][2] if names else ""
    if reading.tells(Part.ADDRESS, told):
        facts["address"] = _first(told.get(Part.ADDRESS, []))
    if known is None:
        return Establishment(establishment_number=number, **facts)
    return _changed(known, facts)


def loss_of(known: Establishment, entry: Establishment) -> Loss | None:
    """Of the enterprise that had it. What was closed already was lost then."""
    if known.state == "closed":
        return None
    if entry.bce_number != known.bce_number:
        return "moved"
    return "closed" if entry.state == "closed" else None


def _changed(known: E, facts: dict[str, Any]) -> E | None:
    if all(getattr(known, name) == fact for name, fact in facts.items()):
        return None
    return replace(known, **facts)


def _named(number: str, facts: dict[str, Any]) -> dict[str, Any]:
    return facts if "name" in facts else facts | {"name": BceNumber(number).dotted}


def _names(told: Told) -> list[list[str]]:
    given = in_order(Name(*row) for row in told.get(Part.DENOMINATION, []) if row is not None)
    return [[name.kind, name.language, name.text] for name in given]


def _main_activity(told: Told) -> str | None:
    """Rows are [rank, version, code]; the best rank, and of those the newest version."""
    given = [row for row in told.get(Part.ACTIVITY, []) if row is not None]
    if not given:
        return None
    _, version, code = min(given, key=lambda row: (-int(row[1]), row[0], row[2]))
    return f"{version}:{code}"


def _first(rows: list[Any]) -> Any:
    """Of several, always the same one, in whatever order they come."""
    if len(rows) == 1:
        return rows[0]
    return min((row for row in rows if row is not None), key=str, default=None)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
