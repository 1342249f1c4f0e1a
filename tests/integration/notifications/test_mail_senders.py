"""Several who send the same mails: who died, who is slow, who comes late."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from contracts.delegation import RoleGranted
from contracts.identity import EmailConfirmed
from services.notifications import commands
from services.notifications.domain.deliveries import LEFT_AFTER
from tests.unit.notifications.builders import APPLICANT, an_event


@pytest.fixture(autouse=True)
def contact(station, seal):
    told = an_event(EmailConfirmed, contact_id=uuid4(), person_id=APPLICANT, sealed=seal(email="amelie@example.org"))
    station.hear(told)


def take(station):
    taken = commands._take_next(station.work(), station.runtime.gateways.seals, now=station.now)
    assert taken is not None
    return taken


def send(station, taken):
    gateways = station.runtime.gateways
    with gateways.mail_server.connection() as connection:
        commands._send(station.work(), taken, connection, gateways.mails, station.clock)


def test_what_a_sender_that_died_has_left_is_sent_by_the_next(station, sink):
    station.hear(an_event(RoleGranted))
    take(station)

    station.deliver(after=LEFT_AFTER - timedelta(seconds=1))
    assert (station.states(), sink.mails) == (["sending"], [])
    station.deliver(after=timedelta(seconds=1))

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_what_died_between_sending_and_noting_it_repeats_with_the_same_message_id(station, sink):
    station.hear(an_event(RoleGranted))
    gateways, taken = station.runtime.gateways, take(station)
    with gateways.mail_server.connection() as connection, station.work() as work:
        commands._send(work, taken, connection, gateways.mails, station.clock)
        work.session.rollback()

    station.deliver(after=LEFT_AFTER)

    assert len(sink.mails) == 2
    assert sink.mails[0]["Message-ID"] == sink.mails[1]["Message-ID"]


def test_a_mail_that_a_slow_server_looks_at_is_not_taken_by_another(station, sink):
    station.hear(an_event(RoleGranted))
    sink.may_answer.clear()
    slow = threading.Thread(target=station.deliver)
    slow.start()
    assert sink.began.wait(20)

    station.deliver(after=timedelta(minutes=1))
    sink.may_answer.set()
    slow.join(20)

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_who_comes_late_to_what_he_took_leaves_it_to_his_successor(station, sink):
    station.hear(an_event(RoleGranted))
    late = take(station)
    station.deliver(after=LEFT_AFTER)

    send(station, late)

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_who_looks_at_the_same_moment_does_not_keep_the_sender_from_what_he_took(station, sink):
    """PostgreSQL locks a row that another has just changed before it sees that the row is not wanted any more."""
    station.hear(an_event(RoleGranted))
    taken = take(station)
    sending = threading.Thread(target=send, args=(station, taken))
    with station.work() as looking:
        looking.deliveries.get(taken.delivery_id)
        sending.start()
        _wait_until_somebody_waits(station.runtime.engine)
    sending.join(30)

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_who_comes_late_does_not_wait_for_his_successor(station, sink):
    station.hear(an_event(RoleGranted))
    late = take(station)
    station.now += LEFT_AFTER
    sink.may_answer.clear()
    successor = threading.Thread(target=station.deliver)
    successor.start()
    assert sink.began.wait(20)

    send(station, late)
    assert successor.is_alive()
    sink.may_answer.set()
    successor.join(20)

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_two_replicas_send_each_mail_once(station, sink):
    for _ in range(20):
        station.hear(an_event(RoleGranted))

    replicas = [threading.Thread(target=station.deliver) for _ in range(3)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join(30)

    assert len(sink.mails) == 20
    assert len({mail["Message-ID"] for mail in sink.mails}) == 20


def test_an_address_told_while_a_mail_is_being_put_to_wait_is_not_missed(station, seal):
    """The mail finds no address, and before that is committed the address comes."""
    person = uuid4()
    station.hear(an_event(RoleGranted, person_id=person))
    told = an_event(EmailConfirmed, contact_id=uuid4(), person_id=person, sealed=seal(email="late@example.org"))

    with station.work() as work:
        delivery = work.deliveries.claim_due(now=station.now)
        assert commands._address_of(work, delivery, station.runtime.gateways.seals) is None
        telling = threading.Thread(target=station.hear, args=(told,))
        telling.start()
        _wait_until_somebody_waits(station.runtime.engine)
        delivery.hold()
    telling.join(30)

    assert station.states() == ["created"]


def _wait_until_somebody_waits(engine: sa.Engine) -> None:
    waiting = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(1000):
            if connection.execute(waiting).scalar_one():
                return
            connection.execute(sa.text("SELECT pg_sleep(0.01)"))
    raise AssertionError("nobody waited for the lock")
