"""The first sign-in with eIDAS, at the stand-in for CSAM and at a provider that vouches for whom a test wants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis.limits import LIMITED
from contracts.errors import Refusal, TooManyAttempts, Unavailable
from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from contracts.identity import (
    EuropeanConflict,
    LinkingUnknown,
    NoConflict,
    NumberLinkedAlready,
    NumberNotHers,
    SessionUnknown,
    SignedIn,
)
from services.identity import commands, queries
from services.identity.gateways.register import Register
from services.identity.storage import tables
from tests.cast import AMELIE, FABIENNE, HANNA, JOHANNA
from tests.integration.identity.conftest import AtItsOwnTime, MakeHouse
from tests.integration.identity.house import House
from tests.integration.identity.provider import CALLBACK, WickedProvider
from tests.support.neighbours import Neighbours

TELEPHONE = "+4915123456789"
AGENT = ActorFacts(person_id=uuid4(), level=450)
HERS = {
    "egovNRN": None,
    "personIdentifier": JOHANNA.european_identifier,
    "birthdate": JOHANNA.birth_on.isoformat(),
    "givenName": "Johanna",
    "surname": "Hoffmann",
    "mail": None,
    "prefLanguage": "de",
}
# The same woman for the eye: another identity that gives Johanna's number.
TWIN = HERS | {"personIdentifier": "AT/BE/ffff", "givenName": "Hanna"}


@pytest.fixture
def provider_of_europeans(provider: WickedProvider) -> WickedProvider:
    provider.id_token = {"amr": ["eidas"]}
    provider.userinfo = dict(HERS)
    return provider


@pytest.fixture
def hall(make_house: MakeHouse, provider_of_europeans: WickedProvider, csam: Neighbours) -> House:
    """identity that trusts the provider of Europeans, beside the National Register's stand-in."""
    own = {"IDENTITY_OIDC_ISSUER": provider_of_europeans.issuer, "IDENTITY_OIDC_CLIENT_ID": WickedProvider.client_id}
    return make_house(**csam.ports, **own)


def arrive(house: House, provider: WickedProvider, claims: dict[str, Any] = HERS) -> SignedIn:
    provider.userinfo = dict(claims)
    begun = house.begin(callback_url=CALLBACK)
    back = provider.consent(begun.authorization_url)
    return house.complete(**back, browser_secret=begun.browser_secret, csam=AtItsOwnTime(house.gateways.csam))


def give(house: House, linking_token: str | None, number: str = JOHANNA.national_number, **more: Any) -> SignedIn:
    assert linking_token is not None
    given = commands.Given(
        national_number=NationalNumber(number), email=more.pop("email", "johanna@example.org"), telephone=TELEPHONE
    )
    return commands.link_european_identity(
        house.work(),
        linking_token=linking_token,
        given=given,
        register=more.pop("register", house.gateways.register),
        tokens=house.gateways.tokens,
        sealer=house.gateways.sealer,
        now=house.now,
    )


def decide(house: House, *, accept: bool, conflict: EuropeanConflict | None = None) -> None:
    if conflict is None:
        (conflict,) = queries.list_european_conflicts(house.work())
    commands.decide_european_conflict(
        house.work(AGENT),
        identity_id=conflict.identity_id,
        person_id=conflict.person_id,
        accept=accept,
        reason="Le numéro est celui d’une autre personne.",
        by=AGENT.person_id or UUID(int=0),
        sealer=house.gateways.sealer,
        now=house.now,
    )


def signed_in(house: House, answer: SignedIn) -> UUID:
    assert answer.session_token is not None
    return house.present(answer.session_token).person_id


def test_at_csam_the_first_time_asks_for_a_number_and_the_second_does_not(
    house: House, csam: Neighbours, callback: str
) -> None:
    begun = house.begin(callback_url=callback, return_to="/demarches/aide")
    first = house.complete(
        **csam.choose(begun.authorization_url, JOHANNA, "eidas"), browser_secret=begun.browser_secret
    )
    assert (first.session_token, first.return_to) == (None, "/demarches/aide")
    view = queries.get_linking(house.work(), linking_token=first.linking_token or "", now=house.now)
    assert (view.given_name, view.country, view.birth_on) == ("Johanna", "DE", JOHANNA.birth_on)

    linked = give(house, first.linking_token)
    assert linked.return_to == "/demarches/aide"
    person_id = signed_in(house, linked)

    begun = house.begin(callback_url=callback)
    again = house.complete(
        **csam.choose(begun.authorization_url, JOHANNA, "eidas"), browser_secret=begun.browser_secret
    )
    assert (signed_in(house, again), again.linking_token) == (person_id, None)
    profile = house.profile(person_id)
    assert profile.national_number == JOHANNA.national_number
    assert profile.domicile is not None
    assert profile.domicile.commune == "Eupen"
    assert profile.european is not None
    assert (profile.european.country, profile.european.telephone) == ("DE", TELEPHONE)


def test_she_is_who_she_was_by_her_other_means(hall: House, provider: WickedProvider) -> None:
    by_number = signed_in(hall, arrive(hall, provider, {"egovNRN": str(JOHANNA.national_number)}))

    assert signed_in(hall, give(hall, arrive(hall, provider).linking_token)) == by_number


def test_she_is_told_that_her_identity_was_linked(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)

    (told,) = hall.announced("european_identity_linked")
    assert (told.body["country"], told.body["language"]) == ("DE", "de")
    assert hall.unseal(told.body) == {"email": "johanna@example.org"}


def test_neither_number_nor_identifier_rests_in_clear(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)

    at_rest = hall.everything_at_rest()
    assert "70C3A1D2E4" not in at_rest
    assert JOHANNA.national_number not in at_rest


def test_the_form_sent_twice_gives_one_session(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)
    with ThreadPoolExecutor(4) as crowd:
        tokens = set(crowd.map(lambda _: give(hall, begun.linking_token).session_token, range(4)))

    assert len(tokens) == 1
    assert _count(hall, tables.sessions) == 1


def test_the_answer_of_the_provider_sent_twice_asks_once(hall: House, provider: WickedProvider) -> None:
    begun = hall.begin(callback_url=CALLBACK)
    back = provider.consent(begun.authorization_url)

    answers = [hall.complete(**back, browser_secret=begun.browser_secret) for _ in range(2)]

    assert answers[0] == answers[1]
    assert _count(hall, tables.linkings) == 1


@pytest.mark.parametrize(
    "number",
    [AMELIE.national_number, "80010199877", FABIENNE.national_number],
    ids=["somebody else's", "nobody's", "an agent's"],
)
def test_another_number_is_refused_alike_whosever_it_is(hall: House, provider: WickedProvider, number: str) -> None:
    begun = arrive(hall, provider)

    with pytest.raises(NumberNotHers) as refusal:
        give(hall, begun.linking_token, str(NationalNumber.parse(number)))

    assert refusal.value.details == {}
    assert _count(hall, tables.sessions) == 0


def test_numbers_are_not_found_by_trying(hall: House, provider: WickedProvider) -> None:
    limited = LIMITED.labels("identity", "number_of_european")._value.get()
    for _ in range(commands.european.NUMBERS_GIVEN):
        with pytest.raises(NumberNotHers):
            # Each time by a new sign-in: the tries are those of the identity.
            give(hall, arrive(hall, provider).linking_token, AMELIE.national_number)

    with pytest.raises(TooManyAttempts) as refusal:
        give(hall, arrive(hall, provider).linking_token)
    assert refusal.value.details["again_at"]
    assert LIMITED.labels("identity", "number_of_european")._value.get() == limited + 1
    hall.later(days=1)
    give(hall, arrive(hall, provider).linking_token)


def test_while_the_register_is_away_nobody_is_linked(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)

    for _ in range(2 * commands.european.NUMBERS_GIVEN):
        with pytest.raises(Unavailable):
            give(hall, begun.linking_token, register=Register("http://127.0.0.1:1"))

    assert give(hall, begun.linking_token).session_token


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
    give(hall, twin.linking_token, HANNA.national_number)

    with pytest.raises(NoConflict):
        decide(hall, accept=True, conflict=seen)


def test_who_gives_the_number_again_warns_nobody_twice(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    for _ in range(2):
        with pytest.raises(NumberLinkedAlready):
            give(hall, arrive(hall, provider, TWIN).linking_token)

    assert len(hall.announced("european_identity_contested")) == 1


def test_of_two_claims_one_is_accepted(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)
    for claims in (TWIN, TWIN | {"personIdentifier": "FR/BE/3"}):
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
        outcomes = set(agents.map(outcome, conflicts))

    # One after the other both may be, the second in place of the first.
    assert outcomes <= {"accepted", "concurrent_change"}
    assert "accepted" in outcomes
    assert len({one.identity_id for one in queries.list_european_conflicts(hall.work())}) <= 1


def test_who_had_an_account_is_told_where_she_was_written_to_before(hall: House, provider: WickedProvider) -> None:
    by_number = signed_in(hall, arrive(hall, provider, {"egovNRN": str(JOHANNA.national_number)}))
    hall.create_space(by_number, "known@example.org")
    hall.confirm(hall.mail()["secret"])

    give(hall, arrive(hall, provider).linking_token)

    (told,) = hall.announced("european_identity_linked")
    assert told.body["is_known"] is True
    # What she typed is nobody's address but the mail's.
    assert hall.profile(by_number).csam_email is None


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


@pytest.mark.parametrize("token", ["", "x", "a session token"])
def test_who_did_not_come_from_the_provider_links_nothing(hall: House, token: str) -> None:
    with pytest.raises(LinkingUnknown):
        give(hall, token)


def test_after_half_an_hour_she_begins_again(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)
    hall.later(minutes=31)

    with pytest.raises(LinkingUnknown):
        give(hall, begun.linking_token)


def test_what_waited_too_long_is_forgotten(hall: House, provider: WickedProvider) -> None:
    arrive(hall, provider)
    hall.later(days=31)

    commands.forget_what_is_over(hall.work(), now=hall.now)

    assert (_count(hall, tables.linkings), _count(hall, tables.european_identities)) == (0, 0)


def test_with_her_account_her_european_identity_goes(hall: House, provider: WickedProvider) -> None:
    person_id = signed_in(hall, give(hall, arrive(hall, provider).linking_token))
    herself = ActorFacts(person_id=person_id, level=450)
    commands.request_account_deletion(hall.work(herself), person_id=person_id, roles=[], reason="", now=hall.now)
    hall.later(days=31)
    commands.carry_out_deletions(hall.work(), sealer=hall.gateways.sealer, now=hall.now)

    assert _count(hall, tables.european_identities) == 0
    back = arrive(hall, provider)
    assert back.session_token is None
    assert signed_in(hall, give(hall, back.linking_token)) == person_id


def _count(house: House, table: sa.Table) -> int:
    with house.work() as work:
        return work.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
