"""The service on a real database; its commands and queries are called as the doors do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.runtime import Runtime, build_runtime
from deploy.embedded.keys import Keys
from services.delegation.domain.enterprise_mandates import EnterpriseMandate
from services.delegation.service import DelegationService
from services.delegation.settings import DelegationSettings
from tests.integration.delegation.bank import Bank
from tests.integration.delegation.office import Office
from tests.integration.delegation.station import Station
from tests.support.engines import LendEngine
from tests.support.postgres import DatabaseOf
from tests.support.processes import ServiceEnvironment, ServiceProcess, make_environment
from tests.unit.delegation.builders import COMMUNE, DAVID, GILLES


@pytest.fixture
def runtime(service_environment: ServiceEnvironment, database_of: DatabaseOf, lend_engine: LendEngine) -> Runtime:
    environment = service_environment(
        amqp_uri="amqp://guest:guest@127.0.0.1:1", databases={"delegation": database_of("delegation")}
    )
    runtime = build_runtime(DelegationService, DelegationSettings.load(environment))
    lend_engine(runtime)
    return runtime


@pytest.fixture
def office(runtime: Runtime, keys: Keys) -> Office:
    """The Ateliers are registered, with Bernard and Chantal as access managers; the Commune without."""
    office = Office(runtime, keys)
    office.open()
    return office


@pytest.fixture
def chain(office: Office) -> EnterpriseMandate:
    """The Ateliers have the Commune act for them, where Gilles is access manager and David works."""
    office.designate(GILLES, bce_number=COMMUNE)
    office.accept(office.request_role("contributor", by=DAVID, bce_number=COMMUNE), by=GILLES)
    return office.mandate_office()


@pytest.fixture
def bank(runtime: Runtime, tmp_path: Path) -> Bank:
    return Bank(runtime, tmp_path)


@pytest.fixture(scope="package")
def station(tmp_path_factory: pytest.TempPathFactory, database_of: DatabaseOf, amqp_uri: str) -> Iterator[Station]:
    """The service as its own process; it serves all tests of this package."""
    directory = tmp_path_factory.mktemp("delegation")
    keys = Keys(directory / "keys")
    environment = make_environment(
        directory, keys, amqp_uri=amqp_uri, databases={"delegation": database_of("delegation")}
    )
    process = ServiceProcess(("delegation",), environment, directory / "delegation.log")
    process.start()
    with Station(process, keys, amqp_uri) as station:
        yield station
    process.stop()
