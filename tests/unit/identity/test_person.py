from __future__ import annotations

from datetime import date, timedelta

import pytest

from services.identity import views
from services.identity.domain.person import Person
from services.identity.domain.vouched import RegisterAnswer, RegisterFacts
from tests.unit.identity.builders import AMELIE, HERSELF, NOON, NUMBER, a_domicile, a_person, a_vouched

LATER = NOON + timedelta(days=1)
KNOWN = RegisterAnswer(
    is_away=False, facts=RegisterFacts(surname="Dubois", birth_on=date(1985, 7, 30), domicile=a_domicile())
)
AWAY = RegisterAnswer(is_away=True)
UNKNOWN = RegisterAnswer(is_away=False)


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
    person.learn_from_register(KNOWN, now=NOON)

    facts = person.facts(confirmed_emails=["amelie@example.org"])

    assert (facts.given_name, facts.surname, facts.birth_on) == ("Amélie", "Dubois", date(1985, 7, 30))
    assert facts.domicile is not None
    assert facts.domicile.commune == "Namur"


@pytest.mark.parametrize("says_nothing", [AWAY, UNKNOWN])
def test_what_the_register_said_holds_while_it_says_nothing(says_nothing: RegisterAnswer) -> None:
    person = a_person()
    person.learn_from_register(KNOWN, now=NOON)

    person.learn_from_register(says_nothing, now=LATER)

    assert person.domicile == a_domicile()
    away = says_nothing.is_away
    assert (person.is_register_away, person.is_in_register) == ((True, True) if away else (False, False))
    shown = views.profile(person, None, NUMBER, None)
    # The day on which it was read, not on which the register no longer confirmed it.
    assert shown.register_read_at == a_domicile().read_at
    assert shown.is_in_register is away


@pytest.mark.parametrize(
    ("answer", "minutes", "due"),
    [(KNOWN, 24 * 60 - 1, False), (KNOWN, 24 * 60, True), (AWAY, 9, False), (AWAY, 10, True), (UNKNOWN, 60, False)],
)
def test_the_register_is_asked_again_after_a_day_or_sooner_when_it_was_away(
    answer: RegisterAnswer, minutes: int, due: bool
) -> None:
    person = a_person()
    assert person.is_register_due(NOON)
    person.learn_from_register(answer, now=NOON)

    assert person.is_register_due(NOON + timedelta(minutes=minutes)) == due
