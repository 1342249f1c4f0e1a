"""A program on green threads that calls: ``python green.py AMQP_URI TOKEN``. It says what it got, as JSON."""

import eventlet

eventlet.monkey_patch()

import json
import sys

from chassis.rpc import RpcClient
from contracts.errors import DeadlinePassed
from tests.integration.chassis.bus.town import Teller

with RpcClient(sys.argv[1], "green") as rpc:

    def call(number):
        return rpc.at(Teller, timeout=60, service=sys.argv[2]).echo(words=str(number))

    def call_slowly(number):
        try:
            return rpc.at(Teller, timeout=0.2, service=sys.argv[2]).linger(word=str(number), seconds=5)
        except DeadlinePassed as passed:
            return passed.code

    many = eventlet.GreenPool(50)
    echoed = list(many.imap(call, range(500)))
    late = list(many.imap(call_slowly, range(5)))
    sys.stdout.write(json.dumps({"echoed": echoed, "late": late, "pending": len(rpc._pending)}))
