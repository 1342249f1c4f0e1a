"""The running service, with everybody who calls it."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import amqp

from chassis.bus import Link, user_of
from chassis.rpc import RpcClient
from chassis.seals import Opener
from chassis.statements import Actor, ServiceCaller, Signer
from contracts import wire
from contracts.delegation import Delegation
from contracts.events import Event, Sealed
from contracts.identifiers import BceNumber
from contracts.identity import PersonFacts
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.support.processes import ServiceProcess

PATIENCE = 15.0  # seconds
LEVEL = 400  # of FAS

_numbers = itertools.count(3_000_000)

# Everybody has confirmed it here.
ELODIE = "elodie@example.org"


class Caller:
    """A signed-in person."""

    def __init__(self, station: Station, given_name: str, *, person_id: UUID | None = None, level: int = LEVEL) -> None:
        self.person_id = person_id or uuid4()
        self._station = station
        self._context = {
            "actor": station.actor(self.person_id, level=level),
            "person": station.person(self.person_id, given_name),
        }
        self.rpc = station.client.at(Delegation, **self._context)

    def call(self, method: str, **arguments: Any) -> Any:
        """With arguments as they are on the wire, right or wrong."""
        return self._station.call(method, arguments, self._context)


class Station:
    def __init__(self, process: ServiceProcess, keys: Keys, amqp_uri: str) -> None:
        self.process = process
        self.keys = keys
        self.client = RpcClient(amqp_uri, "test")
        self._opener = Opener(keys.seal_key_file("notifications"))
        self._told: deque[amqp.Message] = deque()
        self._user = user_of(amqp_uri)
        self._link = Link(amqp_uri, "test", on_open=self._listen, on_lost=lambda: None)

    def __enter__(self) -> Self:
        self.client.start()
        self._link.start()
        assert self._link.wait_until_up(PATIENCE)
        self.registry = self.client.at(Delegation, service=self.service("delegation.register"))
        self.checker = self.client.at(Delegation, service=self.service("delegation.check"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.stop()
        self._link.stop()

    # who calls

    def a_person(self, given_name: str, *, person_id: UUID | None = None, level: int = LEVEL) -> Caller:
        return Caller(self, given_name, person_id=person_id, level=level)

    def actor(
        self, person_id: UUID, *, now: datetime | None = None, signed_by: str = "identity", level: int = LEVEL
    ) -> str:
        signer = Signer("identity", self.keys.signing_key_file(signed_by))
        actor = Actor(person_id=person_id, session_id=uuid4(), level=level, roles=[])
        return signer.sign("actor", actor, now=now or datetime.now(UTC), lasts=timedelta(minutes=5))

    def person(self, person_id: UUID, given_name: str) -> str:
        signer = Signer("identity", self.keys.signing_key_file("identity"))
        facts = PersonFacts(
            person_id=person_id, given_name=given_name, surname="Dubois", domicile=None, confirmed_emails=[ELODIE]
        )
        return signer.sign("person", facts, now=datetime.now(UTC), lasts=timedelta(minutes=5))

    def service(self, *scopes: str) -> str:
        signer = Signer("operator", self.keys.signing_key_file("operator"))
        caller = ServiceCaller(name="test", scopes=list(scopes))
        return signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(days=1))

    def call(self, method: str, arguments: dict[str, Any], context: dict[str, str]) -> Any:
        return self.client.call("delegation", method, arguments, context)

    # what is there

    def an_enterprise(self) -> BceNumber:
        first = f"{next(_numbers):08}"
        number = BceNumber(f"{first}{97 - int(first) % 97:02}")
        self.registry.register_enterprise(bce_number=number, name="Ateliers", state="active", command_id=uuid4())
        return number

    def an_enterprise_with_a_manager(self) -> BceNumber:
        self.manager = self.a_person("Bernard")
        number = self.an_enterprise()
        self.designate(self.manager, number)
        return number

    def designate(self, manager: Caller, number: BceNumber, *, email: str | None = "bernard@example.org") -> None:
        self.registry.designate_access_manager(
            bce_number=number, person_id=manager.person_id, email=email, language="fr", command_id=uuid4()
        )

    def others_ids(self, number: BceNumber) -> dict[str, str]:
        """Ids of what belongs to others than who asks."""
        somebody, invited = self.a_person("Amélie"), self.a_person("Élodie")
        asked = somebody.rpc.request_role(bce_number=number, role="reader", message="", command_id=uuid4())
        offered = self.manager.rpc.invite_person(
            bce_number=number,
            role="reader",
            email=None,
            person_id=invited.person_id,
            valid_until=None,
            command_id=uuid4(),
        )
        (mandate,) = self.manager.rpc.list_people_of(bce_number=number)
        return {
            "role_request_id": str(asked.role_request_id),
            "invitation_id": str(offered.invitation_id),
            "mandate_id": str(mandate.mandate_id),
        }

    # what is told

    def republished(self, event_type: str, **facts: str) -> bool:
        """Whether a state came once more, for new listeners."""
        again = [message for message in list(self._told) if message.headers["republished"]]
        return bool(self._find(event_type, facts, among=again))

    def heard(self, event_type: str, **facts: str) -> dict[str, Any]:
        """The body of an announcement, once it has come over the bus."""
        self.wait_until(lambda: bool(self._find(event_type, facts)))
        return self._find(event_type, facts)[0]

    def opened(self, body: dict[str, Any]) -> dict[str, Any]:
        return self._opener.open(Sealed(body["sealed"]))

    def announce_as_identity(self, event: Event) -> None:
        message = amqp.Message(
            json.dumps(wire.dump(event)),
            message_id=str(uuid4()),
            user_id=self._user,
            application_headers={"subject_version": f"1.{event.version}", "republished": False},
        )
        self._channel.basic_publish(message, "identity.events", event.type)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        wait_until(condition, seconds=PATIENCE, what="what the test waits for")

    def _find(
        self, event_type: str, facts: dict[str, str], *, among: list[amqp.Message] | None = None
    ) -> list[dict[str, Any]]:
        told = list(self._told) if among is None else among
        told = [message for message in told if message.delivery_info["routing_key"] == event_type]
        bodies = [json.loads(message.body) for message in told]
        return [body for body in bodies if facts.items() <= body.items()]

    def _listen(self, connection: amqp.Connection) -> None:
        """Like a stranger's service: a queue of its own on delegation's events."""
        channel = connection.channel()
        queue, _, _ = channel.queue_declare("", exclusive=True)
        channel.queue_bind(queue, "delegation.events", "#")
        channel.basic_consume(queue, no_ack=True, callback=self._told.append)
        self._channel = channel
