"""RabbitMQ in a container, for machines that have Docker and nothing else."""

import subprocess

from deploy.embedded.ports import free_port, wait_until
from tests.programs.rabbitmq import has_docker
from tests.support.rabbitmq.node import READY_WITHIN, answers_amqp

IMAGE = "rabbitmq:4"


class DockerRabbitMQ:
    """Behaves as RabbitMQ of `node`; what it keeps lives in the container."""

    def __init__(self) -> None:
        self.port = free_port()
        self.uri = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._name = f"mon-espace-tests-{self.port}"
        self._exists = False

    @staticmethod
    def is_available() -> bool:
        return has_docker()

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        if self._exists:
            _docker("start", self._name)
        else:
            _docker("run", "--detach", "--name", self._name, "--publish", f"127.0.0.1:{self.port}:5672", IMAGE)
            self._exists = True

    def wait_until_ready(self) -> None:
        wait_until(lambda: answers_amqp(self.uri), seconds=READY_WITHIN, what=f"{IMAGE} to be ready", every=0.2)

    def stop(self) -> None:
        _docker("stop", self._name)

    def kill(self) -> None:
        _docker("kill", self._name)

    def restart(self) -> None:
        self.stop()
        self.start()

    def control(self, *arguments: str) -> str:
        command = ["docker", "exec", self._name, "rabbitmqctl", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def forget(self) -> None:
        if self._exists:
            _docker("rm", "--force", "--volumes", self._name)


def _docker(*arguments: str) -> None:
    subprocess.run(["docker", *arguments], check=True, capture_output=True)
