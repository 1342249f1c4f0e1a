"""Where RabbitMQ's programs are: installed, or brought here with apt.

``RABBITMQ_BIN`` names a directory with another ``rabbitmq-server`` and its ``rabbitmqctl``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.programs import CACHE, ProgramMissing, apt_install, succeeds

UNPACKED = CACHE / "rabbitmq"
# Debian's /usr/sbin/rabbitmq-server insists on root or the user rabbitmq: the script behind it does not.
SERVERS = ("usr/lib/rabbitmq/bin/rabbitmq-server", "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
LAST_RESORTS = "install the package rabbitmq-server, set AMQP_URI to a RabbitMQ you may use, or start Docker"


class NoRabbitMQ(ProgramMissing):
    """There is none and none could be brought; the message says what to do."""


@dataclass(frozen=True)
class Programs:
    server: Path
    erl: Path
    epmd: Path


def find_installed(root: Path = Path("/")) -> Programs | None:
    """The programs of Debian's layout below `root`, or of any other packaging on the PATH."""
    servers = [found for pattern in SERVERS for found in sorted(root.glob(pattern))]
    if root == Path("/") and (chosen := os.environ.get("RABBITMQ_BIN")):
        servers.insert(0, _server_in(Path(chosen)))
    on_path = shutil.which("rabbitmq-server") if root == Path("/") else None
    if on_path and not on_path.startswith("/usr/sbin"):
        servers.append(Path(on_path))
    erlang = root / "usr/lib/erlang/bin"
    erl = erlang / "erl" if (erlang / "erl").exists() else Path(shutil.which("erl") or "/nowhere")
    epmd = erl.resolve().parent / "epmd"
    if not servers or not erl.exists() or not epmd.exists():
        return None
    return Programs(server=servers[0], erl=erl.resolve(), epmd=epmd)


def _server_in(directory: Path) -> Path:
    server = directory.resolve() / "rabbitmq-server"
    if not os.access(server, os.X_OK) or not os.access(server.with_name("rabbitmqctl"), os.X_OK):
        raise NoRabbitMQ(f"RABBITMQ_BIN: there are no programs rabbitmq-server and rabbitmqctl in {directory}")
    return server


def bring() -> Programs | None:
    """Installed, or brought with apt; None where neither can be."""
    return find_installed() or (find_installed() if apt_install("rabbitmq-server") else None) or unpack()


def has_docker() -> bool:
    return shutil.which("docker") is not None and succeeds(["docker", "info"])


def unpack(directory: Path = UNPACKED) -> Programs | None:
    """From the distribution's packages, without installing them; None where that cannot be."""
    root = directory / "root"
    if found := find_installed(root):
        return found
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    packages = directory / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    if not _download(packages, []):
        own_lists = _own_lists(directory)
        succeeds(["apt-get", "-qq", *own_lists, "update"])
        if not _download(packages, own_lists):
            return None
    # What was interrupted half-way must not look whole the next time.
    part = directory / "part"
    shutil.rmtree(part, ignore_errors=True)
    for package in sorted(packages.glob("*.deb")):
        if not succeeds(["dpkg", "-x", str(package), str(part)]):
            return None
    for script in part.glob("usr/lib/erlang/bin/erl"):
        # Erlang's start script names the place it was packaged for.
        script.write_text(script.read_text().replace("=/usr/lib/erlang", f"={root}/usr/lib/erlang"))
    part.rename(root)
    return find_installed(root)


def _download(packages: Path, options: list[str]) -> bool:
    recurse = ["--recurse", "--no-recommends", "--no-suggests", "--no-conflicts", "--no-breaks", "--no-replaces"]
    closure = subprocess.run(
        ["apt-cache", *options, "depends", *recurse, "--no-enhances", "rabbitmq-server"], capture_output=True, text=True
    )
    names = set(re.findall(r"^(erlang-[a-z0-9-]+|rabbitmq-server)$", closure.stdout, re.MULTILINE))
    return bool(names) and succeeds(["apt-get", "-qq", *options, "download", *sorted(names)], cwd=packages)


def _own_lists(directory: Path) -> list[str]:
    """Options that let an ordinary user read fresh package lists, where the machine's own are empty or old."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    return ["-o", f"Dir::State::lists={directory / 'lists'}", "-o", f"Dir::Cache={directory / 'cache'}"]
