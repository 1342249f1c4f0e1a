"""The Crossroads Bank, what it publishes, and what of it was imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis.runtime import Runtime
from services.delegation.kbo import import_enterprises
from services.delegation.storage import tables
from tests.support import kbo

ATELIERS = kbo.a_firm(
    4030192,
    "Ateliers du Hainaut",
    names=(("1", "001", "Ateliers du Hainaut"), ("2", "001", "Henegouwse Werkhuizen"), ("1", "002", "ADH")),
    form="014",
    units=(kbo.Unit(number=kbo.number(20_000_003), name="Atelier de Mons"),),
)
BOULANGERIE = kbo.a_firm(5000000, "Boulangerie Dupont", form="610", activity="10711")
REGISTER = [ATELIERS, BOULANGERIE]


class Bank:
    def __init__(self, runtime: Runtime, directory: Path) -> None:
        self.runtime = runtime
        self._directory = directory
        self._number = 0
        self._register: list[kbo.Firm] = []

    def full(self, register: Iterable[kbo.Firm], *, number: int | None = None, **how: Any) -> Counter[str] | None:
        return self.take(self.publish_full(register, number=number), **how)

    def update(self, register: Iterable[kbo.Firm], *, number: int | None = None, **how: Any) -> Counter[str] | None:
        return self.take(self.publish_update(register, number=number), **how)

    def publish_full(self, register: Iterable[kbo.Firm], *, number: int | None = None) -> Path:
        self._number, self._register = number or self._number + 1, list(register)
        return kbo.full(self._directory / f"full-{self._number}", self._register, extract=self._number)

    def publish_update(self, register: Iterable[kbo.Firm], *, number: int | None = None) -> Path:
        self._number, before, self._register = number or self._number + 1, self._register, list(register)
        return kbo.update(self._directory / f"update-{self._number}", before, self._register, extract=self._number)

    def take(self, directory: Path, **how: Any) -> Counter[str] | None:
        return import_enterprises(self.runtime, directory, **how).count

    def enterprise(self, firm: kbo.Firm) -> Any:
        return self._row(tables.enterprises, kbo.plain(firm.number))

    def establishment(self, unit: kbo.Unit) -> Any:
        return self._row(tables.establishments, kbo.plain(unit.number))

    def names(self, firm: kbo.Firm) -> set[str]:
        n = tables.enterprise_names.c
        with self.runtime.engine.connect() as connection:
            found = connection.execute(sa.select(n.folded).where(n.bce_number == kbo.plain(firm.number)))
            return set(found.scalars())

    def rows(self, table: sa.Table) -> list[Any]:
        with self.runtime.engine.connect() as connection:
            return list(connection.execute(sa.select(table).order_by(*table.primary_key)))

    def _row(self, table: sa.Table, key: str) -> Any:
        with self.runtime.engine.connect() as connection:
            return connection.execute(sa.select(table).where(next(iter(table.primary_key)) == key)).one_or_none()
