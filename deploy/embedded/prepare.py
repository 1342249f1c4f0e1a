"""Migrations, procedures and sample establishments, in one process: what takes long is to load the services, and that
is done once.

``kbo/`` is a set of the Crossroads Bank's open data as it is published, older than any other: whoever has imported
another one keeps that, and what the sample cast tells stands. It has no name for the enterprise, which the cast gives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from deploy.embedded.environment import WITH_DATABASE
from services.cli import main
from services.cli.surroundings import complain, say
from services.delegation import operate

ESTABLISHMENTS = Path(__file__).with_name("kbo")


def import_establishments() -> int:
    return operate.import_enterprises(
        ESTABLISHMENTS, however_many=False, say=say, complain=lambda sentence: complain(sentence, 0)
    )


if __name__ == "__main__":
    sys.exit(main(["migrate", *WITH_DATABASE]) or main(["publish-procedures"]) or import_establishments())
