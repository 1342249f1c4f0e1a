"""Forgetting what is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from chassis.logs import log
from services.identity.storage import IdentityWork

SIGN_INS_KEPT: Final = timedelta(hours=1)
LINKS_KEPT: Final = timedelta(days=1)
SESSIONS_KEPT: Final = timedelta(days=30)
LINKINGS_KEPT: Final = timedelta(hours=1)
UNLINKED_KEPT: Final = timedelta(days=30)


def forget_what_is_over(work: IdentityWork, *, now: datetime) -> None:
    log.info(
        "forgot_what_is_over",
        sign_ins=_forget(work, lambda: work.sign_ins.forget_expired(before=now - SIGN_INS_KEPT)),
        links=_forget(work, lambda: work.links.forget_expired(before=now - LINKS_KEPT)),
        linkings=_forget(work, lambda: work.linkings.forget_expired(before=now - LINKINGS_KEPT)),
        identities=_forget(work, lambda: work.european_identities.forget_unlinked(before=now - UNLINKED_KEPT)),
        sessions=_forget(work, lambda: work.sessions.forget_ended(before=now - SESSIONS_KEPT)),
    )


def _forget(work: IdentityWork, some: Callable[[], int]) -> int:
    """Some at a time, each in a transaction of its own, so that no lock is long."""
    count = 0
    while True:
        with work:
            forgotten = some()
        count += forgotten
        if forgotten == 0:
            return count
