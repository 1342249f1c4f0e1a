import os
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from deploy.embedded.parts import OFFSETS
from deploy.embedded.ports import free_first_port
from tests.journeys.eyes import Eyes
from tests.journeys.machine import Machine

# A story shows at least so many pages; fewer means that nobody looked.
FEWEST_PAGES = 10


def pytest_generate_tests(metafunc):
    if "machine" in metafunc.fixturenames:
        metafunc.parametrize("machine", metafunc.module.BROKERS, indirect=True, scope="module")


@pytest.fixture(scope="module")
def machine(request, tmp_path_factory):
    """Everything on one machine, on each of the ``BROKERS`` of the story; what differs between them is shown by
    tests/contracts/broker. On the first, the pages of a ``LOOKED_AT`` story are looked
    at too: pictures go to PICTURES, if it is set, and what is wrong with a page is told when the story has ended."""
    directory: Path = tmp_path_factory.mktemp("machine")
    environment = dict(getattr(request.module, "ENVIRONMENT", {}))
    with ExitStack() as until_the_end:
        machine = Machine(directory / "var", free_first_port(OFFSETS.values()), environment)
        eyes = None
        if request.param == "RabbitMQ":
            environment["AMQP_URI"] = request.getfixturevalue("killable_rabbitmq").uri
        if getattr(request.module, "LOOKED_AT", False) and request.param == request.module.BROKERS[0]:
            pictures = Path(os.environ["PICTURES"]) / request.module.__name__ if "PICTURES" in os.environ else None
            eyes = Eyes.open(until_the_end.enter_context(sync_playwright()), pictures)
            machine.look = eyes.look
        machine.start()
        yield machine
        status = machine.stop()
    assert status == 0, machine.told
    if eyes is not None:
        assert not eyes.faults, "\n".join(eyes.faults)
        assert len(eyes.seen) >= FEWEST_PAGES
