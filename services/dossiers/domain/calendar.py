"""Legal days: those of Europe/Brussels."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def legal_day(now: datetime) -> date:
    return now.astimezone(BRUSSELS).date()


def end_of(day: date) -> datetime:
    """The last second of a legal day, in UTC. A filing within that second is still in time: compare legal days."""
    return datetime.combine(day, time(23, 59, 59), BRUSSELS).astimezone(UTC)
