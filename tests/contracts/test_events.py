"""Events as they were once published: each version of each is read for ever, and events grow by addition only.

``events/<publisher>.<type>.v<n>.json``. An event that gets a field gets a new file beside the old ones.
"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from contracts import wire
from contracts.events import Event
from tests.structure.project import published_events

GOLDEN = sorted((Path(__file__).parent / "events").glob("*.json"))
EVENTS = {f"{event.publisher}.{event.type}": event for event in published_events()}


def _event_of(file: Path) -> type[Event]:
    return EVENTS[re.sub(r"\.v\d+$", "", file.stem)]


def test_every_event_was_written_down():
    assert {file.stem for file in GOLDEN} >= {f"{name}.v1" for name in EVENTS}


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_what_was_published_once_is_read_and_told_alike(file):
    body = json.loads(file.read_text())

    told = wire.dump(wire.load(_event_of(file), body))

    assert {name: told[name] for name in body} == body


@pytest.mark.parametrize("name", EVENTS)
def test_the_newest_version_has_every_field(name):
    versions = [file for file in GOLDEN if file.stem.rpartition(".v")[0] == name]
    newest = max(versions, key=lambda file: int(file.stem.rpartition(".v")[2]))

    assert set(json.loads(newest.read_text())) == {field.name for field in dataclasses.fields(EVENTS[name])}


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_a_field_of_tomorrow_is_ignored_today(file):
    body = json.loads(file.read_text())

    assert wire.load(_event_of(file), body | {"of_tomorrow": [1, {"a": None}]}) == wire.load(_event_of(file), body)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.stem)
def test_an_event_without_its_subject_is_no_event(file):
    body = json.loads(file.read_text())
    del body[_event_of(file).subject_id]

    with pytest.raises(ValueError, match="is missing"):
        wire.load(_event_of(file), body)
