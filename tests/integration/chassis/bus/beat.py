"""A link with a faster heart: ``python -m … green|threads AMQP_URI``. It says a word each time it comes and goes."""

import sys

if sys.argv[1] == "green":
    import eventlet

    eventlet.monkey_patch()

import threading

from chassis.bus import connection, link
from chassis.bus.link import Link

connection.HEARTBEAT = link.HEARTBEAT = 5


def say(word):
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


Link(sys.argv[2], "beat", on_open=lambda _: say("up"), on_lost=lambda: say("lost")).start()
threading.Event().wait()
