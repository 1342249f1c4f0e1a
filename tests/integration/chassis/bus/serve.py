"""Runs services of the town: ``python -m tests.integration.chassis.bus.serve NAME…``."""

import os
import sys

os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import eventlet

eventlet.monkey_patch()

from chassis.launcher import run
from tests.integration.chassis.bus.town import SERVICES

sys.exit(run([SERVICES[name] for name in sys.argv[1:]]))
