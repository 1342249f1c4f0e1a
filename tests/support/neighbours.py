"""The stand-ins for CSAM, the National Register and the virus scanner, as their real process."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from deploy.embedded.cast import Person
from deploy.embedded.children import start_child
from deploy.embedded.keys import Keys
from deploy.embedded.ports import answers, free_ports, wait_until
from tests.support.processes import ROOT


class Neighbours:
    """``ports``: as ``service_environment`` takes them; the portal's is the one that CSAM sends people back to."""

    def __init__(self, directory: Path, keys: Keys, *, now: datetime | None = None) -> None:
        names = ("csam", "register", "scanner", "portal")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.csam_url = f"http://127.0.0.1:{self.ports['csam']}"
        self.register_url = f"http://127.0.0.1:{self.ports['register']}"
        self.portal_url = f"http://127.0.0.1:{self.ports['portal']}"
        self.client_secret = keys.secret("csam-client-secret")
        self._keys = keys
        self._log = directory / "neighbours.log"
        self._environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
        if now is not None:
            self._environment["NOW"] = now.isoformat()
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "deploy.embedded.neighbours"]
        for name in ("csam", "register", "scanner"):
            command += [f"--{name}", str(self.ports[name])]
        command += ["--portal", self.portal_url]
        command += ["--client-secret-file", str(self._keys.secret_file("csam-client-secret"))]
        command += ["--signing-keys-file", str(self._keys.directory / "csam-signing-keys.json")]
        self._child = start_child(
            command, log=self._log, environment=self._environment, when_parent_dies=signal.SIGKILL
        )

        def settled() -> bool:
            listening = all(answers(self.ports[name]) for name in ("csam", "register", "scanner"))
            return listening or self._child is None or self._child.poll() is not None

        wait_until(settled, seconds=90, what="the neighbours to answer")
        assert self._child.poll() is None, self._log.read_text()

    def stop(self) -> int:
        assert self._child is not None
        self._child.terminate()
        return self._child.wait(timeout=60)

    def choose(self, authorization_url: str, person: Person, means: str) -> dict[str, str]:
        """What the browser brings back to the portal when this person signs in: ``code`` and ``state``."""
        return self._answer(
            requests.post(authorization_url, {"person": person.key, "means": means}, allow_redirects=False)
        )

    def cancel(self, authorization_url: str) -> dict[str, str]:
        return self._answer(requests.post(authorization_url, {"cancel": "1"}, allow_redirects=False))

    def _answer(self, response: requests.Response) -> dict[str, str]:
        back = response.headers["Location"]
        assert back.startswith(f"{self.portal_url}/"), back
        return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


@pytest.fixture
def neighbours(tmp_path: Path, keys: Keys) -> Iterator[Neighbours]:
    """Started for this test, with the keys of ``service_environment``."""
    started = Neighbours(tmp_path, keys)
    started.start()
    yield started
    started.stop()
