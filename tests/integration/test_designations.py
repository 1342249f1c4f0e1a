"""A file of CSAM's registry, told to identity and delegation as they run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chassis.rpc import RpcClient
from deploy.embedded.keys import Keys
from services.cli import main
from services.delegation import registry_file
from tests.cast import AMELIE, ATELIERS, BERNARD
from tests.support.postgres import DatabaseOf
from tests.support.processes import ROOT, RunService, ServiceEnvironment

HEADER = "bce_number,national_number,email,language,state\n"


@pytest.fixture
def delegations(database_of: DatabaseOf) -> str:
    return database_of("delegation")


@pytest.fixture
def say(
    service_environment: ServiceEnvironment,
    run_service: RunService,
    amqp_uri: str,
    database_of: DatabaseOf,
    delegations: str,
    keys: Keys,
    tmp_path: Path,
) -> Callable[..., tuple[int, list[str]]]:
    """What the command answers to a file with these lines, with its exit status."""
    databases = {"identity": database_of("identity"), "delegation": delegations}
    with psycopg.connect(delegations) as connection:
        row = (ATELIERS.bce_number, ATELIERS.name)
        connection.execute("INSERT INTO enterprises VALUES (%s, %s, 'active', now(), 1)", row)
    run_service("identity", "delegation", environment=service_environment(amqp_uri=amqp_uri, databases=databases))

    def say(*lines: str) -> tuple[int, list[str]]:
        file = tmp_path / "designations.csv"
        file.write_text(HEADER + "".join(f"{line}\n" for line in lines))
        environment = {"AMQP_URI": amqp_uri, "OPERATOR_SIGNING_KEY_FILE": str(keys.signing_key_file("operator"))}
        command = [sys.executable, "-m", "services", "import-designations", str(file)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
        assert done.stderr == ""
        return done.returncode, done.stdout.splitlines()

    return say


def test_who_is_named_manages_and_who_is_withdrawn_does_not(say: Any, delegations: str) -> None:
    bernard, amelie = (f"{ATELIERS.bce_number},{one.national_number},{one.email},fr," for one in (BERNARD, AMELIE))

    for _ in range(2):
        assert say(bernard, amelie) == (0, ["2 designated, 0 withdrawn, 0 refused"])
    assert say(f"{bernard}withdrawn") == (0, ["0 designated, 1 withdrawn, 0 refused"])

    with psycopg.connect(delegations) as connection:
        assert connection.execute("SELECT count(*), count(revoked_at) FROM mandates").fetchall() == [(2, 1)]


def test_a_line_that_is_refused_holds_up_no_other(say: Any) -> None:
    told = say(
        f"0206731645,{BERNARD.national_number},,fr,",
        f"{ATELIERS.bce_number},{AMELIE.national_number},,fr,withdrawn",
        f"{ATELIERS.bce_number},{BERNARD.national_number},,fr,",
    )

    assert told == (
        1,
        [
            "line 2: enterprise_unknown: The Crossroads Bank knows no active enterprise by this number.",
            "line 3: not_found: There is nothing here for you by that name.",
            "1 designated, 0 withdrawn, 2 refused",
        ],
    )


def test_a_service_that_stays_away_is_told_with_the_line(amqp_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_file, "PATIENCE", 0.5)
    line = {"bce_number": ATELIERS.bce_number, "national_number": BERNARD.national_number, "state": "withdrawn"}
    line |= {"number": 1}

    with RpcClient(amqp_uri, "registries") as rpc, pytest.raises(registry_file.Away, match=r"^line 1: .*again later"):
        registry_file.tell([line], rpc, "no token", print)


@pytest.mark.parametrize("content", [b"nonsense", b"\xff"])
def test_a_file_that_is_none_ends_with_one_sentence(
    tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "designations.csv"
    file.write_bytes(content)

    assert main(["import-designations", str(file)]) == 2
    assert main(["import-designations", str(tmp_path / "missing")]) == 2
    assert [line.count(str(tmp_path)) for line in capsys.readouterr().err.splitlines()] == [1, 1]
