"""An account is deleted: what goes, what stays, who may not, and what happens when the person comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from contracts.dossiers import DossierDecided, DossierState, DossierSubmitted
from contracts.errors import InvalidRequest, NotFound
from contracts.identifiers import BceNumber
from contracts.identity import (
    AccountDeletionOutlook,
    DeletionAlreadyAsked,
    EducationStaffStays,
    NoAddress,
    NoDeletionPending,
    SessionUnknown,
)
from services.identity import commands, queries, reactions
from services.identity.domain.deletion import Deletion
from services.identity.storage import tables
from tests.cast import AMELIE, BERNARD, FABIENNE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House

ADDRESS = "amelie.privee@example.org"


class Deletions:
    """What people and agents do, on the house."""

    def __init__(self, house: House) -> None:
        self.house = house

    def ask(self, person_id: UUID, *, reason: str = "", roles: tuple[str, ...] = ()) -> Deletion:
        return commands.request_account_deletion(
            self.house.work(), person_id=person_id, roles=roles, reason=reason, now=self.house.now
        )

    def cancel(self, person_id: UUID) -> Deletion:
        return commands.cancel_account_deletion(self.house.work(), person_id=person_id, now=self.house.now)

    def decide(self, deletion: Deletion, *, accept: bool, by: UUID) -> Deletion:
        return commands.decide_account_deletion(
            self.house.work(),
            deletion_id=deletion.deletion_id,
            accept=accept,
            reason="because",
            by=by,
            now=self.house.now,
        )

    def outlook(self, person_id: UUID, *roles: str) -> AccountDeletionOutlook:
        return queries.get_account_deletion(self.house.work(), person_id=person_id, roles=roles)

    def carry_out(self) -> None:
        commands.carry_out_deletions(self.house.work(), sealer=self.house.gateways.sealer, now=self.house.now)

    def hear_of_dossier(
        self, person_id: UUID, *, dossier_id: UUID | None = None, decided: bool = False, bce_number: str | None = None
    ) -> UUID:
        dossier_id = dossier_id or uuid4()
        state: DossierState = "decided" if decided else "submitted"
        facts: dict[str, Any] = {
            "dossier_id": dossier_id,
            "reference": "MES-2026-000001",
            "procedure": "x",
            "title": {"fr": "X"},
            "person_id": person_id,
            "bce_number": BceNumber(bce_number) if bce_number else None,
            "state": state,
            "is_late": False,
            "submitted_at": self.house.now,
            "content_digest": "0",
            "claimed_by": None,
            "complement_due_at": None,
            "outcome": None,
            "occurred_at": self.house.now,
        }
        event = DossierDecided(version=2, **facts) if decided else DossierSubmitted(version=1, **facts)
        with self.house.work() as work:
            reactions.note_dossier(work, event, version=(1, event.version))
        return dossier_id


@pytest.fixture
def deletions(house: House) -> Deletions:
    return Deletions(house)


@pytest.fixture
def fabienne(house: House, sign_in: SignIn) -> UUID:
    """An agent."""
    return house.present(sign_in(FABIENNE)).person_id


@pytest.fixture
def settled(house: House, amelie: UUID) -> UUID:
    """Amélie, with an open space and everything that one leaves behind."""
    house.create_space(amelie, ADDRESS)
    house.confirm(house.mail()["secret"])
    house.later(hours=2)
    house.give_email(amelie, "0403019261", "amelie@moulin.example.org")
    commands.choose_language(house.work(), person_id=amelie, language="de", now=house.now)
    commands.acknowledge_notice(house.work(), person_id=amelie, notice="news:1", now=house.now)
    return amelie


# ---------------------------------------------------------------- asking, deciding, cancelling


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
        assert [event for event in queries.states(work) if event.type == "person_erased"] == []
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
