"""The eight days of CDLD art. L4146-20, and the four of the complement request."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from contracts.dossiers import LateFilingNotConfirmed, ProcedureClosed
from tests.unit.dossiers.builders import (
    NAMUR,
    an_election_draft,
    brussels,
    by,
    submitted,
    the_election,
    validated,
)

ANDENNE = dataclasses.replace(NAMUR, commune="Andenne", nis_code="92003")
BEFORE = brussels("2024-10-16 09:00:00")


@pytest.mark.parametrize(
    ("domicile", "last_second", "first_late"),
    [
        # The procès-verbal of 13 October: eight days, its own not counted.
        (ANDENNE, "2024-10-21 23:59:59.999999", "2024-10-22 00:00:00"),
        # That of 14 October.
        (NAMUR, "2024-10-22 23:59:59.999999", "2024-10-23 00:00:00"),
    ],
)
def test_the_term_ends_with_the_eighth_day_after_the_proces_verbal(
    domicile: object, last_second: str, first_late: str
) -> None:
    draft = an_election_draft(domicile=domicile, now=BEFORE)  # type: ignore[arg-type]

    assert not draft.is_late_at(brussels(last_second))
    assert draft.is_late_at(brussels(first_late))
    assert draft.definition.late_since(draft.form.known) == brussels(last_second).replace(microsecond=0)


def test_the_end_of_the_day_is_that_of_brussels_in_summer_and_in_winter() -> None:
    # Until 27 October 2024 Brussels is two hours ahead of UTC.
    late_since = the_election().late_since({})

    assert late_since == datetime.fromisoformat("2024-10-21T21:59:59+00:00")


@pytest.mark.parametrize(("district", "last_day"), [("Namur", 22), ("Dinant", 21)])
def test_the_date_of_the_proces_verbal_is_that_of_the_constituency(district: str, last_day: int) -> None:
    draft = an_election_draft(now=BEFORE, election="provincial", district=district)

    assert draft.definition.term is not None
    assert draft.definition.term.last_day(draft.form.known).day == last_day


def test_a_late_complaint_must_be_confirmed() -> None:
    late = brussels("2024-10-22 00:00:00")
    draft = validated(an_election_draft(domicile=ANDENNE, now=BEFORE), now=BEFORE)

    with pytest.raises(LateFilingNotConfirmed) as refusal:
        draft.submit(by=by(draft.person_id), reference="ME-2024-000001-00", late_confirmed=False, now=late)

    assert refusal.value.details == {"late_since": "2024-10-21T21:59:59+00:00"}
    assert draft.is_draft


def test_a_late_complaint_that_is_confirmed_is_marked_late() -> None:
    draft = an_election_draft(domicile=ANDENNE, now=BEFORE)

    dossier = submitted(draft, now=brussels("2024-10-22 00:00:00"), late_confirmed=True)

    assert dossier.is_late


def test_confirming_lateness_in_time_marks_nothing() -> None:
    dossier = submitted(an_election_draft(now=BEFORE), now=brussels("2024-10-22 23:59:59"), late_confirmed=True)

    assert not dossier.is_late


def test_nobody_files_once_the_procedure_has_closed() -> None:
    draft = validated(an_election_draft(now=BEFORE), now=BEFORE)
    submit = {"by": by(draft.person_id), "reference": "ME-2024-000001-00", "late_confirmed": True}

    with pytest.raises(ProcedureClosed):
        draft.submit(**submit, now=brussels("2025-01-01 00:00:00"))  # type: ignore[arg-type]

    draft.submit(**submit, now=brussels("2024-12-31 23:59:59"))  # type: ignore[arg-type]


def test_another_procedure_may_refuse_late_filings() -> None:
    draft = validated(an_election_draft(now=BEFORE), now=BEFORE)
    assert draft.definition.term is not None
    draft.definition = dataclasses.replace(
        draft.definition, term=dataclasses.replace(draft.definition.term, late="refuse")
    )

    with pytest.raises(ProcedureClosed):
        draft.submit(by=by(draft.person_id), reference="x", late_confirmed=True, now=brussels("2024-10-23 00:00:00"))


def test_missing_pieces_open_a_complement_request_for_four_days() -> None:
    dossier = submitted(an_election_draft(now=BEFORE, pieces="incomplete"), now=brussels("2024-10-16 10:30:00"))

    (complement,) = dossier.complements
    assert complement.due_at == brussels("2024-10-20 23:59:59")
    assert complement.state(brussels("2024-10-20 23:59:59.5")) == "open"
    assert complement.state(brussels("2024-10-21 00:00:00")) == "overdue"
    assert dossier.must_act(brussels("2024-10-20 23:59:59.5"))
    assert [(step.verb, step.by) for step in dossier.steps][-2:] == [
        ("submitted", "user"),
        ("complement_requested", "system"),
    ]


def test_four_days_are_counted_in_brussels() -> None:
    # 22:30 UTC is past midnight there.
    at = datetime.fromisoformat("2024-10-16T22:30:00+00:00")

    dossier = submitted(an_election_draft(now=BEFORE, pieces="incomplete"), now=at)

    assert dossier.complements[0].due_at == brussels("2024-10-21 23:59:59")


def test_complete_pieces_open_nothing() -> None:
    assert submitted(an_election_draft(now=BEFORE), now=BEFORE).complements == []
