"""Imports of open data that are killed, refused, or come out of turn."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from deploy.embedded.ports import wait_until
from services.cli import main
from services.delegation.kbo import importing, taking
from services.delegation.kbo.errors import (
    AlreadyRunning,
    BadRow,
    MissingFile,
    TooManyMissing,
    TooManyStruckOff,
    Unfinished,
    WrongOrder,
)
from services.delegation.storage import tables
from tests.integration.delegation.bank import REGISTER
from tests.support import kbo
from tests.support.processes import ROOT

MANY = [*REGISTER, *kbo.grow(30, seed=3)]
LATER = [replace(firm, street="Rue Neuve") for firm in MANY[:-3]]


class Killed(BaseException):
    """The process ends here; nothing of ours catches it."""


@pytest.fixture
def small_steps(monkeypatch):
    monkeypatch.setattr(importing, "ROWS_READ", 40)
    monkeypatch.setattr(taking, "ROWS_TAKEN", 25)


def kill_at_commit(bank: Any, number: int) -> Callable[[], None]:
    """Before that commit; what to call to let it live again."""
    left = [number]

    def fall(connection: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed()

    sa.event.listen(bank.runtime.engine, "commit", fall)
    return lambda: sa.event.remove(bank.runtime.engine, "commit", fall)


def leave_while_merging(bank: Any, published: Path) -> None:
    """Killed, however often, until a part of it is taken over."""
    while not any(row.position for row in bank.rows(tables.extracts) if row.stage == "merging"):
        let_live = kill_at_commit(bank, 12)
        with pytest.raises(Killed):
            bank.take(published)
        let_live()


def active(bank: Any) -> int:
    return sum(row.state == "active" for row in bank.rows(tables.enterprises))


def take_killed(bank: Any, published: Path, chance: random.Random) -> int:
    """Until it ends; how often it was killed."""
    killed = 0
    while True:
        let_live = kill_at_commit(bank, chance.randrange(1, 14))
        try:
            bank.take(published)
            return killed
        except Killed:
            killed += 1
        finally:
            let_live()


def test_an_import_that_is_killed_anywhere_goes_on_and_takes_each_change_once(bank, small_steps):
    bank.full(MANY)
    chance = random.Random()
    sets = (bank.publish_full(LATER), bank.publish_update(MANY), bank.publish_full(LATER))

    killed = sum(take_killed(bank, published, chance) for published in sets)

    assert killed
    rows = {row.bce_number: row for row in bank.rows(tables.enterprises)}
    assert [row for row in rows.values() if row.version != 1 + len(sets)] == []
    for firm in LATER:
        row = rows[kbo.plain(firm.number)]
        assert (row.state, row.seat["street_fr"]) == ("active", "Rue Neuve")
    assert all(rows[kbo.plain(firm.number)].state == "struck_off" for firm in MANY[-3:])


def test_half_a_file_strikes_nobody_off(bank, small_steps):
    bank.full(MANY)
    published = bank.publish_full(LATER)
    cut_off(published / "activity.csv")

    with pytest.raises(BadRow, match=r"activity.csv, line \d+: "):
        bank.take(published)
    assert active(bank) == len(MANY)


def cut_off(file: Path) -> None:
    content = file.read_text()
    file.write_text(content[: len(content) // 2].rstrip('"\n')[:-1])


def test_a_set_that_lost_its_rows_while_the_database_fell_is_read_again(bank, small_steps):
    bank.full(MANY)
    published = bank.publish_full(LATER)
    leave_while_merging(bank, published)
    with bank.runtime.engine.begin() as connection:
        # As PostgreSQL does with an unlogged table after a crash.
        connection.execute(sa.text("TRUNCATE staged_entries"))

    bank.take(published)
    assert active(bank) == len(LATER)


def test_too_many_are_struck_off_only_when_it_is_asked_for(bank, monkeypatch):
    monkeypatch.setattr(importing, "GONE_UNASKED", 5)
    bank.full(MANY)
    published = bank.publish_full(MANY[:-6])

    with pytest.raises(TooManyStruckOff, match=f"6 of {len(MANY)} active enterprises would be struck off"):
        bank.take(published)
    assert active(bank) == len(MANY)
    with pytest.raises(TooManyStruckOff):
        bank.take(published)

    bank.take(published, however_many=True)
    assert active(bank) == len(MANY) - 6


@pytest.mark.parametrize("file", ["establishment", "denomination", "address", "activity"])
def test_half_a_file_of_a_full_set_is_noticed_in_every_file(bank, monkeypatch, file):
    monkeypatch.setattr(importing, "GONE_UNASKED", 5)
    bank.full(MANY)
    before = bank.rows(tables.enterprises), bank.rows(tables.establishments)
    published = bank.publish_full(MANY)
    header, *_ = (published / f"{file}.csv").read_text().splitlines(keepends=True)
    (published / f"{file}.csv").write_text(header)

    with pytest.raises(TooManyMissing, match=rf"^{file}\.csv has no row any more for \d+ of the \d+"):
        bank.take(published)
    assert (bank.rows(tables.enterprises), bank.rows(tables.establishments)) == before

    bank.take(published, however_many=True)
    assert (bank.rows(tables.enterprises), bank.rows(tables.establishments)) != before


@pytest.mark.parametrize("kind", ["full", "update"])
def test_half_of_the_codes_is_noticed_before_anything_is_taken(bank, monkeypatch, kind):
    monkeypatch.setattr(importing, "GONE_UNASKED", 5)
    bank.full(MANY)
    before = bank.rows(tables.register_labels)
    published = bank.publish_full(LATER) if kind == "full" else bank.publish_update(LATER)
    header, *_ = (published / "code.csv").read_text().splitlines(keepends=True)
    (published / "code.csv").write_text(header)

    with pytest.raises(TooManyMissing, match=r"^code\.csv has no row any more for 7 of the 7"):
        bank.take(published)
    assert (bank.rows(tables.register_labels), active(bank)) == (before, len(MANY))

    bank.take(published, however_many=True)
    assert (bank.rows(tables.register_labels), active(bank)) == ([], len(LATER))


def test_of_a_set_that_was_refused_no_code_is_taken(bank, monkeypatch):
    monkeypatch.setattr(importing, "GONE_UNASKED", 5)
    bank.full(MANY)
    before = bank.rows(tables.register_labels)
    published = bank.publish_full(MANY[:-6])
    (published / "code.csv").write_text((published / "code.csv").read_text().replace("Soci", "Firm"))

    with pytest.raises(TooManyStruckOff):
        bank.take(published)

    assert bank.rows(tables.register_labels) == before


def test_a_set_that_was_refused_and_then_unpacked_whole_is_read_again(bank, monkeypatch):
    monkeypatch.setattr(importing, "GONE_UNASKED", 5)
    bank.full(MANY)
    cut_off = bank.publish_full(MANY[:-6], number=2)
    with pytest.raises(TooManyStruckOff):
        bank.take(cut_off)

    bank.take(bank.publish_full(MANY, number=2))

    assert active(bank) == len(MANY)


def test_an_update_must_follow_the_extract_before_it(bank):
    with pytest.raises(WrongOrder, match="the update 1 needs a full extract before it"):
        bank.update(REGISTER)
    bank.full(REGISTER, number=140)

    with pytest.raises(WrongOrder, match="the update 142 does not follow extract 140"):
        bank.update(REGISTER, number=142)
    with pytest.raises(WrongOrder, match="the full extract 139 is older than 140"):
        bank.full(REGISTER, number=139)
    assert bank.update(REGISTER, number=140) is None
    assert bank.update(REGISTER, number=141) is not None


def test_what_was_begun_ends_before_an_update(bank, small_steps):
    bank.full(MANY)
    begun = bank.publish_full(LATER)
    leave_while_merging(bank, begun)

    with pytest.raises(Unfinished, match="the full extract 2 was begun and must end first"):
        bank.update(MANY, number=3)
    assert bank.full(MANY, number=3) is not None


def test_two_imports_do_not_run_at_once(bank):
    published = bank.publish_full(REGISTER)
    with bank.runtime.engine.connect() as another:
        another.execute(importing._LOCK)

        with pytest.raises(AlreadyRunning):
            bank.take(published)
        another.execute(importing._UNLOCK)
    bank.take(published)


def test_a_set_that_was_refused_leaves_the_way_free(bank):
    published = bank.publish_full(REGISTER)
    (published / "address.csv").unlink()

    with pytest.raises(MissingFile, match=r"address.csv is missing"):
        bank.take(published)
    assert bank.rows(tables.enterprises) == []
    bank.full(REGISTER, number=1)


def test_an_operators_command_is_killed_and_run_again(bank, service_environment, monkeypatch, capsys):
    published = bank.publish_full(list(kbo.grow(3000)))
    url = bank.runtime.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = service_environment(amqp_uri="amqp://guest:guest@127.0.0.1:1", databases={"delegation": url})
    command = [sys.executable, "-m", "services", "import-enterprises", str(published)]
    how: dict[str, Any] = {
        "env": {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | environment,
        "stdout": subprocess.PIPE,
        "stderr": subprocess.PIPE,
        "text": True,
    }
    first = subprocess.Popen(command, **how)
    wait_until(lambda: bool(bank.rows(tables.enterprises)), seconds=60, what="the first of them")
    first.send_signal(signal.SIGKILL)
    first.communicate()

    second = subprocess.run(command, **how, timeout=120)
    assert second.returncode == 0, second.stderr
    assert second.stdout.startswith("delegation: the full extract 1 is imported; enterprises: ")
    assert {row.version for row in bank.rows(tables.enterprises)} == {1}
    assert len(bank.rows(tables.enterprises)) == 3000

    (published / "meta.csv").write_text('"Variable","Value"\n')
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    assert main(["import-enterprises", str(published)]) == 1
    assert capsys.readouterr().err == "meta.csv does not say ExtractNumber\n"
