"""One process of a service, with a proxy of its own before the broker, the database and the mail server."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from pathlib import Path

from deploy.embedded.environment import WITH_DATABASE
from deploy.embedded.ports import wait_until
from tests.support.processes import ServiceProcess
from tests.support.proxy import Proxy

ENDED_WITHIN = 60.0  # seconds
SHOWN_OF_A_DEATH = 1500  # characters of its log


class Replica:
    """``name``: "delegation 1". ``gates``: {"broker" | "database" | "mail": its proxy}."""

    def __init__(self, service: str, number: int, environment: Mapping[str, str], log: Path) -> None:
        self.service = service
        self.name = f"{service} {number}"
        own = dict(environment)
        self.gates = {"broker": Proxy(own["AMQP_URI"])}
        own["AMQP_URI"] = self.gates["broker"].uri
        if service in WITH_DATABASE:
            place = f"{service.upper()}_DATABASE_URL"
            self.gates["database"] = Proxy(own[place])
            own[place] = self.gates["database"].uri
        if service == "notifications":
            self.gates["mail"] = mail = Proxy(f"smtp://{own['NOTIFICATIONS_SMTP']}")
            own["NOTIFICATIONS_SMTP"] = f"127.0.0.1:{mail.port}"
        self.process = ServiceProcess((service,), own, log)
        # What was said of it when it ended though nobody had ended it.
        self.deaths: list[str] = []
        self._should_run = False
        self._is_frozen = False
        self._said_before = 0

    @property
    def is_ready(self) -> bool:
        return not self._is_frozen and self.process.is_running and self.process.is_ready(self.service)

    def start(self, *, wait: bool = False) -> None:
        self.process.start(wait=wait)
        self._should_run = True

    def look(self) -> None:
        """Notes its death when it ended by itself."""
        if self._should_run and self.has_ended:
            self._should_run = False
            told = self.process.told()[-SHOWN_OF_A_DEATH:]
            self.deaths.append(f"{self.name} ended by itself with {self.process.exit_status}: {told}")

    def kill(self) -> None:
        self._end(signal.SIGKILL)
        wait_until(lambda: self.has_ended, seconds=ENDED_WITHIN, what=f"{self.name} to be dead", every=0.02)
        self._is_frozen = False

    def ask_to_stop(self) -> None:
        self._said_before = self.process.log.stat().st_size
        self._end(signal.SIGTERM)

    def has_said_since_asked(self, event: str) -> bool:
        """Is there a line of that event in its log since it was asked to stop?"""
        with self.process.log.open("rb") as log:
            log.seek(self._said_before)
            return f'"event": "{event}"'.encode() in log.read()

    def wait_ended(self) -> int | None:
        """Its exit status. A second SIGTERM would kill who is about to leave: this sends none."""
        wait_until(lambda: self.has_ended, seconds=ENDED_WITHIN, what=f"{self.name} to end", every=0.1)
        return self.process.exit_status

    @property
    def has_ended(self) -> bool:
        return not self.process.is_running

    def freeze(self) -> None:
        self.look()
        self._signal(signal.SIGSTOP)
        self._is_frozen = True

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)
        self._is_frozen = False

    def close(self) -> None:
        self.kill()
        for gate in self.gates.values():
            gate.close()

    def _end(self, number: signal.Signals) -> None:
        self.look()
        self._should_run = False
        self._signal(number)

    def _signal(self, number: signal.Signals) -> None:
        """Who has ended gets none: his number may be another's."""
        if not self.has_ended:
            os.kill(self.process.pid, number)
