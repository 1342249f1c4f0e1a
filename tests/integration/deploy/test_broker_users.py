"""The users of deploy/rabbitmq on a real RabbitMQ: each can do its work, and nothing in another's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import amqp
import psycopg
import pytest
from uuid_utils.compat import uuid7

from chassis.bus import connect, topology
from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from contracts.identifiers import BceNumber
from deploy.embedded.ports import wait_until
from deploy.rabbitmq import definitions
from tests.integration.notifications.sink import MailSink

ATELIERS = BceNumber("0403.019.261")
UriOf = Callable[[str], str]


@pytest.fixture
def channel_of(uri_of: UriOf) -> Iterator[Callable[[str], amqp.Channel]]:
    opened: list[amqp.Connection] = []

    def open_channel(user: str) -> amqp.Channel:
        opened.append(connect(uri_of(user), "test"))
        return opened[-1].channel()

    yield open_channel
    for connection in opened:
        connection.collect()


def _publish(channel: amqp.Channel, exchange: str, routing_key: str) -> None:
    """Raises what the broker answers."""
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message("{}"), exchange, routing_key, confirm_timeout=60)


def test_services_work_each_as_its_own_user(
    uri_of, run_service, service_environment, database_of, keys, sink: MailSink
):
    """What the registries' adaptor tells delegation is announced, and heard by notifications."""
    databases = {name: database_of(name) for name in ("delegation", "notifications")}
    environment = service_environment(
        amqp_uri="amqp://nobody@127.0.0.1:1", databases=databases, ports={"smtp": sink.port}
    )
    for name in databases:
        run_service(name, environment=environment | {"AMQP_URI": uri_of(name)})
    token = Signer("operator", keys.signing_key_file("operator")).sign(
        "service",
        ServiceCaller(name="registries", scopes=["delegation.register"]),
        now=datetime.now(UTC),
        lasts=timedelta(hours=1),
    )
    manager: UUID = uuid7()

    with RpcClient(uri_of("registries"), "registries") as rpc:
        delegation = rpc.at(Delegation, service=token, timeout=20)
        delegation.register_enterprise(
            bce_number=ATELIERS, name="Ateliers du Hainaut", state="active", command_id=uuid4()
        )
        delegation.designate_access_manager(
            bce_number=ATELIERS, person_id=manager, email="bernard@example.org", language="fr", command_id=uuid4()
        )

    contacts = "SELECT count(*) FROM contacts WHERE address = 'bernard@example.org'"
    wait_until(lambda: _count(databases["notifications"], contacts) == 1, seconds=60, what="the contact to be heard")


def _count(database_url: str, query: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(query).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("user", definitions.USERS)
def test_nobody_writes_the_default_exchange(channel_of, user):
    with pytest.raises(amqp.AccessRefused):
        _publish(channel_of(user), "", "identity.inbox")


@pytest.mark.parametrize("user", definitions.USERS)
def test_nobody_announces_for_another(channel_of, user):
    other = "identity" if user != "identity" else "delegation"

    with pytest.raises(amqp.AccessRefused):
        _publish(channel_of(user), topology.events_exchange(other), "email_confirmed")


@pytest.mark.parametrize("service", definitions.WITH_DATABASE)
def test_a_service_asks_no_other(channel_of, service):
    with pytest.raises(amqp.AccessRefused):
        _publish(channel_of(service), topology.RPC_EXCHANGE, "identity.list_means")


@pytest.mark.parametrize("user", definitions.USERS)
def test_nobody_takes_the_requests_of_another(channel_of, user):
    other = "identity" if user != "identity" else "delegation"
    queue = f"rpc.reply-{user}-test"
    channel = channel_of(user)
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-expires": 60000})

    for key in (f"{other}.*", f"{other}.list_means", "*.*", "#", "*"):
        with pytest.raises(amqp.AccessRefused):
            channel.queue_bind(queue, topology.RPC_EXCHANGE, key)


@pytest.mark.parametrize("user", definitions.USERS)
def test_nobody_reads_the_inbox_of_another(channel_of, user):
    other = "identity" if user != "identity" else "delegation"

    with pytest.raises(amqp.AccessRefused):
        channel_of(user).basic_get(topology.inbox_queue(other))


@pytest.mark.parametrize("user", definitions.USERS)
def test_nobody_puts_anything_in_the_inbox_of_another_or_takes_it_away(channel_of, user):
    """By none of the ways that lead there; an operator's replay is one of them."""
    other = "identity" if user != "identity" else "delegation"
    inbox, own = topology.inbox_queue(other), topology.events_exchange(user)
    for exchange in (topology.replay_exchange(other), topology.parking(other), "amq.topic"):
        with pytest.raises(amqp.AccessRefused):
            _publish(channel_of(user), exchange, "email_confirmed")
    with pytest.raises(amqp.AccessRefused):
        channel_of(user).queue_bind(inbox, own if user in definitions.WITH_DATABASE else topology.RPC_EXCHANGE, "#")
    with pytest.raises(amqp.AccessRefused):
        channel_of(user).queue_purge(inbox)
    with pytest.raises(amqp.AccessRefused):
        channel_of(user).queue_delete(inbox)
    with pytest.raises(amqp.AccessRefused):
        channel_of(user).exchange_delete(topology.events_exchange(other))


def test_only_listeners_hear_an_announcement(channel_of):
    """dossiers hears nothing of what identity tells but revoked sessions; the portal hears nothing at all."""
    channel = channel_of("portal")
    queue = "rpc.reply-portal-test"
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments={"x-expires": 60000})

    with pytest.raises(amqp.AccessRefused):
        channel.queue_bind(queue, topology.events_exchange("identity"), "#")


def test_definitions_alone_let_nobody_in(killable_rabbitmq, uri_of):
    """The last test of this broker: it takes all passwords away."""
    for user in definitions.USERS:
        connect(uri_of(user), "test").close()

    killable_rabbitmq.control("import_definitions", str(definitions.COMMITTED))

    for user in definitions.USERS:
        for password in (user, "guest", f"password%20of%20{user}"):
            with pytest.raises(amqp.AccessRefused):
                connect(f"amqp://{user}:{password}@127.0.0.1:{killable_rabbitmq.port}/{definitions.VHOST}", "test")
