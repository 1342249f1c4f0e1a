"""An account is deleted: drafts go, dossiers stay and come back with the person; who looked at them is known."""

from __future__ import annotations

from datetime import datetime

from contracts.identity import PersonErased
from services.dossiers import reactions
from tests.integration.dossiers.desk import Desk, Visitor


def erase(desk: Desk, who: Visitor, *, occurred_at: datetime | None = None) -> None:
    event = PersonErased(
        person_id=who.person_id, language="fr", sealed=None, version=1, occurred_at=occurred_at or desk.now
    )
    with desk.work() as work:
        reactions.remove_drafts_of(work, event)


def test_drafts_go_and_what_was_submitted_stays(desk: Desk) -> None:
    hugo, other = desk.visitor(), desk.visitor()
    submitted = desk.submitted(hugo)
    desk.an_election_draft(hugo)
    kept = desk.an_election_draft(other)
    desk.later(minutes=1)

    erase(desk, hugo)

    left = hugo.rpc.list_dossiers(bce_number=None, text="")
    assert [dossier.dossier_id for dossier in left] == [submitted.dossier_id]
    assert [dossier.dossier_id for dossier in other.rpc.list_dossiers(bce_number=None, text="")] == [kept.dossier_id]


def test_a_draft_begun_after_coming_back_stays(desk: Desk) -> None:
    hugo = desk.visitor()
    before = desk.now
    desk.later(days=1)
    desk.an_election_draft(hugo)

    erase(desk, hugo, occurred_at=before)

    assert len(hugo.rpc.list_dossiers(bce_number=None, text="")) == 1


def test_the_person_sees_which_agents_looked(desk: Desk) -> None:
    hugo, agent = desk.visitor(), desk.agent()
    submitted = desk.submitted(hugo)
    hugo.rpc.get_dossier(dossier_id=submitted.dossier_id)
    agent.rpc.get_dossier(dossier_id=submitted.dossier_id)

    export = hugo.rpc.export_person()

    looks = [act for act in export.acts if act["action"] == "looked_at_dossier"]
    assert [(look["actor"], look["subject"]) for look in looks] == [
        (str(agent.person_id), f"dossier:{submitted.dossier_id}")
    ]
    assert [dossier["reference"] for dossier in export.holds["dossiers"]] == [submitted.reference]
