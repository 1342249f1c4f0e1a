"""What a request may hold, told without a broker."""

import amqp
import pytest

from chassis.rpc.requests import Request
from contracts.errors import InvalidRequest


def a_request(body):
    message = amqp.Message(body)
    message.delivery_info = {"routing_key": "teller.echo", "redelivered": False}
    return Request(message, "teller")


def test_arguments_are_by_position_and_by_name():
    assert a_request(b'{"args": [1], "kwargs": {"amount": 1.5e3}}').arguments() == ((1,), {"amount": 1500.0})


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_what_is_no_number_for_json_and_databases_is_refused(number):
    with pytest.raises(InvalidRequest):
        a_request(f'{{"args": [], "kwargs": {{"answers": {{"amount": [{number}]}}}}}}'.encode()).arguments()
