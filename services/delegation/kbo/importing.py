"""The import: which set may be taken, reading it, and taking it in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from chassis import audit
from chassis.runtime import Runtime
from contracts.events import ActorFacts
from services.delegation.kbo.errors import AlreadyRunning, TooManyMissing, TooManyStruckOff, Unfinished, WrongOrder
from services.delegation.kbo.extracts import Extract, read_extract
from services.delegation.kbo.files import FILES, Label, labels, staged_rows
from services.delegation.kbo.taking import take_next
from services.delegation.storage import DelegationWork, tables
from services.delegation.storage.kbo import LAST, analyze

ROWS_READ = 20_000
# Nobody is asked about so few, nor about so small a part of those that are there.
GONE_UNASKED = 100
PART_UNASKED = 0.01

_LOCK = sa.text("SELECT pg_try_advisory_lock(hashtext('import_enterprises'))")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtext('import_enterprises'))")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """``count``: enterprises and establishments of which there was news; None where it was imported before."""

    extract: Extract
    count: Counter[str] | None


def import_enterprises(runtime: Runtime, directory: Path, *, however_many: bool = False) -> Imported:
    """``however_many``: strike off and empty what the set does, were it half of the register. Raises KboError."""
    extract, told = read_extract(directory), list(labels(directory))
    with _alone(runtime):
        stage, position = _begin(runtime, extract)
        if stage == "done":
            return Imported(extract=extract, count=None)
        if stage == "loading":
            _read(runtime, extract, directory)
        if not position and not however_many:
            _require_few_gone(runtime, extract, told)
        return Imported(extract=extract, count=_take(runtime, extract, told, position))


@contextmanager
def _alone(runtime: Runtime) -> Iterator[None]:
    with runtime.engine.connect() as connection:
        if not connection.execute(_LOCK).scalar_one():
            raise AlreadyRunning()
        try:
            # The lock is the session's; a transaction that stays open would keep dead rows.
            connection.commit()
            yield
        finally:
            connection.rollback()
            connection.execute(_UNLOCK)
            connection.commit()


def _begin(runtime: Runtime, extract: Extract) -> tuple[str, str]:
    """The stage at which to go on, and after which entity."""
    with _work(runtime) as work:
        begun, last = work.extracts.find_begun(), work.extracts.newest()
        if begun is not None and (begun.number, begun.kind, begun.taken_at) == _key(extract):
            # A crash of the database's server empties what was read; and while nothing of it was taken, the files may
            # have been mended since.
            is_there = begun.position and work.staged_entries.count() == begun.staged_rows
            stage = begun.stage if is_there else "loading"
            _record(work, extract)
            return stage, begun.position
        if extract.kind == "update" and last == extract.number and not (begun and begun.position):
            return "done", ""
        _require_order(extract, begun, last)
        work.extracts.begin(number=extract.number, kind=extract.kind, taken_at=extract.taken_at, now=work.runtime.now())
        _record(work, extract)
        return "loading", ""


def _key(extract: Extract) -> tuple[int, str, str]:
    return extract.number, extract.kind, extract.taken_at


def _record(work: DelegationWork, extract: Extract) -> None:
    work.record("import_enterprises", subject=f"extract:{extract.kind}:{extract.number}")


def _require_order(extract: Extract, begun: Any, last: int | None) -> None:
    if begun is not None and begun.position and (extract.kind == "update" or extract.number < begun.number):
        raise Unfinished(f"the {begun.kind} extract {begun.number} was begun and must end first: import it again")
    if extract.kind == "full":
        if last is not None and extract.number < last:
            raise WrongOrder(f"the full extract {extract.number} is older than {last}, which was imported")
    elif last is None:
        raise WrongOrder(f"the update {extract.number} needs a full extract before it, and none was imported")
    elif extract.number != last + 1:
        raise WrongOrder(f"the update {extract.number} does not follow extract {last}, the last that was imported")


def _read(runtime: Runtime, extract: Extract, directory: Path) -> None:
    rows = staged_rows(directory, extract)
    with _work(runtime) as work:
        work.staged_entries.clear()
    count = 0
    while some := list(islice(rows, ROWS_READ)):
        with _work(runtime) as work:
            work.staged_entries.add(some)
        count += len(some)
    with _work(runtime) as work:
        analyze(work, tables.staged_entries)
        # From here on nothing is struck off for want of a row that was not read yet.
        work.extracts.note(extract.number, stage="merging", staged_rows=count)


def _require_few_gone(runtime: Runtime, extract: Extract, told: list[Label]) -> None:
    """Half a file looks like a set in which half of it was struck off."""
    with _work(runtime) as work:
        reading = extract.reading
        gone, active = work.staged_entries.count_gone(is_full=reading.is_full, shown_until=reading.shows_until)
        missing = work.staged_entries.count_missing() if reading.is_full else {}
        # An update holds all of them, too.
        gone_labels = work.labels.count_missing(told)
    if _are_many(gone, active):
        raise TooManyStruckOff(gone=gone, active=active)
    for file in FILES:
        gone, there = missing.get(file.part, (0, 0))
        if _are_many(gone, there):
            raise TooManyMissing(file.name, gone=gone, there=there)
    if _are_many(*gone_labels):
        raise TooManyMissing("code", gone=gone_labels[0], there=gone_labels[1])


def _are_many(gone: int, there: int) -> bool:
    return gone > GONE_UNASKED and gone > PART_UNASKED * there


def _take(runtime: Runtime, extract: Extract, told: list[Label], position: str) -> Counter[str]:
    count: Counter[str] = Counter()
    while position != LAST:
        with _work(runtime) as work:
            if not position:
                work.labels.replace(told)
            position, some = take_next(work, extract.reading, after=position)
            work.extracts.note(extract.number, position=position)
        count += some
    with _work(runtime) as work:
        work.extracts.note(extract.number, stage="done", ended_at=work.runtime.now())
        work.staged_entries.clear()
        analyze(work, tables.enterprises, tables.establishments, tables.enterprise_names)
    return count


def _work(runtime: Runtime) -> DelegationWork:
    return DelegationWork(runtime, ActorFacts(service=audit.OPERATOR))
