"""Agents treat, people answer."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from structlog.testing import capture_logs

from contracts.dossiers import AlreadyClaimed, ComplementNotOpen, DossierView, WrongState
from contracts.errors import InvalidRequest, NotFound
from services.dossiers import commands
from services.dossiers.storage import DossiersWork
from tests.integration.dossiers.content import ELECTION, TAX, a_pdf
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.test_submission import at_once
from tests.unit.dossiers.builders import an_agent, brussels


def ask_complement(agent: Visitor, dossier: DossierView, *, due_on: date = date(2024, 10, 20)) -> DossierView:
    return agent.rpc.request_complement(
        dossier_id=dossier.dossier_id,
        elements=["Un plan", "Une photo"],
        message="Merci de les ajouter.",
        due_on=due_on,
        command_id=uuid4(),
    )


def decide(agent: Visitor, dossier: DossierView, *, outcome: str = "founded") -> DossierView:
    return agent.rpc.decide_dossier(
        dossier_id=dossier.dossier_id, outcome=outcome, motivation="Les faits sont établis.", command_id=uuid4()
    )


def test_the_queue_shows_the_longest_waiting_first(desk: Desk) -> None:
    agent, hugo = desk.agent(), desk.visitor()
    first = desk.submitted(hugo)
    desk.later(minutes=1)
    second = desk.submitted(hugo)
    desk.an_election_draft(hugo)

    assert [each.dossier_id for each in agent.rpc.list_queue(procedure=None)] == [first.dossier_id, second.dossier_id]
    assert len(agent.rpc.list_queue(procedure=ELECTION)) == 2
    assert agent.rpc.list_queue(procedure=TAX) == []


def test_the_log_names_the_command_and_only_what_was_stored(desk: Desk) -> None:
    agent, dossier = desk.agent(), desk.submitted(desk.visitor())

    def claim(work: DossiersWork) -> None:
        asker = an_agent(agent.person_id)
        commands.claim_dossier(work, dossier_id=dossier.dossier_id, asker=asker, now=desk.now)

    with capture_logs() as lines, pytest.raises(ZeroDivisionError), desk.work() as work:
        claim(work)
        1 / 0  # noqa: B018
    assert "claim_dossier" not in [line["event"] for line in lines]

    with capture_logs() as lines:
        claim(desk.work())
    (told,) = [line for line in lines if line["event"] == "claim_dossier"]
    assert told["dossier_id"] == str(dossier.dossier_id)


def test_what_is_decided_leaves_the_queue(desk: Desk) -> None:
    agent, hugo = desk.agent(), desk.visitor()

    decide(agent, desk.claimed(agent, hugo))

    assert agent.rpc.list_queue(procedure=None) == []


def test_from_the_claim_to_the_decision(desk: Desk) -> None:
    agent, hugo = desk.agent(), desk.visitor()
    dossier = desk.claimed(agent, hugo)
    assert (dossier.state, dossier.claimed_by) == ("in_treatment", agent.person_id)
    assert dossier.may == ["request_complement", "decide"]

    asked = ask_complement(agent, dossier)
    assert asked.may == ["request_complement"]
    (complement,) = asked.complements
    assert complement.due_at == brussels("2024-10-20 23:59:59")
    shown = hugo.rpc.get_dossier(dossier_id=dossier.dossier_id)
    assert shown.may == ["answer_complement"]
    assert shown.complements[0].elements == ["Un plan", "Une photo"]

    desk.upload(
        hugo, dossier, a_pdf("Plan"), heading="complement", complement_id=complement.complement_id, file_name="plan.pdf"
    )
    assert "plan.pdf" not in [
        each.file_name for each in agent.rpc.get_dossier(dossier_id=dossier.dossier_id).attachments
    ]
    answered = hugo.rpc.answer_complement(
        dossier_id=dossier.dossier_id,
        complement_id=complement.complement_id,
        answer="Voici le plan.",
        command_id=uuid4(),
    )
    assert (answered.complements[0].state, answered.complements[0].answer) == ("answered", "Voici le plan.")
    assert "plan.pdf" in [each.file_name for each in agent.rpc.get_dossier(dossier_id=dossier.dossier_id).attachments]

    decided = decide(agent, dossier)
    assert (decided.state, decided.outcome, decided.motivation) == ("decided", "founded", "Les faits sont établis.")
    assert [event.type for event in desk.announced()] == [
        "dossier_submitted",
        "dossier_claimed",
        "complement_requested",
        "complement_answered",
        "dossier_decided",
    ]
    versions = [event.version for event in desk.announced()]
    assert versions == sorted(set(versions))
    assert [step.verb for step in hugo.rpc.get_dossier(dossier_id=dossier.dossier_id).history] == [
        "started",
        "validated",
        "submitted",
        "claimed",
        "complement_requested",
        "complement_answered",
        "decided",
    ]


def test_of_agents_who_claim_at_once_one_wins(desk: Desk) -> None:
    dossier = desk.submitted(desk.visitor())
    agents = [desk.agent() for _ in range(5)]

    ended = at_once(
        *[
            lambda agent=agent: agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())
            for agent in agents
        ]
    )

    assert ended == {"ok": 1, "already_claimed": 4}


def test_a_decision_made_twice_at_once_is_made_once(desk: Desk) -> None:
    agent = desk.agent()
    dossier = desk.claimed(agent, desk.visitor())

    ended = at_once(lambda: decide(agent, dossier), lambda: decide(agent, dossier, outcome="unfounded"))

    assert ended == {"ok": 1, "wrong_state": 1}
    assert [event.type for event in desk.announced()].count("dossier_decided") == 1


def test_another_agent_does_not_decide_what_is_claimed(desk: Desk) -> None:
    agent, other = desk.agent(), desk.agent()
    dossier = desk.claimed(agent, desk.visitor())

    assert other.rpc.get_dossier(dossier_id=dossier.dossier_id).may == []
    for act in (decide, ask_complement):
        with pytest.raises(AlreadyClaimed):
            act(other, dossier)


def test_each_act_has_its_state(desk: Desk) -> None:
    agent = desk.agent()
    dossier = desk.submitted(desk.visitor())
    for act in (decide, ask_complement):
        with pytest.raises(WrongState) as refusal:
            act(agent, dossier)
        assert refusal.value.details["state"] == "submitted"

    agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())
    with pytest.raises(WrongState):
        agent.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4())
    decide(agent, dossier)

    for act in (decide, ask_complement):
        with pytest.raises(WrongState) as refusal:
            act(agent, dossier)
        assert refusal.value.details["state"] == "decided"


def test_wrong_requests_of_agents_name_the_field(desk: Desk) -> None:
    agent = desk.agent()
    dossier = desk.claimed(agent, desk.visitor())
    ask: dict[str, Any] = {"dossier_id": dossier.dossier_id, "message": "", "command_id": uuid4()}

    def field_of(act: object) -> set[str]:
        with pytest.raises(InvalidRequest) as refusal:
            act()  # type: ignore[operator]
        return set(refusal.value.details["fields"])

    today = date(2024, 10, 15)
    later = date(2024, 10, 20)
    assert field_of(lambda: ask_complement(agent, dossier, due_on=today)) == {"due_on"}
    assert field_of(lambda: agent.rpc.request_complement(**ask, elements=[], due_on=later)) == {"elements"}
    assert field_of(lambda: agent.rpc.request_complement(**ask, elements=["a", "\u200b"], due_on=later)) == {
        "elements.1"
    }
    assert field_of(lambda: decide(agent, dossier, outcome="perhaps")) == {"outcome"}
    decision: dict[str, Any] = {"dossier_id": dossier.dossier_id, "outcome": "founded", "command_id": uuid4()}
    assert field_of(lambda: agent.rpc.decide_dossier(**decision, motivation="\u200b")) == {"motivation"}


def test_nothing_is_decided_while_the_person_may_answer(desk: Desk) -> None:
    agent = desk.agent()
    dossier = desk.claimed(agent, desk.visitor(), pieces="incomplete")
    assert dossier.may == ["request_complement"]
    with pytest.raises(WrongState):
        decide(agent, dossier)

    desk.now = brussels("2024-10-20 00:00:00")

    assert agent.rpc.get_dossier(dossier_id=dossier.dossier_id).complements[0].state == "overdue"
    assert decide(agent, dossier).state == "decided"


def test_an_answer_after_the_due_date_is_taken_until_the_decision(desk: Desk) -> None:
    agent, hugo = desk.agent(), desk.visitor()
    dossier = desk.claimed(agent, hugo, pieces="incomplete")
    answer: dict[str, Any] = {
        "dossier_id": dossier.dossier_id,
        "complement_id": dossier.complements[0].complement_id,
        "answer": "En retard.",
    }
    desk.now = brussels("2024-10-21 00:00:00")

    hugo.rpc.answer_complement(**answer, command_id=uuid4())

    with pytest.raises(ComplementNotOpen):
        hugo.rpc.answer_complement(**answer, command_id=uuid4())


def test_after_the_decision_nothing_is_answered(desk: Desk) -> None:
    agent, hugo = desk.agent(), desk.visitor()
    dossier = desk.claimed(agent, hugo, pieces="incomplete")
    complement_id = dossier.complements[0].complement_id
    desk.now = brussels("2024-10-21 00:00:00")
    decide(agent, dossier)

    assert hugo.rpc.get_dossier(dossier_id=dossier.dossier_id).may == []
    with pytest.raises(ComplementNotOpen):
        hugo.rpc.answer_complement(
            dossier_id=dossier.dossier_id, complement_id=complement_id, answer="Trop tard", command_id=uuid4()
        )
    with pytest.raises(ComplementNotOpen):
        desk.upload(hugo, dossier, heading="complement", complement_id=complement_id)


def test_an_answer_without_text_or_file_is_no_answer(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = desk.submitted(hugo, pieces="incomplete")

    with pytest.raises(InvalidRequest) as refusal:
        hugo.rpc.answer_complement(
            dossier_id=dossier.dossier_id,
            complement_id=dossier.complements[0].complement_id,
            answer="  ",
            command_id=uuid4(),
        )

    assert "answer" in refusal.value.details["fields"]


def test_to_who_is_no_agent_the_queue_does_not_exist(desk: Desk) -> None:
    hugo = desk.visitor()
    dossier = desk.submitted(hugo)

    for act in (
        lambda: hugo.rpc.list_queue(procedure=None),
        lambda: hugo.rpc.claim_dossier(dossier_id=dossier.dossier_id, command_id=uuid4()),
        lambda: ask_complement(hugo, dossier),
        lambda: decide(hugo, dossier),
    ):
        with pytest.raises(NotFound):
            act()
