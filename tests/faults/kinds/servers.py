"""RabbitMQ and PostgreSQL that die or are restarted; everybody is connected to them."""

from __future__ import annotations

import random

from tests.faults.brokers import PrivateNode
from tests.faults.databases import Databases
from tests.faults.ledger import Ledger
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town
from tests.support.rabbitmq.node import answers_amqp

BROKER, DATABASE = "RabbitMQ", "PostgreSQL"
# Longer than our side waits for the broker's heartbeats (20 s), and than the relay's lease (15 s).
FROZEN_FOR = (22.0, 27.0)


def kill_broker(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    gone_for = chance.uniform(0, 3)

    def steps() -> Steps:
        town.node.kill()
        yield gone_for
        town.node.launch()
        yield lambda: answers_amqp(town.node.uri)

    return Plan(kind="kill -9", target=BROKER, needs=frozenset({BROKER}), steps=steps)


def restart_broker(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    def steps() -> Steps:
        town.node.stop()
        town.node.launch()
        yield lambda: answers_amqp(town.node.uri)

    return Plan(kind="restart", target=BROKER, needs=frozenset({BROKER}), steps=steps)


def kill_database(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    gone_for = chance.uniform(0, 5)

    def steps() -> Steps:
        town.databases.kill()
        yield gone_for
        town.databases.start()

    return Plan(kind="kill -9", target=DATABASE, needs=frozenset({DATABASE}), steps=steps)


def restart_database(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    def steps() -> Steps:
        town.databases.restart()
        yield 0.0

    return Plan(kind="restart", target=DATABASE, needs=frozenset({DATABASE}), steps=steps)


def freeze_broker(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """Connections stay open, and nobody answers."""
    return _freeze(BROKER, town.node, chance)


def freeze_database(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    return _freeze(DATABASE, town.databases, chance)


def _freeze(target: str, server: PrivateNode | Databases, chance: random.Random) -> Plan:
    frozen_for = chance.uniform(*FROZEN_FOR)

    def steps() -> Steps:
        server.freeze()
        yield frozen_for
        server.thaw()

    return Plan(kind="freeze", target=target, needs=frozenset({target}), steps=steps)


KINDS: list[Kind] = [kill_broker, restart_broker, kill_database, restart_database, freeze_broker, freeze_database]
