"""How a mail fares."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.notifications import DeliveryNotFailed
from services.notifications.domain.deliveries import LEFT_AFTER, TRIED_FOR
from tests.unit.notifications.builders import NOON, a_delivery

HOUR = timedelta(hours=1)


def test_a_mail_that_is_being_sent_is_due_again_soon_lest_its_sender_died():
    delivery = a_delivery()

    assert delivery.take(now=NOON)

    assert (delivery.state, delivery.due_at, delivery.attempts) == ("sending", NOON + LEFT_AFTER, 1)


def test_a_delivered_mail_keeps_nothing_that_was_secret_and_is_never_due_again():
    delivery = a_delivery(sealed="sealed")
    delivery.take(now=NOON)

    delivery.confirm(now=NOON)

    assert (delivery.state, delivery.sealed, delivery.due_at, delivery.delivered_at) == ("delivered", None, None, NOON)


def test_waiting_for_a_contact_uses_up_no_attempt():
    delivery = a_delivery()

    delivery.hold()

    assert (delivery.state, delivery.due_at, delivery.attempts) == ("waiting", None, 0)


def test_a_waiting_mail_is_due_when_a_contact_is_told():
    delivery = a_delivery()
    delivery.hold()

    delivery.resume(now=NOON)

    assert (delivery.state, delivery.due_at) == ("created", NOON)


def test_temporary_failures_are_tried_again_ever_more_slowly_up_to_an_hour():
    delivery = a_delivery()
    delays = []
    for _ in range(9):
        delivery.take(now=NOON)
        delivery.postpone("450 at recipient", now=NOON)
        assert delivery.due_at is not None
        delays.append(delivery.due_at - NOON)

    assert delays[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert delays == sorted(delays)
    assert delays[-1] == HOUR
    assert (delivery.state, delivery.last_error) == ("temporary_failure", "450 at recipient")


def test_after_five_days_a_temporary_failure_is_permanent():
    delivery = a_delivery()
    delivery.take(now=NOON + TRIED_FOR)

    delivery.postpone("450 at recipient", now=NOON + TRIED_FOR)

    assert (delivery.state, delivery.due_at) == ("permanent_failure", None)


def test_a_mail_whose_link_has_expired_is_not_sent():
    delivery = a_delivery(good_until=NOON)

    assert not delivery.take(now=NOON)

    assert (delivery.state, delivery.attempts) == ("permanent_failure", 0)


@pytest.mark.parametrize("fail", ["give_up", "break_down"])
def test_an_operator_can_replay_what_failed_for_good(fail):
    delivery = a_delivery()
    delivery.take(now=NOON)
    getattr(delivery, fail)("550 at recipient")

    delivery.replay(now=NOON + HOUR)

    assert (delivery.state, delivery.due_at, delivery.last_error) == ("created", NOON + HOUR, "550 at recipient")


@pytest.mark.parametrize("state", ["created", "waiting", "sending", "delivered"])
def test_what_did_not_fail_is_not_replayed(state):
    with pytest.raises(DeliveryNotFailed):
        a_delivery(state=state).replay(now=NOON)


def test_each_step_is_a_new_version():
    delivery = a_delivery()

    delivery.hold()
    delivery.resume(now=NOON)
    delivery.take(now=NOON)
    delivery.confirm(now=NOON)

    assert delivery.version == 5
