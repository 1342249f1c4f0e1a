"""What a request may hold, told without a broker."""

import time

import amqp
import pytest

from chassis.rpc.client import _result
from chassis.rpc.requests import CLOCKS_DIFFER, Request
from contracts.errors import InternalError, InvalidRequest


def a_request(body=b"{}", **properties):
    message = amqp.Message(body, **properties)
    message.delivery_info = {"routing_key": "teller.echo", "redelivered": False}
    return Request(message, "teller")


@pytest.mark.parametrize(("reply_to", "key"), [("a-queue", "a-queue"), ("hearer.anything", None), ("", None)])
def test_nobody_has_us_send_a_request_to_a_service_in_our_name(reply_to, key):
    assert a_request(reply_to=reply_to).reply_key == key


@pytest.mark.parametrize("stack", [5, None, "teller.echo.1", {"a": 1}])
def test_a_stack_of_calls_that_is_none_is_left_out(stack):
    request = a_request(application_headers={"nameko.call_id_stack": stack})

    assert "call_id_stack" not in request.context


def test_arguments_are_by_position_and_by_name():
    assert a_request(b'{"args": [1], "kwargs": {"amount": 1.5e3}}').arguments() == ((1,), {"amount": 1500.0})


@pytest.mark.parametrize(
    ("waits", "ago", "lives"),
    [
        # By our own clock from now on ...
        (5, 0, 5),
        # ... but nobody waits longer than he said, if clocks differ as much as they may.
        (5, 4, 1 + CLOCKS_DIFFER),
        (5, 6.5, CLOCKS_DIFFER - 1.5),
        (5, 60, -55 + CLOCKS_DIFFER),
        # Sent by a clock that is ahead of ours.
        (5, -3600, 5),
    ],
)
def test_a_request_is_run_for_as_long_as_somebody_may_wait_for_it(waits, ago, lives):
    headers = {"nameko.deadline_ms": waits * 1000, "nameko.sent_at": time.time() - ago}
    request = a_request(application_headers=headers)

    assert request.expires_at - time.monotonic() == pytest.approx(lives, abs=0.5)
    assert request.is_expired == (lives <= 0)


@pytest.mark.parametrize("body", ['"text"', "[]", "{", "[" * 5000, "7"])
def test_an_answer_that_is_none_is_an_error_of_the_service(body):
    with pytest.raises(InternalError):
        _result(body.encode())


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_for_json_and_databases_is_refused(number):
    with pytest.raises(InvalidRequest):
        a_request(f'{{"args": [], "kwargs": {{"answers": {{"amount": [{number}]}}}}}}'.encode()).arguments()
