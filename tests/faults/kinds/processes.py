"""Services that die, freeze, or are replaced."""

from __future__ import annotations

import random
import time
from functools import partial

from deploy.embedded.environment import SERVICES
from tests.faults.kinds.servers import BROKER, DATABASE
from tests.faults.ledger import Ledger
from tests.faults.replicas import Replica
from tests.faults.schedule import Kind, Plan, Steps
from tests.faults.town import Town

# Longer than the broker waits for heartbeats (20 s) and the database for the relay's session (15 s).
FROZEN_FOR = (26.0, 34.0)
# A fault may be felt for so long after its end, in seconds.
HINDERS_FOR = 10.0


def kill_one_of(service: str) -> Kind:
    """kill -9."""

    def plan(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
        replica, gone_for = chance.choice(town.replicas_of(service)), chance.uniform(0, 2)

        def steps() -> Steps:
            replica.kill()
            yield gone_for
            replica.start()

        return Plan(kind="kill -9", target=replica.name, needs=frozenset({replica.name}), steps=steps)

    return plan


def kill_both(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """Nobody is left to answer."""
    replicas, gone_for = town.replicas_of(chance.choice(SERVICES)), chance.uniform(0, 4)

    def steps() -> Steps:
        for replica in replicas:
            replica.kill()
        yield gone_for
        for replica in replicas:
            replica.start()

    names = [replica.name for replica in replicas]
    return Plan(kind="kill -9", target=" and ".join(names), needs=frozenset(names), steps=steps)


def freeze(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """SIGSTOP past heartbeats and leases; it wakes in a world that went on without it."""
    replica, frozen_for = chance.choice(town.replicas), chance.uniform(*FROZEN_FOR)

    def steps() -> Steps:
        replica.freeze()
        yield frozen_for
        replica.thaw()

    return Plan(kind="freeze", target=replica.name, needs=frozenset({replica.name}), steps=steps)


def replace_gracefully(town: Town, ledger: Ledger, chance: random.Random) -> Plan:
    """One replica after the other is stopped as at a new version, and started again."""
    replicas = town.replicas_of(chance.choice(SERVICES))

    def steps() -> Steps:
        for replica in replicas:
            # Who is asked while it still starts dies of the signal, and has nothing to finish.
            yield partial(_is_settled, replica)
            asked_at = time.time()
            replica.ask_to_stop()
            yield partial(getattr, replica, "has_ended")
            if (status := replica.process.exit_status) != 0 and not _is_excused(replica, ledger, asked_at):
                ledger.note_wrong(f"{replica.name} was asked to stop and ended with {status}: {replica.process.told()}")
            replica.start()
            yield partial(_is_settled, replica)

    names = [replica.name for replica in replicas]
    return Plan(kind="rolling restart", target=" and ".join(names), needs=frozenset(names), steps=steps)


def _is_settled(replica: Replica) -> bool:
    return replica.is_ready or replica.has_ended


def _is_excused(replica: Replica, ledger: Ledger, since: float) -> bool:
    """What was begun cannot be finished in time when a server is away, or the way to it swallows everything; then it
    says so."""
    if not replica.has_said_since_asked("stopped_before_all_was_finished"):
        return False
    own_ways = f"{replica.name} to its "
    return any(
        fault.target in (BROKER, DATABASE) or fault.target.startswith((own_ways, "everybody's connections"))
        for fault in ledger.faults_between(since - HINDERS_FOR, time.time())
    )


KINDS: list[Kind] = [*(kill_one_of(service) for service in SERVICES), kill_both, freeze, replace_gracefully]
