"""What is done with a dossier is in the audit trail with whose it is, and under which mandate it was done."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from chassis.audit import OPERATOR
from chassis.tables import audit_acts
from services.dossiers import commands
from tests.integration.dossiers.content import ELECTION
from tests.integration.dossiers.desk import Desk
from tests.integration.dossiers.test_erasure import erase
from tests.integration.dossiers.test_names import a_name
from tests.unit.dossiers.builders import ATELIERS


def acts(desk: Desk) -> list[dict[str, Any]]:
    """The oldest first; without the operator's, who published the procedures."""
    with desk.work() as work:
        told = work.execute(sa.select(audit_acts.c.content).order_by(audit_acts.c.act_id)).scalars()
        return [act for act in told if act.get("service") != OPERATOR]


def test_each_act_says_of_what_for_whom_and_under_which_mandate(desk: Desk) -> None:
    amelie = desk.visitor()
    mandate = desk.grant(amelie)
    dossier = desk.a_grant_draft(amelie)
    (attachment,) = dossier.attachments
    about, file = f"dossier:{dossier.dossier_id}", f"attachment:{attachment.attachment_id}"

    desk.validated(amelie, dossier)
    amelie.rpc.remove_attachment(
        dossier_id=dossier.dossier_id, attachment_id=attachment.attachment_id, command_id=uuid4()
    )

    told = acts(desk)
    assert [(act["action"], act["subject"]) for act in told] == [
        ("start_draft", about),
        ("save_draft", about),
        ("begin_upload", file),
        ("add_file", file),
        ("validate_draft", about),
        ("remove_attachment", file),
    ]
    her, under = str(amelie.person_id), str(mandate.mandate_id)
    for act in told:
        assert (act["actor"], act["party"], act["enterprise"], act["mandate"]) == (her, her, ATELIERS, under)
        # A file comes over HTTP, without her statement.
        assert act.get("level") == (None if act["action"] == "add_file" else 450)


def test_what_a_colleague_does_concerns_whose_dossier_it_is(desk: Desk) -> None:
    amelie, bruno = desk.holder(), desk.visitor()
    mandate = desk.grant(bruno)
    dossier = desk.a_grant_draft(amelie)

    bruno.rpc.save_draft(dossier_id=dossier.dossier_id, answers={}, command_id=uuid4())

    last = acts(desk)[-1]
    assert (last["actor"], last["mandate"]) == (str(bruno.person_id), str(mandate.mandate_id))
    assert last["party"] == str(amelie.person_id)


def test_drafts_that_the_service_removes_are_acts_of_its_own(desk: Desk) -> None:
    hugo, other = desk.visitor(), desk.visitor()
    drafts = [who.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4()) for who in (hugo, other)]

    erase(desk, hugo)
    desk.later(days=91)
    commands.remove_expired_drafts(desk.work(), now=desk.now)

    removals = [
        (act["action"], act["subject"], act["party"], act["service"]) for act in acts(desk) if "actor" not in act
    ]
    assert removals == [
        ("remove_draft_of_erased", f"dossier:{drafts[0].dossier_id}", str(hugo.person_id), "dossiers"),
        ("remove_expired_draft", f"dossier:{drafts[1].dossier_id}", str(other.person_id), "dossiers"),
    ]


def test_a_draft_that_takes_the_new_name_of_its_enterprise_is_an_act_of_the_service(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    desk.hear(a_name("Ateliers Réunis"))
    desk.hear(a_name("Ateliers Réunis", version=3))

    (told,) = [act for act in acts(desk) if "actor" not in act]
    assert (told["action"], told["service"]) == ("follow_enterprise", "dossiers")
    assert (told["subject"], told["party"], told["enterprise"]) == (
        f"dossier:{draft.dossier_id}",
        str(amelie.person_id),
        ATELIERS,
    )


def test_in_her_own_name_there_is_no_mandate(desk: Desk) -> None:
    desk.an_election_draft(desk.visitor())

    assert all(not {"mandate", "enterprise"} & set(act) for act in acts(desk))
