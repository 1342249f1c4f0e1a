"""Connections that are cut, slow, or swallow what is sent."""

from __future__ import annotations

import random

from tests.faults.ledger import Ledger
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town
from tests.support.proxy import Proxy

# Slow: seconds each way for each piece.
DELAY = (0.05, 0.4)
SLOW_FOR = (5.0, 12.0)
# Longer than the broker and the database bear with silence.
SWALLOWED_FOR = (22.0, 32.0)
CUTS = 6


def cut(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """Several times in a row, so that some come in the middle of getting over the last."""
    target, gate = _draw(town, chance)
    pauses = [chance.uniform(0.1, 2) for _ in range(CUTS)]

    def steps() -> Steps:
        for pause in pauses:
            gate.cut()
            yield pause

    return Plan(kind="cut", target=target, needs=frozenset({target}), steps=steps)


def cut_all(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """Those of everybody to one server at one moment, as when a switch is restarted."""
    server = chance.choice(("broker", "database"))
    gates = [replica.gates[server] for replica in town.replicas if server in replica.gates]
    if server == "broker":
        gates += town.callers.values()

    def steps() -> Steps:
        for gate in gates:
            gate.cut()
        yield 0.0

    target = f"everybody's connections to the {server}"
    return Plan(kind="cut", target=target, needs=frozenset({target}), steps=steps)


def slow_down(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    target, gate = _draw(town, chance)
    delay, slow_for = chance.uniform(*DELAY), chance.uniform(*SLOW_FOR)

    def steps() -> Steps:
        gate.delay(delay)
        yield slow_for
        gate.heal()

    return Plan(kind="delay", target=target, needs=frozenset({target}), steps=steps)


def swallow(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    target, gate = _draw(town, chance)
    swallowed_for = chance.uniform(*SWALLOWED_FOR)

    def steps() -> Steps:
        gate.black_hole()
        yield swallowed_for
        gate.heal()

    return Plan(kind="black hole", target=target, needs=frozenset({target}), steps=steps)


def _draw(town: Town, chance: random.Random) -> tuple[str, Proxy]:
    """One way of one process."""
    ways = {f"{replica.name} to its {part}": gate for replica in town.replicas for part, gate in replica.gates.items()}
    ways |= {f"{user} to its broker": gate for user, gate in town.callers.items()}
    target = chance.choice(sorted(ways))
    return target, ways[target]


KINDS: list[Kind] = [cut, cut_all, slow_down, swallow]
