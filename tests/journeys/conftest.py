import shutil
from pathlib import Path

import pytest

from tests.journeys.machine import Machine, free_first_port


@pytest.fixture(scope="module", params=["development broker", "RabbitMQ"])
def machine(request, tmp_path_factory):
    """Everything on one machine, on each of the two brokers."""
    directory: Path = tmp_path_factory.mktemp("machine")
    environment = {}
    if request.param == "RabbitMQ":
        environment["AMQP_URI"] = request.getfixturevalue("killable_rabbitmq").uri
    environment |= getattr(request.module, "ENVIRONMENT", {})
    machine = Machine(directory / "var", free_first_port(), environment)
    machine.start()
    yield machine
    status = machine.stop()
    failed = request.session.testsfailed
    if failed:
        shutil.copytree(directory, Path("var-of-failed-journey"), dirs_exist_ok=True)
    assert status == 0, machine.told
