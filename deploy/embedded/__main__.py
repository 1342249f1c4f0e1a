"""``python -m deploy.embedded`` runs everything on this machine until Ctrl-C; ``… reset`` forgets what it stored.

Environment: PORT (8000; the others are counted from it), NOW (starts the clock elsewhere), AMQP_URI (RabbitMQ instead
of the development broker), DATABASE_ADMIN_URL (a PostgreSQL >= 15 instead of our own), POSTGRES_BIN (its programs).
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from chassis.settings import instant
from deploy.embedded import console
from deploy.embedded.machine import Machine, Wishes, WrongWish
from deploy.embedded.parts import OFFSETS, ROOT
from deploy.embedded.state import State, StateInUse


def main() -> int:
    options = _parser().parse_args()
    try:
        wishes = Wishes(
            first_port=_port(os.environ.get("PORT") or "8000"),
            now=_instant(os.environ.get("NOW")),
            amqp_uri=os.environ.get("AMQP_URI") or None,
            database_admin_url=os.environ.get("DATABASE_ADMIN_URL") or None,
        )
        with State(options.state) as state:
            machine = Machine(state, wishes)
            return machine.reset() if options.verb == "reset" else machine.run()
    except (WrongWish, StateInUse) as error:
        console.wrong(str(error))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.embedded", description=__doc__)
    parser.add_argument("verb", nargs="?", choices=("run", "reset"), default="run")
    parser.add_argument("--state", type=Path, default=ROOT / "var", help="where everything is stored (./var)")
    return parser


def _port(text: str) -> int:
    highest = 65535 - max(OFFSETS.values())
    if not (text.isdigit() and 1 <= int(text) <= highest):
        raise WrongWish(f"PORT: a number from 1 to {highest} is needed, not {text!r}")
    return int(text)


def _instant(text: str | None) -> datetime | None:
    try:
        return instant(text) if text else None
    except ValueError as error:
        raise WrongWish(f"NOW: {error} (it is {text!r})") from error


if __name__ == "__main__":
    sys.exit(main())
