"""Queues that are full, and a flood of what came before."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import amqp

from chassis.bus import LOST, topology
from deploy.rabbitmq import definitions
from tests.faults.kinds.parcels import Parcel, channel_of, publish, some_told
from tests.faults.kinds.servers import BROKER, DATABASE
from tests.faults.ledger import Ledger
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town

FULL_AT = 3  # messages
FULL_FOR = (6.0, 12.0)
# Of the services that are told most.
LISTENERS = ("dossiers", "notifications")
POLICY = "full"
SENT_EVERY = 0.1  # seconds
SENT_BEFORE_SET_AGAIN = 50


def fill(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """While nobody takes anything out, a queue takes only a few more; what it refuses, its publishers must keep.

    Consumers that are only frozen would still be sent hundreds in advance: so they are gone.
    """
    service, full_for = chance.choice(LISTENERS), chance.uniform(*FULL_FOR)
    replicas, queue = town.replicas_of(service), topology.inbox_queue(service)

    limit, pattern = json.dumps({"max-length": FULL_AT}), f"^{queue.replace('.', '[.]')}$"

    def set_policy() -> Callable[[], bool]:
        return _obeyed(town, "set_policy", "-p", definitions.VHOST, POLICY, pattern, limit, "--apply-to", "queues")

    def clear_policy() -> Callable[[], bool]:
        return _obeyed(town, "clear_policy", "-p", definitions.VHOST, POLICY)

    def steps() -> Steps:
        yield set_policy()
        for replica in replicas:
            replica.kill()
        repeats = yield from some_told(town, chance, 1, listener=service)
        sent = 0
        while not _is_refused(town, repeats[0]):
            yield SENT_EVERY
            sent += 1
            # A node that was just started (3.10) may show a policy and not follow it; to set it again changes nothing.
            if sent % SENT_BEFORE_SET_AGAIN == 0:
                yield clear_policy()
                yield set_policy()
        ledger.count("refused by a full queue")
        yield full_for
        for replica in replicas:
            replica.start()
        yield clear_policy()

    names = [replica.name for replica in replicas]
    return Plan(kind="full queue", target=queue, needs=frozenset({*names, BROKER, DATABASE}), steps=steps)


def _is_refused(town: Town, parcel: Parcel) -> bool:
    try:
        with channel_of(town, parcel.sender) as channel:
            publish(channel, parcel)
    except amqp.exceptions.MessageNacked:
        return True
    except LOST:
        return False
    return False


def _obeyed(town: Town, *arguments: str) -> Callable[[], bool]:
    """Has ``rabbitmqctl`` done it? A node that was just started may refuse at first: it is asked again."""
    orders = [town.node.order(*arguments)]

    def is_obeyed() -> bool:
        if orders[-1].poll() is None:
            return False
        orders[-1].communicate()
        if orders[-1].returncode == 0:
            return True
        orders.append(town.node.order(*arguments))
        return False

    return is_obeyed


KINDS: list[Kind] = [fill]
