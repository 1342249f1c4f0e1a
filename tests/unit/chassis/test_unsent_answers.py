"""Answers for which there was no connection wait for one in a memory that has its limits."""

from types import SimpleNamespace

import amqp

from chassis.rpc import requests
from chassis.rpc.requests import Answers, Request


def a_request(correlation_id):
    message = amqp.Message("{}", correlation_id=correlation_id, reply_to="somebody", application_headers={})
    message.delivery_info = {"routing_key": "teller.echo", "delivery_tag": 1}
    # As a channel is when its connection was lost.
    message.channel = SimpleNamespace(connection=None)
    return Request(message, "teller")


def keep(answers, count, size):
    for number in range(count):
        answers.settle(a_request(str(number)), b"x" * size)


def test_an_answer_that_could_not_be_sent_is_there_for_the_next_delivery_once():
    answers = Answers("teller")
    keep(answers, 1, 10)

    assert answers.find_unsent("0") == b"x" * 10
    assert answers.find_unsent("0") is None


def test_of_too_many_the_oldest_go():
    answers = Answers("teller")
    keep(answers, requests.ANSWERS_KEPT + 2, 1)

    assert [answers.find_unsent(each) for each in ("0", "1", "2")] == [None, None, b"x"]


def test_of_too_large_ones_too():
    answers, size = Answers("teller"), requests.ANSWERS_BYTES_KEPT // 4
    keep(answers, 6, size)

    assert [answers.find_unsent(str(number)) is None for number in range(6)] == [True, True, False, False, False, False]
