"""How long things last. Days are legal days in Belgium; a mandate holds through the last second of its last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from contracts.delegation import TermTooLong
from contracts.errors import InvalidRequest

BRUSSELS = ZoneInfo("Europe/Brussels")

MOST_YEARS = 5
YEARS_UNLESS_SAID = 1
INVITATION_LASTS = timedelta(days=30)
REQUEST_LASTS = timedelta(days=30)
# How many days before its last day a mandate's end is told.
NOTICES = (30, 7)


def legal_day(now: datetime) -> date:
    """The date in Belgium at an instant."""
    return now.astimezone(BRUSSELS).date()


def after_years(day: date, years: int) -> date:
    """The same date so many years later. The day itself is not counted (art. 52 to 54 of the Code judiciaire), so a
    term of years ends with that date; from 29 February it ends with the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def last_day_of_term(valid_until: date | None, *, valid_from: date, so_far: date | None = None) -> date:
    """The last day of a mandate that begins on ``valid_from``; when none was said one year, or the day ``so_far`` where
    that is later: who names no day means to shorten nothing."""
    if valid_until is None:
        return max(after_years(valid_from, YEARS_UNLESS_SAID), so_far or valid_from)
    if valid_until < valid_from:
        raise InvalidRequest(fields={"valid_until": ["the last day is in the past"]})
    longest = after_years(valid_from, MOST_YEARS)
    if valid_until > longest:
        raise TermTooLong(latest=longest.isoformat())
    return valid_until


def notices_missed(valid_until: date, *, today: date) -> int | None:
    """Of a term that is set today: the last of the notices that would come at once, and is not given."""
    return min((days for days in NOTICES if (valid_until - today).days <= days), default=None)
