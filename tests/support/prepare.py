"""Brings the programs that tests need and no package of Python carries: RabbitMQ, Chromium, promtool,
oidc-provider.

``python -m tests.support.prepare``; before the tests, because two installations at once get in each other's way.
"""

from __future__ import annotations

import os
import sys

from tests.integration.identity import certified
from tests.journeys.eyes import NoChromium, find_chromium
from tests.structure.tools import ToolMissing, promtool
from tests.support.rabbitmq import DockerRabbitMQ
from tests.support.rabbitmq.programs import LAST_RESORTS, find_installed, install, unpack


def main() -> int:
    """Exit status 1, and a sentence for each that is missing and could not be brought."""
    missing = []
    if not (os.environ.get("AMQP_URI") or find_installed() or install() or unpack() or DockerRabbitMQ.is_available()):
        missing.append(f"No RabbitMQ for the tests: {LAST_RESORTS}.")
    for bring in (find_chromium, promtool, certified.install):
        try:
            bring()
        except (NoChromium, ToolMissing, certified.NodeMissing) as absent:
            missing.append(str(absent))
    for sentence in missing:
        print(sentence, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
