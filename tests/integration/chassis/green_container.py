"""A container on green threads that is stopped while its only worker is busy and somebody waits for it."""

import eventlet

eventlet.monkey_patch()

import sys

import nameko
from nameko.testing.services import dummy

from chassis.container import Container


class Busy:
    name = "busy"

    @dummy
    def work(self):
        eventlet.sleep(0.5)


nameko.config.setup({"AMQP_URI": "amqp://127.0.0.1:1", "max_workers": 1})
container = Container(Busy)
container.start()
(entrypoint,) = container.entrypoints
container.spawn_worker(entrypoint, (), {})
waiting = eventlet.spawn(container.wait_for_worker, lambda: False)
eventlet.sleep(0)
assert not waiting.dead
with eventlet.Timeout(60):
    container.stop()
waiting.wait()
sys.stdout.write("stopped\n")
