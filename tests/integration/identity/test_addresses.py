"""Changing the private address, and one address for each enterprise: confirmed by the link that is sent to it."""

from __future__ import annotations

from uuid import UUID

import pytest

from contracts.errors import NotFound
from contracts.identity import AddressUnchanged, AskedTooOften, ContactView, EmailConfirmed, LinkInvalid
from services.identity import queries
from tests.integration.identity.house import House

FIRST, OTHER, OFFICE = "amelie@example.org", "dubois@example.org", "amelie@moulin.example.org"
MOULIN, FERME = "0403019261", "0403170701"


@pytest.fixture
def with_space(house: House, amelie: UUID) -> UUID:
    """Amélie, whose citizen space is open."""
    house.create_space(amelie, FIRST)
    house.confirm(house.mail()["secret"])
    house.later(hours=2)
    return amelie


def test_the_present_address_holds_until_the_other_is_confirmed(house: House, with_space: UUID) -> None:
    house.give_email(with_space, "citizen", OTHER)
    assert house.contacts(with_space) == [ContactView(space="citizen", email=FIRST, awaiting_email=OTHER)]
    assert len(house.announced("email_confirmed")) == 1

    confirmed = house.confirm(house.mail()["secret"])

    assert (confirmed.email, confirmed.space, confirmed.is_first) == (OTHER, "citizen", False)
    assert house.contacts(with_space) == [ContactView(space="citizen", email=OTHER, awaiting_email=None)]
    first, other = house.announced("email_confirmed")
    assert first.subject == other.subject
    assert first.version < other.version
    assert house.unseal(other.body) == {"email": OTHER}
    # The former one is told, once.
    assert first.body["sealed_former"] is None
    assert house.unseal({"sealed": other.body["sealed_former"]}) == {"email": FIRST}
    with house.work() as work:
        (again,) = (event for event in queries.states(work) if isinstance(event, EmailConfirmed))
    assert again.sealed_former is None


def test_a_third_address_makes_the_link_to_the_second_void(house: House, with_space: UUID) -> None:
    house.give_email(with_space, "citizen", OTHER)
    secret = house.mail()["secret"]
    house.give_email(with_space, "citizen", "third@example.org")

    with pytest.raises(LinkInvalid):
        house.confirm(secret)
    assert house.contacts(with_space)[0].email == FIRST


def test_the_confirmed_address_again_makes_the_link_to_a_mistyped_one_void(house: House, with_space: UUID) -> None:
    house.give_email(with_space, MOULIN, OFFICE)
    of_the_office = house.mail()["secret"]
    house.give_email(with_space, "citizen", "stranger@example.org")
    secret = house.mail()["secret"]

    kept = house.give_email(with_space, "citizen", FIRST)

    assert kept == ContactView(space="citizen", email=FIRST, awaiting_email=None)
    assert len(house.announced("email_confirmation_requested")) == 3
    with pytest.raises(LinkInvalid):
        house.confirm(secret)
    assert house.confirm(of_the_office).email == OFFICE
    with pytest.raises(AddressUnchanged):
        house.give_email(with_space, "citizen", FIRST)


def test_an_address_for_an_enterprise_is_its_own(house: House, with_space: UUID) -> None:
    house.give_email(with_space, MOULIN, OFFICE)
    requested = house.announced("email_confirmation_requested")[-1].body
    assert (requested["space"], requested["is_first"]) == (MOULIN, True)
    house.confirm(house.mail()["secret"])
    house.later(minutes=2)
    house.give_email(with_space, FERME, OFFICE)

    assert house.contacts(with_space) == [
        ContactView(space="citizen", email=FIRST, awaiting_email=None),
        ContactView(space=FERME, email=None, awaiting_email=OFFICE),
        ContactView(space=MOULIN, email=OFFICE, awaiting_email=None),
    ]
    assert house.announced("email_confirmed")[-1].body["space"] == MOULIN


def test_what_is_asked_too_often_or_for_nothing_is_refused(house: House, with_space: UUID) -> None:
    with pytest.raises(AddressUnchanged):
        house.give_email(with_space, "citizen", FIRST)
    house.give_email(with_space, "citizen", OTHER)
    with pytest.raises(AskedTooOften):
        house.give_email(with_space, "citizen", OTHER)


def test_there_is_no_address_to_change_before_the_space_was_created(house: House, amelie: UUID) -> None:
    with pytest.raises(NotFound):
        house.give_email(amelie, "citizen", FIRST)


def test_nobody_floods_a_mailbox_by_naming_many_enterprises(house: House, with_space: UUID) -> None:
    """A person may write any number of BCE numbers, and anybody's address."""
    house.later(hours=2)
    with pytest.raises(AskedTooOften):
        for number in range(1_000_000, 1_000_020):
            start = f"0{number}"
            house.give_email(with_space, f"{start}{97 - int(start) % 97:02d}", f"victim{number % 2}@example.org")
            house.later(minutes=2)
    assert len(house.announced("email_confirmation_requested")) == 1 + 5
