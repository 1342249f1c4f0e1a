from __future__ import annotations

from datetime import date, timedelta

from services.identity.domain.person import Person
from services.identity.domain.vouched import RegisterFacts
from tests.unit.identity.builders import AMELIE, HERSELF, NOON, a_domicile, a_person, a_vouched

LATER = NOON + timedelta(days=1)


def test_her_language_is_that_of_csam_until_she_chooses() -> None:
    person = Person.from_first_sign_in(AMELIE, a_vouched(language="nl"), now=NOON)

    chosen = person.choose_language("de", by=HERSELF, now=LATER)

    assert chosen is not None
    assert (chosen.language, chosen.version, chosen.occurred_at) == ("de", 2, LATER)


def test_a_chosen_language_survives_the_next_sign_in() -> None:
    person = a_person()
    person.choose_language("de", by=HERSELF, now=NOON)

    person.sign_in_again(a_vouched(language="nl"), now=LATER)

    assert person.language == "de"


def test_choosing_the_same_language_again_changes_nothing() -> None:
    person = a_person()
    person.choose_language("de", by=HERSELF, now=NOON)

    assert person.choose_language("de", by=HERSELF, now=LATER) is None
    assert person.version == 2


def test_names_and_csam_address_follow_the_provider() -> None:
    person = a_person()

    person.sign_in_again(a_vouched(surname="Dubois-Lambert", email=None), now=LATER)

    assert (person.surname, person.csam_email, person.signed_in_at) == ("Dubois-Lambert", None, LATER)


def test_a_person_statement_holds_what_forms_prefill() -> None:
    person = a_person()
    person.learn_from_register(RegisterFacts(birth_on=date(1985, 7, 30), domicile=a_domicile()))

    facts = person.facts()

    assert (facts.given_name, facts.surname, facts.birth_on) == ("Amélie", "Dubois", date(1985, 7, 30))
    assert facts.domicile is not None
    assert facts.domicile.commune == "Namur"
