"""``make run``: everything on one machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import requests

from chassis.rpc import RpcClient
from contracts.delegation import Delegation
from contracts.errors import StatementMissing
from deploy.embedded.environment import SERVICES
from deploy.embedded.parts import OFFSETS, ROOT, ports_from
from deploy.embedded.ports import free_first_port, wait_until
from tests.cast import ATELIERS, BERNARD, FIDUCIAIRE
from tests.journeys.machine import Machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    running = Machine(tmp_path_factory.mktemp("machine") / "var", free_first_port(OFFSETS.values()))
    running.start()
    yield running
    assert running.stop() == 0, running.told


def ports(machine: Machine) -> dict[str, int]:
    return ports_from(machine.first_port)


def kill(machine: Machine, *words: str) -> None:
    """The process of a part, by words of its command, and wait until that was noticed."""
    said_before = machine.told.count("ended with signal SIGKILL")
    assert machine.process is not None
    children = Path(f"/proc/{machine.process.pid}/task/{machine.process.pid}/children").read_text().split()
    commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text().split("\0") for pid in children}
    os.kill(next(pid for pid, command in commands.items() if set(words) <= set(command)), signal.SIGKILL)

    def noticed() -> bool:
        return machine.told.count("ended with signal SIGKILL") == said_before + 1

    wait_until(noticed, seconds=20, what="the supervisor to notice")


def start_another(machine: Machine) -> subprocess.CompletedProcess[str]:
    """``make run`` with the state and the ports of this machine."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.embedded", "--state", str(machine.state)],
        cwd=ROOT,
        env=os.environ | {"PORT": str(machine.first_port)} | machine.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


def listening_addresses(port: int) -> set[str]:
    """Of all sockets of this machine that listen on a port, in the kernel's hexadecimal form."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, in_hexadecimal = local.partition(":")
            if state == "0A" and int(in_hexadecimal, 16) == port:
                found.add(address)
    return found


def test_every_part_listens_on_loopback_alone(machine: Machine) -> None:
    addresses = {name: listening_addresses(port) for name, port in ports(machine).items()}

    assert addresses == {name: {"0100007F"} for name in OFFSETS}


def test_everything_is_healthy_and_measured(machine: Machine) -> None:
    for name in SERVICES:
        assert machine.is_ready(name)
        metrics = requests.get(f"http://127.0.0.1:{ports(machine)[f'{name} health']}/metrics", timeout=10)
        assert "# TYPE" in metrics.text


def test_the_portal_shows_its_first_page(machine: Machine) -> None:
    page = requests.get(f"{machine.portal}/", timeout=10)

    assert page.status_code == 200
    assert "Mon Espace" in page.text


def test_it_shows_where_everything_is(machine: Machine) -> None:
    told = machine.told

    assert f"{machine.portal}/" in told
    assert f"http://127.0.0.1:{ports(machine)['mailbox']}/" in told
    assert "What to try:" in told
    assert "\033[" not in told


def test_the_access_managers_of_the_cast_are_known(machine: Machine) -> None:
    url = machine.database_url("delegation")

    with psycopg.connect(url) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM mandates WHERE bce_number = %s", [str(ATELIERS.bce_number)]
        ).fetchone() or (0,)

    assert count == len(ATELIERS.access_managers)


def test_an_enterprise_of_the_cast_has_establishments_and_the_name_that_the_cast_gives(machine: Machine) -> None:
    with psycopg.connect(machine.database_url("delegation")) as connection:
        found = connection.execute(
            "SELECT e.name, e.state, u.name, u.state FROM enterprises e JOIN establishments u USING (bce_number)"
            " WHERE bce_number = %s ORDER BY u.establishment_number",
            [str(FIDUCIAIRE.bce_number)],
        ).fetchall()

    assert found == [(FIDUCIAIRE.name, "active", f"Bureau de {town}", "open") for town in ("Mons", "Namur")]


def test_nobody_asks_a_service_without_a_statement(machine: Machine) -> None:
    uri = f"amqp://guest:guest@127.0.0.1:{ports(machine)['broker']}/"

    with RpcClient(uri, "stranger") as rpc, pytest.raises(StatementMissing):
        rpc.at(Delegation).list_my_enterprises()


def test_a_service_cannot_open_anothers_database(machine: Machine) -> None:
    own, other = machine.database_url("identity"), machine.database_url("delegation")

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(urlsplit(own)._replace(path=urlsplit(other).path).geturl())


@pytest.mark.parametrize(
    "command",
    [
        "means list",
        "audit verify identity",
        "audit heads delegation",
        "parked list notifications",
        "republish delegation",
        "token primes --scope delegation.check --scope identity.refer",
    ],
)
def test_an_operator_s_commands_find_their_settings(machine: Machine, command: str) -> None:
    script = f'. "{machine.state}/keys/operator.env"; exec "{sys.executable}" -W ignore -m services {command}'

    done = subprocess.run(["sh", "-c", script], cwd=ROOT, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_keys_are_for_their_owner_only(machine: Machine) -> None:
    assert {path.stat().st_mode & 0o077 for path in (machine.state / "keys").iterdir()} == {0}


@pytest.mark.parametrize("part", [("run", "identity"), ("deploy.embedded.broker",), ("-D",), ("run", "portal")])
def test_a_part_that_is_killed_comes_back_and_so_does_the_whole(machine: Machine, part: tuple[str, ...]) -> None:
    kill(machine, *part)

    wait_until(lambda: all(machine.is_ready(name) for name in SERVICES), seconds=60, what="all to be ready again")


def test_a_second_one_is_refused(machine: Machine) -> None:
    second = start_another(machine)

    assert second.returncode == 1
    assert "It is running already, as process" in second.stderr


def test_what_it_stored_cannot_be_forgotten_while_it_runs(machine: Machine) -> None:
    command = [sys.executable, "-m", "deploy.embedded", "reset", "--state", str(machine.state)]

    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert refused.returncode == 1
    assert "It is running already" in refused.stderr


def test_nothing_personal_is_in_the_logs(machine: Machine) -> None:
    logs = machine.all_logs()

    assert BERNARD.national_number not in logs
    assert BERNARD.email not in logs


def test_stopped_and_started_it_knows_what_it_knew(machine: Machine) -> None:
    before = mandates(machine)

    assert machine.stop() == 0
    machine.start()
    wait_until(lambda: all(machine.is_ready(name) for name in SERVICES), seconds=90, what="all to be ready again")

    assert mandates(machine) == before


def test_a_port_that_is_taken_is_named_before_anything_starts(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var", free_first_port(OFFSETS.values()))
    smtp = ports(machine)["smtp"]
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", smtp))
        squatter.listen()

        refused = start_another(machine)

    assert refused.returncode == 1
    assert f"Port {smtp}, which the mailbox (SMTP) needs, is taken." in refused.stderr
    assert not (machine.state / "postgres").exists()


def mandates(machine: Machine) -> list[tuple[object, ...]]:
    with psycopg.connect(machine.database_url("delegation")) as connection:
        return connection.execute("SELECT * FROM mandates ORDER BY 1").fetchall()
