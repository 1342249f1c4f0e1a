"""How long a mandate may last, in legal days of Belgium."""

from datetime import UTC, date, datetime, timedelta

import pytest

from chassis import clock
from contracts.delegation import TermTooLong
from contracts.errors import InvalidRequest
from services.delegation.domain.terms import after_years, last_day_of_term, legal_day
from tests.unit.delegation.builders import TODAY


def test_a_mandate_lasts_a_year_unless_something_else_is_said():
    assert last_day_of_term(None, valid_from=TODAY) == date(2025, 10, 15)


def test_without_a_day_what_lasts_longer_already_is_not_shortened():
    for so_far, last_day in ((date(2028, 1, 1), date(2028, 1, 1)), (date(2025, 1, 1), date(2025, 10, 15))):
        assert last_day_of_term(None, valid_from=TODAY, so_far=so_far) == last_day
    assert last_day_of_term(date(2025, 1, 1), valid_from=TODAY, so_far=date(2028, 1, 1)) == date(2025, 1, 1)


def test_a_mandate_may_last_five_years_to_the_day():
    assert last_day_of_term(date(2029, 10, 15), valid_from=TODAY) == date(2029, 10, 15)


def test_a_day_more_than_five_years_is_too_long():
    with pytest.raises(TermTooLong) as refusal:
        last_day_of_term(date(2029, 10, 16), valid_from=TODAY)

    assert refusal.value.details == {"latest": "2029-10-15"}


def test_a_mandate_may_be_for_today_only():
    assert last_day_of_term(TODAY, valid_from=TODAY) == TODAY


def test_a_last_day_in_the_past_names_the_field():
    with pytest.raises(InvalidRequest) as refusal:
        last_day_of_term(TODAY - timedelta(days=1), valid_from=TODAY)

    assert refusal.value.details == {"fields": {"valid_until": ["the last day is in the past"]}}


def test_five_years_from_29_february_end_with_28_february():
    assert after_years(date(2024, 2, 29), 5) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2024, 10, 15, 21, 59, 59, tzinfo=UTC), date(2024, 10, 15)),
        (datetime(2024, 10, 15, 22, 0, 0, tzinfo=UTC), date(2024, 10, 16)),
        (datetime(2024, 12, 31, 22, 59, 59, tzinfo=UTC), date(2024, 12, 31)),
        (datetime(2024, 12, 31, 23, 0, 0, tzinfo=UTC), date(2025, 1, 1)),
    ],
)
def test_the_legal_day_is_that_of_brussels_in_summer_and_in_winter(instant, day):
    assert legal_day(instant) == day
    assert clock.today(instant) == day
