"""Whether everything that was begun has come to its end."""

from __future__ import annotations

from deploy.embedded.environment import WITH_DATABASE
from tests.faults.reconciling.holdings import count_queued
from tests.faults.town import Town

UNSENT = "SELECT count(*) AS number FROM outbox WHERE sent_at IS NULL"
UNDONE = "SELECT count(*) AS number FROM inbox WHERE done_at IS NULL AND parked_at IS NULL"
UNMAILED = "SELECT count(*) AS number FROM deliveries WHERE state <> 'delivered'"


def has_settled(town: Town) -> bool:
    def is_empty(service: str, query: str) -> bool:
        return bool(town.databases.rows(service, query)[0]["number"] == 0)

    return (
        all(is_empty(service, UNSENT) and is_empty(service, UNDONE) for service in WITH_DATABASE)
        and is_empty("notifications", UNMAILED)
        and not any(count_queued(town).values())
        and all(replica.is_ready for replica in town.replicas)
    )
