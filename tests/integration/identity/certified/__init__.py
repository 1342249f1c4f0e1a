"""oidc-provider of npm, which the OpenID Foundation certified: a provider that knows nothing of this project.

Whoever comes is who the test says she is; see provider.mjs.
"""

from __future__ import annotations

import functools
import hashlib
import json
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import requests
from joserfc.jwk import ECKey, Key, RSAKey

from deploy.embedded.children import start_child
from deploy.embedded.ports import free_port, wait_until
from tests.support.processes import ROOT

HERE = Path(__file__).parent
CACHE = ROOT / ".cache/oidc-provider"
# Where the portal is reached again: after signing in, after signing out.
CALLBACK = "https://portal.example.org/back"
WELCOME = "https://portal.example.org/"
# Of characters that must be encoded before they go into a header (RFC 6749, 2.3.1).
CLIENT_SECRET = "50% + 7/8 & more: a secret"
CLIENTS = {
    "signed": {"userinfo_signed_response_alg": "RS256"},
    "plain": {},
    "elliptic": {"userinfo_signed_response_alg": "ES256", "id_token_signed_response_alg": "ES256"},
}


class NodeMissing(RuntimeError):
    """A sentence that says what to install."""


@functools.cache
def find_node() -> tuple[str, str]:
    """The programs of Node.js and npm."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise NodeMissing(
            "The tests sign people in at oidc-provider, a program for Node.js:"
            " install Node.js 20.12 or newer with npm (Debian: apt install nodejs npm)."
        )
    return node, npm


@functools.cache
def install() -> Path:
    """Its modules, brought once for each package-lock.json."""
    _, npm = find_node()
    locked = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()[:16]
    modules = CACHE / locked / "node_modules"
    if not modules.exists():
        modules.parent.mkdir(parents=True, exist_ok=True)
        # Next to where it is to be, and put there whole: an installation that was cut off must not be taken for one.
        with tempfile.TemporaryDirectory(dir=CACHE) as begun:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, begun)
            command = [npm, "ci", "--engine-strict", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=begun, capture_output=True, text=True)
            if done.returncode != 0:
                raise NodeMissing(
                    "npm could not install oidc-provider, which the tests sign people in at;"
                    f" npm's own settings say where packages come from:\n{done.stderr}"
                )
            (Path(begun) / "node_modules").rename(modules)
    return modules


def new_keys() -> list[Key]:
    """For what it signs: one of each kind that its clients ask for."""
    return [RSAKey.generate_key(2048, {"use": "sig"}), ECKey.generate_key("P-256", {"use": "sig"})]


class CertifiedProvider:
    """Forgets everything when it stops, but not its keys."""

    def __init__(self, directory: Path) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.keys = new_keys()
        self._log = directory / "provider.log"
        self._configuration = directory / "configuration.json"
        # Modules are looked for beside the program.
        self._program = Path(shutil.copy(HERE / "provider.mjs", directory))
        (directory / "node_modules").symlink_to(install())
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._configuration.write_text(json.dumps(self._configured()))
        node, _ = find_node()
        command = [node, str(self._program), str(self._configuration)]
        child = start_child(command, log=self._log, environment={}, when_parent_dies=signal.SIGKILL)
        self._child = child
        wait_until(lambda: self._is_ready() or child.poll() is not None, seconds=60, what="oidc-provider to answer")
        assert child.poll() is None, self._log.read_text()

    def stop(self) -> None:
        assert self._child is not None
        self._child.terminate()
        self._child.wait(timeout=60)

    def _is_ready(self) -> bool:
        try:
            return requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5).ok
        except requests.RequestException:
            return False

    def _configured(self) -> dict[str, Any]:
        common = {
            "client_secret": CLIENT_SECRET,
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [WELCOME],
        }
        return {
            "port": self.port,
            "jwks": {"keys": [key.as_dict(private=True) for key in self.keys]},
            "clients": [{"client_id": name} | common | its_own for name, its_own in CLIENTS.items()],
        }
