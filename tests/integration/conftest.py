"""What tests across services share."""

from __future__ import annotations

import pytest

from tests.integration.listened_to import ListenedTo


@pytest.fixture
def installation(nothing_waits, service_environment, amqp_uri, database_of, keys, neighbours):
    databases = {name: database_of(name) for name in ("identity", "delegation", "notifications")}
    environment = service_environment(amqp_uri=amqp_uri, databases=databases, ports=neighbours.ports)
    installation = ListenedTo(environment, databases, keys, neighbours)
    installation.rpc.start(60)
    yield installation
    installation.rpc.stop()
