"""What is heard is announced by somebody, and who hears it is written in the contracts."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

from tests.structure.project import ROOT, SERVICES, WITH_CONTRACT, heard_by, published_events

WITH_INBOX = tuple(name for name in SERVICES if name in WITH_CONTRACT)
EVENTS = published_events()


@pytest.mark.parametrize("name", WITH_INBOX)
def test_a_service_hears_what_the_contracts_say_that_it_hears(name):
    meant_for_it = {event for event in EVENTS if name in event.listeners}

    assert {event.__name__ for event in heard_by(name)} == {event.__name__ for event in meant_for_it}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_listeners_are_services_with_an_inbox(event):
    assert set(event.listeners) <= set(WITH_INBOX)
    assert len(set(event.listeners)) == len(event.listeners)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_is_announced_by_its_publisher(event):
    rooms = (ROOT / "services" / event.publisher).rglob("*.py")

    # Its doors name what it hears, not what it announces.
    assert any(event.__name__ in _names_used(room) for room in rooms if room.name != "service.py")


@functools.cache
def _names_used(source: Path) -> set[str]:
    """An import alone is no use."""
    return {node.id for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_is_named_alike_in_code_and_on_the_wire(event):
    words = "".join(word.capitalize() for word in event.type.split("_"))

    assert event.__name__ == words
    assert event.subject_id in event.__dataclass_fields__


def test_no_two_events_have_one_name():
    assert len({(event.publisher, event.type) for event in EVENTS}) == len(EVENTS)
