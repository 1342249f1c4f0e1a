"""Everything on one machine, as ``make run`` starts it, in a process of its own with a state of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests

from deploy.embedded.keys import Keys
from deploy.embedded.machine import PREFIX
from deploy.embedded.parts import ports_from

ROOT = Path(__file__).parents[2]
T = TypeVar("T")

READY_WITHIN = 120  # seconds; the machine may be busy with other things


@dataclass
class Machine:
    state: Path
    first_port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    look: Callable[[requests.Response, str], None] | None = None
    # How long people, and whoever waits for a mail, bear with it: seconds.
    patience: float = 0

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.first_port}"

    @property
    def told(self) -> str:
        """What the supervisor showed on the screen."""
        return (self.state.parent / "screen").read_text(errors="replace")

    def start(self) -> None:
        with (self.state.parent / "screen").open("ab") as screen:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.embedded", "--state", str(self.state)],
                cwd=ROOT,
                env=os.environ | {"PORT": str(self.first_port)} | self.environment,
                stdout=screen,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_for(lambda: "What to try" in self.told or self.process.poll() is not None, READY_WITHIN)
        except AssertionError as late:
            raise AssertionError(f"not ready within {READY_WITHIN} s:\n{self.told}") from late
        assert self.process.poll() is None, self.told

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)

    def is_ready(self, service: str) -> bool:
        port = ports_from(self.first_port)[f"{service} health"]
        try:
            return requests.get(f"http://127.0.0.1:{port}/health/ready", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def database_url(self, service: str) -> str:
        """As the service itself connects."""
        password = Keys(self.state / "keys").secret(f"{service}-database-password")
        port = ports_from(self.first_port)["postgres"]
        return f"postgresql://{PREFIX}{service}:{password}@127.0.0.1:{port}/{PREFIX}{service}"

    def mails(self, to: str) -> list[dict[str, Any]]:
        """What arrived for one address, oldest first."""
        address = f"http://127.0.0.1:{self.first_port + 25}/mails.json"

        def told() -> requests.Response | None:
            try:
                return requests.get(address, params={"to": to}, timeout=10)
            except requests.ConnectionError:
                return None

        answer = wait_for(told, 5 + self.patience)
        assert answer is not None
        mails: list[dict[str, Any]] = answer.json()
        return mails

    def kill(self, part: str) -> None:
        """kill -9, as a power cut would; the supervisor starts it again. ``part``: a word of its command line."""
        os.kill(wait_for(lambda: self._child(part), 5 + self.patience), signal.SIGKILL)

    def _child(self, part: str) -> int:
        """Its process id; 0 while there is none."""
        assert self.process is not None
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if part in command:
                return int(pid)
        return 0

    def count_mails(self, to: str, about: str) -> int:
        return len(self._about(to, about))

    def wait_for_mail(self, to: str, about: str, *, count: int = 1) -> dict[str, Any]:
        """The newest mail that holds ``about`` in its subject or text, once there are ``count`` of them."""

        def arrived() -> list[dict[str, Any]]:
            found = self._about(to, about)
            return found if len(found) >= count else []

        try:
            return wait_for(arrived, 20 + self.patience)[-1]
        except AssertionError as missing:
            subjects = [mail["subject"] for mail in self.mails(to)]
            raise AssertionError(f"no mail « {about} » for {to}; there are {subjects}") from missing

    def _about(self, to: str, about: str) -> list[dict[str, Any]]:
        return [mail for mail in self.mails(to) if about in mail["subject"] + mail["text"]]

    def log_lines(self, name: str) -> list[dict[str, Any]]:
        lines = (self.state / "log" / f"{name}.log").read_text(errors="replace").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def all_logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted((self.state / "log").iterdir()))


def wait_for(condition: Callable[[], T], seconds: float = 20) -> T:
    """The first true value of the condition; AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s")
        time.sleep(0.1)
