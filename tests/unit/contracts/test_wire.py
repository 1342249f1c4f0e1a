from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from contracts import wire
from contracts.delegation import CheckResult, RoleGranted
from contracts.events import ActorFacts
from contracts.identifiers import BceNumber

PERSON = UUID("01920000-0000-7000-8000-000000000001")
GRANTED = RoleGranted(
    version=1,
    occurred_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    actor=ActorFacts(person_id=PERSON, level=400),
    mandate_id=PERSON,
    person_id=PERSON,
    bce_number=BceNumber("0403.019.261"),
    enterprise_name="Ateliers du Hainaut",
    establishment_number=None,
    role="reader",
    permissions=["dossier.read"],
    procedure_categories=[],
    valid_from=date(2026, 1, 2),
    valid_until=date(2027, 1, 1),
    granted_by=PERSON,
    role_request_id=None,
    invitation_id=None,
    revoked_at=None,
)


def test_an_event_comes_back_as_it_was_sent():
    assert wire.load(RoleGranted, wire.dump(GRANTED)) == GRANTED


def test_a_field_that_a_newer_publisher_added_is_ignored():
    assert wire.load(RoleGranted, wire.dump(GRANTED) | {"colour": "blue"}) == GRANTED


def test_a_field_with_a_default_may_be_absent():
    body = wire.dump(GRANTED)
    del body["actor"]

    assert wire.load(RoleGranted, body).actor == ActorFacts()


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("mandate_id", "x", "mandate_id: badly formed"),
        ("bce_number", "0403019262", "bce_number: the check digits"),
        ("bce_number", 403019261, "bce_number: a text is expected"),
        ("occurred_at", "2026-01-02T03:04:05", "occurred_at: an instant without a time zone"),
        ("version", "1", "version: a whole number"),
        ("version", True, "version: a whole number"),
        ("role", "emperor", "role: one of access_manager"),
        ("permissions", "dossier.read", "permissions: a list"),
        ("actor", {"level": "high"}, "actor.level: a whole number"),
    ],
)
def test_a_wrong_field_is_named_with_what_is_wrong(field, value, sentence):
    with pytest.raises(ValueError, match=sentence):
        wire.load(RoleGranted, wire.dump(GRANTED) | {field: value})


def test_a_missing_field_is_named():
    body = wire.dump(GRANTED)
    del body["role"]

    with pytest.raises(ValueError, match="role: is missing"):
        wire.load(RoleGranted, body)


def test_answers_may_be_lists_unions_and_scalars():
    results = [CheckResult(decision=False, mandate_id=None, missing="no mandate", holds_until=None)]

    assert wire.load(list[CheckResult], wire.dump(results)) == results
    assert wire.load(UUID, wire.dump(PERSON)) == PERSON
    assert wire.load(type(None), None) is None


def test_an_instant_without_a_zone_is_not_put_on_the_wire():
    with pytest.raises(ValueError, match="time zone"):
        wire.dump({"at": datetime(2026, 1, 1)})  # noqa: DTZ001


def test_what_is_not_plain_is_not_put_on_the_wire():
    with pytest.raises(ValueError, match="object cannot be put on the wire"):
        wire.dump(object())
