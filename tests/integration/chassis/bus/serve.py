"""Runs services of the town: ``python -m tests.integration.chassis.bus.serve NAME…``."""

import sys

from chassis import green

green.patch()

from chassis.launcher import run
from tests.integration.chassis.bus.town import SERVICES

sys.exit(run([SERVICES[name] for name in sys.argv[1:]]))
