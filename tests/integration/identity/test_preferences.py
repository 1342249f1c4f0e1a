"""What a person chooses for herself, and what is told again of her."""

from __future__ import annotations

from uuid import UUID

from services.identity import commands, queries
from tests.cast import AMELIE, BERNARD
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House

ADDRESS = "amelie.privee@example.org"


def test_an_acknowledged_notice_is_not_shown_again(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    person_id = house.present(token).person_id
    for _ in range(2):
        commands.acknowledge_notice(house.work(), person_id=person_id, notice="news:1", now=house.now)

    assert house.present(token).notices_to_show == []
    assert house.present(sign_in(BERNARD)).notices_to_show == ["news:1"]


def test_the_chosen_language_is_announced_and_kept(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    person_id = house.present(token).person_id
    for _ in range(2):
        commands.choose_language(house.work(), person_id=person_id, language="de", now=house.now)

    assert house.present(token).language == "de"
    assert house.present(sign_in(AMELIE)).language == "de"
    (told,) = house.announced("language_chosen")
    assert told.body["language"] == "de"


def test_all_states_can_be_told_again(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    amelie, bernard = house.present(token).person_id, house.present(sign_in(BERNARD)).person_id
    house.create_space(amelie, ADDRESS)
    house.confirm(house.mail()["secret"])
    house.create_space(bernard, "bernard@example.org")
    commands.choose_language(house.work(), person_id=amelie, language="nl", now=house.now)
    house.sign_out(token)

    with house.work() as work:
        told = {event.type: event for event in queries.states(work)}
    announced = {event.type: event for event in house.announced()}

    assert told.pop("identity_retold").epoch == 1
    assert set(told) == {"email_confirmed", "language_chosen", "session_revoked"}
    for name, event in told.items():
        assert (event.subject, event.version) == (announced[name].subject, announced[name].version)


def test_a_person_statement_holds_names_birth_and_domicile(house: House, amelie: UUID) -> None:
    facts = queries.get_person_facts(house.work(), person_id=amelie)

    assert (facts.given_name, facts.surname, str(facts.birth_on)) == ("Amélie", "Dubois", "1985-07-30")
    assert facts.domicile is not None
    assert facts.domicile.commune == "Namur"
