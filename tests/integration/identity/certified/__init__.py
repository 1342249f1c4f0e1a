"""oidc-provider of npm, which the OpenID Foundation certified: a provider that knows nothing of this project.

Whoever comes is who the test says she is; see provider.mjs.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import requests
from joserfc.jwk import ECKey, Key, RSAKey

from deploy.embedded.children import start_child
from deploy.embedded.ports import free_port, wait_until
from tests.programs import npm, oidc_provider

HERE = Path(__file__).parent
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
        (directory / "node_modules").symlink_to(oidc_provider.bring())
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._configuration.write_text(json.dumps(self._configured()))
        node, _ = npm.find_node()
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
