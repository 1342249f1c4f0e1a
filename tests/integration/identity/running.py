"""identity as a real process on RabbitMQ: fixtures for the tests of its doors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from chassis.rpc import RpcClient
from contracts.identity import Identity, Presence
from deploy.embedded.cast import Person
from deploy.embedded.keys import Keys
from tests.support.neighbours import Neighbours
from tests.support.postgres import DatabaseOf
from tests.support.processes import ServiceProcess, make_environment


@pytest.fixture(scope="package")
def environment(
    tmp_path_factory: pytest.TempPathFactory,
    package_keys: Keys,
    csam: Neighbours,
    database_of: DatabaseOf,
    amqp_uri: str,
) -> dict[str, str]:
    return make_environment(
        tmp_path_factory.mktemp("doors"),
        package_keys,
        amqp_uri=amqp_uri,
        databases={"identity": database_of("identity")},
        ports=csam.ports,
    )


@pytest.fixture(scope="package")
def identity(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    log: Path = tmp_path_factory.mktemp("log") / "identity.log"
    process = ServiceProcess(("identity",), environment, log)
    process.start()
    yield process
    process.kill()


@pytest.fixture(scope="package")
def rpc(identity: ServiceProcess, amqp_uri: str) -> Iterator[RpcClient]:
    with RpcClient(amqp_uri, "test") as client:
        yield client


@pytest.fixture(scope="package")
def portal(rpc: RpcClient, package_keys: Keys) -> Identity:
    token = package_keys.token_file("portal", now=datetime.now(UTC)).read_text()
    return at(rpc, service=token)


def at(rpc: RpcClient, **statements: str) -> Identity:
    return rpc.at(Identity, timeout=15, **statements)  # type: ignore[type-abstract]  # a Protocol is all it needs


class SignedInPerson:
    """``identity``: its doors with her statement."""

    def __init__(self, token: str, presence: Presence, identity: Identity) -> None:
        self.token = token
        self.presence = presence
        self.identity = identity


@pytest.fixture(scope="package")
def arrive(rpc: RpcClient, portal: Identity, csam: Neighbours) -> Callable[[Person], SignedInPerson]:
    def arrive(person: Person) -> SignedInPerson:
        begun = portal.begin_sign_in(
            return_to="/",
            callback_url=f"{csam.portal_url}/back",
            means="itsme",
            minimum_level=0,
            command_id=uuid4(),
        )
        back = csam.choose(begun.authorization_url, person, "itsme")
        signed_in = portal.complete_sign_in(**back, browser_secret=begun.browser_secret, command_id=uuid4())
        presence = portal.present_session(session_token=signed_in.session_token)
        return SignedInPerson(signed_in.session_token, presence, at(rpc, actor=presence.actor_statement))

    return arrive


Arrive = Callable[[Person], SignedInPerson]
