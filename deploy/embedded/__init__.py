"""Everything on one machine in one command: ``python -m deploy.embedded``, or ``make run``."""
