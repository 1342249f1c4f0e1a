"""An account is deleted by identity, and all that heard of it forget; who comes back is told nothing of before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from tests.cast import AMELIE, ATELIERS
from tests.integration.listened_to import ListenedTo


def designate(installation: ListenedTo, person_id: UUID) -> None:
    caller = ServiceCaller(name="registries", scopes=["delegation.register"])
    statement = Signer("operator", installation.keys.signing_key_file("operator")).sign(
        "service", caller, now=datetime.now(UTC), lasts=timedelta(minutes=5)
    )
    delegation = installation.rpc.at(Delegation, timeout=20, service=statement)
    number = ATELIERS.bce_number
    delegation.register_enterprise(bce_number=number, name=ATELIERS.name, state="active", command_id=uuid4())
    delegation.designate_access_manager(
        bce_number=number, person_id=person_id, email="gap@example.org", language="fr", command_id=uuid4()
    )


def let_thirty_days_pass(installation: ListenedTo) -> None:
    with psycopg.connect(installation.databases["identity"]) as connection:
        passed = connection.execute("UPDATE deletions SET erases_at = erases_at - interval '30 days'")
        assert passed.rowcount == 1


def test_nothing_is_left_with_those_who_heard_of_her_nor_told_when_she_comes_back(installation, run_service):
    identity = run_service("identity", environment=installation.environment)
    run_service("delegation", "notifications", environment=installation.environment)
    amelie = installation.open_space(AMELIE)
    installation.choose_language(AMELIE, "nl")
    designate(installation, amelie)
    installation.until("notifications", "SELECT count(*) FROM contacts", {(2,)})
    installation.sign_in(AMELIE)[1].request_account_deletion(reason="", command_id=uuid4())
    installation.until("notifications", "SELECT count(*) FROM messages", {(2,)})

    identity.stop()
    let_thirty_days_pass(installation)
    identity.start()

    installation.until("notifications", "SELECT kind FROM deliveries WHERE person_id IS NULL", {("person_erased",)})
    installation.until("delegation", "SELECT revoked_at IS NOT NULL, person_name FROM mandates", {(True, None)})
    told = "SELECT sent_at IS NOT NULL FROM outbox WHERE type = 'mandate_revoked'"
    installation.until("delegation", told, {(True,)})
    heard = "SELECT done_at IS NOT NULL FROM inbox WHERE type = 'mandate_revoked'"
    installation.until("notifications", heard, {(True,)})
    assert installation.rows("delegation", "SELECT sealed FROM designations") == {(None,)}
    assert installation.rows("delegation", "SELECT person_id FROM reachable_people") == set()
    for table in ("contacts", "languages", "messages"):
        assert installation.rows("notifications", f"SELECT person_id FROM {table}") == set(), table
    assert installation.rows("notifications", "SELECT person_id FROM deliveries") == {(None,)}

    assert installation.open_space(AMELIE) == amelie
    installation.until("notifications", "SELECT person_id, address FROM contacts", {(amelie, AMELIE.email)})
    installation.until("delegation", "SELECT person_id FROM reachable_people", {(amelie,)})
    again = "SELECT kind FROM deliveries WHERE person_id IS NOT NULL"
    assert installation.rows("notifications", again) == {("email_confirmation_requested",)}
