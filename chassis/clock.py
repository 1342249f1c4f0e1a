"""The one source of time. Instants are aware and UTC; legal dates are those of Europe/Brussels."""

from __future__ import annotations

import os
import time as time_of
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock:
    """The system's clock, or one that was started elsewhere and runs on from there (development only)."""

    def __init__(self, starts_at: datetime | None = None, *, since: datetime | None = None) -> None:
        """``since``: the real instant at which it was ``starts_at``; this one when not given."""
        self._shift = starts_at - (since or datetime.now(UTC)) if starts_at else timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift


def process_clock(now: datetime | None) -> Clock:
    """The clock of a process that was started with ``NOW``.

    It was then when the process began, not when it had loaded: on a slow machine seconds lie between, more for one
    service than for another, and a short statement of the one would not hold yet, or no more, for the other.
    """
    return Clock(now, since=_process_began_at())


def _process_began_at() -> datetime:
    try:
        after_name = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    except OSError:  # not Linux
        return datetime.now(UTC)
    # proc(5): field 22 of the line, in clock ticks since the machine started.
    ticks = int(after_name[19])
    age = time_of.clock_gettime(time_of.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    return datetime.now(UTC) - timedelta(seconds=age)


def today(now: datetime) -> date:
    """The legal date in Belgium at an instant."""
    return now.astimezone(BRUSSELS).date()


def end_of(day: date) -> datetime:
    """The last second of a legal day in Belgium, in UTC: due dates hold until then."""
    return datetime.combine(day, time(23, 59, 59), BRUSSELS).astimezone(UTC)
