"""Three private RabbitMQ nodes that are one broker, each of which can be killed and started again."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from pathlib import Path

from tests.programs.rabbitmq import LAST_RESORTS, NoRabbitMQ, Programs, bring
from tests.support.rabbitmq.node import CONFIGURATION, RabbitMQ

SIZE = 3
# As in production: who cannot see the majority stops, rather than going on alone.
CLUSTERED = """\
cluster_partition_handling = pause_minority
cluster_formation.peer_discovery_backend = classic_config
"""


class ClusterNode(RabbitMQ):
    """It outlives no epmd: that one belongs to all."""

    def __init__(self, programs: Programs, directory: Path, *, epmd_port: int, cookie: str) -> None:
        super().__init__(programs, directory)
        self._epmd_port = epmd_port
        self._cookie = cookie
        self.peers: list[str] = []

    def launch(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        cookie = self.directory / ".erlang.cookie"
        if not cookie.exists():
            cookie.write_text(self._cookie)
            cookie.chmod(0o400)
        super().launch()

    def _configuration(self) -> str:
        lines = [f"cluster_formation.classic_config.nodes.{n} = {name}" for n, name in enumerate(self.peers, 1)]
        return CONFIGURATION + CLUSTERED + "\n".join(lines) + "\n"

    def _launch_epmd(self) -> None:
        return None


class Cluster:
    def __init__(self, directory: Path) -> None:
        programs = bring()
        if programs is None:
            raise NoRabbitMQ(f"No RabbitMQ for the tests: {LAST_RESORTS}.")
        self._directory = directory
        # A node that never runs lends its epmd and its port for it.
        self._first = RabbitMQ(programs, directory / "epmd")
        cookie = secrets.token_hex(16)
        self.nodes = [
            ClusterNode(programs, directory / str(number), epmd_port=self._first._epmd_port, cookie=cookie)
            for number in range(SIZE)
        ]
        for node in self.nodes:
            node.peers = [each.name for each in self.nodes]
        self._epmd: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._first.directory.mkdir(parents=True)
        self._epmd = self._first._launch_epmd()
        for node in self.nodes:
            node.launch()
        for node in self.nodes:
            node.wait_until_ready()
        self.nodes[0].control("await_online_nodes", str(SIZE))

    def uri(self, first: int) -> str:
        """The addresses of all, that of node ``first`` (0 to 2) first."""
        return ";".join(self.nodes[(first + offset) % SIZE].uri for offset in range(SIZE))

    def leader_of(self, queue: str) -> ClusterNode:
        """The node that a queue is led by, or where it lives when it is a classic one."""
        running = next(node for node in self.nodes if node.is_running)
        lines = running.control("--quiet", "list_queues", "--no-table-headers", "name", "pid").splitlines()
        pids = dict(line.split("\t") for line in lines)
        return next(node for node in self.nodes if node.name in pids[queue])

    def forget(self) -> None:
        for node in self.nodes:
            node.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
        shutil.rmtree(self._directory, ignore_errors=True)
