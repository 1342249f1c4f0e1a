"""The time of a deletion has come: what goes, what stays, and what happens when the person comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from contracts.errors import NotFound
from contracts.identity import EducationStaffStays, SessionUnknown
from services.identity import commands, queries
from services.identity.commands.people import record_sign_in
from services.identity.domain.vouched import RegisterAnswer
from services.identity.storage import tables
from tests.cast import AMELIE, BERNARD
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.deletions import ADDRESS, Deletions
from tests.integration.identity.house import House
from tests.unit.identity.builders import a_vouched


def test_nothing_goes_before_the_thirty_days_are_over(house: House, deletions: Deletions, settled: UUID) -> None:
    deletions.ask(settled)
    house.later(days=29, hours=23)
    deletions.carry_out()
    assert house.profile(settled).private_email == ADDRESS

    deletions.cancel(settled)
    house.later(days=2)
    deletions.carry_out()

    assert house.profile(settled).private_email == ADDRESS
    assert house.announced("person_erased") == []


def test_all_that_is_known_of_her_goes_and_the_id_stays(
    house: House, deletions: Deletions, settled: UUID, sign_in: SignIn
) -> None:
    deletions.ask(settled)
    house.later(days=30)
    token = sign_in(AMELIE)
    assert house.present(token).erases_at is not None

    deletions.carry_out()

    with pytest.raises(SessionUnknown):
        house.present(token)
    with pytest.raises(NotFound):
        house.profile(settled)
    with house.work() as work:
        for table in (tables.people, tables.sessions, tables.contacts, tables.links, tables.acknowledgements):
            assert work.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0, table.name
        number = work.execute(sa.select(tables.person_numbers)).one()
    assert (number.person_id, number.sealed_number, number.erasures) == (settled, None, 1)
    rest = house.everything_at_rest()
    for hers in ("Amélie", "Dubois", ADDRESS, "amelie@moulin.example.org", "192.0.2.1", "Namur"):
        assert hers not in rest, hers


def test_it_is_announced_with_her_address_for_the_last_mail(house: House, deletions: Deletions, settled: UUID) -> None:
    deletions.ask(settled)
    house.later(days=30)
    deletions.carry_out()
    deletions.carry_out()

    (told,) = house.announced("person_erased")
    assert (told.subject, told.version, told.body["language"]) == (str(settled), 1, "de")
    assert house.unseal(told.body) == {"email": ADDRESS}
    # Told again for a new listener: without an address, nobody is written to.
    with house.work() as work:
        (again,) = [event for event in queries.states(work) if event.type == "person_erased"]
    assert (again.subject, again.version, getattr(again, "sealed", "?")) == (str(settled), 1, None)


def test_what_she_did_is_taken_out_of_the_audit_trail(house: House, deletions: Deletions, settled: UUID) -> None:
    assert house.acts(settled)
    deletions.ask(settled)
    house.later(days=30)
    deletions.carry_out()

    assert {act["action"] for act in house.acts(settled)} == {"person_erased"}


def test_dossiers_opened_meanwhile_bring_it_to_an_agent(house: House, deletions: Deletions, settled: UUID) -> None:
    deletions.ask(settled)
    deletions.hear_of_dossier(settled)
    house.later(days=30)

    deletions.carry_out()

    current = deletions.outlook(settled).current
    assert current is not None
    assert (current.state, current.open_dossiers) == ("to_decide", 1)
    assert len(queries.list_account_deletions(house.work())) == 1


def test_a_dossier_opened_in_place_of_another_brings_it_to_an_agent_too(
    house: House, deletions: Deletions, settled: UUID, fabienne: UUID
) -> None:
    closed = deletions.hear_of_dossier(settled)
    deletions.decide(deletions.ask(settled, reason="Je déménage."), accept=True, by=fabienne)
    deletions.hear_of_dossier(settled, dossier_id=closed, decided=True)
    deletions.hear_of_dossier(settled)
    house.later(days=30)

    deletions.carry_out()

    assert house.announced("person_erased") == []
    assert len(house.announced("account_deletion_requested")) == 2


def test_who_was_named_education_staff_meanwhile_stays(house: House, deletions: Deletions, settled: UUID) -> None:
    deletion = deletions.ask(settled)
    commands.set_education_staff(house.work(), national_number=AMELIE.national_number, is_staff=True, now=house.now)
    house.later(days=30)

    deletions.carry_out()

    assert house.profile(settled).given_name == "Amélie"
    with pytest.raises(EducationStaffStays):
        deletions.decide(deletion, accept=True, by=UUID(int=1))


def test_who_comes_back_as_education_staff_by_csam_stays(house: House, deletions: Deletions, settled: UUID) -> None:
    deletion = deletions.ask(settled)
    house.later(days=1)
    come_back(house, "education_staff")
    house.later(days=29)

    deletions.carry_out()

    assert house.profile(settled).given_name == "Amélie"
    with pytest.raises(EducationStaffStays):
        deletions.decide(deletion, accept=True, by=UUID(int=1))
    assert deletions.outlook(settled).is_education_staff
    # Once CSAM no longer says so, an agent may accept.
    come_back(house)
    deletions.decide(deletion, accept=True, by=UUID(int=1))


def test_words_of_earlier_deletions_go_too(house: House, deletions: Deletions, settled: UUID, fabienne: UUID) -> None:
    dossier = deletions.hear_of_dossier(settled)
    deletions.decide(deletions.ask(settled, reason="Je suis malade."), accept=False, by=fabienne)
    deletions.hear_of_dossier(settled, dossier_id=dossier, decided=True)
    deletions.ask(settled)
    house.later(days=30)

    deletions.carry_out()

    assert len(house.announced("person_erased")) == 1
    assert "Je suis malade." not in house.everything_at_rest()


def test_one_that_fails_holds_up_no_other(house: House, deletions: Deletions, sign_in: SignIn) -> None:
    stuck, other = (house.present(sign_in(person)).person_id for person in (AMELIE, BERNARD))
    for person_id in (stuck, other):
        deletions.ask(person_id)
        house.later(minutes=1)
    refusing = f"""
        CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'stuck'; END $$ LANGUAGE plpgsql;
        CREATE TRIGGER stuck BEFORE DELETE ON people FOR EACH ROW WHEN (OLD.person_id = '{stuck}')
            EXECUTE FUNCTION refuse()
    """
    with house.work() as work:
        work.execute(sa.text(refusing))
    house.later(days=30)

    # The timer fails, so that somebody looks.
    with pytest.raises(ExceptionGroup) as failed:
        deletions.carry_out()

    assert len(failed.value.exceptions) == 1
    assert [told.subject for told in house.announced("person_erased")] == [str(other)]
    with house.work() as work:
        work.execute(sa.text("DROP TRIGGER stuck ON people"))
    deletions.carry_out()
    assert [told.subject for told in house.announced("person_erased")] == [str(other), str(stuck)]


def test_two_replicas_erase_each_account_once(house: House, deletions: Deletions, sign_in: SignIn) -> None:
    for person in (AMELIE, BERNARD):
        deletions.ask(house.present(sign_in(person)).person_id)
    house.later(days=30)

    with ThreadPoolExecutor(4) as replicas:
        for replica in [replicas.submit(deletions.carry_out) for _ in range(4)]:
            replica.result()

    assert sorted(told.version for told in house.announced("person_erased")) == [1, 1]


def test_who_comes_back_is_the_same_person_and_begins_anew(
    house: House, deletions: Deletions, settled: UUID, sign_in: SignIn
) -> None:
    deletions.ask(settled)
    house.later(days=30)
    deletions.carry_out()
    house.later(days=100)

    presence = house.present(sign_in(AMELIE))

    assert (presence.person_id, presence.citizen_space, presence.erases_at) == (settled, "absent", None)
    assert presence.notices_to_show == ["news:1"]
    assert house.profile(settled).national_number == AMELIE.national_number
    with house.work() as work:
        assert [event.version for event in queries.states(work) if event.type == "person_erased"] == [1]
    deletions.ask(settled)
    house.later(days=30)
    deletions.carry_out()
    assert [told.version for told in house.announced("person_erased")] == [1, 2]


def test_who_is_only_mentioned_after_the_erasure_stays_erased(
    house: House, deletions: Deletions, settled: UUID
) -> None:
    deletions.ask(settled)
    house.later(days=30)
    deletions.carry_out()

    assert commands.refer_to(house.work(), national_number=AMELIE.national_number, now=house.now) == settled
    with house.work() as work:
        assert work.execute(sa.select(tables.person_numbers.c.sealed_number)).scalar_one() is None


def come_back(house: House, *roles: str) -> None:
    """Amélie, with the roles that CSAM gives her; the register is away."""
    record_sign_in(
        house.work(),
        vouched=a_vouched(roles=list(roles)),
        national_number=AMELIE.national_number,
        register=RegisterAnswer(is_away=True),
        now=house.now,
    )
