"""Who asks for what is another's is answered as for what is not there, at every door: same code, same details."""

from __future__ import annotations

import inspect
from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import Delegation
from contracts.errors import Refusal
from contracts.identifiers import BceNumber

NOBODYS = BceNumber("1000000021")
REASON = {"reason": "Non."}

# Doors that take an id of somebody's: what else they take, with all of it right.
BY_ID: dict[str, dict[str, Any]] = {
    "withdraw_role_request": {"role_request_id": ...},
    "resend_role_request": {"role_request_id": ...},
    "accept_role_request": {"role_request_id": ..., "valid_until": None},
    "refuse_role_request": {"role_request_id": ..., **REASON},
    "withdraw_invitation": {"invitation_id": ...},
    "resend_invitation": {"invitation_id": ...},
    "accept_invitation": {"invitation_id": ..., "secret": None},
    "decline_invitation": {"invitation_id": ..., "secret": None},
    "revoke_mandate": {"mandate_id": ..., **REASON},
    "narrow_mandate": {"mandate_id": ..., "category": "taxes"},
    "renew_mandate": {"mandate_id": ..., "valid_until": None},
    "suspend_mandate": {"mandate_id": ..., **REASON},
    "resume_mandate": {"mandate_id": ...},
    "assign_person": {"enterprise_mandate_id": ..., "person_id": ...},
    "renew_enterprise_mandate": {"enterprise_mandate_id": ..., "valid_until": None},
    "confirm_enterprise_mandate": {"enterprise_mandate_id": ...},
    "suspend_enterprise_mandate": {"enterprise_mandate_id": ..., **REASON},
    "resume_enterprise_mandate": {"enterprise_mandate_id": ...},
    "end_enterprise_mandate": {"enterprise_mandate_id": ..., **REASON},
}
# Doors on the affairs of an enterprise.
BY_NUMBER: dict[str, dict[str, Any]] = {
    "list_role_requests": {"bce_number": ...},
    "list_invitations": {"bce_number": ...},
    "list_people_of": {"bce_number": ...},
    "list_enterprise_mandates": {"bce_number": ...},
    "list_to_confirm": {"bce_number": ...},
    "list_enterprise_mandates_to_confirm": {"bce_number": ...},
    "confirm_mandates": {"bce_number": ..., "mandate_ids": [...]},
    "invite_person": {"bce_number": ..., "role": "reader", "email": "elodie@example.org"},
    "revoke_mandates_of": {"bce_number": ..., "person_id": ..., **REASON},
    "mandate_enterprise": {"bce_number": ..., "office_bce_number": ..., "role": "reader"},
    "issue_decision": {"bce_number": ..., "permission": "dossier.read", "procedure": None},
}
# Doors on what is the asker's own.
OWN = {
    *("list_my_role_requests", "list_my_invitations", "list_my_enterprises", "list_my_mandates"),
    *("list_managed_alone", "export_person"),
}
# What the Crossroads Bank publishes, and what the roles are; to ask for a role of an enterprise is open to all.
PUBLIC = {"list_roles", "get_enterprise", "search_enterprises", "list_establishments", "request_role"}
# Whoever holds the secret may ask; a secret is 256 bits, and those who try are counted.
BY_SECRET = {"get_invitation"}
# By a service's statement, never by a person's.
FOR_SERVICES = {
    *("check", "check_many", "list_enterprises_of"),
    *("register_enterprise", "designate_access_manager", "withdraw_access_manager"),
}


def test_every_door_is_one_that_was_thought_of() -> None:
    thought_of = [*BY_ID, *BY_NUMBER, *OWN, *PUBLIC, *BY_SECRET, *FOR_SERVICES]

    assert sorted(thought_of) == sorted(
        name for name, _ in inspect.getmembers(Delegation, inspect.isfunction) if name[0] != "_"
    )


def answer(caller: Any, method: str, arguments: dict[str, Any]) -> tuple[Any, ...]:
    if "command_id" in inspect.signature(getattr(Delegation, method)).parameters:
        arguments = arguments | {"command_id": str(uuid4())}
    try:
        return ("answered", caller.call(method, **arguments))
    except Refusal as refusal:
        return (refusal.code, refusal.details)


@pytest.fixture
def of_others(station) -> dict[str, str]:
    """An enterprise with an access manager, a request, an invitation, a mandate and an office that acts for it."""
    office = station.an_enterprise_with_a_manager()
    enterprise = station.an_enterprise_with_a_manager()
    manager = station.manager
    ids = station.others_ids(enterprise)
    given = manager.rpc.mandate_enterprise(
        bce_number=enterprise, office_bce_number=office, role="reader", valid_until=None, command_id=uuid4()
    )
    of_office = {"enterprise_mandate_id": str(given.enterprise_mandate_id), "office_bce_number": office}
    return {"bce_number": enterprise, "person_id": str(manager.person_id), **of_office, **ids}


def filled(arguments: dict[str, Any], given: dict[str, str]) -> dict[str, Any]:
    listed = {"mandate_ids": [given["mandate_id"]]}
    return {name: (given | listed)[name] if value in (..., [...]) else value for name, value in arguments.items()}


NOTHINGS = {
    **{name: str(uuid4()) for name in ("role_request_id", "invitation_id", "mandate_id", "enterprise_mandate_id")},
    "person_id": str(uuid4()),
    "bce_number": NOBODYS,
    "office_bce_number": NOBODYS,
}


@pytest.fixture(params=["a stranger", "a manager elsewhere", "a reader there"])
def asker(request, station, of_others):
    somebody = station.a_person("Gilles")
    if request.param == "a manager elsewhere":
        station.designate(somebody, station.an_enterprise(), email=None)
    if request.param == "a reader there":
        manager = station.manager
        offered = manager.rpc.invite_person(
            bce_number=of_others["bce_number"],
            role="reader",
            email=None,
            person_id=somebody.person_id,
            valid_until=None,
            command_id=uuid4(),
        )
        somebody.rpc.accept_invitation(secret=None, invitation_id=offered.invitation_id, command_id=uuid4())
    return somebody


def test_what_is_anothers_is_answered_as_what_is_not_there_at_every_door(station, asker, of_others, request):
    reads_there = request.node.callspec.params["asker"] == "a reader there"
    for method, arguments in (BY_ID | BY_NUMBER).items():
        if method == "issue_decision" and reads_there:
            continue
        anothers, nothings = (answer(asker, method, filled(arguments, ids)) for ids in (of_others, NOTHINGS))
        assert anothers == nothings, method
        assert anothers[0] == "permission_missing" if method == "issue_decision" else anothers == ("not_found", {}), (
            method
        )


def test_what_is_ones_own_names_nobody_else(station, asker, of_others, request):
    # Her export says who acted on her, and under which mandate.
    acted = {"person_id", "mandate_id"} if request.node.callspec.params["asker"] == "a reader there" else set()
    for method in sorted(OWN):
        told = str(answer(asker, method, {}))
        assert told.startswith("('answered'"), method
        for name in {*NOTHINGS} - {"bce_number"} - (acted if method == "export_person" else set()):
            assert of_others[name] not in told, (method, name)


def test_a_search_and_a_look_at_the_register_name_nobody(station, asker, of_others):
    for method, arguments in {
        "get_enterprise": {"bce_number": of_others["bce_number"]},
        "search_enterprises": {"query": of_others["bce_number"]},
        "list_establishments": {"bce_number": of_others["bce_number"]},
        "list_roles": {},
    }.items():
        told = str(answer(asker, method, arguments))
        assert told.startswith("('answered'"), method
        assert of_others["person_id"] not in told


def test_the_access_manager_of_a_client_learns_nothing_of_the_offices_people(station, of_others):
    """Nor the other way: whom an office's could be assigned to, and who is there, is the office's affair."""
    manager, number = station.manager, of_others["office_bce_number"]
    for method, arguments in BY_NUMBER.items():
        if method == "issue_decision":
            continue
        theirs = filled(arguments, of_others | {"bce_number": number, "office_bce_number": of_others["bce_number"]})
        assert answer(manager, method, theirs) == answer(manager, method, filled(arguments, NOTHINGS)), method
    chain = {"enterprise_mandate_id": of_others["enterprise_mandate_id"]}
    for person_id in (str(uuid4()), of_others["person_id"]):
        assert answer(manager, "assign_person", chain | {"person_id": person_id}) == ("not_found", {})
