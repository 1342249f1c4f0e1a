"""A stock nameko service, without a line of ours: ``python stock.py AMQP_URI TOKEN FILE``.

It hears ``teller.told``, calls ``teller.echo`` with what it heard, and writes a JSON line of each to the file.
"""

import eventlet

eventlet.monkey_patch()

import json
import sys

import nameko
from nameko.containers import ServiceContainer
from nameko.dependency_providers import Config
from nameko.events import event_handler
from nameko.rpc import ServiceRpc, rpc


class Stock:
    name = "stock"
    config = Config()
    teller = ServiceRpc("teller")

    @event_handler("teller", "told")
    def on_told(self, body):
        self.teller.context_data["service"] = sys.argv[2]
        echo = self.teller.echo(words=body["words"])
        with open(sys.argv[3], "a") as lines:
            lines.write(json.dumps({"body": body, "echo": echo}) + "\n")

    @rpc
    def greet(self, name):
        return f"hello {name}"

    @rpc
    def fail(self):
        raise ValueError("stock")


nameko.config.setup({"AMQP_URI": sys.argv[1]})
container = ServiceContainer(Stock)
container.start()
container.wait()
