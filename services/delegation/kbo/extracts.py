"""meta.csv: which extract of the register a set is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from chassis.clock import end_of
from services.delegation.domain.register import Reading
from services.delegation.kbo.errors import BadMeta
from services.delegation.kbo.rows import rows_of


@dataclass(frozen=True, kw_only=True)
class Extract:
    """``taken_at`` tells two sets of one number apart, as the register writes it."""

    number: int
    kind: Literal["full", "update"]
    shows: date
    taken_at: str

    @property
    def name(self) -> str:
        return f"{self.kind} extract {self.number}"

    @property
    def reading(self) -> Reading:
        return Reading(is_full=self.kind == "full", shows=self.shows, shows_until=end_of(self.shows))


def read_extract(directory: Path) -> Extract:
    told = {variable: value for _, (variable, value) in rows_of(directory, "meta.csv", ("Variable", "Value"))}
    missing = [
        name for name in ("ExtractNumber", "ExtractType", "SnapshotDate", "ExtractTimestamp") if name not in told
    ]
    if missing:
        raise BadMeta(f"meta.csv does not say {missing[0]}")
    number, kind = told["ExtractNumber"], told["ExtractType"]
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise BadMeta(f"meta.csv: ExtractNumber is no number: {number!r}")
    if kind not in ("full", "update"):
        raise BadMeta(f"meta.csv: ExtractType is neither full nor update: {kind!r}")
    try:
        shows = datetime.strptime(told["SnapshotDate"], "%d-%m-%Y").date()  # noqa: DTZ007
    except ValueError as error:
        raise BadMeta(f"meta.csv: SnapshotDate is no date: {told['SnapshotDate']!r}") from error
    return Extract(
        number=int(number),
        kind="full" if kind == "full" else "update",
        shows=shows,
        taken_at=told["ExtractTimestamp"],
    )
