"""Node.js, npm, and what npm installs: once for each package-lock.json, below ``.cache``."""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.programs import CACHE, ProgramMissing


@functools.cache
def find_node() -> tuple[str, str]:
    """The programs of Node.js and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ProgramMissing(
            "npm brings oidc-provider, which the tests sign people in at, and Cerbos for a benchmark:"
            " install Node.js 20.12 or newer with npm (Debian: apt install nodejs npm)."
        )
    return node, npm


@functools.cache
def bring(name: str, locked: Path) -> Path:
    """The modules that ``package.json`` and ``package-lock.json`` of the directory ``locked`` name."""
    _, npm = find_node()
    digest = hashlib.sha256((locked / "package-lock.json").read_bytes()).hexdigest()[:16]
    modules = CACHE / name / digest / "node_modules"
    if not modules.exists():
        modules.parent.mkdir(parents=True, exist_ok=True)
        # Next to where it is to be, and put there whole: an installation that was cut off must not be taken for one.
        with tempfile.TemporaryDirectory(dir=CACHE / name) as begun:
            for file in ("package.json", "package-lock.json"):
                shutil.copy(locked / file, begun)
            command = [npm, "ci", "--engine-strict", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=begun, capture_output=True, text=True)
            if done.returncode != 0:
                raise ProgramMissing(
                    f"npm could not install {name}; npm's own settings say where packages come from:\n{done.stderr}"
                )
            (Path(begun) / "node_modules").rename(modules)
    return modules
