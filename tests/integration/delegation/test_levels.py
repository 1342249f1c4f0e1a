"""What gives somebody a role asks for more than a code that was sent to a mailbox; what takes it away does not."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.delegation import GIVING_LEVEL, Delegation
from contracts.errors import LevelTooLow
from tests.integration.delegation.test_attacks_enumeration import BY_ID, BY_NUMBER, NOTHINGS, answer, filled

BY_MAILBOX = 200
GIVING = {
    *("accept_role_request", "invite_person", "resend_invitation"),
    *("renew_mandate", "resume_mandate", "confirm_mandates"),
    *("mandate_enterprise", "assign_person", "renew_enterprise_mandate"),
    *("confirm_enterprise_mandate", "resume_enterprise_mandate"),
}


def test_at_the_level_of_a_mailbox_nothing_is_given_and_everything_else_is_decided(station):
    somebody = station.a_person("Bernard", level=BY_MAILBOX)

    refused = {}
    for method, arguments in (BY_ID | BY_NUMBER).items():
        code, details = answer(somebody, method, filled(arguments, NOTHINGS))
        if code == "level_too_low":
            refused[method] = details

    assert refused == {method: {"required": GIVING_LEVEL, "held": BY_MAILBOX} for method in GIVING}


def test_who_manages_by_a_mailbox_takes_away_what_he_could_not_give(station):
    enterprise = station.an_enterprise_with_a_manager()
    applicant = station.a_person("Amélie")
    asked = applicant.rpc.request_role(bce_number=enterprise, role="reader", message="", command_id=uuid4())
    weak: Delegation = station.a_person("Bernard", person_id=station.manager.person_id, level=BY_MAILBOX).rpc
    accepting = {"role_request_id": asked.role_request_id, "valid_until": None}

    with pytest.raises(LevelTooLow):
        weak.accept_role_request(**accepting, command_id=uuid4())
    mandate = station.manager.rpc.accept_role_request(**accepting, command_id=uuid4())
    weak.suspend_mandate(mandate_id=mandate.mandate_id, reason="Perdu.", command_id=uuid4())
    with pytest.raises(LevelTooLow):
        weak.resume_mandate(mandate_id=mandate.mandate_id, command_id=uuid4())
    ended = weak.revoke_mandate(mandate_id=mandate.mandate_id, reason="Volé.", command_id=uuid4())

    assert ended.state == "revoked"
