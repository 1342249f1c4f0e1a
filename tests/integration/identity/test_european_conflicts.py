"""Two European identities, and one national number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis import audit
from contracts.errors import NotFound, Refusal
from contracts.identity import (
    EuropeanConflict,
    NoConflict,
    NumberLinkedAlready,
    NumberNotHers,
    SessionUnknown,
)
from services.identity import queries
from tests.cast import HANNA, JOHANNA
from tests.integration.identity.europeans import (
    AGENT,
    HERS,
    TWIN,
    arrive,
    decide,
    give,
    signed_in,
)
from tests.integration.identity.europeans import hall as hall
from tests.integration.identity.europeans import provider_of_europeans as provider_of_europeans
from tests.integration.identity.house import House
from tests.integration.identity.provider import WickedProvider


def test_a_number_that_is_linked_waits_for_an_agent(hall: House, provider: WickedProvider) -> None:
    owner = signed_in(hall, give(hall, arrive(hall, provider).linking_token))
    twin = arrive(hall, provider, TWIN)
    with pytest.raises(NumberLinkedAlready):
        give(hall, twin.linking_token, email="hanna@example.org")

    (conflict,) = queries.list_european_conflicts(hall.work())
    assert (conflict.person_id, conflict.given_name, conflict.country) == (owner, "Hanna", "AT")
    assert (conflict.email, conflict.other_email) == ("hanna@example.org", "johanna@example.org")
    (warned,) = hall.announced("european_identity_contested")
    assert hall.unseal(warned.body) == {"email": "johanna@example.org"}
    # Meanwhile the number is still the first one's.
    assert signed_in(hall, arrive(hall, provider)) == owner


def test_who_looks_at_one_conflict_has_looked_at_nobody_else(hall: House, provider: WickedProvider) -> None:
    owners = []
    for owner, claim, number in (
        (HERS, TWIN, JOHANNA.national_number),
        (HERS | {"personIdentifier": "FR/BE/3"}, TWIN | {"personIdentifier": "FR/BE/4"}, HANNA.national_number),
    ):
        owners.append(signed_in(hall, give(hall, arrive(hall, provider, owner).linking_token, number)))
        with pytest.raises(NumberLinkedAlready):
            give(hall, arrive(hall, provider, claim).linking_token, number)
    (one, _) = queries.list_european_conflicts(hall.work())

    assert queries.get_european_conflict(hall.work(), identity_id=one.identity_id) == one

    looks = [[act["action"] for act in hall.acts(owner)].count("looked_at_european_conflict") for owner in owners]
    assert (one.person_id, looks) == (owners[0], [2, 1])
    decide(hall, accept=False, conflict=one)
    with pytest.raises(NotFound):
        queries.get_european_conflict(hall.work(), identity_id=one.identity_id)


def test_an_agent_gives_the_number_to_the_newcomer(hall: House, provider: WickedProvider) -> None:
    before = give(hall, arrive(hall, provider).linking_token)
    person_id = signed_in(hall, before)
    with pytest.raises(NumberLinkedAlready):
        give(hall, arrive(hall, provider, TWIN).linking_token, email="hanna@example.org")

    decide(hall, accept=True)

    with pytest.raises(SessionUnknown):
        hall.present(before.session_token or "")
    assert signed_in(hall, arrive(hall, provider, TWIN)) == person_id
    assert arrive(hall, provider, HERS).session_token is None
    assert hall.unseal(hall.announced("european_identity_linked")[-1].body) == {"email": "hanna@example.org"}
    assert queries.list_european_conflicts(hall.work()) == []


def test_sessions_end_with_the_number_where_the_provider_does_not_say_by_which_means(
    hall: House, provider: WickedProvider
) -> None:
    provider.id_token = {"amr": None}
    first = give(hall, arrive(hall, provider).linking_token)
    again = arrive(hall, provider)
    with pytest.raises(NumberLinkedAlready):
        give(hall, arrive(hall, provider, TWIN).linking_token)
    assert [one.means for one in hall.sessions(first.session_token or "")] == ["eidas", "eidas"]

    decide(hall, accept=True)

    for before in (first, again):
        with pytest.raises(SessionUnknown):
            hall.present(before.session_token or "")


def test_an_agent_leaves_it_where_it_is_and_says_why(hall: House, provider: WickedProvider) -> None:
    owner = signed_in(hall, give(hall, arrive(hall, provider).linking_token))
    with pytest.raises(NumberLinkedAlready):
        give(hall, arrive(hall, provider, TWIN).linking_token, email="hanna@example.org")

    decide(hall, accept=False)

    (told,) = hall.announced("european_identity_refused")
    assert hall.unseal(told.body) == {
        "email": "hanna@example.org",
        "reason": "Le numéro est celui d’une autre personne.",
    }
    assert signed_in(hall, arrive(hall, provider)) == owner
    assert arrive(hall, provider, TWIN).session_token is None


def test_what_the_agent_refused_stays_hers_to_see_without_his_account(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    with pytest.raises(NumberLinkedAlready):
        give(hall, arrive(hall, provider, TWIN).linking_token, email="hanna@example.org")
    (conflict,) = queries.list_european_conflicts(hall.work())
    decide(hall, accept=False)

    assert AGENT.person_id is not None
    with hall.work() as work:
        audit.erase(work, person_id=AGENT.person_id)

    (act,) = [act for act in hall.acts(conflict.person_id) if act["action"] == "european_identity_refused"]
    assert (act["actor"], act["party"]) == (str(AGENT.person_id), str(conflict.person_id))


def test_a_linked_identity_gets_no_other_number(hall: House, provider: WickedProvider) -> None:
    """As in another tab, whose sign-in waits since before."""
    first, second = (arrive(hall, provider).linking_token for _ in range(2))
    owner = signed_in(hall, give(hall, first))

    with pytest.raises(NumberNotHers):
        give(hall, second, HANNA.national_number)

    assert signed_in(hall, arrive(hall, provider)) == owner


def test_an_agent_decides_about_the_number_that_he_saw(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    twin = arrive(hall, provider, TWIN)
    with pytest.raises(NumberLinkedAlready):
        give(hall, twin.linking_token)
    (seen,) = queries.list_european_conflicts(hall.work())
    # Meanwhile she claims the number of a third.
    give(hall, arrive(hall, provider, TWIN | {"personIdentifier": "FR/BE/3"}).linking_token, HANNA.national_number)
    with pytest.raises(NumberLinkedAlready):
        give(hall, twin.linking_token, HANNA.national_number)

    with pytest.raises(NoConflict):
        decide(hall, accept=True, conflict=seen)


def test_who_gives_the_number_again_warns_nobody_twice(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    for _ in range(2):
        with pytest.raises(NumberLinkedAlready):
            give(hall, arrive(hall, provider, TWIN).linking_token)

    assert len(hall.announced("european_identity_contested")) == 1


def test_of_two_claims_that_are_accepted_at_once_one_has_the_number(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    claimed = (TWIN, TWIN | {"personIdentifier": "FR/BE/3"})
    for claims in claimed:
        with pytest.raises(NumberLinkedAlready):
            give(hall, arrive(hall, provider, claims).linking_token)
    conflicts = queries.list_european_conflicts(hall.work())

    def outcome(conflict: EuropeanConflict) -> str:
        try:
            decide(hall, accept=True, conflict=conflict)
        except Refusal as refusal:
            return refusal.code
        return "accepted"

    with ThreadPoolExecutor(2) as agents:
        outcomes = list(agents.map(outcome, conflicts))

    assert outcomes == ["accepted", "accepted"] or sorted(outcomes) == ["accepted", "concurrent_change"]
    # However many were accepted, the number is one identity's, and who was first signs in with it no more.
    linked = [claims for claims in claimed if arrive(hall, provider, claims).session_token is not None]
    assert len(linked) == 1
    assert arrive(hall, provider, HERS).session_token is None


def test_two_identities_that_give_one_number_at_once_do_not_both_get_it(hall: House, provider: WickedProvider) -> None:
    tokens = [arrive(hall, provider, claims).linking_token for claims in (HERS, TWIN)]

    def outcome(token: str | None) -> str:
        try:
            return "linked" if give(hall, token).session_token else ""
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(2) as crowd:
        outcomes = sorted(crowd.map(outcome, tokens))

    assert outcomes == ["linked", "number_linked_already"]
