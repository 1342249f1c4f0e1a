"""Whom an event concerns, and where its message leads."""

from __future__ import annotations

import pytest

from contracts.delegation import (
    AssignmentsEnded,
    EnterpriseMandateChanged,
    EnterpriseMandated,
    EnterpriseMandateEnded,
    EnterpriseMandateRenewed,
    EnterpriseMandatesExpiring,
    EstablishmentLost,
    MandateChanged,
    MandateExpiring,
    MandateRevoked,
    MandatesExpiring,
    MandatesToConfirm,
    PersonInvited,
    RoleGranted,
    RoleRefused,
    RoleRequested,
)
from contracts.dossiers import ComplementRequested, DossierDecided, DossierReassigned, DossierSubmitted
from contracts.events import ActorFacts
from contracts.identity import (
    AccountDeletionAccepted,
    AccountDeletionRefused,
    EmailConfirmationRequested,
    LanguageChosen,
    PersonErased,
)
from services.notifications.domain.notices import Notice, notice_of
from tests.unit.delegation.builders import DAVID, NOON, a_mandate
from tests.unit.notifications.builders import (
    APPLICANT,
    ATELIERS,
    COMMUNE,
    DOSSIER,
    FIRST_MANAGER,
    SECOND_MANAGER,
    TELLING,
    an_event,
)


def notice(kind, **changes) -> Notice:
    told = notice_of(an_event(kind, **changes))
    assert told is not None
    return told


def people(told: Notice):
    return [recipient.person_id for recipient in told.recipients]


def test_a_role_request_is_told_to_each_access_manager():
    told = notice(RoleRequested)

    assert people(told) == [FIRST_MANAGER, SECOND_MANAGER]
    assert told.link == "/entreprises/0403019261/acces"


def test_an_access_manager_is_not_asked_about_his_own_request():
    assert people(notice(RoleRequested, person_id=FIRST_MANAGER)) == [SECOND_MANAGER]


def test_a_manager_named_twice_is_told_once():
    assert people(notice(RoleRequested, manager_ids=[FIRST_MANAGER, FIRST_MANAGER])) == [FIRST_MANAGER]


def test_a_request_told_again_to_who_became_manager_later_goes_to_him_alone():
    assert people(notice(RoleRequested, told_ids=[SECOND_MANAGER])) == [SECOND_MANAGER]


def test_a_granted_role_is_told_to_who_asked_for_it():
    told = notice(RoleGranted)

    assert (people(told), told.link) == ([APPLICANT], "/entreprises/0403019261")


def test_a_role_that_came_with_a_designation_is_told_to_nobody():
    assert notice_of(an_event(RoleGranted, role_request_id=None, granted_by=None)) is None


def test_a_role_that_an_office_assigned_is_told():
    assert people(notice_of(an_event(RoleGranted, role_request_id=None, via_bce_number=COMMUNE))) == [APPLICANT]


@pytest.mark.parametrize("kind", [RoleGranted, PersonInvited, EnterpriseMandated])
def test_what_a_role_is_limited_to_is_told(kind):
    limits = {"procedure_categories": ["economy", "taxes"], "establishment_number": "2134567845"}

    told = notice_of(an_event(kind, **limits)).facts

    assert (told["categories"], told["establishment_number"]) == ("economy,taxes", "2134567845")
    assert not {"categories", "establishment_number"} & notice(kind).facts.keys()


@pytest.mark.parametrize("change", ["renewed", "suspended", "resumed", "narrowed"])
def test_each_change_of_a_role_is_told_to_its_holder(change):
    told = notice_of(an_event(MandateChanged, change=change))

    assert (people(told), told.facts["change"], told.link) == ([APPLICANT], change, "/entreprises")


@pytest.mark.parametrize("kind", [MandateChanged, EnterpriseMandateRenewed])
def test_a_new_last_day_of_what_is_suspended_is_told_with_that(kind):
    assert "rests" not in notice(kind).facts
    assert notice(kind, suspended_at=NOON).facts["rests"] == "yes"


def test_what_is_suspended_now_is_not_said_to_stay_so():
    assert "rests" not in notice(MandateChanged, suspended_at=NOON, change="suspended").facts


def test_an_access_manager_whose_role_ends_is_led_to_where_it_is_said_who_renews_it():
    managing = {"permissions": ["dossier.read", "mandate.manage"], "mandate_id": DOSSIER}
    told = notice(MandateExpiring, **managing)

    assert (told.facts["is_manager"], told.link) == ("yes", f"/entreprises/{ATELIERS}/acces/mandats/{DOSSIER}")
    # The console is closed to him.
    assert notice(MandateExpiring, **managing, suspended_at=NOON).link == f"/entreprises/{ATELIERS}"
    assert "is_manager" not in notice(MandateExpiring).facts


def test_the_end_of_roles_is_told_to_who_may_renew_them():
    told = notice(MandatesExpiring)

    assert people(told) == [FIRST_MANAGER, SECOND_MANAGER]
    assert (told.facts["count"], told.link) == ("2", f"/entreprises/{ATELIERS}/acces")


def test_who_loses_what_an_office_assigned_is_sent_to_the_office():
    assert "is_assigned" not in notice(MandateRevoked).facts
    assert notice_of(an_event(MandateRevoked, via_bce_number=COMMUNE)).facts["is_assigned"] == "yes"


@pytest.mark.parametrize("kind", [EnterpriseMandated, EnterpriseMandateRenewed, EnterpriseMandateEnded])
def test_what_becomes_of_a_chain_is_told_to_the_other_side_in_its_own_space(kind):
    told = notice(kind)

    assert (people(told), told.space, told.link) == (
        [SECOND_MANAGER],
        COMMUNE,
        f"/entreprises/{COMMUNE}/acces/mandataires",
    )


@pytest.mark.parametrize("told_as", ["client", "office"])
def test_each_side_is_told_in_its_own_words_that_chains_end(told_as):
    told = notice_of(an_event(EnterpriseMandatesExpiring, told_as=told_as))

    assert people(told) == [FIRST_MANAGER, SECOND_MANAGER]
    assert (told.facts["told_as"], told.link) == (told_as, f"/entreprises/{ATELIERS}/acces/mandataires")


def test_who_lost_the_office_is_told_once_for_all_clients():
    assert notice_of(an_event(MandateRevoked, via_bce_number=COMMUNE, ended_with_office=True)) is None
    told = notice(AssignmentsEnded)
    assert (people(told), told.facts["count"], told.link) == ([APPLICANT], "2", "/entreprises")


def test_a_lost_establishment_is_told_to_holders_and_access_managers_each_once():
    told = notice(EstablishmentLost, became="moved")

    assert (people(told), told.link) == ([APPLICANT, SECOND_MANAGER, FIRST_MANAGER], "/entreprises")
    assert (told.facts["became"], told.facts["establishment_number"]) == ("moved", "2134567845")


def test_a_confirmed_role_is_told_to_nobody():
    assert notice_of(an_event(MandateChanged, change="confirmed")) is None


def test_what_lasts_longer_because_the_office_does_is_told_to_nobody_for_each_client():
    assert notice_of(an_event(MandateChanged, change="renewed", via_bce_number=COMMUNE)) is None
    assert notice_of(an_event(MandateChanged, change="suspended", via_bce_number=COMMUNE)) is not None


@pytest.mark.parametrize("change", ["suspended", "resumed"])
def test_what_rests_with_his_role_in_the_office_is_told_of_that_role_alone(change):
    assert notice_of(an_event(MandateChanged, change=change, via_bce_number=COMMUNE, with_office=True)) is None


def test_the_access_managers_are_led_to_what_they_are_to_confirm():
    told = notice(MandatesToConfirm)

    assert (people(told), told.link) == ([FIRST_MANAGER, SECOND_MANAGER], "/entreprises/0403019261/acces/confirmer")


@pytest.mark.parametrize("kind", [RoleRefused, MandateRevoked])
def test_who_has_no_access_is_not_led_to_the_enterprise(kind):
    told = notice(kind)

    assert (people(told), told.link) == ([APPLICANT], "/entreprises")


def test_a_refusal_tells_the_reason():
    assert notice(RoleRefused, reason="Inconnu").facts["reason"] == "Inconnu"


def test_an_invitation_by_e_mail_has_a_recipient_whom_only_the_address_names():
    told = notice(PersonInvited)

    (recipient,) = told.recipients
    assert (recipient.person_id, recipient.key, recipient.sealed) == (None, "invited", "sealed")
    assert told.link == "/invitations/{secret}"


def test_an_invitation_by_number_leads_to_the_persons_own_invitations():
    told = notice(PersonInvited, person_id=APPLICANT, sealed=None)

    assert (people(told), told.link) == ([APPLICANT], "/invitations")


def test_the_secret_of_a_confirmation_is_not_shown_in_the_portal():
    told = notice(EmailConfirmationRequested)

    assert told.link == "/confirmer/{secret}"
    assert told.portal_link is not None
    assert "secret" not in told.portal_link


@pytest.mark.parametrize("kind", [DossierSubmitted, ComplementRequested, DossierReassigned, DossierDecided])
def test_a_dossier_of_an_enterprise_is_told_to_who_looks_after_it_as_a_matter_of_the_enterprise(kind):
    told = notice(kind)

    assert (people(told), told.space, told.link) == ([APPLICANT], ATELIERS, f"/dossiers/{DOSSIER}")


def test_who_takes_a_dossier_over_himself_is_not_told():
    assert notice_of(an_event(DossierReassigned, actor=ActorFacts(person_id=APPLICANT))) is None
    assert people(notice(DossierReassigned, actor=ActorFacts(person_id=FIRST_MANAGER))) == [APPLICANT]


def test_a_draft_is_told_of_without_the_reference_that_it_has_not():
    facts = notice(DossierReassigned).facts

    assert not {"reference", "submitted_at", "content_digest"} & set(facts)


def test_a_dossier_of_a_citizen_is_a_matter_of_the_citizen_space():
    told = notice(DossierSubmitted, bce_number=None)

    assert told.space == "citizen"
    assert "bce_number" not in told.facts


@pytest.mark.parametrize("kind", TELLING)
def test_the_kind_is_the_events_own_word(kind):
    assert notice(kind).kind == kind.type


@pytest.mark.parametrize("kind", TELLING)
def test_facts_are_texts(kind):
    assert all(isinstance(fact, str) for fact in notice(kind).facts.values())


def test_an_event_without_a_rule_is_an_error_rather_than_silence():
    with pytest.raises(TypeError, match="LanguageChosen"):
        notice_of(an_event(LanguageChosen))


def test_the_last_mail_goes_to_the_address_that_came_with_the_erasure_and_to_no_portal():
    (recipient,) = notice(PersonErased).recipients

    assert (recipient.person_id, recipient.sealed) == (None, "sealed")
    assert notice_of(an_event(PersonErased, sealed=None)) is None


def test_who_deleted_his_account_is_not_told_that_his_mandates_ended():
    by_himself, with_account = a_mandate(), a_mandate()

    with_account.end_with_account(now=NOON)
    assert notice_of(with_account.as_event()) is None

    by_himself.revoked_at, by_himself.revoked_by, by_himself.revocation_reason = NOON, DAVID, "Je pars."
    assert notice_of(by_himself.as_event()) is not None


def test_when_the_account_goes_is_told_where_it_is_known():
    assert set(notice(AccountDeletionAccepted).facts) == {"erases_at"}
    assert notice(AccountDeletionRefused).facts == {}


@pytest.mark.parametrize(("side", "told_as"), [(ATELIERS, "client"), (COMMUNE, "office")])
def test_each_side_is_told_that_an_offices_mandate_rests(side, told_as):
    told = notice(EnterpriseMandateChanged, told_bce_number=side)

    assert (told.space, told.facts["change"], told.facts["told_as"]) == (side, "suspended", told_as)
    assert "by_client" not in told.facts
    assert notice(EnterpriseMandateChanged, told_bce_number=side, by_client=True).facts["by_client"] == "yes"
    assert told.link == f"/entreprises/{side}/acces/mandataires"
