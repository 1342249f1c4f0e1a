"""What an import of open data reads and writes: rows, not entities, some thousands in each statement."""

from __future__ import annotations

import dataclasses
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.database import Work
from services.delegation.domain.names import fold
from services.delegation.domain.register import Entry, Establishment, Part, Told
from services.delegation.storage import tables

# Beyond every number of an entity.
LAST = "9999999999"

E = TypeVar("E", Entry, Establishment)
_S = tables.staged_entries.c
_X = tables.extracts.c
_AMONG = sa.any_(sa.bindparam("numbers", type_=ARRAY(sa.Text)))
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_COPY = "COPY staged_entries (entity, part, told) FROM STDIN"


class Extracts:
    """Which sets were imported, or begun."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def newest(self) -> int | None:
        """The number of the newest set that was imported whole."""
        found: int | None = self._work.execute(
            sa.select(sa.func.max(_X.number)).where(_X.ended_at.is_not(None))
        ).scalar()
        return found

    def find_begun(self) -> Any:
        """The one that was read whole, and has not ended."""
        return self._work.execute(sa.select(tables.extracts).where(_X.stage == "merging")).first()

    def begin(self, *, number: int, kind: str, taken_at: str, now: datetime) -> None:
        """From its beginning; what else was begun is left."""
        self._work.execute(sa.update(tables.extracts).where(_X.stage != "done").values(stage="done", position=""))
        fresh = {"kind": kind, "taken_at": taken_at, "stage": "loading", "position": "", "begun_at": now}
        begun = insert(tables.extracts).values(number=number, **fresh)
        self._work.execute(begun.on_conflict_do_update(index_elements=["number"], set_=fresh))

    def note(self, number: int, **progress: Any) -> None:
        self._work.execute(sa.update(tables.extracts).where(_X.number == number).values(**progress))


class StagedEntries:
    """The rows of a set, as its files hold them, in the order of their entities when they are read again."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def clear(self) -> None:
        self._work.execute(sa.text("TRUNCATE staged_entries"))

    def add(self, rows: Iterable[tuple[str, Part, Any]]) -> None:
        driver: Any = self._work.session.connection().connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.write("".join([_line(*row) for row in rows]))

    def count(self) -> int:
        return int(self._work.execute(sa.select(sa.func.count()).select_from(tables.staged_entries)).scalar_one())

    def between(self, after: str, upto: str) -> dict[str, Told]:
        # As one text: to read ten thousand rows one by one takes three times as long.
        rows = sa.func.json_agg(sa.func.json_build_array(_S.entity, _S.part, _S.told))
        chosen = sa.select(sa.cast(rows, sa.Text)).where(_S.entity > after, _S.entity <= upto)
        told: dict[str, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
        for entity, part, row in json.loads(self._work.execute(chosen).scalar() or "[]"):
            told[entity][part].append(row)
        return {entity: dict(parts) for entity, parts in told.items()}

    def count_gone(self, *, is_full: bool, shown_until: datetime) -> tuple[int, int]:
        """How many enterprises the set strikes off, of how many active ones."""
        e = tables.enterprises.c
        told = sa.select(_S.entity).where(_S.entity == e.bce_number, _S.part == Part.ENTERPRISE)
        held = told.where(_S.told.cast(sa.Text).is_not(None)).exists()
        gone = ~held if is_full else sa.and_(~held, told.exists())
        struck = sa.func.count().filter(e.registered_at <= shown_until, gone)
        both = sa.select(struck.label("gone"), sa.func.count().label("active")).where(e.state == "active")
        row = self._work.execute(both).one()
        return row.gone, row.active

    def count_missing(self) -> dict[Part, tuple[int, int]]:
        """By file, of what enterprises have that a full set holds: for how many it has no row, of how many."""
        e, u = tables.enterprises.c, tables.establishments.c
        there = {
            Part.ESTABLISHMENT: (u.establishment_number, u.bce_number, u.state == "open"),
            Part.DENOMINATION: (e.bce_number, e.bce_number, e.names != sa.cast([], e.names.type)),
            Part.ADDRESS: (e.bce_number, e.bce_number, e.seat.is_not(None)),
            Part.ACTIVITY: (e.bce_number, e.bce_number, e.main_activity.is_not(None)),
        }
        return {part: self._count_missing(part, *known) for part, known in there.items()}

    def _count_missing(
        self, part: Part, key: sa.Column[Any], owner: sa.Column[Any], is_known: sa.ColumnElement[bool]
    ) -> tuple[int, int]:
        is_held = sa.exists().where(_S.entity == owner, _S.part == Part.ENTERPRISE)
        gone = sa.func.count().filter(~sa.exists().where(_S.entity == key, _S.part == part))
        both = sa.select(gone.label("gone"), sa.func.count().label("there")).where(is_known, is_held)
        row = self._work.execute(both).one()
        return row.gone, row.there


@dataclass(frozen=True)
class Kind(Generic[E]):
    """Enterprises, or establishments: where they rest."""

    entry: type[E]
    table: sa.Table
    # How a row that is there already changes beside its new values.
    counts_versions: bool

    @property
    def key(self) -> sa.Column[Any]:
        return next(iter(self.table.primary_key))

    @property
    def fields(self) -> list[str]:
        return [field.name for field in dataclasses.fields(self.entry)]

    def storing(self) -> Any:
        """New rows, and the new values of those that are there."""
        told = _recordset(*(sa.column(name, self.table.c[name].type) for name in self.fields))
        values: dict[str, Any] = {name: told.c[name] for name in self.fields}
        changed: dict[str, Any] = {}
        if self.counts_versions:
            values["version"] = sa.literal(1)
            changed["version"] = self.table.c.version + 1
        chosen = sa.select(*values.values())
        if not self.counts_versions:
            # The foreign keys are looked at in this order: see Mandates.of_person_for_change.
            known = tables.enterprises.c.bce_number
            chosen = chosen.join(tables.enterprises, known == told.c.bce_number).order_by(told.c.bce_number)
        fresh = insert(self.table).from_select(list(values), chosen)
        changed |= {name: fresh.excluded[name] for name in self.fields if name != self.key.name}
        # What the adaptor told at this moment is newer than the set.
        is_older = self.table.c.registered_at <= fresh.excluded.registered_at if self.counts_versions else None
        return fresh.on_conflict_do_update(index_elements=[self.key], set_=changed, where=is_older).returning(self.key)


ENTERPRISES = Kind(Entry, tables.enterprises, counts_versions=True)
ESTABLISHMENTS = Kind(Establishment, tables.establishments, counts_versions=False)


class Register(Generic[E]):
    def __init__(self, work: Work, kind: Kind[E]) -> None:
        self._work = work
        self._kind: Kind[E] = kind
        # As plain text: numbers that are in the database need no second look.
        columns = (kind.table.c[name] for name in kind.fields)
        self._chosen = sa.select(
            *(sa.type_coerce(c, sa.Text) if isinstance(c.type, tables.Bce) else c for c in columns)
        )

    def between(self, after: str, upto: str) -> dict[str, E]:
        key = self._kind.key
        return self._read(self._chosen.where(key > after, key <= upto))

    def among(self, numbers: Collection[str]) -> dict[str, E]:
        return self._read(self._chosen.where(self._kind.key == _AMONG), numbers)

    def of_enterprise(self, bce_number: str, *, numbers: Collection[str] | None, most: int) -> list[E]:
        """Its establishments, those that are open first; with ``numbers`` those of them alone."""
        c = self._kind.table.c
        mine = self._chosen.where(c.bce_number == bce_number).order_by(c.state.desc(), self._kind.key)
        meant = mine if numbers is None else mine.where(self._kind.key == _AMONG)
        return list(self._read(meant.limit(most), numbers).values())

    def among_for_change(self, numbers: Collection[str]) -> dict[str, E]:
        """In the order of their numbers, as whoever locks several does."""
        locked = self._chosen.where(self._kind.key == _AMONG).order_by(self._kind.key).with_for_update()
        return self._read(locked, numbers)

    def store(self, entries: Collection[E]) -> int:
        """New ones, and those that changed; how many. An establishment of an enterprise that nobody knows is left
        out."""
        fields, key = self._kind.fields, self._kind.key.name
        rows = [{name: getattr(entry, name) for name in fields} for entry in entries]
        rows.sort(key=lambda row: str(row[key]))
        return len(self._work.execute(self._kind.storing(), {"rows": json.dumps(rows, default=str)}).all())

    def _read(self, chosen: sa.Select[Any], numbers: Collection[str] | None = None) -> dict[str, E]:
        rows = self._work.execute(chosen, {} if numbers is None else {"numbers": sorted(numbers)})
        entries = (self._kind.entry(**dict(zip(self._kind.fields, row, strict=True))) for row in rows)
        return {getattr(entry, self._kind.key.name): entry for entry in entries}


class EnterpriseNames:
    """The names under which enterprises are found."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, bce_number: str, name: str) -> None:
        """Beside those it has: it may still be looked for by them."""
        given = insert(tables.enterprise_names).values(bce_number=bce_number, folded=fold(name))
        self._work.execute(given.on_conflict_do_nothing())

    def replace(self, entries: Collection[Entry], *, had_others: Collection[str]) -> None:
        if had_others:
            others = sa.delete(tables.enterprise_names).where(tables.enterprise_names.c.bce_number == _AMONG)
            self._work.execute(others, {"numbers": list(had_others)})
        folded = {
            (entry.bce_number, fold(name))
            for entry in entries
            for name in (entry.name, *(row[2] for row in entry.names))
        }
        told = _recordset(sa.column("bce_number", sa.Text), sa.column("folded", sa.Text))
        fresh = insert(tables.enterprise_names).from_select(["bce_number", "folded"], sa.select(*told.c))
        rows = [{"bce_number": number, "folded": name} for number, name in sorted(folded)]
        self._work.execute(fresh.on_conflict_do_nothing(), {"rows": json.dumps(rows)})


class Labels:
    """What codes of the register mean."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def replace(self, labels: Collection[dict[str, str]]) -> None:
        self._work.execute(sa.delete(tables.register_labels))
        if labels:
            self._work.execute(insert(tables.register_labels).on_conflict_do_nothing(), labels)

    def count_missing(self, labels: Iterable[dict[str, str]]) -> tuple[int, int]:
        """For how many of those that are there these have none, of how many."""
        key = ("category", "code", "language")
        chosen = sa.select(*(tables.register_labels.c[name] for name in key))
        there = {tuple(row) for row in self._work.execute(chosen)}
        return len(there - {tuple(label[name] for name in key) for label in labels}), len(there)

    def of(self, category: str, codes: Collection[str]) -> dict[str, dict[str, str]]:
        """{code: {language: label}}"""
        if not codes:
            return {}
        c = tables.register_labels.c
        chosen = sa.select(c.code, c.language, c.label).where(c.category == category, c.code.in_(codes))
        found: dict[str, dict[str, str]] = {code: {} for code in codes}
        for row in self._work.execute(chosen.order_by(c.language)):
            found[row.code][row.language] = row.label
        return found


def next_end(work: Work, after: str, *, is_full: bool, most: int) -> str:
    """The last entity of what is taken next: so many rows of the set, and of what a full set is compared with, that
    they can be held in memory."""
    keys: tuple[Any, ...] = (_S.entity, ENTERPRISES.key, ESTABLISHMENTS.key) if is_full else (_S.entity,)
    found = (work.execute(sa.select(key).where(key > after).order_by(key).offset(most).limit(1)) for key in keys)
    return min(str(end.scalar() or LAST) for end in found)


def analyze(work: Work, *changed: sa.Table) -> None:
    """So much came at once that what PostgreSQL knows of them is wrong until its autovacuum looks again."""
    for table in changed:
        work.execute(sa.text(f"ANALYZE {table.name}"))


def _recordset(*columns: sa.ColumnClause[Any]) -> sa.TableValuedAlias:
    """Rows given as one JSON text, ``rows``: some thousands of them in one statement."""
    given = sa.cast(sa.bindparam("rows", type_=sa.Text), sa.JSON)
    return sa.func.json_to_recordset(given).table_valued(*columns, name="told").render_derived(with_types=True)


def _line(entity: str, part: Part, told: Any) -> str:
    """Of COPY's text format."""
    if told is None:
        return f"{entity}\t{part:d}\t\\N\n"
    text = _ENCODER.encode(told).replace("\\", "\\\\")
    return f"{entity}\t{part:d}\t{text}\n"
