"""What is told again for a new or restored listener."""

from __future__ import annotations

from collections import Counter

from contracts import wire
from services.delegation import queries
from tests.unit.delegation.builders import AMELIE, ATELIERS, BERNARD, DAVID, ELODIE, GILLES


def told_again(office):
    with office.work() as work:
        return [(event.type, event) for event in queries.states(work)]


def test_every_subject_is_told_once_in_its_present_state(office):
    office.revoke(office.grant(AMELIE, "signatory"))
    office.refuse(office.request_role("reader", by=DAVID))
    office.request_role("reader", by=GILLES)
    office.take(secret=office.invite_by_link())
    office.invite("reader", person_id=ELODIE)

    assert Counter(kind for kind, _ in told_again(office)) == {
        "access_manager_designated": 2,
        "role_granted": 3,
        "mandate_revoked": 1,
        "role_refused": 1,
        "role_requested": 1,
        "person_invited": 1,
        "enterprise_changed": 1,
        "delegation_retold": 1,
    }


def test_what_is_told_again_is_what_was_told_last(office):
    office.revoke(office.grant(AMELIE, "signatory"))
    office.designate(BERNARD, email="bernard.nouveau@example.org")
    office.refuse(office.request_role("reader", by=DAVID))
    office.invite("reader", email="elodie@example.org")
    office.register(ATELIERS, state="struck_off")

    last_told = {body[_subject_of(body)]: body | {"actor": None} for body in office.announced()}
    *subjects, (_, end) = told_again(office)
    assert end.epoch == 1
    for _, event in subjects:
        assert wire.dump(event) | {"actor": None} == last_told[event.subject]


def _subject_of(body):
    """A mandate names what it came of, and all name their enterprise."""
    subjects = ("mandate_id", "designation_id", "invitation_id", "role_request_id", "bce_number")
    return next(subject for subject in subjects if subject in body)
