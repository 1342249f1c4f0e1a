"""A real RabbitMQ for tests: `AMQP_URI` if set, else a private node; never the development broker."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.rabbitmq.node import RabbitMQ, forget
from tests.support.rabbitmq.programs import LAST_RESORTS, NoRabbitMQ, find_installed, install, unpack

SHARED = pytest.StashKey[RabbitMQ]()


def start_rabbitmq(directory: Path) -> RabbitMQ:
    """A node of its own in `directory`, ready; its caller ends it with `stop()` or `kill()`."""
    node = _node(directory)
    node.start()
    return node


def _node(directory: Path) -> RabbitMQ:
    programs = find_installed() or install() or unpack()
    if programs is None:
        raise NoRabbitMQ(f"No RabbitMQ for the tests: {LAST_RESORTS}.")
    return RabbitMQ(programs, directory)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin early: the node boots while the first tests, which do not need it, run."""
    wanted = any("amqp_uri" in getattr(item, "fixturenames", ()) for item in session.items)
    if wanted and not session.config.option.collectonly and not os.environ.get("AMQP_URI") and find_installed():
        session.config.stash[SHARED] = node = _node(Path(tempfile.mkdtemp(prefix="rabbitmq-")))
        node.launch()


def pytest_unconfigure(config: pytest.Config) -> None:
    if SHARED in config.stash:
        forget(config.stash[SHARED])


@pytest.fixture(scope="session")
def amqp_uri(pytestconfig: pytest.Config) -> str:
    """The address of a RabbitMQ that the whole session shares."""
    if uri := os.environ.get("AMQP_URI"):
        return uri
    if SHARED not in pytestconfig.stash:
        pytestconfig.stash[SHARED] = node = _node(Path(tempfile.mkdtemp(prefix="rabbitmq-")))
        node.launch()
    node = pytestconfig.stash[SHARED]
    node.wait_until_ready()
    return node.uri


@pytest.fixture(scope="module")
def killable_rabbitmq() -> Iterator[RabbitMQ]:
    """A node of one's own, to be killed and started again; always private, whatever AMQP_URI says."""
    node = start_rabbitmq(Path(tempfile.mkdtemp(prefix="rabbitmq-")))
    yield node
    forget(node)
