"""A reaction that cannot be done is parked, others go on, and after a fix the operator's ``parked replay`` succeeds."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import tuple_row

from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import ATELIERS
from tests.support.processes import operate

PATIENCE = 60.0
# Its attempts but one are used up: a day of waiting is not for tests.
LAST_ATTEMPT = (
    "UPDATE inbox SET attempts = 11, due_at = now() - interval '1 day' WHERE done_at IS NULL AND attempts > 0"
)


class Office:
    """delegation and notifications; the latter was given a key that does not open what is sealed for it."""

    def __init__(self, environment, databases, keys, run_service, rpc) -> None:
        self.environment = environment
        self.notifications_url = databases["notifications"]
        self._signer = Signer("operator", keys.signing_key_file("operator"))
        self._rpc = rpc
        run_service("delegation", environment=environment)
        self.notifications = run_service("notifications", environment=environment)

    def designate(self, *, email: str | None) -> None:
        caller = ServiceCaller(name="registry", scopes=["delegation.register"])
        statement = self._signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(minutes=5))
        delegation, number = self._rpc.at(Delegation, service=statement, timeout=20), ATELIERS.bce_number
        delegation.register_enterprise(bce_number=number, name=ATELIERS.name, state="active", command_id=uuid4())
        delegation.designate_access_manager(
            bce_number=number, person_id=uuid4(), email=email, language="fr", command_id=uuid4()
        )

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.notifications_url, row_factory=tuple_row) as connection:
            done = connection.execute(query)  # type: ignore[arg-type]
            return done.fetchall() if done.description else []

    def until(self, query: str, *expected: tuple[Any, ...]) -> None:
        wait_until(lambda: self.rows(query) == list(expected), seconds=PATIENCE, what=query, every=0.1)

    def operate(self, verb: str, *event_id: str) -> list[dict[str, Any]]:
        """What ``parked`` tells, a line of JSON each."""
        told = operate(self.environment, "parked", verb, "notifications", *event_id)
        return [json.loads(line) for line in told.splitlines()]


@pytest.fixture
def office(nothing_waits, service_environment, amqp_uri, database_of, keys, run_service, tmp_path):
    databases = {name: database_of(name) for name in ("delegation", "notifications")}
    environment = service_environment(amqp_uri=amqp_uri, databases=databases)
    wrong = shutil.copy(Keys(tmp_path / "other keys").seal_key_file("notifications"), tmp_path / "seal-key")
    environment["NOTIFICATIONS_SEAL_KEY_FILE"] = str(wrong)
    with RpcClient(amqp_uri, "registry") as rpc:
        yield Office(environment, databases, keys, run_service, rpc)


def test_a_parked_reaction_succeeds_when_it_is_replayed_after_the_fix(office, keys):
    addresses = "SELECT address FROM contacts ORDER BY address"
    office.designate(email="bernard@example.org")
    office.until("SELECT count(*) FROM inbox WHERE attempts > 0", (1,))
    office.rows(LAST_ATTEMPT)
    office.until("SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL", (1,))
    # Others go on beside it.
    office.designate(email=None)
    office.until(addresses, (None,))
    assert office.rows("SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL") == [(1,)]

    (listed,) = office.operate("list")
    assert (listed["handler"], listed["type"], listed["attempts"]) == (
        "on_access_manager_designated",
        "access_manager_designated",
        12,
    )
    assert listed["error"]
    (shown,) = office.operate("show", listed["event_id"])
    assert shown["body"]["bce_number"] == ATELIERS.bce_number
    # Nothing was mended: it is parked again, and nothing of it was done.
    office.operate("replay", listed["event_id"])
    office.until("SELECT count(*) FROM inbox WHERE attempts > 0 AND parked_at IS NULL AND done_at IS NULL", (1,))
    office.rows(LAST_ATTEMPT)
    office.until("SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL", (1,))
    assert office.rows(addresses) == [(None,)]

    assert office.notifications.stop() == 0
    office.notifications.environment["NOTIFICATIONS_SEAL_KEY_FILE"] = str(keys.seal_key_file("notifications"))
    office.notifications.start()
    assert [row["event_id"] for row in office.operate("replay", listed["event_id"])] == [listed["event_id"]]

    office.until(addresses, ("bernard@example.org",), (None,))
    assert office.operate("list") == []
