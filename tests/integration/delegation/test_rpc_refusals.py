"""What the running service refuses, each with its own error."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.delegation import NoAccessManager
from contracts.errors import (
    InvalidRequest,
    ScopeMissing,
    StatementExpired,
    StatementForeign,
    StatementInvalid,
    StatementMissing,
    TooManyAttempts,
    UnknownMethod,
)
from services.delegation import limits

NOBODYS = str(uuid4())
A_QUESTION = {"person_id": NOBODYS, "bce_number": "0403019261", "permission": "dossier.read"}


@pytest.mark.parametrize(
    ("method", "arguments", "field"),
    [
        ("get_enterprise", {"bce_number": "0403019262"}, "bce_number"),
        ("get_enterprise", {}, "bce_number"),
        ("list_roles", {"language": "fr"}, "language"),
        ("request_role", {"bce_number": "0403019261", "role": "boss", "command_id": NOBODYS}, "role"),
        ("request_role", {"bce_number": "0403019261", "role": "reader", "command_id": "1"}, "command_id"),
        ("accept_role_request", {"role_request_id": "1", "command_id": NOBODYS}, "role_request_id"),
        ("refuse_role_request", {"role_request_id": NOBODYS, "command_id": NOBODYS}, "reason"),
        ("invite_person", {"bce_number": "0403019261", "role": "reader", "command_id": NOBODYS}, "email"),
        ("accept_invitation", {"command_id": NOBODYS}, "secret"),
        ("confirm_mandates", {"bce_number": "0403019261", "mandate_ids": [], "command_id": NOBODYS}, "mandate_ids"),
        ("issue_decision", {"bce_number": "0403019261", "permission": "dossier.eat"}, "permission"),
        ("check_many", {"questions": [A_QUESTION, A_QUESTION | {"bce_number": "1"}]}, "questions.1.bce_number"),
        ("check_many", {"questions": [A_QUESTION] * 101}, "questions"),
        ("list_enterprises_of", {"person_id": NOBODYS, "permission": "dossier.eat"}, "permission"),
    ],
)
def test_wrong_input_names_the_field(station, method, arguments, field):
    with pytest.raises(InvalidRequest) as refusal:
        station.a_person("Amélie").call(method, **arguments)

    assert list(refusal.value.details["fields"]) == [field]
    assert refusal.value.details["fields"][field]


def test_a_last_day_in_the_past_names_the_field(station):
    enterprise = station.an_enterprise_with_a_manager()

    with pytest.raises(InvalidRequest) as refusal:
        station.manager.call(
            "invite_person",
            bce_number=enterprise,
            role="reader",
            email="elodie@example.org",
            valid_until="2020-01-01",
            command_id=str(uuid4()),
        )

    assert list(refusal.value.details["fields"]) == ["valid_until"]


def test_an_unknown_method_is_its_own_error(station):
    with pytest.raises(UnknownMethod):
        station.a_person("Amélie").call("grant_me_everything")


def test_every_kind_of_missing_trust_has_its_own_error(station):
    person, call = station.a_person("Amélie"), station.call
    old = datetime.now(UTC) - timedelta(minutes=10)

    for context, error in (
        ({}, StatementMissing),
        ({"actor": "not a statement"}, StatementInvalid),
        ({"actor": station.actor(person.person_id, now=old)}, StatementExpired),
        ({"actor": station.actor(person.person_id, signed_by="delegation")}, StatementInvalid),
        ({"actor": station.person(person.person_id, "Amélie")}, StatementForeign),
        ({"service": station.service("delegation.check")}, StatementMissing),
    ):
        with pytest.raises(error) as refusal:
            call("list_my_enterprises", {}, context)
        assert type(refusal.value) is error


def test_the_name_of_the_requester_must_be_vouched_for(station):
    enterprise, person = station.an_enterprise_with_a_manager(), station.a_person("Amélie")
    ask = {"bce_number": enterprise, "role": "reader", "message": "", "command_id": str(uuid4())}
    anothers = station.person(uuid4(), "Gilles")

    for statements in ({}, {"person": anothers}):
        with pytest.raises(StatementMissing) as refusal:
            station.call("request_role", ask, {"actor": station.actor(person.person_id), **statements})
        assert refusal.value.details == {"kind": "person"}


@pytest.mark.parametrize(
    "method",
    [
        "check",
        "check_many",
        "list_enterprises_of",
        "register_enterprise",
        "designate_access_manager",
        "withdraw_access_manager",
    ],
)
def test_what_is_for_services_needs_their_scope(station, method):
    arguments = {
        "check": A_QUESTION,
        "check_many": {"questions": [A_QUESTION]},
        "list_enterprises_of": {"person_id": NOBODYS},
        "register_enterprise": {"bce_number": "0403019261", "name": "A", "state": "active", "command_id": NOBODYS},
        "designate_access_manager": {
            "bce_number": "0403019261",
            "person_id": NOBODYS,
            "email": None,
            "language": "fr",
            "command_id": NOBODYS,
        },
        "withdraw_access_manager": {"bce_number": "0403019261", "person_id": NOBODYS, "command_id": NOBODYS},
    }[method]

    with pytest.raises(ScopeMissing):
        station.call(method, arguments, {"service": station.service("identity.refer")})
    with pytest.raises(StatementMissing):
        station.call(method, arguments, {"actor": station.actor(uuid4())})


def test_nobody_asks_for_too_many_roles(station):
    somebody = station.a_person("Amélie")
    ask = {"bce_number": station.an_enterprise(), "role": "reader", "message": ""}

    for _ in range(limits.ROLE_REQUESTS.most):
        with pytest.raises(NoAccessManager):
            somebody.rpc.request_role(**ask, command_id=uuid4())
    with pytest.raises(TooManyAttempts):
        somebody.rpc.request_role(**ask, command_id=uuid4())
