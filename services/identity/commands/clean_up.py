"""Forgetting what is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from chassis.logs import log
from services.identity.storage import IdentityWork

SIGN_INS_KEPT: Final = timedelta(hours=1)
LINKS_KEPT: Final = timedelta(days=1)
SESSIONS_KEPT: Final = timedelta(days=30)


def forget_what_is_over(work: IdentityWork, *, now: datetime) -> None:
    """Each turn deletes some of each; what is left goes at the next."""
    with work:
        sign_ins = work.sign_ins.forget_expired(before=now - SIGN_INS_KEPT)
        links = work.links.forget_expired(before=now - LINKS_KEPT)
        sessions = work.sessions.forget_ended(before=now - SESSIONS_KEPT)
    log.info("forgot_what_is_over", sign_ins=sign_ins, links=links, sessions=sessions)
