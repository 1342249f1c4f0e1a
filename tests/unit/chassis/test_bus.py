"""What of the bus can be told without a broker: names, delays, traces, what an operator reads of an error."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid4

import pytest
import structlog
from psycopg.errors import UntranslatableCharacter
from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from chassis.bus.topology import events_of
from chassis.bus.traces import ensure_traceparent, trace_id_of
from chassis.inbox.reactions import LONGEST_ERROR, Patience, describe
from chassis.outbox.holds import Holds
from chassis.outbox.upkeep import age
from chassis.rpc.wire import encode, error_body, refusal_of
from contracts.errors import InternalError, NotFound, Refusal, UnknownMethod
from contracts.events import Event

TRACE = f"00-{'a1' * 16}-{'b2' * 8}-01"


@dataclass(frozen=True, kw_only=True)
class _State(Event):
    publisher: ClassVar[str] = "unit"
    subject_id: ClassVar[str] = "thing_id"
    thing_id: UUID


@dataclass(frozen=True, kw_only=True)
class Begun(_State):
    type: ClassVar[str] = "begun"


@dataclass(frozen=True, kw_only=True)
class Ended(_State):
    type: ClassVar[str] = "ended"


def test_the_events_of_a_publisher_are_those_with_a_type():
    assert {event.type for event in events_of("unit")} == {"begun", "ended"}


def test_a_trace_goes_on_when_it_is_well_formed():
    assert ensure_traceparent(TRACE) == TRACE


@pytest.mark.parametrize("given", [None, 7, "", "00-xyz", TRACE.upper(), f"00-{'0' * 32}-{'b2' * 8}-01"])
def test_a_trace_that_is_not_well_formed_begins_anew(given):
    begun = ensure_traceparent(given)

    assert ensure_traceparent(begun) == begun
    assert trace_id_of(begun) not in ("0" * 32, "a1" * 16)


def test_a_trace_bound_to_the_logs_is_passed_on():
    with structlog.contextvars.bound_contextvars(trace_id="a1" * 16):
        assert trace_id_of(ensure_traceparent()) == "a1" * 16


def test_delays_double_up_to_the_longest():
    patience = Patience(attempts=12, first_delay=1, longest_delay=60)

    for attempts, seconds in [(1, 1), (2, 2), (5, 16), (7, 60), (500, 60)]:
        assert timedelta(seconds=seconds * 0.8) <= patience.delay(attempts) <= timedelta(seconds=seconds * 1.2)


def test_an_operator_reads_the_class_and_no_values():
    unique = IntegrityError("INSERT …", {}, Exception("duplicate key\nDETAIL:  Key (email)=(amelie@example.org)"))

    past_sqlalchemy = UntranslatableCharacter('no such character\nCONTEXT:  JSON data, line 1: {"name": "Amélie"}')

    assert describe(unique) == "IntegrityError: duplicate key"
    assert describe(past_sqlalchemy) == "UntranslatableCharacter: no such character"
    assert describe(NotFound(asked="Amélie")) == "NotFound: not_found"
    assert len(describe(ValueError("x" * 1000))) == LONGEST_ERROR


def test_a_held_type_is_let_go_after_its_delay_and_forgotten_when_it_passed():
    holds = Holds(first_delay=0)
    holds.add("told")
    assert holds.types() == []
    assert holds.ended_since(0)

    holds.passed("told")
    assert not holds.ended_since(0)
    assert holds.seconds_to_next() == float("inf")


def test_a_type_that_is_held_already_is_not_held_longer():
    holds = Holds(first_delay=10)
    holds.add("told")
    first = holds.seconds_to_next()
    holds.add("told")

    assert holds.types() == ["told"]
    assert holds.seconds_to_next() <= first


def test_a_refusal_crosses_with_its_code_and_details():
    found = refusal_of(error_body(NotFound(thing_id=uuid4())))

    assert isinstance(found, NotFound)
    assert UUID(found.details["thing_id"])


def test_a_refusal_of_a_newer_contract_keeps_its_code():
    error = error_body(NotFound()) | {"exc_args": ["too_modern", {"why": "x"}]}

    refusal = refusal_of(error)

    assert type(refusal) is Refusal
    assert (refusal.code, refusal.details) == ("too_modern", {"why": "x"})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"exc_type": "MethodNotFound", "exc_path": "nameko.exceptions.MethodNotFound"}, UnknownMethod),
        ({"exc_type": "ValueError", "exc_path": "builtins.ValueError", "exc_args": ["x", {}]}, InternalError),
        ({}, InternalError),
    ],
)
def test_errors_of_strangers_are_refusals_too(error, kind):
    assert type(refusal_of(error)) is kind


def test_half_a_surrogate_pair_can_be_answered():
    assert encode({"field": "\ud800"}) == b'{"field":"\\ud800"}'


def test_the_age_of_an_event_is_that_of_its_id():
    assert 0 <= age(uuid7()) < 1
