"""What a set of open data says beside what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from chassis.clock import end_of
from services.delegation.domain.register import (
    Entry,
    Establishment,
    Part,
    Reading,
    loss_of,
    news_of_enterprise,
    news_of_establishment,
)

NUMBER, UNIT, DAY = "0403019261", "2000000339", date(2024, 10, 5)
FULL = Reading(is_full=True, shows=DAY, shows_until=end_of(DAY))
UPDATE = replace(FULL, is_full=False)
NAME, SEAT = ["name", "fr", "Ateliers"], {"zipcode": "7000"}
TOLD: dict[int, list[Any]] = {
    Part.ENTERPRISE: [["014", "1960-08-09"]],
    Part.DENOMINATION: [NAME],
    Part.ADDRESS: [SEAT],
    Part.ACTIVITY: [[1, "2025", "11111"], [0, "2008", "47110"], [0, "2025", "47111"]],
}
KNOWN = Entry(
    bce_number=NUMBER,
    name="Ateliers",
    registered_at=FULL.shows_until - timedelta(days=30),
    names=[NAME],
    seat=SEAT,
    juridical_form="014",
    main_activity="2025:47111",
    started_on=date(1960, 8, 9),
)
STRUCK_OFF = replace(KNOWN, state="struck_off", struck_off_on=date(2024, 9, 5))
OPEN = Establishment(establishment_number=UNIT, bce_number=NUMBER, name="Ateliers", address=SEAT)


def test_what_is_known_already_is_no_news():
    assert news_of_enterprise(NUMBER, KNOWN, TOLD, FULL) is None
    assert news_of_enterprise(NUMBER, STRUCK_OFF, None, FULL) is None
    assert news_of_enterprise(NUMBER, None, None, FULL) is None


def test_a_new_enterprise_is_what_the_set_tells():
    assert news_of_enterprise(NUMBER, None, TOLD, FULL) == replace(KNOWN, registered_at=FULL.shows_until)


def test_the_newest_nace_and_the_first_of_its_ranks_is_the_main_activity():
    told = TOLD | {Part.ACTIVITY: [[2, "2025", "1"], [0, "2008", "2"], [1, "2025", "3"]]}

    news = news_of_enterprise(NUMBER, KNOWN, told, FULL)
    assert news is not None
    assert news.main_activity == "2025:3"


@pytest.mark.parametrize("told", [None, {Part.ENTERPRISE: [None], Part.DENOMINATION: [None]}], ids=["full", "update"])
def test_who_is_gone_is_struck_off_on_the_day_of_the_set_and_keeps_his_name(told):
    news = news_of_enterprise(NUMBER, KNOWN, told, FULL if told is None else UPDATE)

    assert news == replace(KNOWN, state="struck_off", struck_off_on=DAY, registered_at=FULL.shows_until)


def test_who_is_told_again_is_back():
    news = news_of_enterprise(NUMBER, STRUCK_OFF, TOLD, FULL)

    assert news == replace(KNOWN, registered_at=FULL.shows_until)


@pytest.mark.parametrize("of_known", [STRUCK_OFF, KNOWN, None])
def test_an_update_of_one_part_leaves_the_others(of_known):
    news = news_of_enterprise(NUMBER, of_known, {Part.ADDRESS: [None, {"zipcode": "5000"}]}, UPDATE)

    moved = of_known and replace(of_known, seat={"zipcode": "5000"}, registered_at=UPDATE.shows_until)
    assert news == moved


def test_an_update_that_only_takes_a_part_away_empties_it():
    news = news_of_enterprise(NUMBER, KNOWN, {Part.ADDRESS: [None], Part.DENOMINATION: [None]}, UPDATE)

    assert news is not None
    assert (news.seat, news.names, news.name, news.state) == (None, [], "0403.019.261", "active")


def test_what_the_adaptor_told_later_stands_beside_what_it_never_tells():
    later = FULL.shows_until + timedelta(hours=1)
    known = replace(KNOWN, name="Ateliers du Borinage", names=[], seat=None, registered_at=later)

    assert news_of_enterprise(NUMBER, known, None, FULL) is None
    news = news_of_enterprise(NUMBER, known, TOLD, FULL)
    assert news == replace(known, names=[NAME], seat=SEAT)


def test_an_establishment_moves_closes_and_opens():
    of_another: dict[int, list[Any]] = {
        Part.ESTABLISHMENT: [None, ["1000000021", None]],
        Part.DENOMINATION: [["commercial", "fr", "Ateliers"]],
        Part.ADDRESS: [SEAT],
    }
    closed = replace(OPEN, state="closed", closed_on=DAY)

    assert news_of_establishment(UNIT, OPEN, of_another, FULL) == replace(OPEN, bce_number="1000000021")
    assert news_of_establishment(UNIT, None, of_another, FULL) == replace(OPEN, bce_number="1000000021")
    assert news_of_establishment(UNIT, OPEN, None, FULL) == closed
    assert news_of_establishment(UNIT, OPEN, {Part.ESTABLISHMENT: [None]}, UPDATE) == closed
    assert news_of_establishment(UNIT, closed, None, FULL) is None
    assert news_of_establishment(UNIT, None, None, FULL) is None
    assert news_of_establishment(UNIT, None, {Part.ADDRESS: [SEAT]}, UPDATE) is None
    assert news_of_establishment(UNIT, closed, {Part.ESTABLISHMENT: [[NUMBER, None]]}, UPDATE) == OPEN


def test_an_enterprise_loses_what_closes_or_moves_and_nothing_that_was_closed_or_comes_back():
    elsewhere, closed = replace(OPEN, bce_number="1000000021"), replace(OPEN, state="closed", closed_on=DAY)

    assert loss_of(OPEN, closed) == "closed"
    assert loss_of(OPEN, elsewhere) == loss_of(elsewhere, OPEN) == "moved"
    assert loss_of(OPEN, replace(OPEN, name="Atelier de Mons")) is None
    assert loss_of(closed, OPEN) is loss_of(closed, elsewhere) is None
