"""The service as a real process, on RabbitMQ and a real database, beside a real mail server."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from uuid_utils.compat import uuid7

from chassis.bus import Link, Publisher, connect
from chassis.bus.topology import declare_events, events_exchange
from chassis.outbox.messages import headers_of
from chassis.rpc import RpcClient
from chassis.statements import Actor, ServiceCaller, Signer
from contracts import wire
from contracts.delegation import AccessManagerDesignated, RoleRequested
from contracts.errors import NotFound, ScopeMissing, StatementMissing
from contracts.events import Event
from contracts.identity import EmailConfirmationRequested
from contracts.notifications import DeliveryNotFailed, Notifications
from deploy.embedded.ports import wait_until
from tests.unit.notifications.builders import FIRST_MANAGER, SECOND_MANAGER, an_event

CHANTAL = "chantal@example.org"


class Neighbour:
    """Publishes as another service's relay does."""

    def __init__(self, amqp_uri: str) -> None:
        self._uri = amqp_uri
        self._link = Link(amqp_uri, "test neighbour", on_open=self._open)
        self._publisher: Publisher | None = None
        self._link.start()
        assert self._link.wait_until_up(10)

    def _open(self, connection) -> None:
        self._publisher = Publisher(connection, user=self._link.user)

    def announce(self, event: Event, *, event_id: UUID | None = None, republished: bool = False) -> UUID:
        with connect(self._uri, "test neighbour declares") as connection:
            declare_events(connection.channel(), event.publisher)
        event_id = event_id or uuid7()
        row = SimpleNamespace(
            event_id=event_id,
            type=event.type,
            subject=event.subject,
            version=event.version,
            epoch=1,
            occurred_at=event.occurred_at,
            traceparent=None,
            republished=republished,
        )
        assert self._publisher is not None
        fate = self._publisher.send_confirmed(
            json.dumps(wire.dump(event)).encode(),
            exchange=events_exchange(event.publisher),
            routing_key=event.type,
            message_id=str(event_id),
            application_headers=headers_of(row, event.publisher),
        )
        self._publisher.wait([fate], 10)
        assert fate.outcome == "confirmed"
        return event_id

    def stop(self) -> None:
        self._link.stop()


@pytest.fixture
def neighbour(amqp_uri) -> Iterator[Neighbour]:
    neighbour = Neighbour(amqp_uri)
    yield neighbour
    neighbour.stop()


@pytest.fixture
def environment(service_environment, database_of, amqp_uri, sink):
    return service_environment(
        amqp_uri=amqp_uri, databases={"notifications": database_of("notifications")}, ports={"smtp": sink.port}
    )


@pytest.fixture
def running(run_service, environment):
    return run_service("notifications", environment=environment)


@pytest.fixture
def rpc(amqp_uri) -> Iterator[RpcClient]:
    client = RpcClient(amqp_uri, "test")
    client.start()
    yield client
    client.stop()


@pytest.fixture
def operator(rpc, keys) -> Notifications:
    token = Signer("operator", keys.signing_key_file("operator")).sign(
        "service",
        ServiceCaller(name="operator", scopes=["notifications.operate"]),
        now=datetime.now(UTC),
        lasts=timedelta(days=1),
    )
    return rpc.at(Notifications, service=token)


@pytest.fixture
def person(rpc, keys) -> Callable[[UUID], Notifications]:
    def sign_in(person_id: UUID) -> Notifications:
        actor = Actor(person_id=person_id, session_id=uuid4(), level=400, roles=[])
        signer = Signer("identity", keys.signing_key_file("identity"))
        statement = signer.sign("actor", actor, now=datetime.now(UTC), lasts=timedelta(minutes=5))
        return rpc.at(Notifications, actor=statement)

    return sign_in


def an_hour_from_now() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def test_an_event_of_delegation_becomes_one_mail_and_one_message(running, neighbour, sink, seal, person):
    neighbour.announce(an_event(AccessManagerDesignated, person_id=SECOND_MANAGER, sealed=seal(email=CHANTAL)))
    request = an_event(RoleRequested, manager_ids=[SECOND_MANAGER])
    event_id = neighbour.announce(request)

    wait_until(lambda: len(sink.mails) == 1, seconds=20, what="the mail to arrive")

    (mail,) = sink.mails
    assert mail["To"] == CHANTAL
    assert "Ateliers du Hainaut" in mail["Subject"]
    # The same message again, as a broker may send it, and told again for a new listener.
    neighbour.announce(request, event_id=event_id)
    neighbour.announce(request, republished=True)
    neighbour.announce(
        an_event(
            EmailConfirmationRequested, expires_at=an_hour_from_now(), sealed=seal(email="x@example.org", secret="s")
        )
    )
    wait_until(lambda: len(sink.mails) == 2, seconds=20, what="the mail after it to arrive")
    assert [mail["To"] for mail in sink.mails] == [CHANTAL, "x@example.org"]

    chantal = person(SECOND_MANAGER)
    (message,) = chantal.list_messages()
    assert (message.kind, message.is_read) == ("role_requested", False)
    chantal.mark_read(message_id=message.message_id, command_id=uuid4())
    assert [message.is_read for message in chantal.list_messages()] == [True]


def test_a_stranger_sees_no_message_of_another(running, neighbour, sink, seal, person):
    neighbour.announce(an_event(RoleRequested, manager_ids=[SECOND_MANAGER]))
    chantal, gilles = person(SECOND_MANAGER), person(uuid4())
    wait_until(lambda: bool(chantal.list_messages()), seconds=20, what="the message to be written")

    assert gilles.list_messages() == []
    with pytest.raises(NotFound):
        gilles.mark_read(message_id=chantal.list_messages()[0].message_id, command_id=uuid4())


def test_an_operator_sees_what_failed_and_replays_it(running, neighbour, sink, seal, operator):
    sink.refuse_sender = "550 5.7.1 who are you"
    neighbour.announce(
        an_event(EmailConfirmationRequested, expires_at=an_hour_from_now(), sealed=seal(email=CHANTAL, secret="s"))
    )
    wait_until(
        lambda: bool(operator.list_deliveries(state="technical_failure")), seconds=20, what="the failure to show"
    )

    (failed,) = operator.list_deliveries(state="technical_failure")
    assert (failed.kind, failed.last_error) == ("email_confirmation_requested", "550 5.7.1 at sender")
    sink.refuse_sender = None
    assert operator.replay_delivery(delivery_id=failed.delivery_id, command_id=uuid4()).state == "created"
    wait_until(lambda: len(sink.mails) == 1, seconds=20, what="the mail to arrive")
    wait_until(lambda: bool(operator.list_deliveries(state="delivered")), seconds=20, what="the delivery to be noted")
    with pytest.raises(DeliveryNotFailed):
        operator.replay_delivery(delivery_id=failed.delivery_id, command_id=uuid4())


def test_operators_doors_are_shut_to_people_and_to_other_services(running, rpc, person, keys):
    with pytest.raises(StatementMissing):
        person(FIRST_MANAGER).list_deliveries(state=None)
    token = Signer("operator", keys.signing_key_file("operator")).sign(
        "service",
        ServiceCaller(name="portal", scopes=["identity.sign_in"]),
        now=datetime.now(UTC),
        lasts=timedelta(days=1),
    )
    with pytest.raises(ScopeMissing):
        rpc.at(Notifications, service=token).list_deliveries(state=None)


def test_asked_to_stop_it_finishes_the_mail_that_it_began_and_leaves_the_others(running, neighbour, sink, seal):
    sink.may_answer.clear()
    for number in range(5):
        sealed = seal(email=f"person{number}@example.org", secret=f"hush{number}")
        neighbour.announce(
            an_event(EmailConfirmationRequested, expires_at=an_hour_from_now(), person_id=uuid4(), sealed=sealed)
        )
    assert sink.began.wait(20)

    os.kill(running.pid, signal.SIGTERM)
    wait_until(lambda: "stopping" in running.log.read_text(), seconds=20, what="the signal to be heard")
    sink.may_answer.set()

    wait_until(lambda: not running.is_running, seconds=40, what="the service to end")
    assert (running.exit_status, len(sink.mails)) == (0, 1)
    running.start()
    wait_until(lambda: len(sink.mails) >= 5, seconds=60, what="the others to arrive")
    assert sorted(mail["To"] for mail in sink.mails) == [f"person{number}@example.org" for number in range(5)]


def test_killed_in_the_middle_it_sends_what_it_owes_once_and_logs_no_address(running, neighbour, sink, seal):
    sink.stop()
    for number in range(5):
        sealed = seal(email=f"person{number}@example.org", secret=f"hush{number}")
        neighbour.announce(
            an_event(EmailConfirmationRequested, expires_at=an_hour_from_now(), person_id=uuid4(), sealed=sealed)
        )

    running.kill()
    sink.start()
    running.start()

    wait_until(lambda: len(sink.mails) >= 5, seconds=60, what="all mails to arrive")
    assert sorted(mail["To"] for mail in sink.mails) == [f"person{number}@example.org" for number in range(5)]
    log = running.log.read_text()
    assert "mail_sent" in log
    assert "@example.org" not in log
    assert "hush" not in log
