"""Mails against a real mail server that takes, refuses, and is away."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from contracts.delegation import RoleGranted, RoleRequested
from contracts.errors import NotFound
from contracts.identity import EmailConfirmed
from contracts.notifications import DeliveryNotFailed
from services.notifications import commands, queries
from services.notifications.storage.tables import deliveries
from tests.unit.notifications.builders import APPLICANT, FIRST_MANAGER, SECOND_MANAGER, an_event

AMELIE = "amelie@example.org"


@pytest.fixture(autouse=True)
def contacts(station, seal):
    for person, address in (
        (APPLICANT, AMELIE),
        (FIRST_MANAGER, "bernard@example.org"),
        (SECOND_MANAGER, "c@example.org"),
    ):
        station.hear(an_event(EmailConfirmed, contact_id=uuid4(), person_id=person, sealed=seal(email=address)))


def test_a_mailbox_that_does_not_exist_is_a_permanent_failure(station, sink):
    sink.refuse[AMELIE] = f"550 5.1.1 <{AMELIE}>: no such mailbox"
    station.hear(an_event(RoleGranted))

    station.deliver()
    station.deliver(after=timedelta(days=1))

    delivery = station.delivery()
    assert (delivery.state, delivery.attempts) == ("permanent_failure", 1)
    assert delivery.last_error == "550 5.1.1 at recipient"


def test_a_full_mailbox_is_tried_again_later(station, sink):
    sink.refuse[AMELIE] = "452 4.2.2 mailbox full"
    station.hear(an_event(RoleGranted))
    station.deliver()
    assert (station.states(), station.delivery().last_error) == (["temporary_failure"], "452 4.2.2 at recipient")

    sink.refuse.clear()
    station.deliver(after=timedelta(seconds=29))
    assert sink.mails == []
    station.deliver(after=timedelta(seconds=1))

    assert len(sink.mails) == 1
    assert (station.states(), station.delivery().attempts) == (["delivered"], 2)


def test_content_refused_for_good_is_a_permanent_failure(station, sink):
    sink.refuse_content = "554 5.7.1 looks like spam"
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert (station.states(), station.delivery().last_error) == (["permanent_failure"], "554 5.7.1 at content")


def test_a_sender_refused_is_our_own_failure_and_is_replayed_by_an_operator(station, sink):
    sink.refuse_sender = "550 5.7.1 who are you"
    station.hear(an_event(RoleGranted))
    station.deliver()
    assert (station.states(), station.delivery().last_error) == (["technical_failure"], "550 5.7.1 at sender")

    sink.refuse_sender = None
    commands.replay_delivery(station.work(), delivery_id=station.delivery().delivery_id, now=station.now)
    station.deliver()

    assert (station.states(), len(sink.mails)) == (["delivered"], 1)


def test_a_refused_recipient_does_not_hold_up_the_others(station, sink):
    sink.refuse["bernard@example.org"] = "550 5.1.1 unknown"
    station.hear(an_event(RoleRequested))

    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["c@example.org"]
    assert sorted(station.states()) == ["delivered", "permanent_failure"]


def test_a_mail_server_that_is_away_costs_the_first_mail_one_attempt_and_the_others_none(station, sink):
    sink.stop()
    for _ in range(3):
        station.hear(an_event(RoleGranted))

    station.deliver()

    assert sorted(station.states()) == ["created", "created", "temporary_failure"]
    sink.start()
    station.deliver(after=timedelta(seconds=10))
    assert station.states() == ["delivered"] * 3
    assert len(sink.mails) == 3


def test_a_mail_server_that_asks_to_come_back_later_is_away(station, sink):
    sink.refuse[AMELIE] = "421 4.3.2 closing"
    station.hear(an_event(RoleGranted))
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert sorted(station.states()) == ["created", "temporary_failure"]


def test_an_address_that_is_none_is_a_permanent_failure(station, sink, seal):
    station.hear(
        an_event(
            EmailConfirmed,
            version=2,
            contact_id=uuid4(),
            occurred_at=station.now + timedelta(1),
            sealed=seal(email="a@b@c"),
        )
    )
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert (station.states(), sink.mails) == (["permanent_failure"], [])


def test_a_fact_that_a_template_lacks_is_our_own_failure(station, sink):
    station.hear(an_event(RoleGranted))
    with station.work() as work:
        work.execute(sa.update(deliveries).values(facts={}))

    station.deliver()

    assert (station.states(), sink.mails) == (["technical_failure"], [])


def test_a_development_clock_started_in_the_past_does_not_hold_up_what_was_due_by_the_former_one(station, sink):
    station.hear(an_event(RoleGranted))

    station.deliver(after=-timedelta(days=700))

    assert station.states() == ["delivered"]


def test_what_was_delivered_is_not_replayed(station):
    station.hear(an_event(RoleGranted))
    station.deliver()

    with pytest.raises(DeliveryNotFailed):
        commands.replay_delivery(station.work(), delivery_id=station.delivery().delivery_id, now=station.now)


def test_a_delivery_that_is_not_there_is_not_found(station):
    with pytest.raises(NotFound):
        commands.replay_delivery(station.work(), delivery_id=uuid4(), now=station.now)


def test_deliveries_are_listed_by_state_the_newest_first(station, sink):
    sink.refuse[AMELIE] = "550 no"
    first = station.hear(an_event(RoleGranted))
    station.now += timedelta(minutes=1)
    second = station.hear(an_event(RoleGranted))
    station.deliver()
    station.hear(an_event(RoleGranted))

    failed = queries.list_deliveries(station.work(), state="permanent_failure")

    assert [delivery.event_id for delivery in failed] == [second, first]
    assert len(queries.list_deliveries(station.work(), state=None)) == 3


def test_the_gauges_tell_what_is_pending_and_for_how_long(station, sink):
    sink.refuse[AMELIE] = "550 no"
    station.hear(an_event(RoleGranted))
    station.deliver()
    station.hear(an_event(RoleRequested))

    queries.measure_mails(station.work(), now=station.now + timedelta(seconds=90))

    pending = {sample.labels["state"]: sample.value for sample in queries.PENDING.collect()[0].samples}
    assert (pending["permanent_failure"], pending["created"], pending["waiting"]) == (1, 2, 0)
    assert queries.OLDEST.collect()[0].samples[0].value == 90


def test_attempts_are_counted_by_outcome(station):
    before = _counted("role_granted", "delivered")
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert _counted("role_granted", "delivered") == before + 1


def _counted(kind: str, outcome: str) -> float:
    return commands.MAILS.labels(kind, outcome)._value.get()
