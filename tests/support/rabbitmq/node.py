"""A private RabbitMQ node: its own ports on 127.0.0.1, its own directory, its own epmd; ended by pid."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import amqp

from deploy.embedded.children import start_child
from deploy.embedded.ports import free_ports, wait_until
from tests.programs.rabbitmq import Programs

READY_WITHIN = 120.0
STOPPED_WITHIN = 120.0

CONFIGURATION = """\
disk_free_limit.absolute = 10MB
heartbeat = 60
log.file.level = warning
"""


class RabbitMQ:
    """One node. After `kill()` or `stop()`, `start()` brings it back on the same port with what it had kept."""

    def __init__(self, programs: Programs, directory: Path) -> None:
        self.programs = programs
        self.directory = directory
        self.port, self._distribution_port, self._epmd_port = free_ports(3)
        self.uri = f"amqp://guest:guest@127.0.0.1:{self.port}//"
        self._epmd: subprocess.Popen[bytes] | None = None
        self._node: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    @property
    def name(self) -> str:
        # By address: not every container can resolve localhost.
        return f"test{self.port}@127.0.0.1"

    @property
    def is_running(self) -> bool:
        return self._node is not None and self._node.poll() is None

    def launch(self) -> None:
        """Begin to start, without waiting; call from the main thread: the node dies with the thread that began it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "rabbitmq.conf").write_text(self._configuration())
        self._epmd = self._launch_epmd()
        self._node = self._start_child([str(self.programs.server)], "output.log")

    def wait_until_ready(self) -> None:
        def settled() -> bool:
            return self._node is None or self._node.poll() is not None or answers_amqp(self.uri)

        try:
            wait_until(settled, seconds=READY_WITHIN, what="RabbitMQ to be ready", every=0.1)
        except TimeoutError as late:
            self.kill()
            raise RuntimeError(f"{late}\n{self._told()}") from late
        if self._node is None or self._node.poll() is not None:
            self.kill()
            raise RuntimeError(f"RabbitMQ ended while it started:\n{self._told()}")

    def stop(self) -> None:
        """End as an operator would: messages are written, clients are told."""
        if self._node is not None:
            self._node.send_signal(signal.SIGTERM)
            try:
                self._node.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()
        self.kill()

    def kill(self) -> None:
        """End as a power cut would."""
        for child in (self._node, self._epmd):
            if child is not None:
                _kill_group(child)
        self._node = self._epmd = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def control(self, *arguments: str) -> str:
        """What ``rabbitmqctl`` answers on this node."""
        command = [str(self.programs.server.with_name("rabbitmqctl")), "--node", self.name]
        done = subprocess.run(
            [*command, *arguments], env=self._environment(), capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def forget(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _configuration(self) -> str:
        return CONFIGURATION

    def _launch_epmd(self) -> "subprocess.Popen[bytes] | None":
        # Left to itself, Erlang starts epmd as a daemon that outlives everybody.
        epmd = [str(self.programs.epmd), "-port", str(self._epmd_port), "-address", "127.0.0.1"]
        return self._start_child(epmd, "epmd.log")

    def _start_child(self, command: list[str], log: str) -> "subprocess.Popen[bytes]":
        return start_child(
            command, log=self.directory / log, environment=self._environment(), when_parent_dies=signal.SIGKILL
        )

    def _environment(self) -> dict[str, str]:
        directory = self.directory
        return {
            "PATH": os.pathsep.join([str(self.programs.erl.parent), os.environ.get("PATH", os.defpath)]),
            "LANG": "C.UTF-8",
            "HOME": str(directory),
            "TMPDIR": str(directory),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": str(directory / "erl_crash.dump"),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,
            "RABBITMQ_CONFIG_FILE": str(directory / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(directory / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(directory / "enabled_plugins"),
            "RABBITMQ_USE_LONGNAME": "true",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_BASE": str(directory),
            "RABBITMQ_MNESIA_BASE": str(directory / "mnesia"),
            "RABBITMQ_LOG_BASE": str(directory),
            "RABBITMQ_LOGS": str(directory / "rabbitmq.log"),
            "RABBITMQ_PID_FILE": str(directory / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            # Makes the script exec Erlang in its place, so that the pid we hold is the node's.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _told(self) -> str:
        logs = [self.directory / name for name in ("output.log", "rabbitmq.log")]
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())


def answers_amqp(uri: str) -> bool:
    """A broker at this address accepts a connection."""
    host = uri.split("@")[-1].rstrip("/")
    try:
        connection = amqp.Connection(host, userid="guest", password="guest", connect_timeout=2)
        connection.connect()
        connection.close()
    except (OSError, amqp.AMQPError):
        return False
    return True


def _kill_group(child: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        child.wait()
