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
        self._is_frozen = False

    @property
    def is_ready(self) -> bool:
        return not self._is_frozen and self.process.is_running and self.process.is_ready(self.service)

    def start(self, *, wait: bool = False) -> None:
        self.process.start(wait=wait)

    def kill(self) -> None:
        self.process.kill()
        self._is_frozen = False

    def ask_to_stop(self) -> None:
        os.kill(self.process.pid, signal.SIGTERM)

    def wait_ended(self) -> int | None:
        """Its exit status. A second SIGTERM would kill who is about to leave: this sends none."""
        wait_until(lambda: self.has_ended, seconds=ENDED_WITHIN, what=f"{self.name} to end", every=0.1)
        return self.process.exit_status

    @property
    def has_ended(self) -> bool:
        return not self.process.is_running

    def freeze(self) -> None:
        os.kill(self.process.pid, signal.SIGSTOP)
        self._is_frozen = True

    def thaw(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)
        self._is_frozen = False

    def close(self) -> None:
        self.process.kill()
        for gate in self.gates.values():
            gate.close()
