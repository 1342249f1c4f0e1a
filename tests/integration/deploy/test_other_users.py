"""What docs/operations.md tells an operator to do for somebody else's service: then the README's examples run, and
cannot do more."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import amqp
import pytest

from chassis.bus import connect
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from deploy.rabbitmq import definitions
from tests.integration.readme import ask, designate, operator_token, running_primes
from tests.support.postgres import DatabaseOf
from tests.support.processes import ROOT, RunService, ServiceEnvironment
from tests.support.rabbitmq.node import RabbitMQ

PROGRAM = "rpc\\.reply-standalone_rpc_client-"
UriOf = Callable[[str], str]


def the_commands() -> list[list[str]]:
    section = (ROOT / "docs" / "operations.md").read_text().split("## Other services")[1].split("\n## ")[0]
    (block,) = re.findall(r"```\n(.*?)```", section, re.DOTALL)
    lines = [shlex.split(line) for line in block.splitlines()]
    assert {line[0] for line in lines} == {"rabbitmqctl"}
    return [line[1:] for line in lines]


@pytest.fixture(scope="module")
def primes_uri(killable_rabbitmq: RabbitMQ, uri_of: UriOf) -> str:
    for command in the_commands():
        killable_rabbitmq.control(*(word.replace("$PASSWORD", "password of primes") for word in command))
    return uri_of("primes")


@pytest.fixture
def program_uri(killable_rabbitmq: RabbitMQ, primes_uri: str, uri_of: UriOf) -> str:
    """A program's replies have another name."""
    (rights,) = (command for command in the_commands() if command[0] == "set_permissions")
    killable_rabbitmq.control(*(word.replace(r"rpc\.reply-primes-", PROGRAM) for word in rights))
    return primes_uri


@pytest.fixture
def delegation(
    run_service: RunService, service_environment: ServiceEnvironment, uri_of: UriOf, database_of: DatabaseOf
) -> Iterator[None]:
    environment = service_environment(
        amqp_uri=uri_of("delegation"), databases={"delegation": database_of("delegation")}
    )
    run_service("delegation", environment=environment)


def test_a_service_as_its_own_user_hears_and_asks(delegation, primes_uri, uri_of, keys: Keys, tmp_path: Path):
    person_id = uuid4()
    with running_primes(tmp_path, primes_uri, operator_token(keys)) as printed:
        designate(uri_of("registries"), keys, person_id)

        said = f"{person_id} may submit for 0403019261: True"
        wait_until(lambda: said in printed.read_text(), seconds=60, what=f"{said!r} in {printed}")


def test_a_program_as_its_own_user_is_answered(delegation, program_uri, uri_of, keys: Keys):
    person_id = uuid4()
    designate(uri_of("registries"), keys, person_id)

    assert ask(program_uri, operator_token(keys), str(person_id))["answer"]["decision"] is True


@pytest.mark.parametrize(
    ("exchange", "routing_key"),
    [
        ("nameko-rpc", "delegation.register_enterprise"),
        ("nameko-rpc", "identity.list_means"),
        ("delegation.events", "role_granted"),
        ("", "delegation.inbox"),
    ],
)
def test_it_asks_and_announces_nothing_else(primes_uri, exchange, routing_key):
    with connect(primes_uri, "test") as connection:
        channel = connection.channel()
        channel.confirm_select()
        with pytest.raises(amqp.AccessRefused):
            channel.basic_publish_confirm(amqp.Message("{}"), exchange, routing_key, confirm_timeout=60)


def test_it_hears_nothing_else(primes_uri):
    queue = "evt-delegation-mandate_revoked--primes.on_mandate_revoked"
    with connect(primes_uri, "test") as connection:
        channel = connection.channel()
        channel.queue_declare(queue)
        with pytest.raises(amqp.AccessRefused):
            channel.queue_bind(queue, "delegation.events", "mandate_revoked")
    with connect(primes_uri, "test") as connection:
        channel = connection.channel()
        channel.queue_declare(queue)
        with pytest.raises(amqp.AccessRefused):
            channel.queue_bind(queue, "identity.events", "session_revoked")


def test_the_commands_name_the_host_of_the_definitions():
    assert {command[2] for command in the_commands() if command[1] == "--vhost"} == {definitions.VHOST}
