"""Programs that judge what is deployed: kubectl, promtool, docker-compose, kubernetes-validate."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.structure.project import KUBERNETES, ROOT

BESIDE_PYTHON = Path(sys.executable).parent
CACHE = ROOT / ".cache/prometheus"


class ToolMissing(RuntimeError):
    """One sentence that says what to install."""


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
        raise ToolMissing("The manifests are rendered with kubectl 1.27 or newer: install it.")
    return Path(found)


@functools.cache
def promtool() -> Path:
    """Of the system; else from Debian's package prometheus, installed as root or unpacked below .cache."""
    found = _installed_promtool() or _install_promtool() or _unpack_promtool()
    if found is None:
        raise ToolMissing("The alert rules are checked with promtool: install Debian's package prometheus.")
    return found


def _installed_promtool() -> Path | None:
    found = shutil.which("promtool") or shutil.which("promtool", path=str(CACHE / "usr/bin"))
    return Path(found) if found else None


def _install_promtool() -> Path | None:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    apt = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    install = [*apt, "install", "-y", "--no-install-recommends", "prometheus"]
    # RUNLEVEL=1 is what invoke-rc.d reads to leave the package's own service alone.
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    if subprocess.run(install, env=quiet, capture_output=True).returncode != 0:
        subprocess.run([*apt, "update"], capture_output=True)
        subprocess.run(install, env=quiet, capture_output=True)
    return _installed_promtool()


def _unpack_promtool() -> Path | None:
    if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
        return None
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "-qq", "download", "prometheus"], cwd=CACHE, capture_output=True)
    for package in CACHE.glob("prometheus_*.deb"):
        subprocess.run(["dpkg", "-x", package.name, "."], cwd=CACHE, capture_output=True)
    return _installed_promtool()


@functools.cache
def rendered(overlay: str) -> tuple[dict[str, Any], ...]:
    """The manifests of an overlay, as kubectl makes them."""
    return tuple(yaml.safe_load_all(run(kubectl(), "kustomize", KUBERNETES / "overlays" / overlay)))


def of_kind(overlay: str, kind: str) -> dict[str, dict[str, Any]]:
    """{name: manifest}."""
    return {item["metadata"]["name"]: item for item in rendered(overlay) if item["kind"] == kind}
