"""Migrations and procedures, in one process: what takes long is to load the services, and that is done once."""

from __future__ import annotations

import sys

from deploy.embedded.environment import WITH_DATABASE
from services.cli import main

if __name__ == "__main__":
    sys.exit(main(["migrate", *WITH_DATABASE]) or main(["publish-procedures"]))
