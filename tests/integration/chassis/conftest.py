import pytest

from chassis.audit import TrailSigner
from deploy.embedded.keys import Keys
from tests.integration.chassis.ledger import Ledger


@pytest.fixture
def ledger(empty_database, tmp_path):
    runtime = Ledger(empty_database())
    runtime.trail_signer = TrailSigner(runtime.name, Keys(tmp_path / "keys").audit_key_file("identity"))
    yield runtime
    runtime.engine.dispose()
