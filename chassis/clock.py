"""The one source of time. Instants are aware and UTC; legal dates are those of Europe/Brussels."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock:
    """The system's clock, or one that was started elsewhere and runs on from there (development only)."""

    def __init__(self, starts_at: datetime | None = None) -> None:
        self._shift = starts_at - datetime.now(UTC) if starts_at else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


def today(now: datetime) -> date:
    """The legal date in Belgium at an instant."""
    return now.astimezone(BRUSSELS).date()


def end_of(day: date) -> datetime:
    """The last second of a legal day in Belgium, in UTC: due dates hold until then."""
    return datetime.combine(day, time(23, 59, 59), BRUSSELS).astimezone(UTC)
