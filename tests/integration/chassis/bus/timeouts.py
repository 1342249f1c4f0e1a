"""A program whose calls nobody answers: ``python timeouts.py AMQP_URI COUNT``. It says what they left, as JSON."""

import eventlet

eventlet.monkey_patch()

import gc
import json
import sys
from collections import Counter
from pathlib import Path

from chassis.rpc import RpcClient
from chassis.rpc.client import Pending
from contracts.errors import Refusal
from tests.integration.chassis.bus.town import Teller

AT_ONCE = 250
WARM = 1000


def resident():
    """Kilobytes of memory of this program."""
    (line,) = (line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1])


with RpcClient(sys.argv[1], "patient") as rpc:

    def ended(number):
        try:
            return rpc.at(Teller, timeout=0.1).echo(words=str(number))
        except Refusal as refusal:
            return refusal.code

    many = eventlet.GreenPool(AT_ONCE)
    first = Counter(many.imap(ended, range(WARM)))
    gc.collect()
    before = resident()
    rest = Counter(many.imap(ended, range(int(sys.argv[2]) - WARM)))
    gc.collect()
    told = {
        "ended": first + rest,
        "pending": len(rpc._pending),
        "kept": sum(isinstance(thing, Pending) for thing in gc.get_objects()),
        "grown_kb": resident() - before,
    }
    sys.stdout.write(json.dumps(told))
