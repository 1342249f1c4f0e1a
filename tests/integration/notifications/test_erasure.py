"""Who deleted her account is written to for the last time, and forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from contracts.delegation import MandateRevoked, RoleRequested
from contracts.identity import AccountDeletionDiscussed, EmailConfirmed, LanguageChosen, PersonErased
from contracts.notifications import DeliveryNotFailed
from services.notifications import commands, queries
from services.notifications.storage import tables
from tests.unit.notifications.builders import APPLICANT, FIRST_MANAGER, NOON, an_event

LATER = NOON + timedelta(days=31)


@pytest.fixture
def erase(station, seal):
    def erase(*, occurred_at=LATER, republished=False):
        sealed = None if republished else seal(email="amelie@example.org")
        station.hear(an_event(PersonErased, sealed=sealed, occurred_at=occurred_at), republished=republished)

    return erase


@pytest.fixture
def known(station, seal):
    """The applicant has an address, a language, a message and a mail that was delivered."""
    station.hear(an_event(EmailConfirmed, sealed=seal(email="amelie@example.org")))
    station.hear(an_event(LanguageChosen, language="nl"))
    station.hear(an_event(MandateRevoked))
    station.deliver()


def rows(station, table):
    with station.work() as work:
        return work.execute(sa.select(table)).all()


def test_the_last_mail_comes_and_nothing_else_is_kept(station, sink, known, erase):
    assert queries.get_holdings(station.work(), person_id=APPLICANT)["addresses"]
    station.now = LATER
    erase()
    station.deliver()

    last = sink.by_recipient()["amelie@example.org"][-1]
    assert last["Subject"] == "Votre compte est supprimé"
    held = queries.get_holdings(station.work(), person_id=APPLICANT)
    assert held == {"addresses": [], "language": None, "messages": [], "mails": []}
    (delivery,) = station.deliveries()
    assert (delivery.kind, delivery.person_id, delivery.sealed, delivery.state) == (
        "person_erased",
        None,
        None,
        "delivered",
    )


def test_told_again_nobody_is_written_to(station, known, erase):
    erase(republished=True)

    assert station.deliveries() == []


def test_what_was_told_of_her_before_is_not_kept_when_it_comes_late(station, seal, known, erase):
    erase()
    station.hear(an_event(EmailConfirmed, sealed=seal(email="amelie@example.org"), version=9))
    station.hear(an_event(LanguageChosen, language="nl", version=9))
    station.hear(an_event(MandateRevoked))
    station.hear(an_event(RoleRequested, manager_ids=[APPLICANT, FIRST_MANAGER]))

    assert rows(station, tables.contacts) == rows(station, tables.languages) == []
    assert {delivery.person_id for delivery in station.deliveries()} == {None, FIRST_MANAGER}


def test_nobody_is_told_of_a_mandate_that_ended_with_the_account(station, known, erase):
    """Delegation hears of the erasure, and tells what it did, after it."""
    ended = an_event(MandateRevoked, ended_with_account=True, occurred_at=LATER + timedelta(seconds=1))
    erase(republished=True)
    station.hear(ended)

    assert station.deliveries() == station.messages() == []


@pytest.mark.parametrize("late", [False, True])
def test_who_comes_back_is_reached_again(station, seal, known, erase, late):
    """Also where her erasure is heard of after her return."""
    back = LATER + timedelta(days=1)
    again = [
        an_event(EmailConfirmed, contact_id=uuid4(), sealed=seal(email="new@example.org"), occurred_at=back),
        an_event(LanguageChosen, language="de", occurred_at=back, version=2),
        an_event(MandateRevoked, occurred_at=back),
    ]
    for event in again if late else ():
        station.hear(event)
    erase()
    for event in () if late else again:
        station.hear(event)

    (contact,) = rows(station, tables.contacts)
    assert contact.address == "new@example.org"
    assert [row.language for row in rows(station, tables.languages)] == ["de"]
    assert [message.created_at for message in station.messages()] == [back]


def test_a_mail_about_her_former_life_goes_though_it_was_owed_later(station, seal, known, erase):
    station.now = LATER + timedelta(hours=1)
    station.hear(an_event(RoleRequested, manager_ids=[APPLICANT, FIRST_MANAGER]))
    erase()

    assert {delivery.person_id for delivery in station.deliveries()} == {None, FIRST_MANAGER}


def test_an_agents_letter_goes_to_the_address_that_it_came_with(station, sink, seal):
    sealed = seal(email="amelie@example.org", message="Pouvons-nous vous appeler ?")
    station.hear(an_event(AccountDeletionDiscussed, sealed=sealed))
    station.deliver()

    delivery = station.delivery()
    assert (delivery.state, delivery.sealed) == ("delivered", None)
    assert "vous appeler" not in str(delivery.facts)


def test_a_sealed_address_whose_mail_failed_is_kept_for_a_month_and_no_longer(station, sink, erase):
    """A mailbox that is closed already keeps nobody's address here."""
    sink.refuse["amelie@example.org"] = "550 5.1.1 unknown"
    station.now = LATER
    erase()
    station.deliver()
    for days, is_kept in ((30, True), (1, False)):
        station.now += timedelta(days=days)
        commands.forget_addresses(station.work(), now=station.now)
        assert (station.states(), station.delivery().sealed is not None) == (["permanent_failure"], is_kept)

    with pytest.raises(DeliveryNotFailed):
        commands.replay_delivery(station.work(), delivery_id=station.delivery().delivery_id, now=station.now)
