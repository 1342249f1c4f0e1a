"""What an operator does to identity while it runs."""

from __future__ import annotations

import base64
import json
import secrets
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from deploy.embedded.keys import Keys
from services.cli import main
from services.identity import commands
from services.identity.storage import tables
from services.identity.storage.vault import Vault, VaultBroken
from tests.cast import AMELIE, BERNARD, CHANTAL
from tests.integration.identity.house import House
from tests.support.postgres import DatabaseOf
from tests.support.processes import make_environment


@pytest.fixture
def settings(
    tmp_path: Path, package_keys: Keys, database_of: DatabaseOf, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The environment of identity, in this process, as in the pod where an operator types."""
    environment = make_environment(
        tmp_path, package_keys, amqp_uri="amqp://127.0.0.1:1", databases={"identity": database_of("identity")}
    )
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return environment


def test_means_are_closed_and_opened(settings: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["means", "close", "itsme"]) == 0
    assert main(["means", "list"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert "itsme    level 450  unavailable" in told
    assert "eid      level 500  available" in told

    assert main(["means", "open", "itsme"]) == 0
    assert main(["means", "list"]) == 0
    assert "itsme    level 450  available" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("arguments", [["close"], ["open", "fax"]])
def test_a_means_that_there_is_not_is_told(
    settings: dict[str, str], arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["means", *arguments]) == 2
    assert "needs one of eid, itsme" in capsys.readouterr().err


# ---------------------------------------------------------------- keys of national numbers

Ring = dict[str, Any]


def _with_new_key(ring: Ring) -> Ring:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return ring | {"keys": ring["keys"] | {"k2": key}}


def _vault(tmp_path: Path, ring: Ring) -> Vault:
    file = tmp_path / "ring.json"
    file.write_text(json.dumps(ring))
    return Vault.from_file(file)


def _keys_in_use(house: House) -> set[str]:
    with house.work() as work:
        return set(work.person_numbers.count_by_key())


@pytest.fixture
def ring(package_keys: Keys) -> Ring:
    content: Ring = json.loads(package_keys.national_number_keys_file.read_text())
    return content


def _use(house: House, vault: Vault) -> None:
    object.__setattr__(house.gateways, "vault", vault)


def test_all_numbers_come_under_the_new_key_while_they_are_used(house: House, ring: Ring, tmp_path: Path) -> None:
    people = {
        person.national_number: commands.refer_to(house.work(), national_number=person.national_number, now=house.now)
        for person in (AMELIE, BERNARD, CHANTAL)
    }
    with house.work() as work:
        for number in range(600):
            vault = house.gateways.vault
            index = f"{number:032d}".encode()
            sealed = vault.seal(AMELIE.national_number, person_id=(person := _an_id(number)))
            row = {"person_id": person, "blind_index": index, "key_id": sealed.key_id, "sealed_number": sealed.sealed}
            work.execute(sa.insert(tables.person_numbers).values(**row, mentioned_at=house.now))
    both = _with_new_key(ring)
    _use(house, _vault(tmp_path, both | {"current": "k2"}))

    def reseal() -> int:
        count, after = 0, UUID(int=0)
        while (done := commands.reseal_numbers(house.work(), after=after)).last is not None:
            assert done.broken == []
            count, after = count + done.count, done.last
        return count

    def ask() -> None:
        for number, person_id in people.items():
            assert commands.refer_to(house.work(), national_number=number, now=house.now) == person_id

    with ThreadPoolExecutor(4) as threads:
        resealing = [threads.submit(reseal) for _ in range(2)]
        asking = [threads.submit(ask) for _ in range(20)]
        for asked in asking:
            asked.result()
        assert sum(done.result() for done in resealing) == 603

    assert _keys_in_use(house) == {"k2"}
    # The old key may be taken out of the ring.
    _use(house, _vault(tmp_path, both | {"current": "k2", "keys": {"k2": both["keys"]["k2"]}}))
    with house.work() as work:
        for number, person_id in people.items():
            assert work.person_numbers.get(person_id) == number


def _an_id(number: int) -> UUID:
    return UUID(int=(4 << 76) + number)


def test_a_key_that_is_taken_out_too_early_is_missed(house: House, ring: Ring, tmp_path: Path) -> None:
    person_id = commands.refer_to(house.work(), national_number=AMELIE.national_number, now=house.now)
    both = _with_new_key(ring)
    _use(house, _vault(tmp_path, both | {"current": "k2", "keys": {"k2": both["keys"]["k2"]}}))

    with pytest.raises(VaultBroken, match="k1"), house.work() as work:
        work.person_numbers.get(person_id)


def test_the_command_tells_what_is_left_under_each_key_and_what_cannot_be_opened(
    house: House,
    settings: dict[str, str],
    ring: Ring,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    people = sorted(
        commands.refer_to(house.work(), national_number=person.national_number, now=house.now)
        for person in (AMELIE, BERNARD, CHANTAL)
    )
    # The first that is come by is another's.
    with house.work() as work:
        rest = tables.person_numbers
        others = sa.select(rest.c.sealed_number).where(rest.c.person_id == people[1]).scalar_subquery()
        work.execute(sa.update(rest).where(rest.c.person_id == people[0]).values(sealed_number=others))
    monkeypatch.setenv("IDENTITY_DATABASE_URL", house.runtime.settings.database_url)
    file = tmp_path / "ring.json"
    file.write_text(json.dumps(_with_new_key(ring) | {"current": "k2"}))
    monkeypatch.setenv("IDENTITY_NATIONAL_NUMBER_KEYS_FILE", str(file))

    assert main(["reseal-numbers"]) == 1

    (broken, told) = capsys.readouterr().out.splitlines()
    assert str(people[0]) in broken
    assert told == "2 numbers under another key now; k1: 1, k2: 2"
