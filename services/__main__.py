"""The operator's command: ``python -m services run|migrate|token|parked|republish …``; ``--help`` tells all."""

from __future__ import annotations

import sys
import warnings

# Known, and told in docs/decisions/0002: nameko runs on it.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
if sys.argv[1:2] == ["run"]:
    # Before anything else is imported: what was imported unpatched would block every green thread.
    import eventlet

    eventlet.monkey_patch()

from services.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
