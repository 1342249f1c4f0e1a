"""Tickets: what they open, how long, how often, and for whom."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.delegation import MandateRevoked
from contracts.dossiers import DossierView, NotADraft, TicketInvalid
from contracts.errors import CommandIdReused, NotFound
from tests.integration.dossiers.content import a_grant, a_pdf
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.test_files import names


def test_a_ticket_opens_for_a_while(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    ticket = desk.begin(hugo, draft, content)
    desk.now = ticket.expires_at - timedelta(seconds=1)
    assert desk.http("PUT", ticket.url, content).status_code == 204

    desk.now = ticket.expires_at
    with pytest.raises(TicketInvalid):
        desk.http("PUT", ticket.url, content)


def test_a_download_ticket_opens_once_and_for_a_while(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    attachment_id = desk.upload(hugo, draft).attachment_id
    first = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=attachment_id)
    desk.http("GET", first.url)
    with pytest.raises(TicketInvalid):
        desk.http("GET", first.url)

    second = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=attachment_id)
    desk.now = second.expires_at
    with pytest.raises(TicketInvalid):
        desk.http("GET", second.url)


def test_a_ticket_opens_nothing_else(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content = a_pdf()
    upload = desk.begin(hugo, draft, content)
    for verb, url in (("GET", upload.url), ("PUT", "/files/guessed"), ("GET", "/files/guessed")):
        with pytest.raises(TicketInvalid):
            desk.http(verb, url, content)

    desk.http("PUT", upload.url, content)
    download = hugo.rpc.issue_download(dossier_id=draft.dossier_id, attachment_id=upload.attachment_id)
    with pytest.raises(TicketInvalid):
        desk.http("PUT", download.url, content)


def test_the_secret_of_a_ticket_rests_nowhere(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    ticket = desk.begin(hugo, draft, a_pdf())

    assert ticket.url.rpartition("/")[2] not in desk.at_rest("commands", "tickets", "uploads")


def test_a_repeated_command_gets_a_ticket_for_the_same_file(desk: Desk, hugo: Visitor, draft: DossierView) -> None:
    content, command_id = a_pdf(), uuid4()

    first = desk.begin(hugo, draft, content, command_id=command_id)
    again = desk.begin(hugo, draft, content, command_id=command_id)

    assert again.attachment_id == first.attachment_id
    desk.http("PUT", again.url, content)
    assert desk.http("PUT", first.url, content).status_code == 204
    assert len(names(hugo, draft)) == 1
    with pytest.raises(CommandIdReused):
        desk.begin(hugo, draft, a_pdf("other"), command_id=command_id)


def test_a_ticket_of_who_lost_his_mandate_opens_nothing(desk: Desk) -> None:
    amelie = desk.visitor()
    granted = desk.grant(amelie)
    draft = desk.a_grant_draft(amelie)
    content = a_pdf("late")
    ticket = desk.begin(amelie, draft, content, heading="quote")
    desk.hear(
        a_grant(amelie.person_id, kind=MandateRevoked, mandate_id=granted.mandate_id, version=2, revoked_at=desk.now)
    )

    with pytest.raises(NotFound):
        desk.http("PUT", ticket.url, content)


def test_a_ticket_opens_nothing_once_the_dossier_is_submitted(desk: Desk, hugo: Visitor) -> None:
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    content = a_pdf("late")
    ticket = desk.begin(hugo, draft, content)
    desk.submit(hugo.rpc, draft)

    with pytest.raises(NotADraft):
        desk.http("PUT", ticket.url, content)
