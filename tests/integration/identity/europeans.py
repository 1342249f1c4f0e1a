"""Europeans, as a provider vouches for them and as they give their numbers, and what an agent decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from contracts.identity import (
    EuropeanConflict,
    SignedIn,
)
from services.identity import commands, queries
from tests.cast import JOHANNA
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


def count_of(house: House, table: sa.Table) -> int:
    with house.work() as work:
        return work.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
