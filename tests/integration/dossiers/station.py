"""The running service, with people who call it over RabbitMQ and send it files over HTTP."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import deque
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import amqp
import requests

from chassis.bus import Link, user_of
from chassis.rpc import RpcClient
from chassis.statements import Actor, Decision, ServiceCaller, Signer
from contracts import wire
from contracts.dossiers import Dossiers, DossierView, FileTicket
from contracts.errors import NotFound
from contracts.events import Event
from contracts.identity import PersonFacts
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.integration.dossiers.content import GRANT, a_grant, a_pdf, digest
from tests.support.processes import ROOT, ServiceProcess
from tests.unit.dossiers.builders import ATELIERS, NAMUR

PATIENCE = 15.0  # seconds


class Caller:
    """A signed-in person. ``rpc``: dossiers with her statements; ``deciding``: with delegation's decision too."""

    def __init__(self, station: Station, roles: list[str]) -> None:
        self.person_id = uuid4()
        self._station = station
        self._actor = Actor(person_id=self.person_id, session_id=uuid4(), level=450, roles=roles)
        self._person = PersonFacts(person_id=self.person_id, given_name="Amélie", surname="Dubois", domicile=NAMUR)

    @property
    def rpc(self) -> Dossiers:
        return self._station.at(actor=self._actor, person=self._person)

    @property
    def deciding(self) -> Dossiers:
        decision = Decision(
            person_id=self.person_id,
            bce_number=ATELIERS,
            permission="dossier.submit",
            procedure="economy",
            mandate_id=uuid4(),
        )
        return self._station.at(actor=self._actor, person=self._person, decision=decision)


class Station:
    def __init__(self, process: ServiceProcess, keys: Keys, amqp_uri: str) -> None:
        self.process = process
        self._keys = keys
        self.client = RpcClient(amqp_uri, "test")
        self._told: deque[amqp.Message] = deque()
        self._user = user_of(amqp_uri)
        self._link = Link(amqp_uri, "test", on_open=self._listen, on_lost=lambda: None)

    def __enter__(self) -> Self:
        self.client.start()
        self._link.start()
        assert self._link.wait_until_up(PATIENCE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop()
        self._link.stop()

    # ------------------------------------------------------------ who calls

    def a_person(self, *roles: str) -> Caller:
        return Caller(self, list(roles))

    def a_holder(self, *permissions: str) -> Caller:
        """Somebody of whose mandate the service has heard over the bus."""
        caller = self.a_person()
        self.announce(
            a_grant(
                caller.person_id, permissions=list(permissions) or ["dossier.read", "dossier.draft", "dossier.submit"]
            )
        )
        wait_until(lambda: self._is_known(caller), seconds=PATIENCE, what="the mandate to be heard")
        return caller

    def at(self, **facts: Any) -> Dossiers:
        statements = {kind: self._sign(kind, each) for kind, each in facts.items()}
        return self.client.at(Dossiers, timeout=15, **statements)

    def catalogue(self) -> Dossiers:
        return self.at(service=ServiceCaller(name="portal", scopes=["dossiers.catalogue"]))

    # ------------------------------------------------------------ on the way

    def a_grant_draft(self, who: Caller) -> DossierView:
        dossier = who.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())
        answers = {
            "contact_email": "amelie@example.org",
            "kind": "equipment",
            "description": "Une presse.",
            "amount": "12500",
            "starts_on": str(datetime.now(UTC).date() + timedelta(days=30)),
            "sworn_true": True,
        }
        assert who.rpc.save_draft(dossier_id=dossier.dossier_id, answers=answers, command_id=uuid4()).errors == {}
        return dossier

    def begin(self, who: Caller, dossier_id: UUID, content: bytes, *, heading: str = "quote") -> FileTicket:
        return who.rpc.begin_upload(
            dossier_id=dossier_id,
            heading=heading,
            complement_id=None,
            file_name="devis.pdf",
            size=len(content),
            sha256=digest(content),
            command_id=uuid4(),
        )

    def upload(self, who: Caller, dossier_id: UUID, content: bytes | None = None) -> FileTicket:
        content = content or a_pdf()
        ticket = self.begin(who, dossier_id, content)
        assert requests.put(ticket.url, data=content, timeout=PATIENCE).status_code == 204
        return ticket

    def operate(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """``python -m services …`` with the settings of the service."""
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)} | self.process.environment
        command = [sys.executable, "-m", "services", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    # ------------------------------------------------------------ what is told

    def announce(self, event: Event) -> None:
        """As its publisher does."""
        message = amqp.Message(
            json.dumps(wire.dump(event)),
            message_id=str(uuid4()),
            user_id=self._user,
            application_headers={"subject_version": f"1.{event.version}", "republished": False},
        )
        self._channel.basic_publish(message, f"{event.publisher}.events", event.type)

    def heard(self, dossier_id: UUID, *, republished: bool = False) -> list[str]:
        """Types of the announcements of a dossier so far."""
        return [
            message.delivery_info["routing_key"]
            for message in list(self._told)
            if json.loads(message.body).get("dossier_id") == str(dossier_id)
            and message.headers["republished"] is republished
        ]

    def wait_until_heard(self, dossier_id: UUID, *types: str, republished: bool = False) -> None:
        wait_until(
            lambda: self.heard(dossier_id, republished=republished) == list(types),
            seconds=PATIENCE,
            what=f"{types} of {dossier_id}",
        )

    def _is_known(self, caller: Caller) -> bool:
        try:
            caller.rpc.list_dossiers(bce_number=ATELIERS, text="")
        except NotFound:
            return False
        return True

    def _sign(self, kind: str, facts: Any) -> str:
        issuer = {"decision": "delegation", "service": "operator"}.get(kind, "identity")
        signer = Signer(issuer, self._keys.signing_key_file(issuer))
        lasts = timedelta(seconds=30) if kind == "decision" else timedelta(minutes=5)
        return signer.sign(kind, facts, now=datetime.now(UTC), lasts=lasts)  # type: ignore[arg-type]

    def _listen(self, connection: amqp.Connection) -> None:
        """Like a stranger's service: a queue of its own on dossiers' events."""
        channel = connection.channel()
        queue, _, _ = channel.queue_declare("", exclusive=True)
        channel.queue_bind(queue, "dossiers.events", "#")
        channel.basic_consume(queue, no_ack=True, callback=self._told.append)
        self._channel = channel
