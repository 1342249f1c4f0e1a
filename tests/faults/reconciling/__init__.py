"""Ledger against databases, queues and mailbox: what was lost, doubled or stuck.

Each module compares one thing and gives findings; an empty list means that it is as it should be.
"""

from tests.faults.reconciling.everything import reconcile
from tests.faults.reconciling.findings import Finding
from tests.faults.reconciling.holdings import Holdings

__all__ = ["Finding", "Holdings", "reconcile"]
