"""Drafts: started, saved, given files, validated."""

from __future__ import annotations

import dataclasses
from uuid import uuid4

import pytest

from contracts.dossiers import AnswersInvalid, FileRefused, NotADraft, NotValidated, ProcedureClosed, WrongAudience
from contracts.errors import InvalidRequest, LevelTooLow, NotFound, Unavailable
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.parts import By
from services.dossiers.domain.prefill import Enterprise
from tests.unit.dossiers.builders import (
    AMELIE,
    AT_MONS,
    ATELIERS,
    NAMUR,
    NOON,
    a_choice,
    a_draft,
    a_field,
    a_person,
    a_procedure,
    an_attachment,
    an_election_draft,
    an_id,
    brussels,
    by,
    days,
    is_,
    submitted,
    text,
    the_election,
    the_grant,
    validated,
)

CLAIM = {"heading": "claim", "label": text("Réclamation"), "required": True}


def a_draft_with_files() -> Dossier:
    draft = a_draft(
        a_procedure(attachments=[CLAIM, {"heading": "other", "label": text("Autres"), "step": "submission"}])
    )
    draft.save({"subject": "Bonjour"}, now=NOON)
    return draft


def test_locked_fields_come_from_the_sign_in() -> None:
    draft = a_draft(the_grant(), bce_number=ATELIERS)

    assert draft.locked == {
        "surname": "Dubois",
        "given_name": "Amélie",
        "domicile": "Rue de l'Ange 12, 5000 Namur",
        "bce_number": "0403.019.261",
        "enterprise_name": "Ateliers du Hainaut",
    }


def test_a_locked_field_that_nothing_fills_keeps_the_draft_from_starting() -> None:
    with pytest.raises(Unavailable) as refusal:
        a_draft(the_election(), person=a_person(domicile=None))

    assert refusal.value.details["part"] == "national_register"


def test_a_field_locked_when_known_is_asked_when_it_is_not() -> None:
    draft = a_draft(the_grant(), person=a_person(domicile=None), bce_number=ATELIERS)

    assert "domicile" not in draft.locked
    assert draft.save({"domicile": "Rue Haute 1, Paris"}, now=NOON) == {}


def test_a_form_may_be_prefilled_with_the_number_of_the_establishment_that_it_is_for() -> None:
    field = a_field("unit", prefill="enterprise.establishment_number", locked="when_known")
    procedure = a_procedure(field, audiences=["professional"])

    assert a_draft(procedure, bce_number=ATELIERS, establishment_number=AT_MONS).locked == {"unit": "2.134.567.845"}
    assert a_draft(procedure, bce_number=ATELIERS).locked == {}


def test_a_prefilled_field_that_is_not_locked_may_be_changed() -> None:
    draft = a_draft(a_procedure(a_field("commune", prefill="person.domicile.commune")))

    assert draft.answers == {"commune": "Namur"}
    assert draft.save({"commune": "Andenne"}, now=NOON) == {}
    assert draft.answers == {"commune": "Andenne"}


@pytest.mark.parametrize(("slug", "bce_number"), [("grant", None), ("election", ATELIERS)])
def test_a_procedure_is_for_its_audience(slug: str, bce_number: object) -> None:
    definition = the_grant() if slug == "grant" else the_election()

    with pytest.raises(WrongAudience):
        a_draft(definition, bce_number=bce_number)


@pytest.mark.parametrize("moment", ["2024-09-30 23:59:59", "2025-01-01 00:00:00"])
def test_no_draft_starts_while_the_procedure_is_closed(moment: str) -> None:
    with pytest.raises(ProcedureClosed):
        a_draft(the_election(), now=brussels(moment))


def test_starting_needs_the_level_of_the_procedure() -> None:
    with pytest.raises(LevelTooLow) as refusal:
        Dossier.start(
            the_grant(),
            dossier_id=an_id(),
            by=By(person_id=AMELIE, level=200),
            person=a_person(),
            enterprise=Enterprise(bce_number=ATELIERS, name="Ateliers"),
            now=NOON,
        )

    assert refusal.value.details == {"required": 350, "held": 200}


def test_a_draft_expires_ninety_days_after_it_was_last_touched() -> None:
    draft = a_draft()
    draft.save({"subject": "Bonjour"}, now=NOON + days(10))

    assert not draft.is_gone(NOON + days(99))
    assert draft.is_gone(NOON + days(100))
    assert not submitted(draft, now=NOON + days(11)).is_gone(NOON + days(1000))


def test_validating_needs_every_required_answer_and_file() -> None:
    draft = a_draft(a_procedure(a_field(required=True), attachments=[CLAIM]))

    with pytest.raises(AnswersInvalid) as refusal:
        validated(draft)

    assert refusal.value.details["fields"] == {"subject": ["required"], "claim": ["required"]}


def test_a_file_that_may_come_later_is_asked_only_when_submitting() -> None:
    draft = a_draft(the_election())
    draft.save(an_election_draft().answers, now=NOON)

    validated(draft)

    with pytest.raises(AnswersInvalid) as refusal:
        submitted(draft)
    assert refusal.value.details["fields"] == {"claim": ["required"]}


def test_a_changed_answer_takes_the_declaration_away() -> None:
    draft = validated(an_election_draft())
    assert draft.declaration_id is not None

    draft.save({"electoral_list": "Liste 4"}, now=NOON)

    assert draft.declaration_id is None
    assert [each.heading for each in draft.attachments] == ["claim"]
    with pytest.raises(NotValidated):
        draft.submit(by=by(draft.person_id), reference="x", late_confirmed=True, now=NOON)


def test_saving_the_same_answers_again_leaves_the_declaration() -> None:
    draft = validated(an_election_draft())

    draft.save({"electoral_list": "Liste 3"}, now=NOON)

    assert draft.declaration_id is not None


def test_a_changed_file_of_the_form_takes_the_declaration_away() -> None:
    draft = a_draft_with_files()
    claim = an_attachment("claim")
    draft.attach(claim, now=NOON)
    validated(draft)

    draft.attach(an_attachment("other"), now=NOON)
    assert draft.declaration_id is not None
    draft.remove_attachment(claim.attachment_id, now=NOON)
    assert draft.declaration_id is None


def test_validating_again_replaces_the_declaration() -> None:
    draft = validated(an_election_draft())
    first = draft.declaration_id

    validated(draft)

    assert draft.declaration_id not in (None, first)
    assert [each.heading for each in draft.attachments].count("declaration") == 1


@pytest.mark.parametrize(
    ("room", "reason"),
    [
        ({"size": 10_000_001}, "too_large"),
        ({"size": 0}, "empty"),
    ],
)
def test_a_file_must_fit_its_heading(room: dict[str, int], reason: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        a_draft_with_files().require_room(heading="claim", complement_id=None, now=NOON, **room)

    assert refusal.value.details["reason"] == reason


def test_a_heading_takes_so_many_files_and_no_more() -> None:
    draft = a_draft(a_procedure(attachments=[CLAIM | {"max_files": 1}]))
    draft.attach(an_attachment("claim"), now=NOON)

    with pytest.raises(FileRefused) as refusal:
        draft.attach(an_attachment("claim"), now=NOON)

    assert refusal.value.details["reason"] == "too_many"


@pytest.mark.parametrize("heading", ["elsewhere", "declaration", "complement"])
def test_no_file_comes_under_a_heading_that_the_form_does_not_ask(heading: str) -> None:
    with pytest.raises(InvalidRequest):
        a_draft_with_files().require_room(heading=heading, complement_id=None, size=1, now=NOON)


def test_a_file_under_a_heading_that_no_longer_applies_is_not_filed() -> None:
    kind = a_field("kind", type="choice", choices=[a_choice("a"), a_choice("b")])
    heading = {"heading": "proof", "label": text("Preuve"), "when": is_("kind", "a")}
    draft = a_draft(a_procedure(kind, attachments=[heading]))
    draft.save({"kind": "a"}, now=NOON)
    draft.attach(an_attachment("proof"), now=NOON)
    draft.save({"kind": "b"}, now=NOON)

    assert [each.heading for each in submitted(draft).attachments] == ["declaration"]


def test_nobody_takes_the_declaration_away_or_what_is_not_there() -> None:
    draft = validated(an_election_draft())

    for attachment_id in (draft.declaration_id, uuid4()):
        assert attachment_id is not None
        with pytest.raises(NotFound):
            draft.remove_attachment(attachment_id, now=NOON)


def test_what_was_submitted_is_not_changed_any_more() -> None:
    dossier = submitted(an_election_draft())
    claim = next(each for each in dossier.attachments if each.heading == "claim")

    for change in (
        lambda: dossier.save({"electoral_list": "Liste 1"}, now=NOON),
        lambda: dossier.attach(an_attachment("claim"), now=NOON),
        lambda: dossier.remove_attachment(claim.attachment_id, now=NOON),
        lambda: validated(dossier),
        lambda: submitted(dossier),
    ):
        with pytest.raises(NotADraft):
            change()


def test_a_draft_stays_on_the_version_it_began_on() -> None:
    draft = a_draft(dataclasses.replace(a_procedure(), version=3))

    assert (draft.procedure, draft.procedure_version) == ("demande", 3)


def test_the_domicile_of_a_draft_is_that_of_its_start() -> None:
    draft = an_election_draft(domicile=dataclasses.replace(NAMUR, commune="Andenne"))

    assert draft.form.known["commune"] == "Andenne"
