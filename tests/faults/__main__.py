"""``python -m tests.faults --minutes 30 --seed 7``: exit status 0 when nothing was lost, doubled or stuck, else 1."""

from __future__ import annotations

import argparse
import random
import sys

from chassis.logs import set_up
from tests.faults.report import tell
from tests.faults.run import run
from tests.faults.town import Town

# More than a story meets in a minute, on any machine.
INHABITANTS_A_MINUTE = 4000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    # What our own callers log of lost connections is no news here.
    set_up(level="critical", form="json")
    # First of all: whatever comes to an end before its last line can be dealt again.
    print(f"seed {options.seed}", flush=True)  # noqa: T201
    town = Town(options.seed, inhabitants=int(INHABITANTS_A_MINUTE * (options.minutes + 1)))
    try:
        town.start()
        outcome = run(town, seed=options.seed, seconds=options.minutes * 60)
        tell(outcome, town, sys.stdout)
    finally:
        town.close()
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
