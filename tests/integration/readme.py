"""The README's examples for other services, as they stand there, and what runs them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import amqp

from chassis.bus import connect
from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from deploy.embedded.children import start_child
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import ATELIERS
from tests.support.processes import ROOT

# What the README leaves to its reader.
SETTINGS = "import os, sys, json\nAMQP_URI, TOKEN = os.environ['AMQP_URI'], os.environ['TOKEN']\n"


def the_examples() -> tuple[str, str]:
    """A program that asks; a service that hears and asks."""
    section = (ROOT / "README.md").read_text().split("## Calling it from another service")[1].split("\n## ")[0]
    asks, hears = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    return asks, hears


@contextmanager
def running_primes(directory: Path, amqp_uri: str, token: str) -> Iterator[Path]:
    """The service of the README, run by ``nameko run``; what it prints."""
    (directory / "primes.py").write_text(SETTINGS + the_examples()[1])
    printed = directory / "primes.log"
    command = [sys.executable, "-W", "ignore", "-c", "import sys; from nameko.cli import cli; sys.exit(cli())"]
    command += ["run", "primes", "--define", f"AMQP_URI={amqp_uri}"]
    environment = {"PYTHONPATH": str(directory), "PYTHONUNBUFFERED": "1", "AMQP_URI": amqp_uri, "TOKEN": token}
    child = start_child(command, log=printed, environment=environment, when_parent_dies=signal.SIGKILL)
    queue = "evt-delegation-role_granted--primes.on_role_granted"
    with connect(amqp_uri, "test") as connection:

        def listens() -> bool:
            assert child.poll() is None, printed.read_text()
            try:
                return connection.channel().queue_declare(queue, passive=True).consumer_count > 0
            except amqp.NotFound:
                return False

        try:
            wait_until(listens, seconds=30, what=f"the service of the README; see {printed}")
            yield printed
        finally:
            child.kill()
            child.wait()
            # Stock queues stay for ever; this one would hear whatever the tests after these tell.
            connection.channel().queue_delete(queue)


def operator_token(keys: Keys) -> str:
    """Made as the README says that the operator makes it."""
    command = [sys.executable, "-m", "services", "token", "primes", "--scope", "delegation.check"]
    settings = {"PATH": "/usr/bin:/bin", "OPERATOR_SIGNING_KEY_FILE": str(keys.signing_key_file("operator"))}
    return subprocess.run(command, cwd=ROOT, env=settings, check=True, capture_output=True, text=True).stdout.strip()


def ask(amqp_uri: str, token: str, person_id: str) -> dict[str, Any]:
    """What the README's program got: ``answer``, or how it was ``refused``."""
    asks, _ = the_examples()
    program = (
        f"{SETTINGS}person_id = sys.argv[1]\ntry:\n{_indented(asks)}    told = {{'answer': answer}}\n"
        "except Exception as error:\n"
        "    told = {'refused': [type(error).__name__, error.exc_type, str(error.value)]}\n"
        "print(json.dumps(told))\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", program, person_id]
    done = subprocess.run(
        command, env={"AMQP_URI": amqp_uri, "TOKEN": token}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _indented(block: str) -> str:
    return "".join(f"    {line}\n" for line in block.splitlines())


def designate(amqp_uri: str, keys: Keys, person_id: UUID) -> None:
    signer = Signer("operator", keys.signing_key_file("operator"))
    registry = ServiceCaller(name="registries", scopes=["delegation.register"])
    statement = signer.sign("service", registry, now=datetime.now(UTC), lasts=timedelta(days=1))
    with RpcClient(amqp_uri, "registries") as rpc:
        delegation = rpc.at(Delegation, service=statement, timeout=15)
        delegation.register_enterprise(
            bce_number=ATELIERS.bce_number, name=ATELIERS.name, state="active", command_id=uuid4()
        )
        delegation.designate_access_manager(
            bce_number=ATELIERS.bce_number, person_id=person_id, email=None, language="fr", command_id=uuid4()
        )
