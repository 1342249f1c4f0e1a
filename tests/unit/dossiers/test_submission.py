"""The moment a draft becomes a dossier."""

from __future__ import annotations

import dataclasses
import re

import pytest

from contracts.dossiers import DossierSubmitted
from contracts.errors import LevelTooLow
from services.dossiers.domain.reference import reference_of
from tests.unit.dossiers.builders import (
    HUGO,
    NOON,
    a_draft,
    a_field,
    a_procedure,
    an_election_draft,
    by,
    is_,
    submitted,
    validated,
)


def test_the_event_says_what_the_dossier_is_now() -> None:
    draft = validated(an_election_draft())

    event = draft.submit(by=by(HUGO), reference="ME-2024-000001-00", late_confirmed=False, now=NOON)

    assert isinstance(event, DossierSubmitted)
    assert (event.subject, event.version) == (str(draft.dossier_id), draft.version)
    assert (event.state, event.reference, event.person_id) == ("submitted", "ME-2024-000001-00", HUGO)
    assert event.content_digest == draft.content_digest
    assert event.actor.level == 450
    assert event.complement_due_at is None


def test_the_complement_opened_at_submission_is_told_after_it() -> None:
    draft = validated(an_election_draft(pieces="incomplete"))
    first = draft.submit(by=by(HUGO), reference="ME-2024-000001-00", late_confirmed=False, now=NOON)

    second = draft.open_complement_at_submission(complement_id=draft.dossier_id, now=NOON)

    assert second is not None
    assert second.version == first.version + 1
    assert second.complement_due_at == draft.complements[0].due_at


def test_submitting_needs_the_level_of_the_procedure() -> None:
    draft = validated(an_election_draft())

    with pytest.raises(LevelTooLow):
        draft.submit(by=by(HUGO, level=100), reference="x", late_confirmed=False, now=NOON)


def test_submitting_may_need_a_higher_level_than_beginning() -> None:
    draft = validated(an_election_draft())
    draft.definition = dataclasses.replace(draft.definition, submission_level=400)

    with pytest.raises(LevelTooLow) as refusal:
        draft.submit(by=by(HUGO, level=350), reference="x", late_confirmed=False, now=NOON)
    assert refusal.value.details == {"required": 400, "held": 350}
    draft.submit(by=by(HUGO, level=400), reference="x", late_confirmed=False, now=NOON)


def test_the_digest_covers_answers_and_files() -> None:
    first, second, third = an_election_draft(), an_election_draft(), an_election_draft(electoral_list="Liste 4")
    second.attachments[0].sha256 = "cd" * 32

    digests = {submitted(each).content_digest for each in (first, second, third)}

    assert len(digests) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", digest or "") for digest in digests)


def test_the_digest_of_the_same_content_is_the_same() -> None:
    assert submitted(an_election_draft()).content_digest == submitted(an_election_draft()).content_digest


def test_only_what_applies_is_filed() -> None:
    draft = a_draft(a_procedure(a_field("a"), a_field("b", when=is_("a", "x"))))
    draft.save({"a": "y", "b": "left from before"}, now=NOON)

    assert submitted(draft).answers == {"a": "y"}


def test_a_reference_number_can_be_checked_by_its_last_digits() -> None:
    reference = reference_of(year=2024, number=123)

    assert reference == "ME-2024-000123-34"
    year, number, check = reference.removeprefix("ME-").split("-")
    assert (int(year + number) + int(check)) % 97 == 0
