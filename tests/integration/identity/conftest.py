"""identity beside the real process of CSAM's and the National Register's stand-ins, or beside a wicked provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.runtime import build_runtime
from chassis.seals import Opener
from deploy.embedded.cast import Person
from deploy.embedded.keys import Keys
from services.identity.domain.vouched import Vouched
from services.identity.gateways.csam import Csam
from services.identity.service import SERVICE
from services.identity.settings import IdentitySettings
from tests.cast import AMELIE
from tests.integration.identity.deletions import deletions as deletions
from tests.integration.identity.deletions import fabienne as fabienne
from tests.integration.identity.deletions import settled as settled
from tests.integration.identity.house import House
from tests.integration.identity.provider import WickedProvider
from tests.integration.identity.running import arrive as arrive
from tests.integration.identity.running import environment as environment
from tests.integration.identity.running import identity as identity
from tests.integration.identity.running import portal as portal
from tests.integration.identity.running import rpc as rpc
from tests.support.engines import LendEngine
from tests.support.neighbours import Neighbours
from tests.support.postgres import DatabaseOf
from tests.support.processes import make_environment

NOBODY_LISTENS = "amqp://guest:guest@127.0.0.1:1"


@pytest.fixture(scope="package")
def package_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="package")
def csam(tmp_path_factory: pytest.TempPathFactory, package_keys: Keys) -> Iterator[Neighbours]:
    started = Neighbours(tmp_path_factory.mktemp("neighbours"), package_keys)
    started.start()
    yield started
    started.stop()


MakeHouse = Callable[..., House]


@pytest.fixture
def make_house(
    tmp_path_factory: pytest.TempPathFactory, package_keys: Keys, database_of: DatabaseOf, lend_engine: LendEngine
) -> MakeHouse:
    """``make_house(csam=8010, IDENTITY_OIDC_ISSUER=…)``: ports of neighbours in lower case, settings in upper case."""

    def make(**given: int | str) -> House:
        environment = make_environment(
            tmp_path_factory.mktemp("identity"),
            package_keys,
            amqp_uri=NOBODY_LISTENS,
            databases={"identity": database_of("identity")},
            ports={name: value for name, value in given.items() if isinstance(value, int)},
            more={name: value for name, value in given.items() if isinstance(value, str)},
        )
        runtime = build_runtime(SERVICE, IdentitySettings.load(environment))
        lend_engine(runtime)
        return House(runtime, Opener(package_keys.seal_key_file("notifications")))

    return make


@pytest.fixture
def house(make_house: MakeHouse, csam: Neighbours) -> House:
    return make_house(**csam.ports)


@pytest.fixture
def provider() -> Iterator[WickedProvider]:
    wicked = WickedProvider()
    wicked.start()
    yield wicked
    wicked.stop()


@pytest.fixture
def beset(make_house: MakeHouse, provider: WickedProvider) -> House:
    """identity that trusts the wicked provider; no register answers."""
    return make_house(IDENTITY_OIDC_ISSUER=provider.issuer, IDENTITY_OIDC_CLIENT_ID=provider.client_id)


@pytest.fixture
def callback(csam: Neighbours) -> str:
    """Where CSAM sends browsers back."""
    return f"{csam.portal_url}/back"


SignIn = Callable[..., str]


@pytest.fixture
def sign_in(house: House, csam: Neighbours) -> SignIn:
    """``sign_in(AMELIE)`` -> her session's token."""

    def sign_in(
        person: Person, means: str = "itsme", *, browser: str = "Firefox", address: str = "192.0.2.1", **asked: Any
    ) -> str:
        begun = house.begin(callback_url=f"{csam.portal_url}/back", **asked)
        back = csam.choose(begun.authorization_url, person, means)
        signed_in = house.complete(
            **back,
            browser_secret=begun.browser_secret,
            browser=browser,
            address=address,
            csam=AtItsOwnTime(house.gateways.csam),
        )
        return signed_in.session_token

    return sign_in


class AtItsOwnTime:
    """The provider, whose clock does not follow the house's."""

    def __init__(self, csam: Csam) -> None:
        self._csam = csam

    def vouch(self, *, now: datetime, **asked: Any) -> Vouched:
        return self._csam.vouch(now=datetime.now(UTC), **asked)


@pytest.fixture
def amelie(house: House, sign_in: SignIn) -> UUID:
    """Amélie, who is signed in."""
    return house.present(sign_in(AMELIE)).person_id
