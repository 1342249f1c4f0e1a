"""What time does, and what is told again."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.dossiers import DossiersRetold
from contracts.errors import NotFound
from services.dossiers import commands, queries
from tests.integration.dossiers.content import ELECTION, a_pdf
from tests.integration.dossiers.desk import Desk
from tests.integration.dossiers.test_files import files_kept
from tests.integration.dossiers.test_treatment import decide


def test_a_draft_that_nobody_touches_goes_after_ninety_days(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    desk.later(days=89)
    assert commands.remove_expired_drafts(desk.work(), now=desk.now) == 0
    hugo.rpc.get_dossier(dossier_id=draft.dossier_id)

    desk.later(days=1)

    # It is gone at once, whether or not the timer has come round.
    with pytest.raises(NotFound):
        hugo.rpc.get_dossier(dossier_id=draft.dossier_id)
    assert hugo.rpc.list_dossiers(bce_number=None, text="") == []
    assert commands.remove_expired_drafts(desk.work(), now=desk.now) == 1
    assert commands.remove_expired_drafts(desk.work(), now=desk.now) == 0


def test_a_draft_that_is_saved_lives_on(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    desk.later(days=60)
    hugo.rpc.save_draft(dossier_id=draft.dossier_id, answers={"election": "communal"}, command_id=uuid4())
    desk.later(days=60)

    assert commands.remove_expired_drafts(desk.work(), now=desk.now) == 0
    assert hugo.rpc.get_dossier(dossier_id=draft.dossier_id).expires_at == desk.now + timedelta(days=30)


def test_submitted_dossiers_never_expire(desk: Desk) -> None:
    desk.submitted(desk.visitor())
    desk.later(days=4000)

    assert commands.remove_expired_drafts(desk.work(), now=desk.now) == 0


def test_files_that_nothing_names_go_and_the_others_stay(desk: Desk) -> None:
    hugo = desk.visitor()
    kept, removed = desk.an_election_draft(hugo), desk.an_election_draft(hugo)
    unused = desk.upload(hugo, removed, a_pdf("unused"))
    hugo.rpc.remove_attachment(dossier_id=removed.dossier_id, attachment_id=unused.attachment_id, command_id=uuid4())
    before = set(files_kept(desk))
    assert commands.remove_unused_files(desk.work(), gateways=desk.runtime.gateways) == 0

    long_ago = time.time() - 2 * 86_400
    for path in before:
        os.utime(path, (long_ago, long_ago))

    assert commands.remove_unused_files(desk.work(), gateways=desk.runtime.gateways) == 1
    assert len(before - set(files_kept(desk))) == 1
    download = hugo.rpc.issue_download(dossier_id=kept.dossier_id, attachment_id=kept.attachments[0].attachment_id)
    assert desk.http("GET", download.url).status_code == 200


def test_current_states_are_told_again_as_they_are(desk: Desk) -> None:
    hugo, agent = desk.visitor(), desk.agent()
    desk.an_election_draft(hugo)
    told: dict[str, str] = {}
    told[str(desk.submitted(hugo).dossier_id)] = "dossier_submitted"
    told[str(desk.submitted(hugo, pieces="incomplete").dossier_id)] = "complement_requested"
    told[str(desk.claimed(agent, hugo).dossier_id)] = "dossier_claimed"
    told[str(decide(agent, desk.claimed(agent, hugo)).dossier_id)] = "dossier_decided"
    newest = {event.subject: event for event in desk.announced()}

    with desk.work() as work:
        *states, last = queries.states(work)

    assert last == DossiersRetold(epoch=1, version=1, occurred_at=last.occurred_at)
    assert {each.subject: each.type for each in states} == told
    assert {each.subject: each.version for each in states} == {
        subject: event.version for subject, event in newest.items()
    }
