"""The README's examples, as they stand there: a program and a service that know nothing of us but nameko."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.integration.readme import ask, designate, operator_token, running_primes
from tests.support.postgres import DatabaseOf
from tests.support.processes import RunService, ServiceEnvironment, ServiceProcess


@pytest.fixture
def environment(service_environment: ServiceEnvironment, amqp_uri: str, database_of: DatabaseOf) -> dict[str, str]:
    return service_environment(amqp_uri=amqp_uri, databases={"delegation": database_of("delegation")})


@pytest.fixture
def token(environment: dict[str, str], keys: Keys) -> str:
    return operator_token(keys)


@pytest.fixture
def delegation(run_service: RunService, environment: dict[str, str]) -> ServiceProcess:
    return run_service("delegation", environment=environment)


@pytest.fixture
def primes(delegation: ServiceProcess, amqp_uri: str, token: str, tmp_path: Path) -> Iterator[Path]:
    with running_primes(tmp_path, amqp_uri, token) as printed:
        yield printed


def test_the_service_of_the_readme_hears_and_asks(primes: Path, amqp_uri: str, keys: Keys):
    person_id = uuid4()
    designate(amqp_uri, keys, person_id)

    said = f"{person_id} may submit for 0403019261: True"
    wait_until(lambda: said in primes.read_text(), seconds=30, what=f"{said!r} in {primes}")


def test_the_program_of_the_readme_gets_its_answer(delegation: ServiceProcess, amqp_uri: str, keys: Keys, token: str):
    person_id = uuid4()
    designate(amqp_uri, keys, person_id)

    told = ask(amqp_uri, token, str(person_id))

    assert set(told["answer"]) == {"decision", "mandate_id", "missing", "holds_until"}
    assert told["answer"]["decision"] is True
    assert ask(amqp_uri, token, str(uuid4()))["answer"]["decision"] is False


def test_who_sends_nonsense_or_no_statement_is_told_so(delegation: ServiceProcess, amqp_uri: str, token: str):
    refused = ask(amqp_uri, token, "nobody")["refused"]
    assert refused[:2] == ["RemoteError", "InvalidRequest"]
    assert "person_id" in refused[2]

    assert ask(amqp_uri, "no statement", str(uuid4()))["refused"][:2] == ["RemoteError", "StatementInvalid"]
