"""Everything on one machine: which parts there are, what is prepared between them, and what a person may try."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from chassis.clock import Clock
from deploy.embedded import console
from deploy.embedded.databases import DatabaseServer, DatabaseUnusable
from deploy.embedded.environment import SERVICES, WITH_DATABASE, Surroundings
from deploy.embedded.keys import Keys
from deploy.embedded.parts import (
    DRAIN_SECONDS,
    Part,
    all_environments,
    broker_part,
    mailbox_part,
    module,
    neighbours_part,
    ports_from,
    postgres_part,
    service_parts,
)
from deploy.embedded.ports import is_taken
from deploy.embedded.postgres import EmbeddedPostgres, PostgresUnusable
from deploy.embedded.state import State
from deploy.embedded.story import addresses, story
from deploy.embedded.supervisor import CouldNotStart, Supervisor, ToldToStop, measured

# Names of roles and databases on a server that may hold others too.
PREFIX = "mon_espace_"
# A run that was killed leaves processes that need a moment to follow it.
STRAGGLERS_LEAVE_WITHIN = 15.0


class WrongWish(RuntimeError):
    """One sentence, before anything was started."""


@dataclass(frozen=True, kw_only=True)
class Wishes:
    first_port: int
    now: datetime | None
    amqp_uri: str | None
    database_admin_url: str | None


class Machine:
    def __init__(self, state: State, wishes: Wishes) -> None:
        self._state = state
        self._wishes = wishes
        self._clock = Clock(wishes.now)
        self._ports = ports_from(wishes.first_port)
        self._keys = Keys(state.place("keys"))
        self._cluster = EmbeddedPostgres(
            state.directory / "postgres", port=self._ports["postgres"], password=self._keys.secret("postgres-password")
        )
        self._server = DatabaseServer(wishes.database_admin_url or self._cluster.admin_url)
        self._around = self._surroundings()

    def run(self) -> int:
        """Until told to stop. Exit status: 0 when everything stopped by itself."""
        began = time.monotonic()
        servers, services = self._servers(), service_parts(self._around)
        self._require_free_ports([*servers, *services])
        self._require_reachable_broker()
        console.title(f"Mon Espace on this machine. It keeps everything in {self._state.directory}, logs in log/.")
        supervisor = Supervisor(self._state, self._clock)
        failed = False
        try:
            self._start(supervisor, servers, services)
            self._show(time.monotonic() - began)
            supervisor.look_after()
        except ToldToStop:
            console.say()
            console.say("Stopping: the services finish what they began.")
        except (CouldNotStart, PostgresUnusable, DatabaseUnusable, TimeoutError) as error:
            console.wrong(str(error))
            failed = True
        clean = supervisor.stop(self._order_of_stopping(servers, services))
        console.say("Stopped." if clean else "Stopped, not everything by itself.")
        return 0 if clean and not failed else 1

    def reset(self) -> int:
        if self._wishes.database_admin_url:
            for name in WITH_DATABASE:
                self._server.drop_database(PREFIX + name)
                self._server.drop_role(PREFIX + name)
        self._state.forget()
        console.say(f"Forgotten: {self._state.directory} is empty.")
        if self._wishes.amqp_uri:
            console.warn("The queues of the broker at AMQP_URI were left as they are.")
        return 0

    def _start(self, supervisor: Supervisor, servers: list[Part], services: list[Part]) -> None:
        supervisor.start(servers)
        measured(self._make_databases, "databases and roles")
        databases = all_environments(self._around, self._clock.now())
        supervisor.run_once("prepare", "migrations and procedures", module("deploy.embedded.prepare")(), databases)
        supervisor.start(services)
        token_file = self._keys.token_file("registries", now=self._clock.now())
        told = {"AMQP_URI": self._around.amqp_uri, "REGISTRIES_TOKEN_FILE": str(token_file)}
        supervisor.run_once("seed", "sample people and enterprises", module("deploy.embedded.seed")(), told)
        self._keys.environment_file(databases | self._of_operator())

    def _of_operator(self) -> dict[str, str]:
        keys = self._keys
        return {
            "OPERATOR_SIGNING_KEY_FILE": str(keys.signing_key_file("operator")),
            "AUDIT_KEYS_FILE": str(keys.audit_keys_file),
        }

    def _show(self, seconds: float) -> None:
        console.say()
        moved = f" It is {self._clock.now():%Y-%m-%d %H:%M} UTC here." if self._wishes.now else ""
        console.title(f"Ready in {seconds:.1f} s.{moved}")
        for line in [*addresses(self._ports, self._around), "", *story(self._around.portal_url)]:
            console.say(line)
        console.say()
        settings = self._keys.directory / "operator.env"
        console.say(f"For an operator's commands:  . {settings}; .venv/bin/python -m services --help")
        console.say("Ctrl-C stops everything; what was stored stays. `make reset` forgets it.")

    def _servers(self) -> list[Part]:
        parts = []
        if self._wishes.database_admin_url is None:
            parts.append(postgres_part(self._cluster))
        if self._wishes.amqp_uri is None:
            parts.append(broker_part(self._ports["broker"], self._state.directory / "broker.sqlite"))
        mails = self._state.directory / "mails"
        return [*parts, neighbours_part(self._around), mailbox_part(self._around, self._ports["mailbox"], mails)]

    def _order_of_stopping(self, servers: list[Part], services: list[Part]) -> list[list[Part]]:
        """The portal first: what people asked of it is still answered. Then what serves it, then what keeps."""
        portal = [part for part in services if part.name == "portal"]
        others = [part for part in services if part.name != "portal"]
        return [portal, others, *([part] for part in reversed(servers))]

    def _surroundings(self) -> Surroundings:
        ports, broker = self._ports, f"amqp://guest:guest@127.0.0.1:{self._ports['broker']}/"
        return Surroundings(
            keys=self._keys,
            amqp_uri=self._wishes.amqp_uri or broker,
            database_urls={name: self._database_url(name) for name in WITH_DATABASE},
            door_ports={name: ports[f"{name} health"] for name in SERVICES},
            portal_port=ports["portal"],
            csam_port=ports["csam"],
            register_port=ports["register"],
            scanner_port=ports["scanner"],
            smtp_port=ports["smtp"],
            files_directory=self._state.place("files"),
            now=self._wishes.now,
            more={"DRAIN_SECONDS": str(DRAIN_SECONDS)},
        )

    def _database_url(self, name: str) -> str:
        return self._server.url(PREFIX + name, role=PREFIX + name, password=self._database_password(name))

    def _database_password(self, name: str) -> str:
        return self._keys.secret(f"{name}-database-password")

    def _make_databases(self) -> None:
        self._server.require_usable()
        for name in WITH_DATABASE:
            self._server.make_role(PREFIX + name, self._database_password(name))
            if not self._server.has_database(PREFIX + name):
                self._server.make_database(PREFIX + name, owner=PREFIX + name)
        if self._wishes.database_admin_url is None:
            self._server.close_to_public("postgres", "template1")

    def _require_free_ports(self, parts: list[Part]) -> None:
        needed: Mapping[int, str] = {port: what for part in parts for port, what in part.ports.items()}
        deadline = time.monotonic() + (STRAGGLERS_LEAVE_WITHIN if self._state.was_killed else 0)
        while taken := [port for port in needed if is_taken(port)]:
            if time.monotonic() > deadline:
                told = "\n".join(f"Port {port}, which {needed[port]} needs, is taken." for port in taken)
                raise WrongWish(f"{told}\nFree what is taken, or start elsewhere: make run PORT=9000")
            time.sleep(0.2)

    def _require_reachable_broker(self) -> None:
        if self._wishes.amqp_uri is None:
            return
        parts = urlsplit(self._wishes.amqp_uri)
        address = (parts.hostname or "", parts.port or 5672)
        try:
            socket.create_connection(address, timeout=5).close()
        except OSError as error:
            raise WrongWish(f"AMQP_URI: nobody answers at {address[0]}:{address[1]} ({error})") from error
