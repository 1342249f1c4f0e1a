"""What a request may hold, told without a broker."""

import amqp
import pytest

from chassis.rpc.requests import Request
from contracts.errors import InvalidRequest


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


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_for_json_and_databases_is_refused(number):
    with pytest.raises(InvalidRequest):
        a_request(f'{{"args": [], "kwargs": {{"answers": {{"amount": [{number}]}}}}}}'.encode()).arguments()
