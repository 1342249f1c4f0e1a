"""In the administration's hands."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from contracts.dossiers import AlreadyClaimed, ComplementNotOpen, NotADraft, WrongState
from contracts.errors import InvalidRequest
from services.dossiers.domain.acts import acts_open_to
from services.dossiers.domain.dossier import Dossier
from services.dossiers.domain.procedure import Complements
from tests.unit.dossiers.builders import (
    AMELIE,
    FABIENNE,
    GERARD,
    NOON,
    TODAY,
    a_draft,
    an_asker,
    an_attachment,
    an_id,
    brussels,
    by,
    by_agent,
    days,
    in_treatment,
    submitted,
)

DECISION = {"outcome": "granted", "motivation": "Les conditions sont remplies."}


def ask_complement(dossier: Dossier, *, due_in: int = 7) -> None:
    dossier.request_complement(
        complement_id=an_id(),
        elements=["Un plan"],
        message="Merci de l'ajouter.",
        due_on=TODAY + days(due_in),
        by=by_agent(),
        now=NOON,
    )


def test_claiming_begins_the_treatment() -> None:
    dossier = submitted()

    event = dossier.claim(by=by_agent(), now=NOON)

    assert (dossier.state, dossier.claimed_by) == ("in_treatment", FABIENNE)
    assert (event.claimed_by, event.version) == (FABIENNE, dossier.version)


def test_two_agents_do_not_treat_the_same_dossier() -> None:
    dossier = in_treatment()

    with pytest.raises(AlreadyClaimed):
        dossier.claim(by=by_agent(GERARD), now=NOON)
    with pytest.raises(AlreadyClaimed):
        dossier.decide(**DECISION, by=by_agent(GERARD), now=NOON)
    with pytest.raises(AlreadyClaimed):
        dossier.request_complement(
            complement_id=an_id(), elements=["x"], message="", due_on=TODAY + days(1), by=by_agent(GERARD), now=NOON
        )


def test_claiming_twice_is_no_second_claim() -> None:
    with pytest.raises(WrongState):
        in_treatment().claim(by=by_agent(), now=NOON)


@pytest.mark.parametrize("dossier", [a_draft(), submitted()])
def test_nothing_is_decided_before_it_is_claimed(dossier: Dossier) -> None:
    with pytest.raises(WrongState) as refusal:
        dossier.decide(**DECISION, by=by_agent(), now=NOON)

    assert refusal.value.details == {"state": dossier.state}


def test_a_decision_is_one_of_the_procedures_and_is_motivated() -> None:
    dossier = in_treatment()

    with pytest.raises(InvalidRequest):
        dossier.decide(outcome="perhaps", motivation="x", by=by_agent(), now=NOON)
    for nothing in ("", "\u200b"):
        with pytest.raises(InvalidRequest):
            dossier.decide(outcome="granted", motivation=nothing, by=by_agent(), now=NOON)


def test_a_decision_is_made_once() -> None:
    dossier = in_treatment()

    event = dossier.decide(**DECISION, by=by_agent(), now=NOON)

    assert (event.state, event.outcome) == ("decided", "granted")
    with pytest.raises(WrongState):
        dossier.decide(**DECISION, by=by_agent(), now=NOON)
    with pytest.raises(WrongState):
        ask_complement(dossier)


@pytest.mark.parametrize("due_in", [0, -1, 367])
def test_a_due_date_lies_after_today_and_within_a_year(due_in: int) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        ask_complement(in_treatment(), due_in=due_in)

    assert "due_on" in refusal.value.details["fields"]


def test_a_complement_is_due_at_the_end_of_its_day() -> None:
    dossier = in_treatment()

    ask_complement(dossier)

    assert dossier.complements[0].due_at == brussels("2024-10-22 23:59:59")
    assert dossier.must_act(NOON)


def test_nothing_is_decided_while_the_person_may_still_answer() -> None:
    dossier = in_treatment()
    ask_complement(dossier)

    with pytest.raises(WrongState):
        dossier.decide(**DECISION, by=by_agent(), now=brussels("2024-10-22 23:59:59"))

    dossier.decide(**DECISION, by=by_agent(), now=brussels("2024-10-23 00:00:00"))
    assert dossier.state == "decided"


def test_an_answer_closes_the_complement() -> None:
    dossier = in_treatment()
    ask_complement(dossier)
    (complement,) = dossier.complements

    event = dossier.answer_complement(complement.complement_id, answer="Le voici.", by=by(), now=NOON)

    assert complement.state(NOON) == "answered"
    assert event.complement_due_at is None
    assert not dossier.must_act(NOON)
    with pytest.raises(ComplementNotOpen):
        dossier.answer_complement(complement.complement_id, answer="Encore", by=by(), now=NOON)


def test_an_answer_holds_a_text_or_a_file() -> None:
    dossier = in_treatment()
    ask_complement(dossier)
    complement_id = dossier.complements[0].complement_id

    for nothing in ("", "\u200b"):
        with pytest.raises(InvalidRequest):
            dossier.answer_complement(complement_id, answer=nothing, by=by(), now=NOON)

    dossier.attach(an_attachment("complement", complement_id=complement_id), now=NOON)
    dossier.answer_complement(complement_id, answer="", by=by(), now=NOON)


def test_files_come_and_go_only_while_the_answer_is_prepared() -> None:
    dossier = in_treatment()
    ask_complement(dossier)
    complement_id = dossier.complements[0].complement_id
    file = an_attachment("complement", complement_id=complement_id)
    dossier.attach(file, now=NOON)
    dossier.answer_complement(complement_id, answer="", by=by(), now=NOON)

    with pytest.raises(ComplementNotOpen):
        dossier.attach(an_attachment("complement", complement_id=complement_id), now=NOON)
    with pytest.raises(ComplementNotOpen):
        dossier.remove_attachment(file.attachment_id, now=NOON)


def test_the_administration_sees_files_of_an_answer_once_it_is_given() -> None:
    dossier = in_treatment()
    ask_complement(dossier)
    complement_id = dossier.complements[0].complement_id
    dossier.attach(an_attachment("complement", complement_id=complement_id), now=NOON)

    def seen(*, user_side: bool) -> list[str]:
        return [each.heading for each in dossier.attachments_for(user_side=user_side)]

    assert seen(user_side=True) == ["declaration", "complement"]
    assert seen(user_side=False) == ["declaration"]
    dossier.answer_complement(complement_id, answer="", by=by(), now=NOON)
    assert seen(user_side=False) == ["declaration", "complement"]


def test_the_procedure_decides_whether_a_late_answer_is_taken() -> None:
    late = NOON + timedelta(days=30)
    dossier = in_treatment()
    ask_complement(dossier)
    complement_id = dossier.complements[0].complement_id
    lenient = dossier.definition
    dossier.definition = dataclasses.replace(lenient, complements=Complements(late_answers="refused"))

    with pytest.raises(ComplementNotOpen):
        dossier.answer_complement(complement_id, answer="En retard", by=by(), now=late)

    dossier.definition = lenient
    dossier.answer_complement(complement_id, answer="En retard", by=by(), now=late)


def test_who_was_too_late_for_one_request_still_answers_another() -> None:
    dossier = in_treatment()
    dossier.definition = dataclasses.replace(dossier.definition, complements=Complements(late_answers="refused"))
    ask_complement(dossier, due_in=2)
    ask_complement(dossier, due_in=9)
    _, second = dossier.complements

    assert "answer_complement" in acts_open_to(an_asker(AMELIE), dossier, NOON + days(5))
    assert dossier.must_act(NOON + days(5))
    dossier.answer_complement(second.complement_id, answer="Le voici.", by=by(), now=NOON + days(5))


def test_nobody_is_told_to_act_on_what_is_not_taken_any_more() -> None:
    dossier = in_treatment()
    dossier.definition = dataclasses.replace(dossier.definition, complements=Complements(late_answers="refused"))
    ask_complement(dossier, due_in=2)

    assert dossier.must_act(NOON + days(2))
    assert not dossier.must_act(NOON + days(5))


def test_a_complement_of_another_dossier_is_not_open_here() -> None:
    with pytest.raises(ComplementNotOpen):
        in_treatment().answer_complement(an_id(), answer="x", by=by(), now=NOON)


def test_each_verb_counts_the_version_and_leaves_a_step() -> None:
    dossier = a_draft()
    before = dossier.version
    dossier.save({"subject": "Bonjour"}, now=NOON)
    assert dossier.version == before + 1

    in_treatment(submitted(dossier)).decide(**DECISION, by=by_agent(), now=NOON)

    assert [(step.number, step.verb, step.by) for step in dossier.steps] == [
        (1, "started", "user"),
        (2, "validated", "user"),
        (3, "submitted", "user"),
        (4, "claimed", "administration"),
        (5, "decided", "administration"),
    ]
    assert dossier.steps[2].level == 500
    with pytest.raises(NotADraft):
        dossier.save({}, now=NOON)
