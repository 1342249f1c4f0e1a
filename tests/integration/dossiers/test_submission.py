"""Submitting: one dossier, one reference, one receipt, however often it is asked."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from contracts.dossiers import (
    AnswersInvalid,
    LateFilingNotConfirmed,
    NotADraft,
    NotValidated,
    ProcedureClosed,
)
from contracts.errors import LevelTooLow, NotFound, PermissionMissing, Refusal, StatementMissing
from tests.integration.dossiers.content import ELECTION
from tests.integration.dossiers.desk import Desk
from tests.unit.dossiers.builders import ATELIERS, COMMUNAL, OTHER_ENTERPRISE, brussels


def at_once(*acts: Callable[[], object]) -> Counter[str]:
    """How the acts ended when all began together: ``ok`` or the code of a refusal."""
    ready, ended = threading.Barrier(len(acts)), Counter[str]()

    def run(act: Callable[[], object]) -> None:
        ready.wait()
        try:
            act()
        except Refusal as refusal:
            ended[refusal.code] += 1
        else:
            ended["ok"] += 1

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_a_submitted_dossier_has_a_reference_a_time_and_a_digest(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    assert draft.may == ["edit", "validate", "submit"]

    dossier = desk.submit(hugo.rpc, draft)

    assert dossier.state == "submitted"
    assert re.fullmatch(r"ME-2024-\d{6}-\d{2}", dossier.reference or "")
    assert dossier.submitted_at == desk.now
    assert re.fullmatch("[0-9a-f]{64}", dossier.content_digest or "")
    assert dossier.expires_at is None
    assert dossier.may == []
    assert [each.heading for each in dossier.attachments] == ["claim", "declaration"]
    (event,) = desk.announced()
    assert (event.type, event.subject) == ("dossier_submitted", str(dossier.dossier_id))
    assert event.body["reference"] == dossier.reference
    assert event.body["content_digest"] == dossier.content_digest
    assert event.body["actor"]["person_id"] == str(hugo.person_id)
    assert event.body["actor"]["level"] == 450
    assert "Dubois" not in str(event.body)


def test_a_repeated_command_gets_the_first_answer(desk: Desk) -> None:
    hugo, command_id = desk.visitor(), uuid4()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    submit: dict[str, Any] = {"dossier_id": draft.dossier_id, "late_confirmed": False, "command_id": command_id}

    first = hugo.rpc.submit_dossier(**submit)
    again = hugo.rpc.submit_dossier(**submit)

    assert again == first
    assert len(desk.announced()) == 1


def test_two_presses_at_once_make_one_dossier(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))

    ended = at_once(*[lambda: desk.submit(hugo.rpc, draft)] * 6)

    assert ended == {"ok": 1, "not_a_draft": 5}
    assert [event.type for event in desk.announced()] == ["dossier_submitted"]


def test_the_same_command_at_once_gets_the_same_answer(desk: Desk) -> None:
    hugo, command_id = desk.visitor(), uuid4()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    submit: dict[str, Any] = {"dossier_id": draft.dossier_id, "late_confirmed": False, "command_id": command_id}

    ended = at_once(*[lambda: hugo.rpc.submit_dossier(**submit)] * 4)

    assert ended == {"ok": 4}
    assert len(desk.announced()) == 1


def test_no_two_dossiers_have_the_same_reference(desk: Desk) -> None:
    hugo = desk.visitor()
    drafts = [desk.validated(hugo, desk.an_election_draft(hugo)) for _ in range(4)]

    ended = at_once(*[lambda draft=draft: desk.submit(hugo.rpc, draft) for draft in drafts])

    assert ended == {"ok": 4}
    assert len({each.reference for each in hugo.rpc.list_dossiers(bce_number=None, text="")}) == 4


def test_what_was_changed_must_be_validated_again(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.an_election_draft(hugo)
    with pytest.raises(NotValidated):
        desk.submit(hugo.rpc, draft)

    desk.validated(hugo, draft)
    hugo.rpc.save_draft(dossier_id=draft.dossier_id, answers={"electoral_list": "Liste 7"}, command_id=uuid4())

    with pytest.raises(NotValidated):
        desk.submit(hugo.rpc, draft)


def test_a_file_that_may_come_after_the_declaration_must_be_there_in_the_end(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())
    hugo.rpc.save_draft(dossier_id=draft.dossier_id, answers=COMMUNAL, command_id=uuid4())
    desk.validated(hugo, draft)
    with pytest.raises(AnswersInvalid) as refusal:
        desk.submit(hugo.rpc, draft)
    assert refusal.value.details["fields"] == {"claim": ["required"]}

    desk.upload(hugo, draft)

    assert desk.submit(hugo.rpc, draft).state == "submitted"


def test_a_late_complaint_is_confirmed_and_marked(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    desk.now = brussels("2024-10-23 00:00:00")
    assert hugo.rpc.get_dossier(dossier_id=draft.dossier_id).late
    with pytest.raises(LateFilingNotConfirmed) as refusal:
        desk.submit(hugo.rpc, draft)
    assert refusal.value.details == {"late_since": "2024-10-22T21:59:59+00:00"}

    dossier = desk.submit(hugo.rpc, draft, late_confirmed=True)

    assert dossier.is_late
    assert desk.announced()[0].body["is_late"] is True


def test_the_last_second_of_the_term_is_in_time(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    desk.now = brussels("2024-10-22 23:59:59")

    assert not desk.submit(hugo.rpc, draft).is_late


def test_nothing_is_submitted_once_the_procedure_has_closed(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))
    desk.now = brussels("2025-01-01 00:00:00")

    with pytest.raises(ProcedureClosed):
        desk.submit(hugo.rpc, draft, late_confirmed=True)


def test_missing_pieces_open_a_complement_request_at_submission(desk: Desk) -> None:
    hugo = desk.visitor()

    dossier = desk.submitted(hugo, pieces="incomplete")

    (complement,) = dossier.complements
    assert complement.due_at == brussels("2024-10-19 23:59:59")
    assert (complement.state, dossier.may) == ("open", ["answer_complement"])
    assert [(step.verb, step.by) for step in dossier.history][-2:] == [
        ("submitted", "user"),
        ("complement_requested", "system"),
    ]
    told = desk.announced()
    assert [event.type for event in told] == ["dossier_submitted", "complement_requested"]
    assert told[1].version == told[0].version + 1
    assert told[1].body["complement_due_at"] == "2024-10-19T21:59:59+00:00"
    (summary,) = hugo.rpc.list_dossiers(bce_number=None, text="")
    assert summary.must_act


def test_for_an_enterprise_delegation_must_vouch_at_this_very_moment(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    with pytest.raises(StatementMissing):
        desk.submit(amelie.rpc, draft)
    with pytest.raises(PermissionMissing):
        desk.submit(amelie.deciding(permission="dossier.draft"), draft)
    with pytest.raises(PermissionMissing):
        desk.submit(amelie.deciding(bce_number=OTHER_ENTERPRISE), draft)

    dossier = desk.submit(amelie.deciding(), draft)
    assert dossier.bce_number == ATELIERS
    assert desk.announced()[0].body["actor"]["mandate_id"] is not None


def test_a_decision_suffices_though_the_grant_was_not_heard_yet(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    assert desk.submit(desk.visitor().deciding(), draft).state == "submitted"


def test_a_reader_sees_and_cannot_submit(desk: Desk) -> None:
    amelie, david = desk.holder(), desk.holder("dossier.read")
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    seen = david.rpc.get_dossier(dossier_id=draft.dossier_id)

    assert seen.may == []
    with pytest.raises(StatementMissing):
        desk.submit(david.rpc, draft)
    with pytest.raises(PermissionMissing):
        desk.submit(david.deciding(permission="dossier.read"), draft)
    with pytest.raises(PermissionMissing):
        david.rpc.save_draft(dossier_id=draft.dossier_id, answers={"kind": "other"}, command_id=uuid4())
    with pytest.raises(PermissionMissing):
        desk.validated(david, draft)
    with pytest.raises(PermissionMissing):
        desk.upload(david, draft, heading="quote")


def test_a_decision_does_not_open_a_dossier_in_somebodys_own_name(desk: Desk) -> None:
    hugo = desk.visitor()
    draft = desk.validated(hugo, desk.an_election_draft(hugo))

    with pytest.raises(NotFound):
        desk.submit(desk.visitor().deciding(), draft)


def test_the_level_of_the_procedure_is_asked_again_when_submitting(desk: Desk) -> None:
    amelie = desk.holder()
    draft = desk.validated(amelie, desk.a_grant_draft(amelie))

    weak = desk.visitor(level=200)
    desk.grant(weak)

    with pytest.raises(LevelTooLow):
        desk.submit(weak.deciding(), draft)


def test_a_submitted_dossier_is_no_draft_any_more(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = desk.submitted(hugo)
    claim = dossier.attachments[0].attachment_id

    for act in (
        lambda: hugo.rpc.save_draft(dossier_id=dossier.dossier_id, answers={}, command_id=uuid4()),
        lambda: desk.validated(hugo, dossier),
        lambda: desk.submit(hugo.rpc, dossier),
        lambda: desk.begin(hugo, dossier, b"%PDF-1.4"),
        lambda: hugo.rpc.remove_attachment(dossier_id=dossier.dossier_id, attachment_id=claim, command_id=uuid4()),
    ):
        with pytest.raises(NotADraft):
            act()
