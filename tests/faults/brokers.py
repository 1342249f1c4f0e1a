"""The RabbitMQ of a run: a private node, which may be killed; ``RABBITMQ_BIN`` names another version."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

from chassis.bus import connect
from deploy.rabbitmq import definitions
from tests.programs.rabbitmq import LAST_RESORTS, NoRabbitMQ, bring
from tests.support.rabbitmq.node import RabbitMQ

# Its owner may do anything; the rig forges messages with it, which no service's own user could send.
ADMINISTRATOR = "guest"


class PrivateNode(RabbitMQ):
    def __init__(self, directory: Path) -> None:
        programs = bring()
        if programs is None:
            raise NoRabbitMQ(f"No RabbitMQ for the run: {LAST_RESORTS}.")
        super().__init__(programs, directory)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        assert self._node is not None
        os.killpg(self._node.pid, number)

    def order(self, *arguments: str) -> subprocess.Popen[str]:
        """``rabbitmqctl`` with these arguments, begun."""
        program = self.programs.server.with_name("rabbitmqctl")
        return subprocess.Popen(
            [str(program), "--node", self.name, *arguments],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def let_in_one_user_each(node: PrivateNode, directory: Path) -> None:
    """As in production: each service with a user of its own, who may write in its own name alone."""
    passwords, made = directory / "passwords", directory / "definitions.json"
    passwords.mkdir()
    for user in definitions.USERS:
        (passwords / user).write_text(password_of(user))
    made.write_text(definitions.text(definitions.build(passwords)))
    node.control("import_definitions", str(made))
    node.control("set_permissions", "-p", definitions.VHOST, ADMINISTRATOR, ".*", ".*", ".*")


def version_of(node: PrivateNode) -> str:
    with connect(node.uri, "faults") as connection:
        return str(connection.server_properties["version"])


def password_of(user: str) -> str:
    return f"password-of-{user}"


def uri_for(node: PrivateNode, user: str) -> str:
    """The address for one user, in the virtual host of the services."""
    place = node.uri.rpartition("@")[2].split("/")[0]
    password = ADMINISTRATOR if user == ADMINISTRATOR else password_of(user)
    return f"amqp://{user}:{password}@{place}/{definitions.VHOST}"
