"""A broker that boots with deploy/rabbitmq knows the users of the definitions alone, and all services live on it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import amqp
import pytest

from chassis.bus import LOST, connect
from deploy.embedded.environment import SERVICES, WITH_DATABASE
from deploy.embedded.ports import free_port, wait_until
from deploy.rabbitmq import definitions
from tests.integration.installation import Installation
from tests.programs.rabbitmq import LAST_RESORTS, NoRabbitMQ, bring
from tests.support.processes import ROOT, operate
from tests.support.rabbitmq.node import READY_WITHIN, RabbitMQ

PLUGINS = "[rabbitmq_management].\n"


class ConfiguredRabbitMQ(RabbitMQ):
    """As docker-compose.yml starts it; the file that deploy.prepare makes lies in the node's own directory."""

    def uri_of(self, user: str) -> str:
        return f"amqp://{user}:password-of-{user}@127.0.0.1:{self.port}/{definitions.VHOST}"

    def launch(self) -> None:
        passwords = self.directory / "passwords"
        passwords.mkdir(parents=True)
        for user in definitions.USERS:
            (passwords / user).write_text(f"password-of-{user}")
        (self.directory / "definitions.json").write_text(definitions.text(definitions.build(passwords)))
        (self.directory / "enabled_plugins").write_text(PLUGINS)
        super().launch()

    def wait_until_ready(self) -> None:
        wait_until(lambda: _lets_in(self.uri_of("identity")), seconds=READY_WITHIN, what="RabbitMQ to be ready")

    def _configuration(self) -> str:
        deployed = (ROOT / "deploy/rabbitmq/rabbitmq.conf").read_text()
        assert "/keys/definitions.json" in deployed
        ours = deployed.replace("/keys/definitions.json", str(self.directory / "definitions.json"))
        return f"{super()._configuration()}{ours}management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {free_port()}\n"


def _lets_in(uri: str) -> bool:
    try:
        connect(uri, "test").close()
    except LOST:
        return False
    return True


@pytest.fixture(scope="module")
def broker() -> Iterator[ConfiguredRabbitMQ]:
    programs = bring()
    if programs is None:
        raise NoRabbitMQ(f"No RabbitMQ for the tests: {LAST_RESORTS}.")
    broker = ConfiguredRabbitMQ(programs, Path(tempfile.mkdtemp(prefix="rabbitmq-")) / "node")
    try:
        broker.start()
        yield broker
    finally:
        broker.forget()


def test_there_is_no_user_but_those_of_the_definitions(broker):
    listed = broker.control("--quiet", "list_users", "--no-table-headers")

    assert {line.split("\t")[0] for line in listed.splitlines()} == set(definitions.USERS)
    for vhost in ("", definitions.VHOST):
        with pytest.raises(amqp.AccessRefused):
            connect(f"amqp://guest:guest@127.0.0.1:{broker.port}/{vhost}", "test")


@pytest.mark.parametrize("user", WITH_DATABASE)
def test_a_forged_sender_is_refused(broker, user):
    """Who may write to an exchange may still not say that another wrote."""
    other = "identity" if user != "identity" else "delegation"
    with connect(broker.uri_of(user), "test") as connection:
        channel = connection.channel()
        channel.confirm_select()
        honest = amqp.Message("{}", user_id=user)
        channel.basic_publish_confirm(honest, f"{user}.events", "nothing_of_ours", confirm_timeout=60)
        with pytest.raises(amqp.PreconditionFailed, match="user_id property set to"):
            forged = amqp.Message("{}", user_id=other)
            channel.basic_publish_confirm(forged, f"{user}.events", "nothing_of_ours", confirm_timeout=60)


@pytest.fixture(scope="module")
def installation(tmp_path_factory, broker, database_of) -> Iterator[Installation]:
    databases = {name: database_of(name) for name in WITH_DATABASE}
    directory = tmp_path_factory.mktemp("installation")
    with Installation(directory, uri_of=broker.uri_of, databases=databases) as installation:
        installation.start()
        yield installation


def test_each_service_lives_its_whole_life_as_its_own_user(installation):
    """What people then do with them is told by tests/faults, on a broker with the same users."""
    installation.require_all_goes_on()
    installation.stop()
    installation.start()
    installation.require_all_goes_on()
    assert installation.page("/connexion")[0] == 200
    assert [installation.health(name)[1] for name in SERVICES] == [{"ready": True, "away": {}}] * len(SERVICES)

    for name in WITH_DATABASE:
        assert "will be announced again" in operate(installation.environments[name], "republish", name)
    heard = "SELECT count(*) FROM inbox WHERE type = %s AND done_at IS NOT NULL"
    for listener, event_type in (
        ("delegation", "identity_retold"),
        ("notifications", "identity_retold"),
        ("dossiers", "delegation_retold"),
        ("notifications", "delegation_retold"),
    ):
        installation.until_rows(listener, heard, event_type, expected=1)


def test_an_operator_replays_what_could_not_be_read_as_the_service_that_got_it(installation, broker):
    def parked(verb: str, *message_id: str) -> list[dict[str, Any]]:
        told = operate(installation.environments["dossiers"], "parked", verb, "dossiers", *message_id)
        return [json.loads(line) for line in told.splitlines()]

    with connect(broker.uri_of("delegation"), "test") as connection:
        channel = connection.channel()
        channel.confirm_select()
        unreadable = amqp.Message("no JSON", user_id="delegation")
        channel.basic_publish_confirm(unreadable, "delegation.events", "delegation_retold", confirm_timeout=60)
    installation.wait_until(lambda: len(parked("list")) == 1, what="the message to be parked")
    (first,) = parked("list")
    assert (first["exchange"], first["sender"]) == ("delegation.events", "delegation")

    parked("replay", first["message_id"])
    known = ([], [first["message_id"]])
    installation.wait_until(
        lambda: [row["message_id"] for row in parked("list")] not in known, what="it to be parked again"
    )
    (again,) = parked("list")
    assert (again["exchange"], again["reason"]) == ("delegation.events", first["reason"])
    parked("drop", again["message_id"])
    assert parked("list") == []
