"""The service on a real database beside the real stand-in of the virus scanner; and as its own process on RabbitMQ."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from chassis.audit import Operator, TrailSigner
from chassis.database import connect
from chassis.runtime import Runtime, build_runtime
from contracts.dossiers import DossierView
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_port
from deploy.embedded.scanner import Scanner
from services.dossiers.publish import publish
from services.dossiers.publish.publishing import SHIPPED
from services.dossiers.service import DossiersService
from services.dossiers.settings import DossiersSettings
from tests.integration.dossiers.content import ELECTION
from tests.integration.dossiers.desk import Desk, Visitor
from tests.integration.dossiers.station import Station
from tests.support.engines import LendEngine
from tests.support.postgres import DatabaseOf, TestDatabases
from tests.support.processes import ServiceProcess, make_environment
from tests.unit.dossiers.builders import NOON


@pytest.fixture(scope="package")
def scanner_port() -> Iterator[int]:
    port = free_port()
    scanner = Scanner("127.0.0.1", port)
    serving = threading.Thread(target=scanner.serve_forever, args=(0.05,))
    serving.start()
    yield port
    scanner.shutdown()
    scanner.server_close()
    serving.join()


@pytest.fixture(scope="package")
def package_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def runtime_on(
    tmp_path_factory: pytest.TempPathFactory, package_keys: Keys, lend_engine: LendEngine, scanner_port: int
) -> Callable[[str], Runtime]:
    """``runtime_on(database_url)``"""

    def runtime_on(database_url: str) -> Runtime:
        environment = make_environment(
            tmp_path_factory.mktemp("dossiers"),
            package_keys,
            amqp_uri="amqp://guest:guest@127.0.0.1:1",
            databases={"dossiers": database_url},
            ports={"scanner": scanner_port},
        )
        runtime = build_runtime(DossiersService, DossiersSettings.load(environment))
        lend_engine(runtime)
        return runtime

    return runtime_on


@pytest.fixture
def runtime(runtime_on: Callable[[str], Runtime], database_of: DatabaseOf) -> Runtime:
    return runtime_on(database_of("dossiers"))


@pytest.fixture(scope="package")
def published(database_of: DatabaseOf, package_keys: Keys) -> str:
    """A database with the shipped procedures, to be copied: to read them takes longer than most tests."""
    database_url = database_of("dossiers")
    engine = connect(database_url, pool=1, name="test")
    signer = TrailSigner("dossiers", package_keys.audit_key_file("dossiers"))
    publish(engine, SHIPPED, by=Operator(signer=signer, now=NOON))
    engine.dispose()
    return database_url


@pytest.fixture
def desk(
    runtime_on: Callable[[str], Runtime], test_databases: TestDatabases, published: str, package_keys: Keys
) -> Desk:
    """With the shipped procedures, at NOON."""
    return Desk(runtime_on(test_databases.copy(published)), package_keys)


@pytest.fixture
def hugo(desk: Desk) -> Visitor:
    return desk.visitor()


@pytest.fixture
def draft(desk: Desk, hugo: Visitor) -> DossierView:
    return hugo.rpc.start_draft(procedure=ELECTION, bce_number=None, command_id=uuid4())


@pytest.fixture(scope="package")
def station(
    tmp_path_factory: pytest.TempPathFactory,
    package_keys: Keys,
    database_of: DatabaseOf,
    scanner_port: int,
    amqp_uri: str,
) -> Iterator[Station]:
    """The service as its own process; it serves all tests of this package."""
    directory = tmp_path_factory.mktemp("station")
    environment = make_environment(
        directory,
        package_keys,
        amqp_uri=amqp_uri,
        databases={"dossiers": database_of("dossiers")},
        ports={"scanner": scanner_port},
    )
    process = ServiceProcess(("dossiers",), environment, directory / "dossiers.log")
    process.start()
    with Station(process, package_keys, amqp_uri) as station:
        published = station.operate("publish-procedures")
        assert published.returncode == 0, published.stderr
        yield station
    process.kill()
