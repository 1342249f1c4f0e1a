"""While the identity provider is slow, whoever does not need it is served: the real process, with few connections."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.rpc import RpcClient
from contracts.errors import Unavailable
from contracts.identity import Identity, SignedIn
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.integration.identity.provider import CALLBACK, WickedProvider
from tests.integration.identity.running import at
from tests.support.development_broker import DevelopmentBroker
from tests.support.postgres import DatabaseOf
from tests.support.processes import RunService, ServiceEnvironment

SLOW_SIGN_INS = 5
CONNECTIONS = 2


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[DevelopmentBroker]:
    """Its own: on a shared one, another identity would take the calls."""
    started = DevelopmentBroker(tmp_path)
    started.start()
    yield started
    started.kill()


def test_a_slow_provider_holds_up_nobody_else(
    broker: DevelopmentBroker,
    provider: WickedProvider,
    service_environment: ServiceEnvironment,
    run_service: RunService,
    database_of: DatabaseOf,
    keys: Keys,
) -> None:
    environment = service_environment(
        amqp_uri=broker.uri,
        databases={"identity": database_of("identity")},
        IDENTITY_OIDC_ISSUER=provider.issuer,
        IDENTITY_OIDC_CLIENT_ID=provider.client_id,
        IDENTITY_DATABASE_POOL=str(CONNECTIONS),
    )
    run_service("identity", environment=environment)
    token = keys.token_file("portal", now=datetime.now(UTC)).read_text()
    provider.instead["/token"] = provider.hang

    with RpcClient(broker.uri, "test") as rpc, ThreadPoolExecutor(SLOW_SIGN_INS) as browsers:
        portal = at(rpc, service=token)
        waiting = [browsers.submit(_sign_in, portal, provider) for _ in range(SLOW_SIGN_INS)]
        wait_until(
            lambda: provider.asked.count("/token") == SLOW_SIGN_INS, seconds=20, what="all to wait for the provider"
        )

        means = rpc.at(Identity, timeout=4.0, service=token).list_means()  # type: ignore[type-abstract]

        assert "eid" in {one.name for one in means}
        assert not any(sign_in.done() for sign_in in waiting)
        assert {type(sign_in.exception()) for sign_in in waiting} == {Unavailable}


def _sign_in(portal: Identity, provider: WickedProvider) -> SignedIn:
    begun = portal.begin_sign_in(return_to="/", callback_url=CALLBACK, means=None, minimum_level=0, command_id=uuid4())
    return portal.complete_sign_in(
        **provider.consent(begun.authorization_url), browser_secret=begun.browser_secret, command_id=uuid4()
    )
