"""A private RabbitMQ node: its own ports on 127.0.0.1, its own directory, its own epmd; ended by pid."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import amqp

from tests.support.rabbitmq.programs import Programs

READY_WITHIN = 120.0
STOPPED_WITHIN = 30.0
# Has the kernel kill the node with the session that began it, then becomes the node: the pid stays the same.
DIE_WITH_PARENT = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"

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

    def launch(self) -> None:
        """Begin to start, without waiting; call from the main thread: the node dies with the thread that began it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        (self.directory / "rabbitmq.conf").write_text(CONFIGURATION)
        # Left to itself, Erlang starts epmd as a daemon that outlives everybody.
        self._epmd = self._spawn(
            [str(self.programs.epmd), "-port", str(self._epmd_port), "-address", "127.0.0.1"], "epmd.log"
        )
        self._node = self._spawn([str(self.programs.server)], "output.log")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_WITHIN
        while not answers(self.uri):
            if self._node is None or self._node.poll() is not None:
                ending = self._tail()
                self.kill()
                raise RuntimeError(f"RabbitMQ ended while it started:\n{ending}")
            if time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"RabbitMQ was not ready after {READY_WITHIN:.0f} s:\n{self._tail()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End as an operator would: messages are written, clients are told."""
        if self._node is not None and self._node.poll() is None:
            self._node.send_signal(signal.SIGTERM)
            try:
                self._node.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                self.kill()
        self.kill()

    def kill(self) -> None:
        """End as a power cut would."""
        for started in (self._node, self._epmd):
            if started is not None:
                _kill_group(started)
        self._node = self._epmd = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def _spawn(self, command: Sequence[str], output: str) -> subprocess.Popen[bytes]:
        with open(self.directory / output, "ab") as log:
            return subprocess.Popen(
                [sys.executable, "-S", "-c", DIE_WITH_PARENT, *command],
                env=self._environment(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
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
            "RABBITMQ_NODENAME": f"test{self.port}@localhost",
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

    def _tail(self) -> str:
        logs = [self.directory / name for name in ("output.log", "rabbitmq.log")]
        return "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())


def answers(uri: str) -> bool:
    """Does a broker at this address accept a connection?"""
    host, port = uri.split("@")[-1].rstrip("/").split(":")
    try:
        connection = amqp.Connection(f"{host}:{port}", userid="guest", password="guest", connect_timeout=2)
        connection.connect()
        connection.close()
    except (OSError, amqp.AMQPError):
        return False
    return True


def free_ports(count: int) -> list[int]:
    """Ports below the range the kernel gives to outgoing connections, so that a restarted node finds its own again."""
    found: list[int] = []
    while len(found) < count:
        port = random.randrange(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found


def _kill_group(started: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        started.wait()


def forget(node: RabbitMQ) -> None:
    node.kill()
    shutil.rmtree(node.directory, ignore_errors=True)
