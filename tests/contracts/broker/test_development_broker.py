"""What is the development broker's alone: it says what it is, and takes care of its journal."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import amqp
import pytest

from tests.contracts.broker.client import Client, Deliveries, wait_for
from tests.support.development_broker import DevelopmentBroker

LABEL = "Mon Espace development broker"


def test_it_says_what_it_is_wherever_it_shows(development_broker: DevelopmentBroker) -> None:
    with Client(development_broker.uri) as client:
        assert client.connection.server_properties["product"] == LABEL

    assert development_broker.log.read_text().startswith(f"{LABEL} (for development only")


def test_it_listens_on_this_machine_only(development_broker: DevelopmentBroker) -> None:
    wanted = f":{development_broker.port:04X}"
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(wanted)
    ]

    assert listening == [f"0100007F{wanted}"]


def test_it_is_up_at_once_and_stays_small(killable_development_broker: DevelopmentBroker) -> None:
    status = Path(f"/proc/{killable_development_broker.pid}/status").read_text()
    (resident,) = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")]

    assert resident < 50_000


def test_a_stop_is_an_orderly_end(killable_development_broker: DevelopmentBroker) -> None:
    with Client(killable_development_broker.uri) as client:
        assert killable_development_broker.stop() == 0
        with pytest.raises(amqp.ConnectionForced, match="broker forced connection closure with reason 'shutdown'"):
            client.connection.drain_events(timeout=10)
    killable_development_broker.start()


def test_two_brokers_do_not_share_a_journal(development_broker: DevelopmentBroker, tmp_path: Path) -> None:
    journal = development_broker.directory / "broker.sqlite"

    ended = run_broker("--port", "0", "--journal", str(journal))

    assert ended.returncode == 1
    assert f"cannot use the journal {journal}: database is locked" in ended.stderr


def test_a_taken_port_is_a_clear_error(development_broker: DevelopmentBroker, tmp_path: Path) -> None:
    ended = run_broker("--port", str(development_broker.port), "--journal", str(tmp_path / "other.sqlite"))

    assert ended.returncode == 1
    assert f"cannot listen on 127.0.0.1:{development_broker.port}" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_each_user_has_a_name_of_his_own(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text(json.dumps({"identity": "secret"}))
    broker = DevelopmentBroker(tmp_path, "--users", str(tmp_path / "users.json"))
    broker.start()

    with Client(broker.uri, userid="identity", password="secret") as client:
        client.publish(client.queue(), "vouched for", user_id="identity")
    with pytest.raises(amqp.AccessRefused):
        Client(broker.uri)
    broker.kill()


def test_a_broker_asked_for_no_heartbeat_keeps_a_silent_client(development_broker: DevelopmentBroker) -> None:
    with Client(development_broker.uri, heartbeat=0) as client:
        assert client.connection.heartbeat == 0
        client.publish(client.queue(), "still here")


def test_a_client_that_falls_silent_is_dropped(development_broker: DevelopmentBroker, name: str) -> None:
    with Client(development_broker.uri) as watcher, Client(development_broker.uri, heartbeat=1) as silent:
        silent.queue(name, exclusive=False, auto_delete=True)
        silent.channel.basic_consume(name)
        wait_for(lambda: not watcher.exists(name), "the queue of the silent client to go")


def test_heartbeats_come_when_asked_for(development_broker: DevelopmentBroker) -> None:
    with Client(development_broker.uri, heartbeat=1) as client:
        before = client.connection.bytes_recv
        wait_for(lambda: _reads_on(client, before), "a heartbeat")


def test_who_does_not_read_is_not_sent_everything(development_broker: DevelopmentBroker) -> None:
    with Client(development_broker.uri) as client, Client(development_broker.uri) as reader:
        queue = client.queue(auto_delete=True, exclusive=False)
        deliveries = Deliveries(reader.channel, queue, no_ack=True)
        client.publish(queue, *[bytes(100_000)] * 200)
        assert client.count(queue) > 0

        deliveries.wait_for(200)


def test_a_quorum_queue_gives_up_as_in_rabbitmq_4(development_broker: DevelopmentBroker, name: str) -> None:
    with Client(development_broker.uri) as client:
        letters = client.queue()
        arguments = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": letters, "x-queue-type": "quorum"}
        client.queue(name, durable=True, exclusive=False, arguments=arguments)
        client.publish(name, "poison")
        refused = 0
        while message := client.channel.basic_get(name):
            client.channel.basic_reject(message.delivery_tag, requeue=True)
            refused += 1

        assert (refused, client.bodies(letters)) == (21, ["poison"])
        client.channel.queue_delete(name)


def test_what_was_acknowledged_leaves_the_journal(killable_development_broker: DevelopmentBroker, name: str) -> None:
    broker = killable_development_broker
    with Client(broker.uri) as client:
        client.queue(name, durable=True, exclusive=False)
        client.publish(name, *map(str, range(100)), delivery_mode=2)
        assert len(client.bodies(name)) == 100
        client.channel.queue_delete(name)
    broker.stop()

    with contextlib.closing(sqlite3.connect(broker.directory / "broker.sqlite")) as journal:
        assert journal.execute("SELECT count(*) FROM messages").fetchone() == (0,)
        assert journal.execute("SELECT count(*) FROM queues WHERE name = ?", (name,)).fetchone() == (0,)
    broker.start()


def test_a_kill_in_the_middle_of_publishing_keeps_all_that_was_confirmed(tmp_path: Path) -> None:
    broker = DevelopmentBroker(tmp_path)
    broker.start()
    confirmed: list[int] = []
    with Client(broker.uri) as client:
        client.queue("durable", durable=True, exclusive=False)
        client.channel.events["basic_ack"].add(lambda tag, multiple: confirmed.append(tag))
        for number in range(2000):
            client.channel._basic_publish(amqp.Message(str(number), delivery_mode=2), "", "durable")
        while not confirmed:
            client.connection.drain_events(timeout=10)
        os.kill(broker.pid, signal.SIGKILL)
    broker.kill()
    broker.start()

    with Client(broker.uri) as client:
        kept = client.bodies("durable")
        assert len(kept) >= max(confirmed)
        assert kept == [str(number) for number in range(len(kept))]
    broker.kill()


def _reads_on(client: Client, before: int) -> bool:
    with contextlib.suppress(TimeoutError):
        client.connection.drain_events(timeout=0.1)
    return bool(client.connection.bytes_recv > before)


def run_broker(*options: str) -> "subprocess.CompletedProcess[str]":
    command: list[Any] = [sys.executable, "-m", "deploy.embedded.broker", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=20)
