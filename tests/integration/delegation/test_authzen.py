"""The check over HTTP, as AuthZEN has it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests

from services.delegation.authzen import EVALUATION, EVALUATIONS, LARGEST
from services.delegation.domain.checks import MOST_QUESTIONS


def ask(station, path: str, body: Any, *, scope: str | None = "delegation.check", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {station.service(scope)}"} if scope else {}
    return requests.post(station.process.url + path, json=body, headers=headers | more, timeout=10)


def question(person_id: Any, bce_number: str, permission: str = "dossier.submit", **properties: Any) -> dict[str, Any]:
    return {
        "subject": {"type": "person", "id": str(person_id)},
        "action": {"name": permission},
        "resource": {"type": "enterprise", "id": bce_number, "properties": properties},
    }


@pytest.fixture
def managed(station):
    """An enterprise, and its access manager."""
    enterprise = station.an_enterprise_with_a_manager()
    return enterprise, station.manager


def test_a_decision_names_the_mandate_and_a_refusal_what_is_missing(station, managed):
    enterprise, manager = managed

    yes = ask(station, EVALUATION, question(manager.person_id, enterprise), **{"X-Request-ID": "r-1"})
    no = ask(station, EVALUATION, question(uuid4(), enterprise))

    assert (yes.status_code, yes.json()["decision"], yes.headers["X-Request-ID"]) == (200, True, "r-1")
    checked = station.checker.check(person_id=manager.person_id, bce_number=enterprise, permission="dossier.submit")
    assert yes.json()["context"] == {"mandate_id": str(checked.mandate_id), "holds_until": None}
    assert (no.status_code, no.json()) == (
        200,
        {"decision": False, "context": {"reason_admin": {"en": "no mandate for this enterprise"}}},
    )


def test_several_are_evaluated_with_what_they_share_said_once(station, managed):
    enterprise, manager = managed
    shared = question(manager.person_id, enterprise)
    each = [{}, {"action": {"name": "mandate.manage"}}, {"subject": {"type": "person", "id": str(uuid4())}}]

    answer = ask(station, EVALUATIONS, shared | {"evaluations": each})

    assert [one["decision"] for one in answer.json()["evaluations"]] == [True, True, False]


def test_what_is_about_an_establishment_or_a_procedure_says_so(station, managed):
    enterprise, manager = managed

    there = ask(station, EVALUATION, question(manager.person_id, enterprise, establishment="2134567845"))
    taxes = ask(station, EVALUATION, question(manager.person_id, enterprise, procedure="taxes"))

    assert there.json()["context"]["reason_admin"]["en"] == "the enterprise has no such establishment"
    assert taxes.json()["decision"]


@pytest.mark.parametrize("scope", [None, "delegation.register"])
def test_nobody_asks_without_the_scope(station, managed, scope):
    enterprise, manager = managed

    for path in (EVALUATION, EVALUATIONS):
        answer = ask(station, path, question(manager.person_id, enterprise), scope=scope)
        assert answer.status_code == (401 if scope is None else 403)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers.get("WWW-Authenticate") == ("Bearer" if scope is None else None)
        assert "decision" not in answer.json()


def test_a_statement_of_a_person_is_none_of_a_service(station, managed):
    enterprise, manager = managed
    headers = {"Authorization": f"Bearer {station.actor(manager.person_id)}"}

    answer = requests.post(
        station.process.url + EVALUATION,
        json=question(manager.person_id, enterprise),
        headers=headers,
        timeout=10,
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"subject": {"type": "robot", "id": str(uuid4())}}, "subject"),
        ({"subject": {"type": "person", "id": "amelie"}}, "subject"),
        ({"resource": {"type": "enterprise", "id": "0403019262"}}, "resource"),
        ({"action": {}}, "action"),
        ({"action": None}, "action"),
    ],
)
def test_what_cannot_be_evaluated_is_told_with_its_field(station, managed, changed, field):
    enterprise, manager = managed

    answer = ask(station, EVALUATION, question(manager.person_id, enterprise) | changed)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


@pytest.mark.parametrize("more", [{}, {"evaluations": []}])
def test_what_lists_nothing_is_one_evaluation(station, managed, more):
    enterprise, manager = managed
    one = question(manager.person_id, enterprise)

    assert ask(station, EVALUATIONS, one | more).json() == ask(station, EVALUATION, one).json()


@pytest.mark.parametrize(
    ("semantic", "decisions"),
    [
        ("execute_all", [False, True, False, True]),
        ("deny_on_first_deny", [False]),
        ("permit_on_first_permit", [False, True]),
    ],
)
def test_the_answers_end_where_the_caller_says(station, managed, semantic, decisions):
    enterprise, manager = managed
    each = [question(uuid4(), enterprise), question(manager.person_id, enterprise)] * 2

    answer = ask(station, EVALUATIONS, {"evaluations": each, "options": {"evaluations_semantic": semantic}})

    assert [one["decision"] for one in answer.json()["evaluations"]] == decisions


def test_where_the_answers_should_end_is_said_in_the_words_of_the_api(station, managed):
    enterprise, manager = managed
    asked = {"evaluations": [question(manager.person_id, enterprise)], "options": {"evaluations_semantic": "any"}}

    answer = ask(station, EVALUATIONS, asked)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["options"])


@pytest.mark.parametrize("listed", ["x", [1], [{}] * (MOST_QUESTIONS + 1)])
def test_a_list_that_is_none_or_too_long_is_refused(station, managed, listed):
    enterprise, manager = managed

    answer = ask(station, EVALUATIONS, question(manager.person_id, enterprise) | {"evaluations": listed})

    assert answer.status_code == 400


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'{"subject": NaN}'])
def test_what_is_no_json_object_is_refused(station, body):
    headers = {"Authorization": f"Bearer {station.service('delegation.check')}"}

    answer = requests.post(station.process.url + EVALUATION, data=body, headers=headers, timeout=10)

    assert answer.status_code == 400


def test_what_is_too_large_is_not_read(station):
    headers = {"Authorization": f"Bearer {station.service('delegation.check')}"}

    answer = requests.post(station.process.url + EVALUATION, data=b" " * (LARGEST + 1), headers=headers, timeout=10)

    assert answer.status_code == 413
