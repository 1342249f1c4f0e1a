"""What operators count of delegation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Counter

from chassis.database import Work
from contracts.errors import Refusal

ROLE_REQUESTS = Counter(
    "delegation_role_requests_total", "Role requests made, accepted, refused, or turned away by a rule", ["outcome"]
)
INVITATIONS = Counter(
    "delegation_invitations_total", "Invitations sent, accepted, or turned away by a rule", ["outcome"]
)
MANDATES = Counter("delegation_mandates_total", "Mandates granted, changed and revoked", ["change"])
ENTERPRISE_MANDATES = Counter(
    "delegation_enterprise_mandates_total",
    "Mandates from enterprise to enterprise given, assigned to a person, renewed, confirmed, suspended, resumed, "
    "ended, or turned away by a rule",
    ["outcome"],
)
CHECKS = Counter("delegation_checks_total", "Answers to whether somebody may act", ["decision"])


@contextmanager
def counting(work: Work, counter: Counter, outcome: str) -> Iterator[None]:
    """Counts a command once it is safe, or the code of the refusal that it met. Stands inside ``with work:``."""
    try:
        yield
    except Refusal as refusal:
        counter.labels(outcome=refusal.code).inc()
        raise
    work.after_commit(counter.labels(outcome=outcome).inc)


def count_mandate(work: Work, change: str) -> None:
    work.after_commit(MANDATES.labels(change=change).inc)
