"""The operator's command: ``python -m services run|migrate|token|parked|republish …``; ``--help`` tells all."""

from __future__ import annotations

import sys

from chassis import green

if sys.argv[1:2] == ["run"]:
    green.patch()

from services.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
