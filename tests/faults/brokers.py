"""The RabbitMQ of a run: a private node of this machine, or another that two commands kill and start."""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from chassis.bus import connect
from deploy.embedded.ports import wait_until
from deploy.rabbitmq import definitions
from tests.support.rabbitmq.node import READY_WITHIN, RabbitMQ, answers_amqp
from tests.support.rabbitmq.programs import LAST_RESORTS, NoRabbitMQ, find_installed, install, unpack

CONTROLLED_WITHIN = 120  # seconds

# Its owner may do anything; the rig forges messages with it, which no service's own user could send.
ADMINISTRATOR = "guest"


class Node(Protocol):
    """``uri``: of its administrator, guest."""

    uri: str

    def start(self) -> None: ...

    def launch(self) -> None:
        """Begin to start, without waiting."""

    def stop(self) -> None: ...

    def kill(self) -> None: ...

    def order(self, *arguments: str, given: str | None = None) -> subprocess.Popen[str]:
        """``rabbitmqctl`` with these arguments, begun; ``given`` is its standard input."""

    def forget(self) -> None: ...


class PrivateNode(RabbitMQ):
    def __init__(self, directory: Path) -> None:
        programs = find_installed() or install() or unpack()
        if programs is None:
            raise NoRabbitMQ(f"No RabbitMQ for the run: {LAST_RESORTS}.")
        super().__init__(programs, directory)

    def order(self, *arguments: str, given: str | None = None) -> subprocess.Popen[str]:
        environment = self._environment()
        program = self.programs.server.with_name("rabbitmqctl")
        return _begin([str(program), "--node", environment["RABBITMQ_NODENAME"], *arguments], given, environment)


@dataclass
class CommandedNode:
    """A node that somebody else set up; ``control_command`` is its rabbitmqctl with what must stand before."""

    uri: str
    start_command: str
    kill_command: str
    stop_command: str
    control_command: str

    def start(self) -> None:
        self.launch()
        wait_until(lambda: answers_amqp(self.uri), seconds=READY_WITHIN, what="RabbitMQ to be ready", every=0.2)

    def launch(self) -> None:
        subprocess.run(self.start_command, shell=True, check=True)

    def stop(self) -> None:
        subprocess.run(self.stop_command, shell=True, check=True)

    def kill(self) -> None:
        subprocess.run(self.kill_command, shell=True, check=True)

    def order(self, *arguments: str, given: str | None = None) -> subprocess.Popen[str]:
        return _begin([*shlex.split(self.control_command), *arguments], given)

    def forget(self) -> None:
        self.kill()


def let_in_one_user_each(node: Node, passwords: Path) -> None:
    """As in production: each service with a user of its own, who may write in its own name alone."""
    passwords.mkdir()
    for user in definitions.USERS:
        (passwords / user).write_text(password_of(user))
    made = definitions.text(definitions.build(passwords))
    _finish(node.order("import_definitions", given=made))
    _finish(node.order("set_permissions", "-p", definitions.VHOST, ADMINISTRATOR, ".*", ".*", ".*"))


def version_of(node: Node) -> str:
    with connect(node.uri, "faults") as connection:
        return str(connection.server_properties["version"])


def password_of(user: str) -> str:
    return f"password-of-{user}"


def uri_for(node: Node, user: str) -> str:
    """The address for one user, in the virtual host of the services."""
    place = node.uri.rpartition("@")[2].split("/")[0]
    password = ADMINISTRATOR if user == ADMINISTRATOR else password_of(user)
    return f"amqp://{user}:{password}@{place}/{definitions.VHOST}"


def _begin(command: list[str], given: str | None, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    begun = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE if given is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if given is not None:
        assert begun.stdin is not None
        begun.stdin.write(given)
        begun.stdin.close()
        begun.stdin = None
    return begun


def _finish(begun: subprocess.Popen[str]) -> str:
    told, complaint = begun.communicate(timeout=CONTROLLED_WITHIN)
    if begun.returncode:
        raise RuntimeError(f"rabbitmqctl: {told}{complaint}")
    return told
