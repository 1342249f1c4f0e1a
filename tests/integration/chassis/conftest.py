import pytest

from tests.integration.chassis.ledger import Ledger


@pytest.fixture
def ledger(empty_database):
    runtime = Ledger(empty_database())
    yield runtime
    runtime.engine.dispose()
