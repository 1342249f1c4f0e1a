"""What an operator does to identity, by ``python -m services``."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast, get_args
from uuid import UUID

from chassis.runtime import build_runtime
from contracts.events import ActorFacts
from contracts.identity import MeansName
from services.identity import commands, queries
from services.identity.service import IdentityService
from services.identity.settings import IdentitySettings
from services.identity.storage import IdentityWork

Say = Callable[[str], None]


def list_means(say: Say) -> int:
    work, settings = _work()
    for means in queries.list_means(work, offered=settings.means):
        say(f"{means.name:<8} level {means.level}  {'available' if means.available else 'unavailable'}")
    return 0


def set_means(name: str, *, available: bool, say: Say) -> int:
    """Holds at once, for every replica."""
    work, _ = _work()
    commands.set_means_availability(work, means=cast(MeansName, name), available=available)
    say(f"{name}: {'available' if available else 'unavailable'}")
    return 0


def reseal_numbers(say: Say) -> int:
    """National numbers under the current key, while the service runs; may be stopped and begun again. 1 where some
    cannot be opened."""
    work, _ = _work()
    count, broken, after = 0, 0, UUID(int=0)
    while (done := commands.reseal_numbers(work, after=after)).last is not None:
        for person_id in done.broken:
            say(f"the number of {person_id} cannot be opened: it was altered, or its key is not in the ring")
        count, broken, after = count + done.count, broken + len(done.broken), done.last
    with work:
        left = work.person_numbers.count_by_key()
    say(f"{count} numbers under another key now; " + ", ".join(f"{key}: {n}" for key, n in sorted(left.items())))
    return 1 if broken else 0


def _work() -> tuple[IdentityWork, IdentitySettings]:
    settings = IdentitySettings.load()
    runtime = build_runtime(IdentityService, settings)
    return IdentityWork(runtime, ActorFacts(service="operator")), settings


MEANS = get_args(MeansName)
