"""Cerbos, the policy decision point, as npm brings it; what it decides by is in ``policies``."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.embedded.children import start_child
from deploy.embedded.ports import free_port, wait_until
from tests.programs import npm

HERE = Path(__file__).parent
PACKAGE = "@cerbos/cerbos-linux-x64"


def version() -> str:
    locked: dict[str, Any] = json.loads((HERE / "package-lock.json").read_text())
    return str(locked["packages"][f"node_modules/{PACKAGE}"]["version"])


@contextmanager
def serving(directory: Path) -> Iterator[tuple[str, int]]:
    """The address of its HTTP API, and its process."""
    port = free_port()
    url, log = f"http://127.0.0.1:{port}", directory / "cerbos.log"
    configuration = directory / "cerbos.json"
    configuration.write_text(json.dumps(_configured(port)))
    command = [str(_program()), "server", f"--config={configuration}", "--log-level=error"]
    child = start_child(command, log=log, environment={}, when_parent_dies=signal.SIGKILL)
    try:
        wait_until(lambda: _is_ready(url) or child.poll() is not None, seconds=60, what="Cerbos to answer")
        if child.poll() is not None:
            raise RuntimeError(f"Cerbos ended:\n{log.read_text()[-4000:]}")
        yield url, child.pid
    finally:
        child.terminate()
        try:
            child.wait(timeout=15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _program() -> Path:
    return npm.bring("cerbos", HERE) / PACKAGE / "cerbos-linux-x64"


def _configured(port: int) -> dict[str, Any]:
    """JSON is YAML too."""
    return {
        "server": {"httpListenAddr": f"127.0.0.1:{port}", "grpcListenAddr": f"127.0.0.1:{free_port()}"},
        "storage": {"driver": "disk", "disk": {"directory": str(HERE / "policies"), "watchForChanges": False}},
        "telemetry": {"disabled": True},
    }


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cerbos/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
