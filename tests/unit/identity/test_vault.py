from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import SettingError
from contracts.identifiers import NationalNumber
from services.identity.storage.vault import SealedNumber, Vault, VaultBroken, generate_keys
from tests.unit.identity.builders import AMELIE, NUMBER, an_id

OTHER = NationalNumber("72010110130")


@pytest.fixture
def keys() -> dict[str, Any]:
    return generate_keys()


@pytest.fixture
def vault(keys: dict[str, Any], tmp_path: Path) -> Vault:
    return a_vault(keys, tmp_path)


def a_vault(content: object, directory: Path) -> Vault:
    file = directory / "keys.json"
    file.write_text(json.dumps(content))
    return Vault.from_file(file)


def test_a_sealed_number_opens_for_its_person(vault: Vault) -> None:
    sealed = vault.seal(NUMBER, person_id=AMELIE)

    assert NUMBER.encode() not in sealed.sealed
    assert vault.open(sealed, person_id=AMELIE) == NUMBER


def test_a_number_that_was_moved_to_another_person_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(NUMBER, person_id=AMELIE)

    with pytest.raises(VaultBroken):
        vault.open(sealed, person_id=an_id(9))


def test_an_altered_number_does_not_open(vault: Vault) -> None:
    sealed = vault.seal(NUMBER, person_id=AMELIE)
    altered = SealedNumber(key_id=sealed.key_id, sealed=sealed.sealed[:-1] + bytes([sealed.sealed[-1] ^ 1]))

    with pytest.raises(VaultBroken):
        vault.open(altered, person_id=AMELIE)


def test_the_same_number_is_never_sealed_twice_alike(vault: Vault) -> None:
    assert vault.seal(NUMBER, person_id=AMELIE).sealed != vault.seal(NUMBER, person_id=AMELIE).sealed


def test_what_an_older_key_of_the_ring_sealed_still_opens(keys: dict[str, Any], tmp_path: Path) -> None:
    sealed = a_vault(keys, tmp_path).seal(NUMBER, person_id=AMELIE)
    keys["keys"]["k2"] = generate_keys()["keys"]["k1"]
    keys["current"] = "k2"
    turned = a_vault(keys, tmp_path)

    assert turned.open(sealed, person_id=AMELIE) == NUMBER
    assert turned.seal(NUMBER, person_id=AMELIE).key_id == "k2"


def test_a_key_that_left_the_ring_is_named(keys: dict[str, Any], tmp_path: Path) -> None:
    sealed = a_vault(keys, tmp_path).seal(NUMBER, person_id=AMELIE)
    keys["keys"] = {"k2": generate_keys()["keys"]["k1"]}
    keys["current"] = "k2"

    with pytest.raises(VaultBroken, match="k1"):
        a_vault(keys, tmp_path).open(sealed, person_id=AMELIE)


def test_the_blind_index_tells_numbers_apart_and_only_with_its_key(vault: Vault, tmp_path: Path) -> None:
    assert vault.blind_index(NUMBER) == vault.blind_index(NationalNumber("85.07.30-033.28"))
    assert vault.blind_index(NUMBER) != vault.blind_index(OTHER)
    assert vault.blind_index(NUMBER) != a_vault(generate_keys(), tmp_path).blind_index(NUMBER)


@pytest.mark.parametrize(
    "content",
    [
        [],
        {},
        {"current": "k1", "keys": {}, "index_key": generate_keys()["index_key"]},
        {"current": "k1", "keys": {"k1": "c2hvcnQ="}, "index_key": generate_keys()["index_key"]},
        {"current": "k1", "keys": {"k1": "?"}, "index_key": generate_keys()["index_key"]},
        {"current": "k1", "keys": generate_keys()["keys"]},
    ],
)
def test_a_wrong_key_file_is_an_error_that_names_the_variable(content: object, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="IDENTITY_NATIONAL_NUMBER_KEYS_FILE"):
        a_vault(content, tmp_path)
