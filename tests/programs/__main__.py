"""``python -m tests.programs``: before the tests, because two installations at once get in each other's way."""

from __future__ import annotations

import os
import sys

from tests.programs import ProgramMissing, apt_install, chromium, oidc_provider, promtool, rabbitmq


def main() -> int:
    """Exit status 1, and a sentence for each that is missing and could not be brought."""
    wanted = {"rabbitmq-server": rabbitmq.find_installed, "chromium": chromium.find, "prometheus": promtool.find}
    if absent := [package for package, find in wanted.items() if find() is None]:
        # All at once; what then is not there is sought one by one.
        apt_install(*absent)
    missing = []
    for bring in (_bring_rabbitmq, chromium.bring, promtool.bring, oidc_provider.bring):
        try:
            bring()
        except ProgramMissing as absent_one:
            missing.append(str(absent_one))
    for sentence in missing:
        print(sentence, file=sys.stderr)
    return 1 if missing else 0


def _bring_rabbitmq() -> None:
    if not os.environ.get("AMQP_URI") and rabbitmq.bring() is None and not rabbitmq.has_docker():
        raise rabbitmq.NoRabbitMQ(f"No RabbitMQ for the tests: {rabbitmq.LAST_RESORTS}.")


if __name__ == "__main__":
    sys.exit(main())
