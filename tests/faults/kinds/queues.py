"""Queues that are full, and a flood of what came before."""

from __future__ import annotations

import json
import random
import subprocess
from functools import partial

from chassis.bus import topology
from deploy.rabbitmq import definitions
from tests.faults.ledger import Ledger
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town

FULL_AT = 3  # messages
FULL_FOR = (6.0, 12.0)
# Of the services that are told most.
LISTENERS = ("dossiers", "notifications")
POLICY = "full"


def fill(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """While nobody takes anything out, a queue takes only a few more; what it refuses, its publishers must keep."""
    service, full_for = chance.choice(LISTENERS), chance.uniform(*FULL_FOR)
    replicas = town.replicas_of(service)

    def steps() -> Steps:
        pattern = f"^{topology.inbox_queue(service).replace('.', '[.]')}$"
        limit = json.dumps({"max-length": FULL_AT})
        setting = town.node.order("set_policy", "-p", definitions.VHOST, POLICY, pattern, limit, "--apply-to", "queues")
        yield partial(_has_ended, setting)
        for replica in replicas:
            replica.freeze()
        yield full_for
        for replica in replicas:
            replica.thaw()
        clearing = town.node.order("clear_policy", "-p", definitions.VHOST, POLICY)
        yield partial(_has_ended, clearing)

    names = [replica.name for replica in replicas]
    return Plan(
        kind="full queue",
        target=topology.inbox_queue(service),
        needs=frozenset({*names, "RabbitMQ"}),
        steps=steps,
    )


def _has_ended(order: subprocess.Popen[str]) -> bool:
    if order.poll() is None:
        return False
    told, complaint = order.communicate()
    assert order.returncode == 0, f"rabbitmqctl: {told}{complaint}"
    return True


KINDS: list[Kind] = [fill]
