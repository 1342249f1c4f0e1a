"""Everything that a run needs, started: broker, database, mailbox, scanner, and two replicas of each service."""

from __future__ import annotations

import shutil
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from deploy.embedded.environment import SERVICES
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_port
from deploy.embedded.scanner import Scanner
from services.identity.storage.vault import Vault
from tests.faults.brokers import PrivateNode, let_in_one_user_each, uri_for, version_of
from tests.faults.databases import Databases
from tests.faults.mailbox import Mailbox
from tests.faults.people import People, Person, Signatures, settle_in
from tests.faults.replicas import Replica
from tests.support.processes import make_environment
from tests.support.proxy import Proxy

REPLICAS = 2
READY_WITHIN = 300.0  # seconds, for each on a busy machine


class Town:
    """``inhabitants``: how many people are known to identity."""

    def __init__(self, seed: int, *, inhabitants: int = 2000) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="faults-"))
        self.node = PrivateNode(self.directory / "rabbitmq")
        self.databases = Databases(self.directory)
        self.keys = Keys(self.directory / "keys")
        self.signatures = Signatures(self.keys)
        self.mailbox = Mailbox()
        self.replicas: list[Replica] = []
        people = People(seed)
        self.agents = [people.next("agent") for _ in range(3)]
        self._inhabitants = [people.next() for _ in range(inhabitants)]
        self._unmet = iter(self._inhabitants)
        self._meeting = threading.Lock()
        self._scanner: socketserver.ThreadingTCPServer | None = None

    def start(self) -> None:
        """From the main thread: children die with the thread that began them."""
        self.node.start()
        let_in_one_user_each(self.node, self.directory)
        self.broker_version = version_of(self.node)
        self.databases.start()
        self.databases.lay_out(self.keys)
        vault = Vault.from_file(self.keys.national_number_keys_file)
        settle_in(self.databases.urls["identity"], self._inhabitants, vault)
        self._scanner = Scanner("127.0.0.1", free_port())
        threading.Thread(target=self._scanner.serve_forever, daemon=True, name="scanner").start()
        # The callers' own way to the broker fails too.
        self.callers = {user: Proxy(uri_for(self.node, user)) for user in ("portal", "registries")}
        self.replicas = [self._replica(service, n) for n in range(1, REPLICAS + 1) for service in SERVICES]
        # One after the other: at once, on a busy machine, connections to the database are not made in time.
        for replica in self.replicas:
            replica.start()
            replica.process.wait_ready(seconds=READY_WITHIN)

    def replicas_of(self, service: str) -> list[Replica]:
        return [replica for replica in self.replicas if replica.service == service]

    def meet(self) -> Person:
        """Somebody whom no story has told of yet."""
        with self._meeting:
            return next(self._unmet)

    def stop_services(self) -> Iterator[str]:
        """As an operator would. A sentence for each whose exit status is not 0, though nothing hinders him."""
        for replica in self.replicas:
            replica.look()
        asked = [replica for replica in self.replicas if not replica.has_ended]
        for replica in asked:
            replica.ask_to_stop()
        for replica in asked:
            try:
                status = replica.wait_ended()
            except TimeoutError as late:
                yield f"{replica.name} was asked to stop at the end: {late}"
            else:
                if status != 0:
                    told = replica.process.told()
                    yield f"{replica.name} was asked to stop at the end and ended with {status}: {told}"

    def close(self) -> None:
        endings: list[Callable[[], None]] = [replica.close for replica in self.replicas]
        endings += [gate.close for gate in getattr(self, "callers", {}).values()]
        if self._scanner is not None:
            endings.append(self._scanner.shutdown)
        endings += [self.mailbox.stop, self.databases.stop, self.node.forget]
        for end in endings:
            end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _replica(self, service: str, number: int) -> Replica:
        assert self._scanner is not None
        environment = make_environment(
            self.directory,
            self.keys,
            amqp_uri=uri_for(self.node, service),
            databases=self.databases.urls,
            ports={"scanner": int(self._scanner.server_address[1])},
            more={"DRAIN_SECONDS": "30"},
        )
        if service == "notifications":
            environment["NOTIFICATIONS_SMTP"] = f"127.0.0.1:{self.mailbox.open_door(f'{service} {number}')}"
        return Replica(service, number, environment, self.directory / f"{service}-{number}.log")
