"""Drafts over their doors."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import uuid4

import pypdf
import pytest

from chassis.audit import Operator
from contracts.dossiers import AnswersInvalid, ProcedureClosed, ProcedureUnknown, WrongAudience
from contracts.errors import InvalidRequest, LevelTooLow, StatementMissing, Unavailable
from services.dossiers.publish import publish
from services.dossiers.publish.publishing import SHIPPED
from tests.integration.dossiers.content import ELECTION, GRANT, GRANT_ANSWERS, TAX, a_pdf
from tests.integration.dossiers.desk import Desk
from tests.unit.dossiers.builders import ATELIERS, COMMUNAL, brussels


def test_a_citizen_starts_a_draft_with_her_own_locked_fields(desk: Desk) -> None:
    hugo = desk.visitor()

    dossier = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())

    assert (dossier.state, dossier.reference, dossier.bce_number) == ("draft", None, None)
    assert (dossier.procedure, dossier.procedure_version) == (ELECTION, 1)
    assert dossier.answers["commune"] == "Namur"
    assert dossier.may == ["edit", "validate"]
    assert dossier.late_since == brussels("2024-10-21 23:59:59")
    assert not dossier.late
    assert [step.verb for step in dossier.history] == ["started"]


def test_a_contributor_starts_a_draft_for_the_enterprise(desk: Desk) -> None:
    amelie = desk.holder()

    dossier = amelie.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())

    assert dossier.bce_number == ATELIERS
    assert dossier.answers["enterprise_name"] == "Ateliers du Hainaut"
    assert dossier.answers["bce_number"] == "0403.019.261"


def test_the_same_command_starts_one_draft(desk: Desk) -> None:
    hugo, command_id = desk.visitor(), uuid4()

    first = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=command_id)
    again = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=command_id)

    assert again == first
    assert len(hugo.rpc.list_dossiers(bce_number=None, text="")) == 1


def test_a_draft_does_not_start_where_it_must_not(desk: Desk) -> None:
    start = desk.visitor().rpc.start_draft

    with pytest.raises(ProcedureUnknown):
        start(procedure="permis", bce_number=None, command_id=uuid4())
    with pytest.raises(WrongAudience):
        start(procedure=GRANT, bce_number=None, command_id=uuid4())
    with pytest.raises(WrongAudience):
        desk.holder().rpc.start_draft(procedure=ELECTION, bce_number=ATELIERS, command_id=uuid4())
    with pytest.raises(LevelTooLow):
        desk.visitor(level=100).rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    with pytest.raises(Unavailable):
        desk.visitor(domicile=None).rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    desk.now = brussels("2025-01-01 00:00:00")
    with pytest.raises(ProcedureClosed):
        desk.visitor().rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())


def test_a_draft_does_not_start_without_who_vouches(desk: Desk) -> None:
    with pytest.raises(StatementMissing):
        desk.doors().start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    with pytest.raises(StatementMissing):
        desk.catalogue().start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())


def test_what_was_typed_is_kept_right_or_wrong(desk: Desk) -> None:
    amelie = desk.holder()
    dossier = amelie.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())

    saved = amelie.rpc.save_draft(
        dossier_id=dossier.dossier_id,
        answers={"amount": "12", "kind": "equipment", "surname": "Autre", "intruder": "x", "contact_email": ""},
        command_id=uuid4(),
    )

    assert saved.errors == {
        "amount": ["too_small"],
        "surname": ["locked"],
        "intruder": ["unknown_field"],
        "contact_email": ["required"],
    }
    answers = amelie.rpc.get_dossier(dossier_id=dossier.dossier_id).answers
    assert (answers["amount"], answers["kind"], answers["surname"]) == ("12", "equipment", "Dubois")
    assert "intruder" not in answers


def test_any_text_can_be_saved(desk: Desk) -> None:
    amelie = desk.holder()
    dossier = amelie.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())
    wild = "zéro \x00 demi \ud800 émoji 😀 '; DROP TABLE dossiers; --"

    amelie.rpc.save_draft(dossier_id=dossier.dossier_id, answers={"description": wild}, command_id=uuid4())

    answers = amelie.rpc.get_dossier(dossier_id=dossier.dossier_id).answers
    assert answers["description"] == "zéro  demi ? émoji 😀 '; DROP TABLE dossiers; --"


def test_too_much_is_refused(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())

    with pytest.raises(InvalidRequest):
        hugo.rpc.save_draft(dossier_id=dossier.dossier_id, answers={"x": "y" * 200_000}, command_id=uuid4())


def test_a_colleague_who_may_draft_goes_on_with_it(desk: Desk) -> None:
    amelie, colleague = desk.holder(), desk.holder("dossier.read", "dossier.draft")
    dossier = amelie.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())

    saved = colleague.rpc.save_draft(dossier_id=dossier.dossier_id, answers=GRANT_ANSWERS, command_id=uuid4())

    assert saved.errors == {}
    assert amelie.rpc.get_dossier(dossier_id=dossier.dossier_id).answers["amount"] == "12500.00"


def test_validating_tells_all_that_is_missing(desk: Desk) -> None:
    amelie = desk.holder()
    dossier = amelie.rpc.start_draft(procedure=GRANT, bce_number=ATELIERS, command_id=uuid4())

    with pytest.raises(AnswersInvalid) as refusal:
        desk.validated(amelie, dossier)

    assert refusal.value.details["fields"] == {
        name: ["required"]
        for name in ("contact_email", "kind", "description", "amount", "starts_on", "sworn_true", "quote")
    }


def test_validating_makes_a_declaration_that_can_be_read(desk: Desk) -> None:
    amelie = desk.holder()

    dossier = desk.validated(amelie, desk.a_grant_draft(amelie))

    assert dossier.declaration_id is not None
    declaration = next(each for each in dossier.attachments if each.heading == "declaration")
    assert (declaration.attachment_id, declaration.media_type) == (dossier.declaration_id, "application/pdf")
    ticket = amelie.rpc.issue_download(dossier_id=dossier.dossier_id, attachment_id=dossier.declaration_id)
    reader = pypdf.PdfReader(io.BytesIO(desk.http("GET", ticket.url).get_data()))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Amélie Dubois" in text
    assert "Ateliers du Hainaut (0403.019.261)" in text
    assert "Une presse." in text


def test_validating_again_after_a_change_is_possible(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = desk.validated(hugo, desk.an_election_draft(hugo))
    hugo.rpc.save_draft(dossier_id=dossier.dossier_id, answers={"electoral_list": "Liste 5"}, command_id=uuid4())
    assert hugo.rpc.get_dossier(dossier_id=dossier.dossier_id).declaration_id is None

    again = desk.validated(hugo, dossier)

    assert [each.heading for each in again.attachments].count("declaration") == 1


def test_a_draft_stays_on_its_version_when_a_newer_one_is_published(desk: Desk, tmp_path: Path) -> None:
    hugo = desk.visitor()
    old = desk.an_election_draft(hugo)
    newer = (SHIPPED / f"{ELECTION}.yaml").read_text().replace("name: pieces", "name: all_pieces")
    newer = newer.replace("when: {pieces:", "when: {all_pieces:")
    (tmp_path / f"{ELECTION}.yaml").write_text(newer)
    publish(desk.runtime.engine, tmp_path, by=Operator(signer=desk.runtime.trail_signer, now=desk.now))

    assert hugo.rpc.get_dossier(dossier_id=old.dossier_id).procedure_version == 1
    assert desk.submit(hugo.rpc, desk.validated(hugo, old)).state == "submitted"
    new = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    assert new.procedure_version == 2
    saved = hugo.rpc.save_draft(dossier_id=new.dossier_id, answers=COMMUNAL, command_id=uuid4())
    assert saved.errors == {"pieces": ["unknown_field"]}


def test_ones_own_dossiers_are_found_with_few_words(desk: Desk) -> None:
    hugo = desk.visitor()
    election = desk.submitted(hugo)
    tax = hugo.rpc.start_draft(procedure=TAX, bce_number=None, command_id=uuid4())

    def found(text: str) -> set[object]:
        return {each.dossier_id for each in hugo.rpc.list_dossiers(bce_number=None, text=text)}

    assert found("") == {election.dossier_id, tax.dossier_id}
    assert found("immo") == {tax.dossier_id}
    assert found("élection") == {election.dossier_id}
    assert election.reference is not None
    assert found(election.reference) == {election.dossier_id}
    assert found("zzz") == set()


def test_the_list_shows_what_changed_last_first(desk: Desk) -> None:
    hugo = desk.visitor()
    first = hugo.rpc.start_draft(procedure=TAX, bce_number=None, command_id=uuid4())
    desk.later(minutes=1)
    second = hugo.rpc.start_draft(procedure=TAX, bce_number=None, command_id=uuid4())
    assert [each.dossier_id for each in hugo.rpc.list_dossiers(bce_number=None, text="")] == [
        second.dossier_id,
        first.dossier_id,
    ]

    desk.later(minutes=1)
    hugo.rpc.save_draft(dossier_id=first.dossier_id, answers={"roll_article": "1234567890"}, command_id=uuid4())

    assert hugo.rpc.list_dossiers(bce_number=None, text="")[0].dossier_id == first.dossier_id


def test_a_file_is_needed_before_a_procedure_that_asks_for_it_is_validated(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = hugo.rpc.start_draft(procedure=TAX, bce_number=None, command_id=uuid4())
    answers = {"roll_article": "1234567890", "sent_on": "2024-10-01", "reasons": "Erreur.", "sworn_true": True}
    hugo.rpc.save_draft(dossier_id=dossier.dossier_id, answers=answers, command_id=uuid4())
    with pytest.raises(AnswersInvalid) as refusal:
        desk.validated(hugo, dossier)
    assert refusal.value.details["fields"] == {"notice": ["required"]}

    desk.upload(hugo, dossier, a_pdf("Avis"), heading="notice")

    assert desk.validated(hugo, dossier).declaration_id is not None
