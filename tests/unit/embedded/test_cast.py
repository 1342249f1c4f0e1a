"""The sample cast."""

from __future__ import annotations

from tests.cast import AMELIE, ATELIERS, CAST, COMMUNE, FABIENNE, HUGO


def test_amelie_has_the_number_of_the_published_cases() -> None:
    assert str(AMELIE.national_number) == "85073003328"
    assert AMELIE.email == "amelie@example.org"


def test_everybody_has_a_number_of_her_own() -> None:
    numbers = {person.national_number for person in CAST.people.values()}

    assert len(numbers) == len(CAST.people)


def test_nobody_else_can_be_a_real_person() -> None:
    serial_numbers = {person.national_number[6:9] for person in CAST.people.values() if person is not AMELIE}

    assert serial_numbers == {"999"}


def test_everybody_holds_only_means_that_exist() -> None:
    assert {means for person in CAST.people.values() for means in person.means} == set(CAST.means)


def test_the_ateliers_have_two_access_managers_and_the_commune_none() -> None:
    assert ATELIERS.access_managers == ["bernard", "chantal"]
    assert COMMUNE.access_managers == []


def test_agents_are_agents_at_csam() -> None:
    assert FABIENNE.roles == ["agent"]
    assert AMELIE.roles == []


def test_the_candidate_lives_in_namur() -> None:
    assert (HUGO.domicile.commune, HUGO.domicile.nis_code) == ("Namur", "92094")


def test_birth_dates_are_read_from_the_numbers() -> None:
    assert AMELIE.birth_on.isoformat() == "1985-07-30"
    assert CAST.people["elodie"].birth_on.isoformat() == "2001-09-08"
