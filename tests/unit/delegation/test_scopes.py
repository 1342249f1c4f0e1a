"""What of an enterprise's affairs a mandate may be for, and what is within it."""

import pytest

from contracts.errors import InvalidRequest
from services.delegation.domain.scopes import MOST_CATEGORIES, WHOLE, Scope
from tests.unit.delegation.builders import ACCESS_MANAGER, SIGNATORY

AT_MONS, AT_TOURNAI = "2134567845", "2234567818"


@pytest.mark.parametrize("narrow", [Scope.of(AT_MONS, []), Scope.of(None, ["taxes"]), Scope.of(AT_MONS, ["taxes"])])
def test_the_whole_covers_each_part_and_no_part_the_whole(narrow):
    assert WHOLE.covers(narrow)
    assert WHOLE.covers(WHOLE)
    assert not narrow.covers(WHOLE)


def test_parts_cover_what_is_within_them():
    wide, narrow = Scope.of(AT_MONS, ["economy", "taxes"]), Scope.of(AT_MONS, ["taxes"])

    assert wide.covers(narrow)
    assert not narrow.covers(wide)
    assert not wide.covers(Scope.of(AT_TOURNAI, ["taxes"]))


@pytest.mark.parametrize("scope", [Scope.of(AT_MONS, []), Scope.of(None, ["taxes"])])
def test_who_decides_who_acts_decides_for_the_whole(scope):
    scope.require_fits(SIGNATORY)
    with pytest.raises(InvalidRequest):
        scope.require_fits(ACCESS_MANAGER)


@pytest.mark.parametrize(
    "categories", [["Taxes"], ["a b"], [""], ["x" * 51], [f"c{n}" for n in range(MOST_CATEGORIES + 1)]]
)
def test_a_category_is_a_name_of_the_catalogue_and_there_are_not_too_many(categories):
    with pytest.raises(InvalidRequest) as refusal:
        Scope.of(None, categories).require_fits(SIGNATORY)

    assert list(refusal.value.details["fields"]) == ["procedure_categories"]
