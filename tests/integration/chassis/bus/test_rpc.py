import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import amqp
import pytest

from chassis.bus import connect
from chassis.rpc.requests import CLOCKS_DIFFER, LARGEST_REQUEST
from contracts.errors import (
    CommandIdReused,
    DeadlinePassed,
    InternalError,
    InvalidRequest,
    NotFound,
    StatementMissing,
    UnknownMethod,
    UnknownService,
)
from tests.integration.chassis.bus.town import Nobody, Story, Teller, ran
from tests.support.processes import ROOT

# Calls that one process runs at once, when its settings say nothing else.
WORKERS = 20


def test_an_answer_arrives_with_the_type_that_the_contract_names(town):
    story = town.teller.find_story(words="once upon a time")

    assert isinstance(story, Story)
    assert story.words == "once upon a time"
    assert town.teller.find_story(words="") is None


def test_text_crosses_unchanged(town):
    words = 'Où êtes-vous né·e ? 🏛 \\ "\t' + "é" * 100_000

    assert town.teller.echo(words=words) == words


def test_a_refusal_arrives_as_its_class_with_its_details(town):
    with pytest.raises(NotFound) as refused:
        town.teller.refuse()

    assert refused.value.details == {"asked_by": "tests"}


def test_an_unforeseen_error_tells_an_incident_and_nothing_else(town):
    with pytest.raises(InternalError) as failed:
        town.rpc.at(Teller, timeout=20, service=town.token, traceparent=f"00-{'ab' * 16}-{'cd' * 8}-01").stumble()

    assert failed.value.details == {"incident": "ab" * 16}


def test_wrong_and_unknown_arguments_are_refused_by_name(town):
    with pytest.raises(InvalidRequest) as refused:
        town.rpc.call("teller", "echo", {"word": "x"}, {"service": town.token}, timeout=20)

    assert set(refused.value.details["fields"]) == {"word", "words"}


@pytest.mark.parametrize("words", ["a\0b", "\ud800", ["in", {"a": "list\0"}]])
def test_text_that_no_database_can_hold_is_refused(town, words):
    with pytest.raises(InvalidRequest) as refused:
        town.rpc.call("teller", "echo", {"words": words}, {"service": town.token}, timeout=20)

    (field,) = refused.value.details["fields"]
    assert field.startswith("words")


@pytest.mark.parametrize("body", [b"", b"what?", b"[]", b'{"args": []}', b'{"args": {}, "kwargs": []}', b"[" * 100_000])
def test_a_request_that_cannot_be_read_is_refused_and_others_go_on(town, body):
    with connect(town.amqp_uri, "test") as connection:
        channel, answers = connection.channel(), []
        queue = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(queue, "nameko-rpc", queue.replace(".", "-"))
        request = amqp.Message(body, reply_to=queue.replace(".", "-"), correlation_id="1")
        channel.basic_publish(request, "nameko-rpc", "teller.echo")
        town.until(lambda: answers.append(channel.basic_get(queue, no_ack=True)) or answers[-1])

    assert json.loads(answers[-1].body)["error"]["exc_args"][0] == "invalid_request"
    assert town.teller.echo(words="still there") == "still there"


def test_a_request_that_is_too_large_is_refused_and_others_go_on(town):
    with pytest.raises(InvalidRequest) as refused:
        town.teller.echo(words="x" * LARGEST_REQUEST)

    assert refused.value.details["fields"] == {"": [f"a request has {LARGEST_REQUEST} bytes at most"]}
    assert town.teller.echo(words="still there") == "still there"


def test_a_request_without_reply_to_or_with_that_of_a_service_gets_no_answer(town):
    with connect(town.amqp_uri, "test") as connection:
        channel = connection.channel()
        for properties in ({}, {"reply_to": "hearer.anything"}):
            channel.basic_publish(amqp.Message(b"{}", **properties), "nameko-rpc", "teller.echo")

    assert town.teller.echo(words="still there") == "still there"


def test_without_a_statement_there_is_no_answer(town):
    with pytest.raises(StatementMissing):
        town.rpc.call("teller", "echo", {"words": "x"}, timeout=20)


def test_an_unknown_service_fails_at_once(town):
    # Not DeadlinePassed: the broker says that nobody has such a queue, long before a minute is over.
    with pytest.raises(UnknownService):
        town.rpc.at(Nobody, timeout=60).echo(words="anybody?")


def test_an_unknown_method_fails_at_once(town):
    with pytest.raises(UnknownMethod):
        town.teller.no_such_method()


def test_a_call_ends_at_its_deadline_and_leaves_nothing_behind(town):
    # The caller's deadline ends it though the answer would have come later.
    with pytest.raises(DeadlinePassed):
        town.rpc.at(Teller, timeout=0.2, service=town.token).linger(word="slow", seconds=3)

    assert town.rpc._pending == {}


def test_a_command_repeated_gets_the_first_answer(town):
    command_id = uuid4()
    first = town.teller.tell(words="one story", command_id=command_id)

    assert town.teller.tell(words="one story", command_id=command_id) == first
    with pytest.raises(CommandIdReused):
        town.teller.tell(words="another story", command_id=command_id)


def test_a_process_runs_so_many_calls_at_once_and_no_more(town):
    """What comes meanwhile stays with the broker, where others find it."""
    patient, seconds = town.rpc.at(Teller, timeout=120, service=town.token), 4
    with ThreadPoolExecutor(2 * WORKERS) as callers:
        answers = [callers.submit(patient.linger, word="side by side", seconds=seconds) for _ in range(2 * WORKERS)]
        for answer in answers:
            answer.result()

    begun = [row.at for row in town.rows("teller", ran, ran.c.word == "side by side")]
    # Each runs for at least so long after it has begun.
    together = [sum(at <= one < at + timedelta(seconds=seconds) for at in begun) for one in begun]
    assert max(together) == WORKERS


def test_a_request_whose_turn_comes_too_late_is_not_run(town):
    """The broker, which sends no more than there are workers, drops it."""
    patient, expired = town.rpc.at(Teller, timeout=60, service=town.token), "rpc_expired_requests_total"
    before = town.metric("teller", expired)
    with ThreadPoolExecutor(WORKERS) as callers:
        slow = [callers.submit(patient.linger, word="all at work", seconds=5) for _ in range(WORKERS)]
        town.until(lambda: len(town.rows("teller", ran, ran.c.word == "all at work")) == WORKERS)
        with pytest.raises(DeadlinePassed):
            town.rpc.at(Teller, timeout=0.2, service=town.token).linger(word="no worker free", seconds=0)
        for answer in slow:
            answer.result()

    assert town.teller.echo(words="after all that") == "after all that"
    assert town.rows("teller", ran, ran.c.word == "no worker free") == []
    assert town.metric("teller", expired) == before


def give_up_while_it_is_frozen(town, *words):
    """The teller finds these requests in its socket when their callers are gone, the first ones long ago."""
    with town.processes["teller"].frozen():
        for word in words:
            # Time for the broker to send it, which would drop it later, and for the one before to be surely late.
            with pytest.raises(DeadlinePassed):
                town.rpc.at(Teller, timeout=CLOCKS_DIFFER + 1, service=town.token).linger(word=word, seconds=0)
    assert town.teller.linger(word="in time", seconds=0) == "in time"


def test_a_request_that_nobody_waits_for_any_more_is_not_run(town):
    before = town.metric("teller", "rpc_expired_requests_total")

    give_up_while_it_is_frozen(town, "late", "after the late one")

    assert town.rows("teller", ran, ran.c.word == "late") == []
    assert town.metric("teller", "rpc_expired_requests_total") > before


def test_a_request_that_is_no_later_than_clocks_may_differ_is_run(town):
    """Its caller's clock may be behind ours, and he may still wait."""

    def is_run():
        # Anew, when this machine was too busy to read it soon enough.
        give_up_while_it_is_frozen(town, "hardly late")
        return town.rows("teller", ran, ran.c.word == "hardly late")

    town.until(is_run, seconds=120)


def test_the_client_works_on_green_threads(town):
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.bus.green", town.amqp_uri, town.token]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {"echoed": [str(number) for number in range(500)], "late": ["deadline_passed"] * 5, "pending": 0}
