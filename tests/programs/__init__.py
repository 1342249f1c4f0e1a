"""Programs that the tests need and no package of Python carries. Standard library only: ``python -m tests.programs``
brings them while the virtual environment is made."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache"


class ProgramMissing(RuntimeError):
    """One sentence that says what to install."""


def apt_install(*packages: str) -> bool:
    """As root, without starting the services that packages bring; False where that cannot be."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    # RUNLEVEL=1 is what invoke-rc.d reads to leave a service alone.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    return succeeds(install, env=quiet) or (succeeds([*apt, "update"]) and succeeds(install, env=quiet))


def succeeds(command: list[str], **options: object) -> bool:
    return subprocess.run(command, capture_output=True, **options).returncode == 0  # type: ignore[call-overload, no-any-return]
