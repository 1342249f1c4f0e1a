"""What a person reads in the portal."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from chassis import audit
from contracts.delegation import RoleGranted
from contracts.dossiers import DossierSubmitted
from contracts.errors import NotFound
from services.notifications import commands, queries, views
from tests.unit.notifications.builders import APPLICANT, ATELIERS, DOSSIER, NOON, SECOND_MANAGER, an_event


def test_her_messages_are_listed_the_newest_first(station):
    station.hear(an_event(RoleGranted, occurred_at=NOON))
    station.hear(an_event(DossierSubmitted, occurred_at=NOON + timedelta(minutes=1)))

    newest, oldest = map(views.message, queries.list_messages(station.work(), person_id=APPLICANT))

    assert (oldest.kind, oldest.bce_number, oldest.is_read) == ("role_granted", ATELIERS, False)
    assert newest.link == f"/dossiers/{DOSSIER}"
    assert newest.facts["reference"] == "ME-2024-000042"
    assert newest.facts["title_nl"] == "Subsidieaanvraag"


def test_a_citizens_message_names_no_enterprise(station):
    station.hear(an_event(DossierSubmitted, bce_number=None))

    (message,) = map(views.message, queries.list_messages(station.work(), person_id=APPLICANT))

    assert message.bce_number is None


def test_a_stranger_sees_nothing(station):
    station.hear(an_event(RoleGranted))

    assert queries.list_messages(station.work(), person_id=SECOND_MANAGER) == []


def test_a_message_that_was_read_stays_read(station):
    station.hear(an_event(RoleGranted))
    (message,) = station.messages()

    for later in (1, 2):
        commands.mark_read(
            station.work(),
            message_id=message.message_id,
            person_id=APPLICANT,
            now=NOON + timedelta(minutes=later),
        )

    assert [message.read_at for message in station.messages()] == [NOON + timedelta(minutes=1)]
    with station.work() as work:
        told, _ = audit.list_acts(work, party=APPLICANT)
    assert {(act["action"], act["subject"]) for act in told} == {("mark_read", f"message:{message.message_id}")}


def test_another_persons_message_is_not_found(station):
    station.hear(an_event(RoleGranted))
    (message,) = station.messages()

    for message_id in (message.message_id, uuid4()):
        with pytest.raises(NotFound):
            commands.mark_read(station.work(), message_id=message_id, person_id=SECOND_MANAGER, now=NOON)

    assert station.messages()[0].read_at is None
