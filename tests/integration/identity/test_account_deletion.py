"""The deletion of an account is asked for, decided, cancelled."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from contracts.dossiers import DossiersRetold
from contracts.errors import InvalidRequest, NotFound
from contracts.identity import (
    DeletionAlreadyAsked,
    EducationStaffStays,
    NoAddress,
    NoDeletionPending,
)
from services.identity import commands, queries, reactions
from tests.cast import AMELIE
from tests.integration.identity.deletions import ADDRESS, Deletions
from tests.integration.identity.house import House


def test_who_has_no_open_dossier_needs_nobody(house: House, deletions: Deletions, settled: UUID) -> None:
    assert deletions.outlook(settled).current is None

    deletions.ask(settled)

    current = deletions.outlook(settled).current
    assert current is not None
    assert (current.state, current.erases_at and (current.erases_at - house.now).days) == ("accepted", 30)
    (told,) = house.announced("account_deletion_accepted")
    assert told.body["person_id"] == str(settled)


def test_open_dossiers_are_those_that_dossiers_told_of(deletions: Deletions, settled: UUID) -> None:
    deletions.hear_of_dossier(settled, bce_number="0403019261")
    assert deletions.outlook(settled).open_dossiers == 0
    dossier_id = deletions.hear_of_dossier(settled)
    assert deletions.outlook(settled).open_dossiers == 1

    with pytest.raises(InvalidRequest):
        deletions.ask(settled)
    assert deletions.ask(settled, reason="I move abroad").state == "to_decide"
    deletions.cancel(settled)

    deletions.hear_of_dossier(settled, dossier_id=dossier_id, decided=True)
    # What comes late tells nothing new.
    deletions.hear_of_dossier(settled, dossier_id=dossier_id)
    assert deletions.outlook(settled).open_dossiers == 0
    assert deletions.ask(settled).state == "accepted"


def test_dossiers_that_a_restored_database_lost_are_open_no_more(
    house: House, deletions: Deletions, settled: UUID
) -> None:
    deletions.hear_of_dossier(settled)
    kept = deletions.hear_of_dossier(settled)
    deletions.hear_of_dossier(settled, dossier_id=kept, epoch=2)

    told = DossiersRetold(epoch=2, version=1, occurred_at=house.now)
    reactions.forget_dossiers(house.work(), told)

    assert deletions.outlook(settled).open_dossiers == 1


def test_an_agent_sees_who_waits_writes_and_decides(
    house: House, deletions: Deletions, settled: UUID, fabienne: UUID
) -> None:
    deletions.hear_of_dossier(settled)
    deletion = deletions.ask(settled, reason="I move abroad")

    (case,) = queries.list_account_deletions(house.work())
    assert (case.given_name, case.surname, case.email, case.deletion.reason) == (
        "Amélie",
        "Dubois",
        ADDRESS,
        "I move abroad",
    )
    commands.write_about_deletion(
        house.work(),
        deletion_id=deletion.deletion_id,
        message="May we call you?",
        sealer=house.gateways.sealer,
        now=house.now,
    )
    (written,) = house.announced("account_deletion_discussed")
    assert house.unseal(written.body) == {"email": ADDRESS, "message": "May we call you?"}
    assert "May we call you?" not in house.everything_at_rest()

    deletions.decide(deletion, accept=True, by=fabienne)
    assert queries.list_account_deletions(house.work()) == []
    with pytest.raises(NoDeletionPending):
        deletions.decide(deletion, accept=False, by=fabienne)
    current = deletions.outlook(settled).current
    assert current is not None
    assert (current.state, current.decision_reason) == ("accepted", "because")


def test_who_looks_at_one_has_looked_at_nobody_else(
    house: House, deletions: Deletions, amelie: UUID, fabienne: UUID
) -> None:
    for person_id in (amelie, fabienne):
        deletions.hear_of_dossier(person_id)
        deletions.ask(person_id, reason="I move abroad")
    (hers, _) = queries.list_account_deletions(house.work())
    of_the_list = {person_id: looks_at(house, person_id) for person_id in (amelie, fabienne)}
    assert of_the_list == {amelie: 1, fabienne: 1}

    case = queries.get_account_deletion_case(house.work(), deletion_id=hers.deletion.deletion_id)

    assert (case, looks_at(house, amelie), looks_at(house, fabienne)) == (hers, 2, 1)
    deletions.cancel(amelie)
    with pytest.raises(NotFound):
        queries.get_account_deletion_case(house.work(), deletion_id=hers.deletion.deletion_id)
    assert looks_at(house, amelie) == 2


def looks_at(house: House, person_id: UUID) -> int:
    return sum(act["action"] == "looked_at_account_deletion" for act in house.acts(person_id))


def test_who_confirmed_no_address_cannot_be_written_to(house: House, deletions: Deletions, amelie: UUID) -> None:
    deletions.hear_of_dossier(amelie)
    deletion = deletions.ask(amelie, reason="I move abroad")

    with pytest.raises(NoAddress):
        commands.write_about_deletion(
            house.work(), deletion_id=deletion.deletion_id, message="?", sealer=house.gateways.sealer, now=house.now
        )


def test_of_two_agents_at_once_one_decides(house: House, deletions: Deletions, settled: UUID, fabienne: UUID) -> None:
    deletions.hear_of_dossier(settled)
    deletion = deletions.ask(settled, reason="I move abroad")

    with ThreadPoolExecutor(6) as agents:
        answers = [agents.submit(deletions.decide, deletion, accept=n % 2 == 0, by=fabienne) for n in range(6)]
    refused = [answer.exception() for answer in answers if answer.exception()]

    assert len(refused) == 5
    assert {type(refusal) for refusal in refused} == {NoDeletionPending}


def test_asking_twice_at_once_asks_once(deletions: Deletions, settled: UUID) -> None:
    with ThreadPoolExecutor(4) as browsers:
        answers = [browsers.submit(deletions.ask, settled) for _ in range(4)]
    refused = [type(answer.exception()) for answer in answers if answer.exception()]

    assert refused == [DeletionAlreadyAsked] * 3


def test_education_staff_stays_whether_csam_or_an_agent_says_so(
    house: House, deletions: Deletions, settled: UUID
) -> None:
    with pytest.raises(EducationStaffStays):
        deletions.ask(settled, roles=("education_staff",))
    assert deletions.outlook(settled, "education_staff").is_education_staff

    def name(*, is_staff: bool) -> None:
        commands.set_education_staff(
            house.work(), national_number=AMELIE.national_number, is_staff=is_staff, now=house.now
        )

    for _ in range(2):
        name(is_staff=True)
    assert deletions.outlook(settled).is_education_staff
    with pytest.raises(EducationStaffStays):
        deletions.ask(settled)
    name(is_staff=False)
    assert deletions.ask(settled).state == "accepted"


def test_there_is_nothing_to_cancel_before_anything_was_asked(deletions: Deletions, amelie: UUID) -> None:
    with pytest.raises(NoDeletionPending):
        deletions.cancel(amelie)


# ---------------------------------------------------------------- when the 30 days are over


def test_who_is_named_education_staff_while_her_deletion_waits_is_told_at_once(
    house: House, deletions: Deletions, settled: UUID
) -> None:
    asked = deletions.ask(settled)
    assert asked.state == "accepted"

    commands.set_education_staff(house.work(), national_number=AMELIE.national_number, is_staff=True, now=house.now)

    (told,) = house.announced("account_deletion_requested")
    assert told.body["person_id"] == str(settled)
    case = queries.get_account_deletion_case(house.work(), deletion_id=asked.deletion_id)
    assert (case.deletion.state, case.is_education_staff) == ("to_decide", True)
