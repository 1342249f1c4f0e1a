"""A real RabbitMQ for tests: `AMQP_URI` if set, else a private node; never the development broker.

    def test_…(amqp_uri):             the one that the whole session shares; queues need names of their own
    def test_…(killable_rabbitmq):    another one, to kill() and start() again

A test that asks for `amqp_uri` only while it runs is marked `rabbitmq`, so that the node boots early for it too.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.bus import connect
from chassis.bus.topology import inbox_queue, parking, rpc_queue
from deploy.embedded.environment import WITH_DATABASE
from tests.programs.rabbitmq import LAST_RESORTS, NoRabbitMQ, bring, find_installed
from tests.support.rabbitmq.cluster import Cluster
from tests.support.rabbitmq.docker import DockerRabbitMQ
from tests.support.rabbitmq.node import RabbitMQ

SHARED = pytest.StashKey[RabbitMQ | DockerRabbitMQ]()


def start_rabbitmq(directory: Path) -> RabbitMQ | DockerRabbitMQ:
    """A ready node of its own, its files in `directory`; its caller ends it with `stop()`, `kill()` or `forget()`.

    Raises NoRabbitMQ where there is none and none can be brought.
    """
    node = _node(directory)
    node.start()
    return node


def _node(directory: Path) -> RabbitMQ | DockerRabbitMQ:
    if programs := bring():
        return RabbitMQ(programs, directory)
    if DockerRabbitMQ.is_available():
        return DockerRabbitMQ()
    raise NoRabbitMQ(f"No RabbitMQ for the tests: {LAST_RESORTS}.")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "rabbitmq: asks for the fixture amqp_uri while it runs")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin early: the node boots while the first tests, which do not need it, run."""
    wanted = any("amqp_uri" in _fixtures_of(item) or item.get_closest_marker("rabbitmq") for item in session.items)
    if wanted and not session.config.option.collectonly and not os.environ.get("AMQP_URI") and find_installed():
        _launch_shared(session.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if SHARED in config.stash:
        config.stash[SHARED].forget()


@pytest.fixture(scope="session")
def amqp_uri(pytestconfig: pytest.Config) -> str:
    """The address of a RabbitMQ that the whole session shares."""
    if uri := os.environ.get("AMQP_URI"):
        return uri
    if SHARED not in pytestconfig.stash:
        _launch_shared(pytestconfig)
    node = pytestconfig.stash[SHARED]
    node.wait_until_ready()
    return node.uri


@pytest.fixture
def nothing_waits(amqp_uri: str) -> None:
    """What earlier tests sent to services that they stopped is no event of this test's services."""
    with connect(amqp_uri, "test") as connection:
        channel = connection.channel()
        for service in WITH_DATABASE:
            for queue in (inbox_queue(service), parking(service), rpc_queue(service)):
                channel.queue_delete(queue)


@pytest.fixture(scope="module")
def killable_rabbitmq() -> Iterator[RabbitMQ | DockerRabbitMQ]:
    """A node of one's own, to be killed and started again; always private, whatever AMQP_URI says."""
    node = start_rabbitmq(_temporary_directory())
    yield node
    node.forget()


@pytest.fixture(scope="module")
def rabbitmq_cluster() -> Iterator[Cluster]:
    """Three nodes that are one broker; each may be killed and started again."""
    cluster = Cluster(_temporary_directory())
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.forget()


def _launch_shared(config: pytest.Config) -> None:
    config.stash[SHARED] = node = _node(_temporary_directory())
    node.launch()


def _temporary_directory() -> Path:
    return Path(tempfile.mkdtemp(prefix="rabbitmq-"))


def _fixtures_of(item: pytest.Item) -> list[str]:
    return getattr(item, "fixturenames", [])
