"""oidc-provider of npm, and what runs it."""

from __future__ import annotations

import functools
import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from tests.programs import CACHE, ProgramMissing

MODULES = CACHE / "oidc-provider"
LOCKED = Path(__file__).parents[1] / "integration/identity/certified"


@functools.cache
def find_node() -> tuple[str, str]:
    """The programs of Node.js and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise ProgramMissing(
            "The tests sign people in at oidc-provider, a program for Node.js:"
            " install Node.js 20.12 or newer with npm (Debian: apt install nodejs npm)."
        )
    return node, npm


@functools.cache
def bring() -> Path:
    """Its modules, brought once for each package-lock.json."""
    _, npm = find_node()
    locked = hashlib.sha256((LOCKED / "package-lock.json").read_bytes()).hexdigest()[:16]
    modules = MODULES / locked / "node_modules"
    if not modules.exists():
        modules.parent.mkdir(parents=True, exist_ok=True)
        # Next to where it is to be, and put there whole: an installation that was cut off must not be taken for one.
        with tempfile.TemporaryDirectory(dir=MODULES) as begun:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(LOCKED / name, begun)
            command = [npm, "ci", "--engine-strict", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=begun, capture_output=True, text=True)
            if done.returncode != 0:
                raise ProgramMissing(
                    "npm could not install oidc-provider, which the tests sign people in at;"
                    f" npm's own settings say where packages come from:\n{done.stderr}"
                )
            (Path(begun) / "node_modules").rename(modules)
    return modules
