"""promtool, which judges the alert rules."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from tests.programs import CACHE, ProgramMissing, apt_install

UNPACKED = CACHE / "prometheus"


def find() -> Path | None:
    found = shutil.which("promtool") or shutil.which("promtool", path=str(UNPACKED / "usr/bin"))
    return Path(found) if found else None


def bring() -> Path:
    """Of the system; else from Debian's package prometheus, installed as root or unpacked below .cache."""
    found = find() or (find() if apt_install("prometheus") else None) or _unpack()
    if found is None:
        raise ProgramMissing("The alert rules are checked with promtool: install Debian's package prometheus.")
    return found


def _unpack() -> Path | None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    UNPACKED.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-qq", "download", "prometheus"], cwd=UNPACKED, capture_output=True)
    for package in UNPACKED.glob("prometheus_*.deb"):
        subprocess.run(["dpkg", "-x", package.name, "."], cwd=UNPACKED, capture_output=True)
    return find()
