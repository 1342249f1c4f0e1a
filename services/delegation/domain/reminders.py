"""Sending again what somebody has not answered yet: a link that got lost, a request that was overlooked."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.delegation import ResentTooOften

AGAIN_AFTER = timedelta(days=1)
MOST = 3


def require_may_resend(*, sent_at: datetime, times_resent: int, now: datetime) -> None:
    """``sent_at``: when it was sent last."""
    if times_resent >= MOST:
        raise ResentTooOften(again_at=None)
    if now < sent_at + AGAIN_AFTER:
        raise ResentTooOften(again_at=(sent_at + AGAIN_AFTER).isoformat())
