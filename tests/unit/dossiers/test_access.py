"""Who sees and may do what; to others it does not exist."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.errors import NotFound, PermissionMissing, StatementMissing
from services.dossiers.domain.access import Asker
from services.dossiers.domain.acts import acts_open_to
from services.dossiers.domain.dossier import Dossier
from tests.unit.dossiers.builders import (
    AMELIE,
    AT_MONS,
    AT_TOURNAI,
    ATELIERS,
    DAVID,
    GERARD,
    GILLES,
    HUGO,
    NOON,
    OTHER_ENTERPRISE,
    a_draft,
    a_mandate,
    a_permit,
    a_person,
    a_reader,
    an_agent,
    an_asker,
    an_attachment,
    an_election_draft,
    days,
    in_treatment,
    submitted,
    the_grant,
    validated,
)

GRANT = {
    "contact_email": "amelie@example.org",
    "kind": "equipment",
    "description": "Une presse.",
    "amount": "12 500",
    "starts_on": "2024-12-01",
    "sworn_true": True,
}


def a_grant_draft(**given: Any) -> Dossier:
    draft = a_draft(the_grant(), bce_number=ATELIERS, **given)
    draft.save(GRANT, now=NOON)
    draft.attach(an_attachment("quote"), now=NOON)
    return draft


def sees(asker: Asker, dossier: Dossier) -> bool:
    try:
        asker.require_sight_of(dossier, NOON)
    except NotFound:
        return False
    return True


def test_a_dossier_in_ones_own_name_is_seen_by_its_author_alone() -> None:
    dossier = submitted(an_election_draft())

    assert sees(an_asker(HUGO), dossier)
    assert not sees(an_asker(GILLES, a_mandate(GILLES)), dossier)


def test_a_dossier_of_an_enterprise_is_seen_by_whoever_holds_the_permission() -> None:
    dossier = a_grant_draft()

    assert sees(an_asker(AMELIE, a_mandate()), dossier)
    assert sees(a_reader(DAVID), dossier)
    assert not sees(an_asker(AMELIE), dossier)
    assert not sees(an_asker(GILLES, a_mandate(GILLES, bce_number=OTHER_ENTERPRISE)), dossier)


@pytest.mark.parametrize(
    "given",
    [
        {"valid_until": date(2024, 10, 14)},
        {"valid_from": date(2024, 10, 16)},
        {"revoked_at": NOON},
        {"suspended_at": NOON},
        {"procedure_categories": ["taxes"]},
        {"permissions": ["mandate.manage"]},
        {"establishment_number": AT_MONS},
    ],
)
def test_a_mandate_that_does_not_hold_shows_nothing(given: dict[str, Any]) -> None:
    assert not sees(an_asker(AMELIE, a_mandate(**given)), a_grant_draft())


@pytest.mark.parametrize(
    ("mandate", "seen"),
    [
        ({}, {None, AT_MONS, AT_TOURNAI}),
        ({"establishment_number": AT_MONS}, {AT_MONS}),
        ({"establishment_number": AT_MONS, "procedure_categories": ["economy"]}, {AT_MONS}),
        ({"establishment_number": AT_MONS, "procedure_categories": ["taxes"]}, set()),
        ({"establishment_number": AT_MONS, "bce_number": OTHER_ENTERPRISE}, set()),
    ],
)
def test_a_mandate_for_an_establishment_shows_its_dossiers_and_one_for_the_whole_all(
    mandate: dict[str, Any], seen: set[str | None]
) -> None:
    holder = an_asker(AMELIE, a_mandate(**mandate))
    dossiers = [a_grant_draft(establishment_number=number) for number in (None, AT_MONS, AT_TOURNAI)]

    assert {dossier.establishment_number for dossier in dossiers if sees(holder, dossier)} == seen
    may = {dossier.establishment_number for dossier in dossiers if holder.may("dossier.draft", dossier)}
    assert may == seen


def test_who_reads_for_one_establishment_and_drafts_for_another_does_each_there_alone() -> None:
    asker = an_asker(
        AMELIE,
        a_mandate(permissions=["dossier.read"], establishment_number=AT_MONS),
        a_mandate(permissions=["dossier.read", "dossier.draft"], establishment_number=AT_TOURNAI),
    )
    at_mons, at_tournai = (a_grant_draft(establishment_number=number) for number in (AT_MONS, AT_TOURNAI))

    assert (sees(asker, at_mons), asker.may("dossier.draft", at_mons)) == (True, False)
    assert asker.require("dossier.draft", at_tournai).mandate_id == asker.mandates[1].mandate_id
    assert asker.may_list(ATELIERS)


def test_the_author_goes_on_reading_what_was_submitted_for_an_enterprise_that_is_orphaned() -> None:
    dossier = submitted(validated(a_grant_draft()))
    author = an_asker(AMELIE, a_mandate(revoked_at=NOON), orphaned=frozenset({ATELIERS}))

    assert sees(author, dossier)
    assert acts_open_to(author, dossier, NOON) == []
    with pytest.raises(PermissionMissing):
        author.require("dossier.submit", dossier)
    assert not sees(author, a_grant_draft())
    assert not sees(an_asker(DAVID, a_mandate(DAVID, revoked_at=NOON), orphaned=frozenset({ATELIERS})), dossier)
    assert not sees(an_asker(AMELIE, a_mandate(revoked_at=NOON)), dossier)


def test_of_an_orphaned_enterprise_who_submitted_reads_and_not_who_looks_after_it_since() -> None:
    dossier = submitted(validated(a_grant_draft()))
    dossier.person_id = DAVID
    left = {"orphaned": frozenset({ATELIERS})}

    assert sees(an_asker(AMELIE, a_mandate(revoked_at=NOON), **left), dossier)
    assert not sees(an_asker(DAVID, a_mandate(DAVID, revoked_at=NOON), **left), dossier)


def test_a_mandate_holds_on_its_first_and_its_last_day() -> None:
    mandate = a_mandate(valid_from=date(2024, 10, 15), valid_until=date(2024, 10, 15))

    assert sees(an_asker(AMELIE, mandate), a_grant_draft())


def test_agents_see_what_was_submitted_and_no_drafts() -> None:
    assert not sees(an_agent(), an_election_draft())
    assert sees(an_agent(), submitted(an_election_draft()))


def test_an_expired_draft_is_seen_by_nobody() -> None:
    draft = a_draft()

    with pytest.raises(NotFound):
        an_asker(AMELIE).require_sight_of(draft, NOON + days(90))


def test_a_reader_may_look_and_nothing_else() -> None:
    dossier = validated(a_grant_draft())

    assert acts_open_to(a_reader(), dossier, NOON) == []
    with pytest.raises(PermissionMissing):
        a_reader().require("dossier.draft", dossier)


def test_a_reader_cannot_submit() -> None:
    dossier = validated(a_grant_draft())

    with pytest.raises(StatementMissing):
        a_reader().require_to_submit(dossier)
    with pytest.raises(PermissionMissing):
        a_reader(permit=a_permit(permission="dossier.read")).require_to_submit(dossier)


@pytest.mark.parametrize(
    "given",
    [
        {"bce_number": OTHER_ENTERPRISE},
        {"permission": "dossier.draft"},
        {"procedure": "taxes"},
        # The slug of a procedure may be another's category.
        {"procedure": "prime-investissement"},
        {"establishment": AT_MONS},
    ],
)
def test_a_decision_for_something_else_does_not_let_submit(given: dict[str, Any]) -> None:
    asker = an_asker(AMELIE, a_mandate(), permit=a_permit(**given))

    with pytest.raises(PermissionMissing):
        asker.require_to_submit(a_grant_draft())


@pytest.mark.parametrize("establishment", [None, AT_TOURNAI])
def test_what_is_an_establishments_is_submitted_by_a_decision_that_names_it(establishment: str | None) -> None:
    dossier = a_grant_draft(establishment_number=AT_MONS)
    for_all = a_mandate()

    with pytest.raises(PermissionMissing):
        an_asker(AMELIE, for_all, permit=a_permit(establishment=establishment)).require_to_submit(dossier)
    permit = a_permit(establishment=AT_MONS)
    assert an_asker(AMELIE, for_all, permit=permit).require_to_submit(dossier).mandate_id == permit.mandate_id


def test_what_we_last_heard_is_not_enough_to_submit_for_an_enterprise() -> None:
    with pytest.raises(StatementMissing):
        an_asker(AMELIE, a_mandate()).require_to_submit(a_grant_draft())


@pytest.mark.parametrize("procedure", [None, "economy"])
def test_a_decision_of_this_minute_is(procedure: str | None) -> None:
    permit = a_permit(procedure=procedure)

    assert an_asker(AMELIE, permit=permit).require_to_submit(a_grant_draft()).mandate_id == permit.mandate_id


def test_a_citizen_submits_in_her_own_name_without_a_decision() -> None:
    assert an_asker(HUGO).require_to_submit(an_election_draft()).person_id == HUGO


def test_of_an_enterprise_where_one_holds_nothing_nothing_is_known() -> None:
    grant: dict[str, Any] = {"category": "economy", "establishment_number": None}

    with pytest.raises(NotFound):
        an_asker(GILLES).require_for_enterprise("dossier.draft", ATELIERS, **grant)
    with pytest.raises(PermissionMissing):
        a_reader().require_for_enterprise("dossier.draft", ATELIERS, **grant)


def test_the_acts_open_to_an_author_follow_the_dossier() -> None:
    draft = a_draft(person=a_person(AMELIE))
    author = an_asker(AMELIE)

    assert acts_open_to(author, draft, NOON) == ["edit", "validate"]
    draft.save({"subject": "Bonjour"}, now=NOON)
    validated(draft)
    assert acts_open_to(author, draft, NOON) == ["edit", "validate", "submit"]
    assert acts_open_to(author, submitted(draft), NOON) == []


def test_a_missing_piece_opens_its_answer() -> None:
    dossier = submitted(an_election_draft(pieces="incomplete"))

    assert acts_open_to(an_asker(HUGO), dossier, NOON) == ["answer_complement"]
    assert acts_open_to(an_agent(), dossier, NOON) == ["claim"]


def test_the_acts_open_to_an_agent_follow_the_dossier() -> None:
    dossier = submitted()
    assert acts_open_to(an_agent(), dossier, NOON) == ["claim"]

    in_treatment(dossier)

    assert acts_open_to(an_agent(), dossier, NOON) == ["request_complement", "decide"]
    assert acts_open_to(an_agent(GERARD), dossier, NOON) == []


def test_an_act_of_the_user_does_not_exist_for_an_agent() -> None:
    with pytest.raises(NotFound):
        an_agent().require("dossier.submit", submitted())
    with pytest.raises(NotFound):
        an_asker(AMELIE).require_as_agent()


def test_an_agent_does_not_treat_what_he_filed_himself() -> None:
    dossier = submitted(an_election_draft())
    author = an_asker(HUGO, is_agent=True)

    assert acts_open_to(author, dossier, NOON) == []
    with pytest.raises(PermissionMissing):
        author.require_to_treat(dossier)


@pytest.mark.parametrize("part", [{}, {"establishment_number": AT_MONS}, {"procedure_categories": ["taxes"]}])
def test_an_agent_does_not_treat_the_dossiers_of_an_enterprise_that_he_acts_for_in_whatever_part(part: Any) -> None:
    dossier = submitted(validated(a_grant_draft()))
    role = a_mandate(DAVID, permissions=["dossier.read"], **part)

    assert acts_open_to(an_asker(DAVID, role, is_agent=True), dossier, NOON) == []
