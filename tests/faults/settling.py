"""Whether everything that was begun has come to its end; and the end itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import psycopg

from chassis.bus import LOST
from deploy.embedded.environment import WITH_DATABASE
from tests.faults.load import Load
from tests.faults.reconciling.holdings import count_queued
from tests.faults.town import Town

UNSENT = "SELECT count(*) AS number FROM outbox WHERE sent_at IS NULL"
UNDONE = "SELECT count(*) AS number FROM inbox WHERE done_at IS NULL AND parked_at IS NULL"
UNMAILED = "SELECT count(*) AS number FROM deliveries WHERE state <> 'delivered'"


SETTLED_WITHIN = 300.0  # seconds, after the last fault was undone
LOOKED_EVERY = 0.5


def settle(town: Town, load: Load) -> tuple[float, list[str]]:
    """Waits until nothing moves any more, or the time is up: how long it took, and what moves still."""
    began = time.monotonic()
    while next(_find_moving(town, load), None) is not None:
        if time.monotonic() - began > SETTLED_WITHIN:
            return SETTLED_WITHIN, [f"after {SETTLED_WITHIN:.0f} s {each}" for each in _find_moving(town, load)]
        time.sleep(LOOKED_EVERY)
    return time.monotonic() - began, []


def _find_moving(town: Town, load: Load) -> Iterator[str]:
    for name in load.still_tell():
        yield f"{name} still tells a story"
    for replica in town.replicas:
        if not replica.is_ready:
            yield f"{replica.name} is not ready"
    try:
        yield from _find_waiting(town)
    except (psycopg.OperationalError, *LOST) as error:
        # A server that was just started again.
        yield f"a server does not answer: {type(error).__name__}: {error}"


def _find_waiting(town: Town) -> Iterator[str]:
    for service in WITH_DATABASE:
        for query, where in ((UNSENT, "outbox"), (UNDONE, "inbox")):
            if number := _count(town, service, query):
                yield f"{number} rows wait in the {where} of {service}"
    if number := _count(town, "notifications", UNMAILED):
        yield f"{number} mails were not delivered"
    for queue, number in count_queued(town).items():
        if number:
            yield f"{number} messages wait in the queue {queue}"


def _count(town: Town, service: str, query: str) -> int:
    return int(town.databases.rows(service, query)[0]["number"])
