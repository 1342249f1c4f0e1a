"""Single answers: what is right is put right, what is wrong says why."""

from __future__ import annotations

from typing import Any

import pytest

from contracts import wire
from services.dossiers.domain.checks import check
from services.dossiers.domain.procedure import Field
from tests.unit.dossiers.builders import TODAY, a_choice, a_field


def checked(value: Any, **given: Any) -> tuple[Any, dict[str, list[str]]]:
    field = wire.load(Field, a_field(**given))
    result = check(field, value, choices=[each.value for each in field.choices or []], today=TODAY)
    return result.value, result.errors


@pytest.mark.parametrize("empty", [None, "", "   ", "\u00a0", "\x00"])
def test_an_empty_text_is_missing_where_it_is_required(empty: str | None) -> None:
    assert checked(empty, required=True) == (None, {"": ["required"]})
    assert checked(empty) == (None, {})


def test_a_text_is_one_line_without_what_nobody_can_see() -> None:
    assert checked("  Rue\u0000 de \n l'Ange\t12 ") == ("Rue de l'Ange 12", {})


def test_a_text_is_composed_so_that_the_same_letters_are_the_same_text() -> None:
    assert checked("Ame\u0301lie")[0] == "Am\u00e9lie"


def test_half_a_character_does_not_reach_the_database() -> None:
    assert checked("a\ud800b")[0] == "a?b"


def test_lines_of_a_longer_text_are_kept() -> None:
    assert checked("un\r\ndeux\n\ntrois\n", type="textarea")[0] == "un\ndeux\n\ntrois"


@pytest.mark.parametrize(
    ("value", "given", "code"),
    [
        ("x" * 201, {}, "too_long"),
        ("x" * 11, {"max_length": 10}, "too_long"),
        ("x", {"min_length": 2}, "too_short"),
        ("12a", {"pattern": "[0-9]+"}, "wrong_pattern"),
        ("12\n3", {"pattern": "[0-9]+"}, "wrong_pattern"),
        ("amelie@", {"type": "email"}, "not_an_email"),
        ("a b@example.org", {"type": "email"}, "not_an_email"),
        ("amelie@example", {"type": "email"}, "not_an_email"),
        ("beaucoup", {"type": "number"}, "not_a_number"),
        ("1e5", {"type": "number"}, "not_a_number"),
        ("NaN", {"type": "number"}, "not_a_number"),
        ("--3", {"type": "number"}, "not_a_number"),
        ("9" * 16, {"type": "number"}, "not_a_number"),
        ("999,99", {"type": "number", "min": "1000", "decimals": 2}, "too_small"),
        ("250000.01", {"type": "number", "max": "250000", "decimals": 2}, "too_large"),
        ("12.5", {"type": "number"}, "too_many_decimals"),
        ("12.500", {"type": "number", "decimals": 2}, "too_many_decimals"),
        ("2024-02-30", {"type": "date"}, "not_a_date"),
        ("demain", {"type": "date"}, "not_a_date"),
        ("20241013", {"type": "date"}, "not_a_date"),
        ("2024-W42-1", {"type": "date"}, "not_a_date"),
        ("2024-10-14", {"type": "date", "min": "today"}, "too_early"),
        ("2024-10-16", {"type": "date", "max": "today"}, "too_late"),
        ("2024-10-12", {"type": "date", "min": "2024-10-13"}, "too_early"),
        ("elsewhere", {"type": "choice", "choices": [a_choice("here")]}, "not_a_choice"),
        (12, {}, "wrong_type"),
        (True, {"type": "number"}, "wrong_type"),
        ({"a": 1}, {}, "wrong_type"),
        ("on", {"type": "checkbox"}, "wrong_type"),
        ([1], {"type": "group", "fields": [a_field("inner")]}, "wrong_type"),
    ],
)
def test_a_wrong_answer_is_told_by_its_code(value: Any, given: dict[str, Any], code: str) -> None:
    assert checked(value, **given)[1] == {"": [code]}


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("12500,5", "12500.50"),
        ("12 500,50", "12500.50"),
        ("12\u202f500.50", "12500.50"),
        ("12.500,50", "12500.50"),
        ("1.234.567,8", "1234567.80"),
        (12500, "12500.00"),
        (12500.5, "12500.50"),
        ("-3", "-3.00"),
    ],
)
def test_a_number_is_understood_as_belgians_write_it(typed: Any, understood: str) -> None:
    assert checked(typed, type="number", decimals=2) == (understood, {})


@pytest.mark.parametrize("bound", ["1000", "1000,00", "250000"])
def test_the_bounds_of_a_number_belong_to_it(bound: str) -> None:
    assert checked(bound, type="number", min="1000", max="250000", decimals=2)[1] == {}


@pytest.mark.parametrize("typed", ["2024-10-05", "05/10/2024", "5/10/2024"])
def test_a_date_is_understood_with_slashes_too(typed: str) -> None:
    assert checked(typed, type="date") == ("2024-10-05", {})


def test_a_wrong_answer_is_kept_as_it_was_typed() -> None:
    assert checked("beaucoup", type="number")[0] == "beaucoup"


@pytest.mark.parametrize("given", [{"type": "checkbox", "required": True}, {"type": "declaration"}])
def test_a_required_box_and_every_declaration_must_be_ticked(given: dict[str, Any]) -> None:
    assert checked(True, **given) == (True, {})
    for empty in (False, None, ""):
        assert checked(empty, **given) == (False, {"": ["required"]})


def test_a_group_checks_each_item_and_drops_empty_ones() -> None:
    inner = [a_field("authority", required=True), a_field("amount", type="number")]

    value, errors = checked(
        [{"authority": "", "amount": None}, {"authority": "Région", "amount": "1 000"}, {"amount": "x"}],
        type="group",
        fields=inner,
    )

    assert value == [{"authority": "Région", "amount": "1000"}, {"authority": None, "amount": "x"}]
    assert errors == {"1.authority": ["required"], "1.amount": ["not_a_number"]}


def test_a_group_has_no_fewer_and_no_more_items_than_it_may() -> None:
    group = {"type": "group", "fields": [a_field("inner")], "max_items": 2}

    assert checked([{"inner": "a"}] * 3, **group)[1] == {"": ["too_many"]}
    assert checked([{"inner": "a"}], **group, min_items=2)[1] == {"": ["too_few"]}
    assert checked([], **group, required=True)[1] == {"": ["required"]}


def test_a_group_takes_no_field_it_does_not_have() -> None:
    assert checked([{"inner": "a", "intruder": "b"}], type="group", fields=[a_field("inner")]) == (
        [{"inner": "a"}],
        {"0.intruder": ["unknown_field"]},
    )
