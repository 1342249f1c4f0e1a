"""The virtual environment of the peers that are no dependency of the project: Celery, FastStream, pycasbin; py-spy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.ground import ROOT

ENVIRONMENT = ROOT / ".venv-bench"
MADE = ENVIRONMENT / ".locked"
LOCK = Path(__file__).parent / "requirements.lock"


def bring() -> Path:
    """The Python of ``.venv-bench``, made from ``bench/requirements.lock`` when it is missing or the lock is newer."""
    python = ENVIRONMENT / "bin" / "python"
    if not _is_made():
        print(f"Installing the peers into {ENVIRONMENT.name}: half a minute, once.", flush=True)
        _run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)])
        _run([str(python), "-m", "pip", "install", "-qq", "--require-hashes", "-r", str(LOCK)])
        MADE.touch()
    return python


def versions() -> dict[str, str]:
    """Of what is measured beside ours: {package: version}; none where no benchmark needed them yet."""
    if not _is_made():
        return {}
    names = ("celery", "faststream", "aio-pika", "kombu", "psycopg", "casbin")
    code = f"import importlib.metadata as m; print(*[m.version(n) for n in {names!r}])"
    told = subprocess.run([str(bring()), "-c", code], check=True, capture_output=True, text=True).stdout.split()
    return dict(zip(names, told, strict=True))


def _is_made() -> bool:
    return MADE.exists() and MADE.stat().st_mtime >= LOCK.stat().st_mtime


def _run(command: list[str]) -> None:
    # What the project itself lists as its packages' place must not decide for the peers.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, env=environment)
