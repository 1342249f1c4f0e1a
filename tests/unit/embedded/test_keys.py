"""Keys of one machine."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chassis.seals import Opener, Sealer
from chassis.statements import ServiceCaller, Signer, Verifier
from contracts.errors import StatementExpired
from deploy.embedded.keys import SCOPES, Keys

NOON = datetime(2024, 10, 15, 12, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


@pytest.mark.parametrize("caller", SCOPES)
def test_a_service_statement_is_believed_with_the_public_keys(keys: Keys, caller: str) -> None:
    statement = keys.token_file(caller, now=NOON).read_text()

    told = Verifier(keys.statement_keys_file).verify("service", statement, now=NOON)

    assert told == ServiceCaller(name=caller, scopes=SCOPES[caller])


def test_a_service_statement_follows_a_clock_that_was_moved(keys: Keys) -> None:
    keys.token_file("portal", now=NOON)
    verifier = Verifier(keys.statement_keys_file)
    years_later = NOON + timedelta(days=800)

    statement = keys.token_file("portal", now=years_later).read_text()

    assert verifier.verify("service", statement, now=years_later)
    with pytest.raises(StatementExpired):
        verifier.verify("service", statement, now=NOON)


@pytest.mark.parametrize("issuer", ["identity", "delegation", "operator"])
def test_everybody_who_signs_has_a_key_of_his_own(keys: Keys, issuer: str) -> None:
    Signer(issuer, keys.signing_key_file(issuer))
    public = json.loads(keys.statement_keys_file.read_text())

    assert {key["kid"] for key in public[issuer]["keys"]}.isdisjoint(
        key["kid"] for other, others in public.items() if other != issuer for key in others["keys"]
    )


def test_public_keys_tell_nothing_private(keys: Keys) -> None:
    assert '"d"' not in keys.statement_keys_file.read_text()


def test_what_is_sealed_for_notifications_can_be_opened_by_it(keys: Keys) -> None:
    sealed = Sealer(keys.sealing_keys_file).seal("notifications", {"email": "amelie@example.org"})

    assert Opener(keys.seal_key_file("notifications")).open(sealed) == {"email": "amelie@example.org"}


def test_keys_stay_between_runs(keys: Keys) -> None:
    first = {
        file.name: file.read_text()
        for file in (keys.national_number_keys_file, keys.statement_keys_file, keys.secret_file("portal-secret-key"))
    }

    again = Keys(keys.directory)

    assert first == {
        file.name: file.read_text()
        for file in (again.national_number_keys_file, again.statement_keys_file, again.secret_file("portal-secret-key"))
    }


def test_only_their_owner_may_read_them(keys: Keys) -> None:
    keys.token_file("portal", now=NOON)
    files = [keys.statement_keys_file, keys.national_number_keys_file, keys.seal_key_file("notifications")]

    assert {file.stat().st_mode & 0o077 for file in [keys.directory, *files]} == {0}
