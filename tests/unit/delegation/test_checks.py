"""May this person do this for this enterprise, and if not, what is missing."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.delegation.domain.checks import find_permission
from services.delegation.domain.scopes import Scope
from tests.unit.delegation.builders import (
    CONTRIBUTOR,
    NOON,
    READER,
    SIGNATORY,
    TODAY,
    a_managing_mandate,
    a_mandate,
    an_enterprise,
)

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def test_a_mandate_in_force_whose_role_gives_it_allows_it():
    mandate = a_mandate(role=SIGNATORY)

    finding = find_permission("dossier.submit", [mandate], now=NOON)

    assert (finding.mandate, finding.missing) == (mandate, None)


def test_of_several_mandates_that_allow_it_the_longest_is_named():
    short, long = a_mandate(valid_until=TOMORROW), a_managing_mandate()

    assert find_permission("dossier.read", [short, long], now=NOON).mandate is long


def test_without_a_mandate_that_is_what_is_missing():
    finding = find_permission("dossier.read", [], now=NOON)

    assert (finding.mandate, finding.missing) == (None, "no mandate for this enterprise")


def test_a_role_that_does_not_give_it_is_named():
    held = [a_mandate(role=READER), a_mandate(role=CONTRIBUTOR)]

    finding = find_permission("dossier.submit", held, now=NOON)

    assert finding.missing == "dossier.submit is not among the permissions of contributor, reader"


@pytest.mark.parametrize(
    ("differently", "missing"),
    [
        ({"valid_from": date(2023, 10, 14), "valid_until": YESTERDAY}, "the mandate as reader ended on 2024-10-14"),
        ({"valid_from": TOMORROW}, "the mandate as reader begins on 2024-10-16"),
        ({"revoked_at": NOON}, "the mandate as reader was revoked on 2024-10-15"),
        ({"suspended_at": NOON}, "the mandate as reader is suspended since 2024-10-15"),
        (
            {"suspended_at": NOON, "valid_from": date(2023, 10, 14), "valid_until": YESTERDAY},
            "the mandate as reader ended on 2024-10-14",
        ),
    ],
    ids=["expired", "not yet valid", "revoked", "suspended", "expired while it was suspended"],
)
def test_a_mandate_that_is_not_in_force_says_why(differently, missing):
    finding = find_permission("dossier.read", [a_mandate(**differently)], now=NOON)

    assert (finding.mandate, finding.missing) == (None, missing)


def test_an_expired_signatory_who_is_reader_now_may_read_only():
    held = [a_mandate(role=SIGNATORY, valid_until=YESTERDAY), a_mandate(role=READER)]

    assert find_permission("dossier.read", held, now=NOON).mandate is held[1]
    assert find_permission("dossier.submit", held, now=NOON).missing == (
        "dossier.submit is not among the permissions of reader"
    )


@pytest.mark.parametrize(
    ("instant", "allowed"),
    [
        (datetime(2024, 10, 15, 21, 59, 59, tzinfo=UTC), True),
        (datetime(2024, 10, 15, 21, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2024, 10, 15, 22, 0, 0, tzinfo=UTC), False),
    ],
)
def test_expiry_is_inside_the_check_to_the_second_in_brussels(instant, allowed):
    held = [a_mandate(valid_until=TODAY)]

    assert (find_permission("dossier.read", held, now=instant).mandate is not None) == allowed


def test_for_a_struck_off_enterprise_one_reads_but_submits_no_more():
    held = [a_mandate(role=SIGNATORY, enterprise=an_enterprise(state="struck_off"))]

    assert find_permission("dossier.read", held, now=NOON).mandate is held[0]
    assert find_permission("dossier.submit", held, now=NOON).missing == (
        "the enterprise is struck off in the Crossroads Bank"
    )


AT_MONS, AT_TOURNAI = "2134567845", "2234567818"


@pytest.mark.parametrize(
    ("limits", "asked", "missing"),
    [
        ({"categories": ["taxes"]}, Scope.of(None, ["taxes"]), None),
        ({"categories": ["taxes"]}, Scope.of(AT_MONS, ["taxes"]), None),
        ({"categories": ["taxes"]}, Scope.of(None, ["economy"]), "procedures of taxes"),
        ({"categories": ["economy", "taxes"]}, Scope(), "procedures of economy, taxes"),
        ({"establishment_number": AT_MONS}, Scope.of(AT_MONS, ["taxes"]), None),
        ({"establishment_number": AT_MONS}, Scope.of(AT_TOURNAI, []), f"the establishment {AT_MONS}"),
        ({"establishment_number": AT_MONS}, Scope(), f"the establishment {AT_MONS}"),
        (
            {"establishment_number": AT_MONS, "categories": ["taxes"]},
            Scope.of(AT_MONS, ["economy"]),
            f"the establishment {AT_MONS} and procedures of taxes",
        ),
    ],
)
def test_a_mandate_allows_what_is_within_its_scope_and_says_what_that_is(limits, asked, missing):
    held = a_mandate(**limits)

    finding = find_permission("dossier.read", [held], scope=asked, now=NOON)

    assert finding.mandate is (None if missing else held)
    assert finding.missing == (f"the mandate as reader is limited to {missing}" if missing else None)


def test_of_mandates_that_are_not_in_force_one_that_would_be_enough_is_named():
    enough = a_mandate(categories=["taxes"], suspended_at=NOON)
    longer = a_mandate(categories=["economy"], suspended_at=NOON, valid_until=date(2028, 1, 1))

    finding = find_permission("dossier.read", [enough, longer], scope=Scope.of(None, ["taxes"]), now=NOON)

    assert finding.missing == "the mandate as reader is suspended since 2024-10-15"


def test_one_that_would_not_be_enough_if_it_were_in_force_says_its_limit_too():
    held = a_mandate(categories=["economy"], suspended_at=NOON)

    finding = find_permission("dossier.read", [held], scope=Scope.of(None, ["taxes"]), now=NOON)

    assert finding.missing == "the mandate as reader, limited to procedures of economy, is suspended since 2024-10-15"


def test_an_establishment_that_is_not_the_enterprises_any_more_is_told():
    finding = find_permission(
        "dossier.read", [a_mandate()], scope=Scope.of(AT_MONS, []), has_establishment=False, now=NOON
    )

    assert (finding.mandate, finding.missing) == (None, "the enterprise has no such establishment")


@pytest.mark.parametrize("turned", [False, True])
def test_of_mandates_that_end_on_one_day_the_same_is_named_in_whatever_order_they_come(turned):
    first, second = a_mandate(role=SIGNATORY), a_mandate(role=SIGNATORY)

    assert find_permission("dossier.read", [first, second][:: -1 if turned else 1], now=NOON).mandate is second
