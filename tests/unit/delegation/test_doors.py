"""Every promise of the contract has its door, with the arguments and the statements that the contract names."""

from __future__ import annotations

import inspect
from uuid import uuid4

import marshmallow as ma
import pytest

from contracts.delegation import Delegation
from services.delegation import schemas
from services.delegation.service import DelegationService

PROMISES = sorted(name for name in vars(Delegation) if not name.startswith("_"))

A_COMMAND = {"command_id": str(uuid4())}
AN_ID = str(uuid4())


@pytest.mark.parametrize("promise", PROMISES)
def test_every_promise_has_a_door_with_the_same_arguments(promise):
    promised = set(inspect.signature(getattr(Delegation, promise)).parameters) - {"self"}

    assert set(getattr(DelegationService, promise).schema().fields) == promised


def wrong(schema, **given):
    """The fields that are refused, with their sentences."""
    with pytest.raises(ma.ValidationError) as refusal:
        schema().load(given)
    return refusal.value.messages


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0403019262", "the check digits do not match"),
        ("O403019261", "only digits, spaces, dots and dashes are allowed"),
        ("2000000042", "an enterprise number starts with 0 or 1"),
        ("40301926", "10 digits are required, not 8"),
        ("", "a number is required"),
        (403019261, "a text is expected"),
        (None, "Field may not be null."),
    ],
)
def test_a_wrong_number_is_refused_with_what_is_wrong(text, sentence):
    assert wrong(schemas.OfEnterprise, bce_number=text) == {"bce_number": [sentence]}


@pytest.mark.parametrize("text", ["0403.019.261", "BE 0403.019.261", "403019261"])
def test_a_number_is_read_as_people_write_it(text):
    assert schemas.OfEnterprise().load({"bce_number": text}) == {"bce_number": "0403019261"}


def test_who_invites_may_say_the_language_of_the_mail_and_it_is_french_otherwise():
    given = {**A_COMMAND, "bce_number": "0403019261", "role": "reader", "email": "elodie@example.org"}

    assert schemas.InvitePerson().load(given)["language"] == "fr"
    assert schemas.InvitePerson().load(given | {"language": "de"})["language"] == "de"
    assert wrong(schemas.InvitePerson, **given, language="la") == {"language": ["one of fr, de, nl, en"]}


def test_an_unknown_role_names_the_roles():
    sentence = "one of access_manager, signatory, contributor, reader"

    assert wrong(schemas.RequestRole, **A_COMMAND, bce_number="0403019261", role="boss") == {"role": [sentence]}


def test_a_field_that_nobody_knows_is_refused():
    assert wrong(schemas.OfEnterprise, bce_number="0403019261", name="?") == {"name": ["Unknown field."]}


def test_a_command_needs_its_id():
    assert "command_id" in wrong(schemas.RefuseRoleRequest, role_request_id=AN_ID, reason="Non.")


@pytest.mark.parametrize("message", ["\x00", "\ud800", "x" * 2001, 7], ids=["zero byte", "surrogate", "long", "number"])
def test_a_message_that_cannot_be_kept_is_refused(message):
    given = {"bce_number": "0403019261", "role": "reader", "message": message}

    assert list(wrong(schemas.RequestRole, **A_COMMAND, **given)) == ["message"]


def test_a_message_of_several_lines_is_kept_without_the_spaces_around_it():
    given = {"bce_number": "0403019261", "role": "reader", "message": " Bonjour,\r\n\tMerci. \n"}

    assert schemas.RequestRole().load(A_COMMAND | given)["message"] == "Bonjour,\r\n\tMerci."


@pytest.mark.parametrize("address", [{}, {"email": "elodie@example.org", "person_id": AN_ID}], ids=["neither", "both"])
def test_an_invitation_goes_to_an_address_or_to_a_person(address):
    given = {"bce_number": "0403019261", "role": "reader", **address}

    assert wrong(schemas.InvitePerson, **A_COMMAND, **given) == {
        "email": ["exactly one of email and person_id is expected"]
    }


@pytest.mark.parametrize(
    "email",
    [
        "elodie",
        "elodie@",
        "a@b c.example",
        "é" * 300 + "@example.org",
        7,
        # No server can be told of these.
        '"\\\x01"@example.org',
        "élodie@example.org",
        "a@localhost",
        "a@[127.0.0.1]",
        "a@example.org\r\nBcc: b@example.org",
    ],
)
def test_what_is_no_address_is_refused(email):
    given = {"bce_number": "0403019261", "role": "reader", "email": email}

    assert list(wrong(schemas.InvitePerson, **A_COMMAND, **given)) == ["email"]


@pytest.mark.parametrize("key", [{}, {"secret": "s", "invitation_id": AN_ID}], ids=["neither", "both"])
def test_an_invitation_is_taken_by_its_secret_or_by_its_id(key):
    assert wrong(schemas.AnswerInvitation, **A_COMMAND, **key) == {
        "secret": ["exactly one of secret and invitation_id is expected"]
    }


def test_a_day_is_a_day():
    given = {"role_request_id": AN_ID, "valid_until": "2024-02-30"}

    assert list(wrong(schemas.AcceptRoleRequest, **A_COMMAND, **given)) == ["valid_until"]


def test_an_enterprise_is_active_or_struck_off():
    given = {"bce_number": "0403019261", "name": "Ateliers", "state": "asleep"}

    assert wrong(schemas.RegisterEnterprise, **A_COMMAND, **given) == {"state": ["one of active, struck_off"]}


@pytest.mark.parametrize("name", ["  ", "Ateliers\nBcc: gilles@example.org", "x" * 501])
def test_an_enterprise_has_a_name_of_one_line(name):
    given = {"bce_number": "0403019261", "name": name, "state": "active"}

    assert list(wrong(schemas.RegisterEnterprise, **A_COMMAND, **given)) == ["name"]
