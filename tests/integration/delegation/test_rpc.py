"""The service as its own process on RabbitMQ, called as the portal and other services call it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from chassis.statements import Decision, Verifier
from contracts.delegation import AlreadyDecided, CheckQuestion, InvitationInvalid, NoAccessManager
from contracts.errors import (
    CommandIdReused,
    PermissionMissing,
    StatementExpired,
)
from contracts.identity import EmailConfirmed
from tests.integration.delegation.turns import at_once


def test_from_the_designation_to_the_decision(station):
    enterprise, manager, applicant = station.an_enterprise_with_a_manager(), station.manager, station.a_person("Amélie")

    role_request = applicant.rpc.request_role(
        bce_number=enterprise, role="signatory", message="Bonjour.", command_id=uuid4()
    )
    (waiting,) = manager.rpc.list_role_requests(bce_number=enterprise)
    assert (waiting.requester_name, waiting.managers_without_address) == ("Amélie Dubois", 0)

    mandate = manager.rpc.accept_role_request(
        role_request_id=role_request.role_request_id, valid_until=None, command_id=uuid4()
    )
    (access,) = applicant.rpc.list_my_enterprises()
    assert (access.bce_number, access.roles) == (enterprise, ["signatory"])

    granted = station.heard("role_granted", mandate_id=str(mandate.mandate_id))
    assert (granted["person_id"], granted["bce_number"]) == (str(applicant.person_id), enterprise)
    assert granted["granted_by"] == str(manager.person_id)
    assert granted["actor"]["person_id"] == str(manager.person_id)

    statement = applicant.rpc.issue_decision(bce_number=enterprise, permission="dossier.submit", procedure="subvention")
    verifier, now = Verifier(station.keys.statement_keys_file), datetime.now(UTC)
    assert verifier.verify("decision", statement, now=now) == Decision(
        person_id=applicant.person_id,
        bce_number=enterprise,
        permission="dossier.submit",
        procedure="subvention",
        mandate_id=mandate.mandate_id,
    )
    with pytest.raises(StatementExpired):
        verifier.verify("decision", statement, now=now + timedelta(seconds=36))

    result = station.checker.check(
        person_id=applicant.person_id, bce_number=enterprise, permission="dossier.sign", procedure=None
    )
    assert (result.decision, result.mandate_id) == (True, mandate.mandate_id)

    manager.rpc.revoke_mandate(mandate_id=mandate.mandate_id, reason="A quitté l'atelier.", command_id=uuid4())
    station.heard("mandate_revoked", mandate_id=str(mandate.mandate_id))
    assert applicant.rpc.list_my_mandates() == []
    (ended,) = applicant.rpc.list_my_mandates(ended=True)
    assert (ended.stop.by, ended.stop.reason) == ("enterprise", None)
    with pytest.raises(PermissionMissing) as refusal:
        applicant.rpc.issue_decision(bce_number=enterprise, permission="dossier.submit", procedure=None)
    assert refusal.value.details["missing"].startswith("the mandate as signatory was revoked on ")


def test_another_service_asks_many_things_at_once_and_for_whom_somebody_may_act(station):
    enterprise, stranger = station.an_enterprise_with_a_manager(), station.a_person("Gilles")
    manager = station.manager.person_id

    may, may_not = station.checker.check_many(
        questions=[
            CheckQuestion(person_id=manager, bce_number=enterprise, permission="mandate.manage"),
            CheckQuestion(person_id=stranger.person_id, bce_number=enterprise, permission="dossier.read"),
        ]
    )
    (access,) = station.checker.list_enterprises_of(person_id=manager, permission="dossier.submit")

    assert (may.decision, may_not.decision, may_not.missing) == (True, False, "no mandate for this enterprise")
    assert (access.bce_number, access.roles) == (enterprise, ["access_manager"])
    assert station.checker.list_enterprises_of(person_id=stranger.person_id) == []


def test_an_invited_person_follows_the_link(station):
    enterprise, manager, invited = station.an_enterprise_with_a_manager(), station.manager, station.a_person("Élodie")

    invitation = manager.rpc.invite_person(
        bce_number=enterprise,
        role="contributor",
        email="elodie@example.org",
        person_id=None,
        valid_until=None,
        command_id=uuid4(),
    )
    secret = station.opened(station.heard("person_invited", invitation_id=str(invitation.invitation_id)))["secret"]

    assert invited.rpc.get_invitation(secret=secret) == invitation
    mandate = invited.rpc.accept_invitation(secret=secret, invitation_id=None, command_id=uuid4())
    assert (mandate.person_name, mandate.role) == ("Élodie Dubois", "contributor")
    with pytest.raises(InvitationInvalid):
        station.a_person("Gilles").rpc.get_invitation(secret=secret)


def test_an_invited_person_finds_the_invitation_in_her_list(station):
    enterprise, invited = station.an_enterprise_with_a_manager(), station.a_person("Élodie")
    station.manager.rpc.invite_person(
        bce_number=enterprise,
        role="reader",
        email=None,
        person_id=invited.person_id,
        valid_until=None,
        command_id=uuid4(),
    )

    (mine,) = invited.rpc.list_my_invitations()
    invited.rpc.accept_invitation(secret=None, invitation_id=mine.invitation_id, command_id=uuid4())

    (listed,) = station.manager.rpc.list_invitations(bce_number=enterprise)
    assert (listed.invitation_id, listed.state) == (mine.invitation_id, "accepted")
    people = station.manager.rpc.list_people_of(bce_number=enterprise)
    assert {shown.person_id for shown in people} == {station.manager.person_id, invited.person_id}


def test_a_client_suspends_the_mandate_of_its_office_resumes_and_confirms_it(station):
    office, client = station.an_enterprise_with_a_manager(), station.an_enterprise_with_a_manager()
    manager = station.manager.rpc
    given = manager.mandate_enterprise(
        bce_number=client, office_bce_number=office, role="reader", valid_until=None, command_id=uuid4()
    )
    chain = {"enterprise_mandate_id": given.enterprise_mandate_id}
    changed = {"enterprise_mandate_id": str(given.enterprise_mandate_id), "told_bce_number": office}

    suspended = manager.suspend_enterprise_mandate(**chain, reason="Désaccord.", command_id=uuid4())
    station.heard("enterprise_mandate_changed", **changed, change="suspended")
    resumed = manager.resume_enterprise_mandate(**chain, command_id=uuid4())
    station.heard("enterprise_mandate_changed", **changed, change="resumed")
    # Nobody asks yet: it stays as it is.
    confirmed = manager.confirm_enterprise_mandate(**chain, command_id=uuid4())

    assert (suspended.state, resumed, confirmed) == ("suspended", given, given)
    assert manager.list_enterprise_mandates(bce_number=client) == [given]
    assert manager.list_enterprise_mandates(bce_number=client, **chain) == [given]
    assert manager.list_enterprise_mandates_to_confirm(bce_number=client) == []


def test_a_repeated_command_gets_the_first_answer(station):
    enterprise, applicant, command_id = station.an_enterprise_with_a_manager(), station.a_person("Amélie"), uuid4()

    first, second = (
        applicant.rpc.request_role(bce_number=enterprise, role="reader", message="", command_id=command_id)
        for _ in range(2)
    )

    assert first == second
    assert len(applicant.rpc.list_my_role_requests()) == 1


def test_a_repeated_command_gets_the_first_answer_after_the_service_was_killed(station):
    enterprise, applicant, command_id = station.an_enterprise_with_a_manager(), station.a_person("Amélie"), uuid4()
    ask = {"bce_number": enterprise, "role": "reader", "message": "", "command_id": command_id}
    first = applicant.rpc.request_role(**ask)

    station.process.kill()
    station.process.start()

    assert applicant.rpc.request_role(**ask) == first
    station.heard("role_requested", role_request_id=str(first.role_request_id))


def test_a_command_id_serves_one_payload(station):
    enterprise, applicant, command_id = station.an_enterprise_with_a_manager(), station.a_person("Amélie"), uuid4()
    applicant.rpc.request_role(bce_number=enterprise, role="reader", message="", command_id=command_id)

    with pytest.raises(CommandIdReused):
        applicant.rpc.request_role(bce_number=enterprise, role="signatory", message="", command_id=command_id)


def test_a_refusal_is_not_remembered(station):
    enterprise, applicant, command_id = station.an_enterprise(), station.a_person("Amélie"), uuid4()
    ask = {"bce_number": enterprise, "role": "reader", "message": "", "command_id": command_id}
    with pytest.raises(NoAccessManager):
        applicant.rpc.request_role(**ask)

    station.designate(station.manager, enterprise)

    assert applicant.rpc.request_role(**ask).state == "open"


def test_two_access_managers_decide_at_once(station):
    enterprise, applicant = station.an_enterprise_with_a_manager(), station.a_person("Amélie")
    second = station.a_person("Chantal")
    station.designate(second, enterprise)
    role_request = applicant.rpc.request_role(bce_number=enterprise, role="reader", message="", command_id=uuid4())

    answers = at_once(
        *[
            lambda manager=manager: manager.rpc.accept_role_request(
                role_request_id=role_request.role_request_id, valid_until=None, command_id=uuid4()
            )
            for manager in (station.manager, second)
        ]
    )

    assert sorted(type(answer).__name__ for answer in answers) == [AlreadyDecided.__name__, "MandateView"]


def test_who_confirmed_an_address_with_identity_can_be_reached(station):
    enterprise, manager = station.an_enterprise(), station.a_person("David")
    station.designate(manager, enterprise, email=None)
    station.announce_as_identity(
        EmailConfirmed(
            version=1,
            occurred_at=datetime.now(UTC),
            contact_id=uuid4(),
            person_id=manager.person_id,
            space="citizen",
            language="fr",
            sealed="sealed",
        )
    )

    def asked_without_loss():
        asked = station.a_person("Amélie").rpc.request_role(
            bce_number=enterprise, role="reader", message="", command_id=uuid4()
        )
        return asked.managers_without_address == 0

    station.wait_until(asked_without_loss)
