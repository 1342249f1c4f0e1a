"""Everything on one machine in one command: ``python -m deploy.embedded``, or ``make run``."""

import os

# psycopg waits in C by default, which stops every green thread of a program that imports us first (the tests do).
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
