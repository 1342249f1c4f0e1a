"""Looks now and then at what services forget in time, so that it can be compared at the end."""

from __future__ import annotations

import threading

import psycopg

from deploy.embedded.environment import WITH_DATABASE
from tests.faults.ledger import Ledger
from tests.faults.town import Town

# A revocation is kept for minutes.
EVERY = 20.0  # seconds
REVOKED = "SELECT session_id, until FROM revoked_sessions"


class Watch:
    def __init__(self, town: Town, ledger: Ledger) -> None:
        self._town = town
        self._ledger = ledger
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True, name="watch")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """After a last look."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(EVERY):
            self._look()
        self._look()

    def _look(self) -> None:
        for service in WITH_DATABASE:
            try:
                rows = self._town.databases.rows(service, REVOKED)
            except psycopg.OperationalError:
                # Away, and asked again soon enough.
                continue
            self._ledger.revocations[service] |= {row["session_id"]: row["until"] for row in rows}
