"""Programs that judge what is deployed: kubectl, docker-compose, kubernetes-validate."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.programs import ProgramMissing
from tests.structure.project import KUBERNETES, ROOT

BESIDE_PYTHON = Path(sys.executable).parent


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Its standard output. A warning is a failure: whatever it says on the other stream is an error too."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr.strip(), done.stderr
    return done.stdout


def in_environment(name: str) -> Path:
    """A program that came with a package of requirements.lock."""
    return BESIDE_PYTHON / name


def kubectl() -> Path:
    found = shutil.which("kubectl", path=f"{BESIDE_PYTHON}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    if found is None:
        raise ProgramMissing("The manifests are rendered with kubectl 1.27 or newer: install it.")
    return Path(found)


@functools.cache
def rendered(overlay: str) -> tuple[dict[str, Any], ...]:
    """The manifests of an overlay, as kubectl makes them."""
    return tuple(yaml.safe_load_all(run(kubectl(), "kustomize", KUBERNETES / "overlays" / overlay)))


def of_kind(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    """{name: manifest}."""
    return {item["metadata"]["name"]: item for item in rendered(overlay) if item["kind"] == kind}
