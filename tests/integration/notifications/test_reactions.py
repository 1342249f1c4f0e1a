"""What each event leaves in the database, and who is written to."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from chassis.seals import SealBroken
from contracts.delegation import (
    AccessManagerDesignated,
    AccessManagerWithdrawn,
    MandateRevoked,
    PersonInvited,
    RoleGranted,
    RoleRequested,
)
from contracts.dossiers import DossierSubmitted
from contracts.events import Sealed
from contracts.identity import EmailConfirmationRequested, EmailConfirmed, LanguageChosen
from tests.unit.notifications.builders import (
    APPLICANT,
    ATELIERS,
    FIRST_MANAGER,
    NOON,
    SECOND_MANAGER,
    TELLING,
    an_event,
)


@pytest.fixture
def told(station, seal):
    """An event as it comes over the bus, its sealed field sealed for us."""

    def build(kind, **changes):
        sealed = {"sealed": seal(email="elodie@example.org", secret="s3cret")}
        return an_event(kind, **((sealed | changes) if "sealed" in kind.__dataclass_fields__ else changes))

    return build


@pytest.fixture
def applicant_is_reached(station, seal):
    station.hear(an_event(EmailConfirmed, sealed=seal(email="amelie@example.org")))


@pytest.mark.parametrize("kind", TELLING, ids=lambda kind: kind.type)
def test_every_event_that_concerns_people_owes_mails_and_writes_messages(station, told, kind):
    event_id = station.hear(told(kind))

    deliveries, messages = station.deliveries(), station.messages()
    assert {(delivery.kind, delivery.event_id, delivery.state) for delivery in deliveries} == {
        (kind.type, event_id, "created")
    }
    with_account = [delivery.person_id for delivery in deliveries if delivery.person_id]
    assert sorted(message.person_id for message in messages) == sorted(with_account)
    assert {message.kind for message in messages} <= {kind.type}


@pytest.mark.parametrize("kind", TELLING, ids=lambda kind: kind.type)
def test_a_repeated_event_owes_nothing_more(station, told, kind):
    event = told(kind)
    event_id = station.hear(event)
    rows = len(station.deliveries()), len(station.messages())

    station.hear(event, event_id=event_id)

    assert (len(station.deliveries()), len(station.messages())) == rows


@pytest.mark.parametrize("kind", TELLING, ids=lambda kind: kind.type)
def test_a_republished_event_writes_to_nobody(station, told, kind):
    station.hear(told(kind), republished=True)

    assert (station.deliveries(), station.messages()) == ([], [])


def test_a_mail_is_sent_to_the_persons_address_in_her_language(station, sink, applicant_is_reached):
    station.hear(an_event(LanguageChosen, language="nl"))
    station.hear(an_event(RoleGranted))

    station.deliver()

    (mail,) = sink.mails
    assert (mail["To"], mail["Content-Language"]) == ("amelie@example.org", "nl")
    assert "14 oktober 2029" in mail.get_body(("plain",)).get_content()
    assert station.states() == ["delivered"]


def test_an_older_choice_of_language_that_comes_late_changes_nothing(station, sink, applicant_is_reached):
    station.hear(an_event(LanguageChosen, language="de", version=7))
    station.hear(an_event(LanguageChosen, language="nl", version=6))
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert sink.mails[0]["Content-Language"] == "de"


def test_a_mail_waits_for_an_address_and_goes_out_when_it_is_told(station, sink, seal):
    station.hear(an_event(RoleGranted))
    station.deliver()
    assert (station.states(), sink.mails) == (["waiting"], [])

    station.hear(an_event(EmailConfirmed, sealed=seal(email="amelie@example.org")))
    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["amelie@example.org"]
    assert station.states() == ["delivered"]
    assert station.delivery().attempts == 1


def test_a_manager_who_cannot_be_reached_does_not_hold_up_the_other(station, sink, seal):
    station.hear(an_event(AccessManagerDesignated, person_id=SECOND_MANAGER, sealed=seal(email="chantal@example.org")))
    station.hear(an_event(RoleRequested))

    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["chantal@example.org"]
    assert sorted(station.states()) == ["delivered", "waiting"]


def test_an_access_manager_who_never_signed_in_gets_the_request_at_the_designated_address(station, sink, seal):
    station.hear(an_event(AccessManagerDesignated, person_id=SECOND_MANAGER, sealed=seal(email="chantal@example.org")))
    station.hear(an_event(RoleRequested, manager_ids=[SECOND_MANAGER]))

    station.deliver()

    (mail,) = sink.mails
    assert mail["To"] == "chantal@example.org"
    assert "/entreprises/0403019261/acces" in mail.get_body(("plain",)).get_content()


def test_a_designation_without_an_address_leaves_the_request_waiting(station, sink):
    station.hear(an_event(AccessManagerDesignated, person_id=SECOND_MANAGER, sealed=None))
    station.hear(an_event(RoleRequested, manager_ids=[SECOND_MANAGER]))

    station.deliver()

    assert (station.states(), sink.mails) == (["waiting"], [])


def test_who_is_withdrawn_is_told_at_that_address_for_the_last_time(station, sink, seal):
    designation_id = uuid4()
    designated = {"person_id": FIRST_MANAGER, "designation_id": designation_id}
    sealed = seal(email="bernard@example.org")
    station.hear(an_event(AccessManagerDesignated, sealed=sealed, **designated))
    station.hear(an_event(AccessManagerWithdrawn, sealed=sealed, version=2, **designated))
    station.hear(an_event(MandateRevoked, person_id=FIRST_MANAGER, ended_with_designation=True))
    station.hear(an_event(RoleRequested, manager_ids=[FIRST_MANAGER]))

    station.deliver()

    (mail,) = sink.mails
    assert mail["To"] == "bernard@example.org"
    assert "n’êtes plus gestionnaire d’accès" in mail["Subject"]
    assert sorted(station.states()) == ["delivered", "waiting"]


def test_a_designated_address_is_not_used_for_citizen_matters(station, sink, seal):
    station.hear(an_event(AccessManagerDesignated, person_id=FIRST_MANAGER, sealed=seal(email="bernard@example.org")))
    station.hear(an_event(DossierSubmitted, person_id=FIRST_MANAGER, bce_number=None))

    station.deliver()

    assert (station.states(), sink.mails) == (["waiting"], [])


def test_an_address_of_another_space_does_not_end_the_wait(station, sink, seal):
    station.hear(an_event(DossierSubmitted, bce_number=None))
    station.deliver()

    station.hear(an_event(EmailConfirmed, space=str(ATELIERS), sealed=seal(email="work@example.org")))
    station.deliver()

    assert (station.states(), sink.mails) == (["waiting"], [])


def test_the_newest_address_counts_whatever_the_order(station, sink, seal):
    contact_id = uuid4()
    station.hear(an_event(EmailConfirmed, contact_id=contact_id, sealed=seal(email="new@example.org"), version=2))
    station.hear(an_event(EmailConfirmed, contact_id=contact_id, sealed=seal(email="old@example.org"), version=1))
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["new@example.org"]


def test_a_restored_neighbour_is_believed_again(station, sink, seal):
    contact_id = uuid4()
    station.hear(an_event(EmailConfirmed, contact_id=contact_id, sealed=seal(email="lost@example.org"), version=9))
    restored = an_event(EmailConfirmed, contact_id=contact_id, sealed=seal(email="restored@example.org"), version=2)
    station.hear(restored, version=(2, 2), republished=True)
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["restored@example.org"]


def test_the_former_address_is_told_once_that_another_took_its_place(station, sink, seal):
    new, old = seal(email="new@example.org"), seal(email="old@example.org")
    changed = an_event(EmailConfirmed, sealed=new, sealed_former=old)
    station.hear(changed)
    station.hear(changed, republished=True)
    station.hear(an_event(RoleGranted))

    station.deliver()

    assert sorted((mail["To"], mail["Subject"]) for mail in sink.mails) == [
        ("new@example.org", "Vous pouvez agir pour Ateliers du Hainaut"),
        ("old@example.org", "Votre adresse e-mail a changé"),
    ]
    assert [message.kind for message in station.messages()].count("email_confirmed") == 1


def test_a_confirmation_goes_to_the_sealed_address_with_its_secret_link(station, sink, seal):
    station.hear(
        an_event(EmailConfirmationRequested, sealed=seal(email="amelie@example.org", secret="a/b+c"), language="de")
    )

    station.deliver()

    (mail,) = sink.mails
    assert (mail["To"], mail["Content-Language"]) == ("amelie@example.org", "de")
    assert mail.get_body(("plain",)).get_content().split("/confirmer/")[1].split()[0] == "a%2Fb%2Bc"
    assert "a%2Fb" not in str(station.messages()[0].__dict__)
    assert station.delivery().sealed is None


def test_an_invitation_by_e_mail_reaches_somebody_unknown(station, sink, told):
    station.hear(told(PersonInvited))

    station.deliver()

    (mail,) = sink.mails
    assert mail["To"] == "elodie@example.org"
    assert "/invitations/s3cret" in mail.get_body(("plain",)).get_content()
    assert station.messages() == []


def test_an_invitation_by_number_is_told_at_the_persons_address_and_in_the_portal(station, sink, applicant_is_reached):
    station.hear(an_event(PersonInvited, person_id=APPLICANT, sealed=None))

    station.deliver()

    assert [mail["To"] for mail in sink.mails] == ["amelie@example.org"]
    assert [message.link for message in station.messages()] == ["/invitations"]


def test_a_link_that_has_expired_is_not_sent(station, sink, told):
    station.hear(told(EmailConfirmationRequested, expires_at=NOON + timedelta(hours=24)))

    station.deliver(after=timedelta(hours=24))

    assert (station.states(), sink.mails) == (["permanent_failure"], [])


def test_a_seal_that_cannot_be_opened_is_an_error_of_the_reaction(station):
    with pytest.raises(SealBroken):
        station.hear(an_event(EmailConfirmationRequested, sealed=Sealed("bm90aGluZw==")))

    assert station.deliveries() == []
