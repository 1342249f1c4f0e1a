from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.identity import AddressUnchanged, AskedTooOften, LinkInvalid, SpaceAlreadyOpen
from services.identity.domain.contact import LINK_LASTS, LINKS_IN_A_PERIOD, PAUSE, PERIOD, Link
from tests.unit.identity.builders import HERSELF, NOON, SEALED, a_contact, a_link, an_id

SECOND = timedelta(seconds=1)


def test_following_the_link_opens_the_space() -> None:
    contact = a_contact()
    link = a_link(contact, email="amelie@example.org")
    assert not contact.is_open

    contact.confirm(link, now=NOON + SECOND)

    assert contact.is_open
    assert (contact.email, contact.awaiting_email) == ("amelie@example.org", None)


def test_a_link_is_followed_once() -> None:
    contact = a_contact()
    link = a_link(contact)
    contact.confirm(link, now=NOON)

    with pytest.raises(LinkInvalid):
        contact.confirm(link, now=NOON)


def test_a_link_holds_for_a_day() -> None:
    assert a_link(a_contact()).is_open(NOON + LINK_LASTS - SECOND)
    contact = a_contact()
    link = a_link(contact)
    with pytest.raises(LinkInvalid):
        contact.confirm(link, now=NOON + LINK_LASTS)
    assert not contact.is_open


def test_a_new_link_makes_the_old_one_void() -> None:
    contact = a_contact()
    old = a_link(contact)
    new = a_link(contact, earlier=[old], now=NOON + PAUSE)

    with pytest.raises(LinkInvalid):
        contact.confirm(old, now=NOON + PAUSE)
    contact.confirm(new, now=NOON + PAUSE)


def test_another_address_makes_the_old_link_void_at_once() -> None:
    contact = a_contact()
    old = a_link(contact, email="amelie@exmaple.org")
    new = a_link(contact, email="amelie@example.org", earlier=[old], now=NOON + SECOND)

    assert not old.is_open(NOON + SECOND)
    contact.confirm(new, now=NOON + SECOND)
    assert contact.email == "amelie@example.org"


def test_the_same_link_is_not_asked_for_twice_in_a_minute() -> None:
    contact = a_contact()
    old = a_link(contact)

    with pytest.raises(AskedTooOften) as refusal:
        a_link(contact, earlier=[old], now=NOON + PAUSE - SECOND)

    assert refusal.value.details["again_at"] == (NOON + PAUSE).isoformat()
    assert old.is_open(NOON + PAUSE)


def test_nobody_floods_mailboxes_by_changing_the_address() -> None:
    contact = a_contact()
    links: list[Link] = []
    for n in range(LINKS_IN_A_PERIOD):
        links.append(a_link(contact, email=f"someone{n}@example.org", earlier=links, now=NOON + n * SECOND))

    with pytest.raises(AskedTooOften) as refusal:
        a_link(contact, email="other@example.org", earlier=links, now=NOON + PAUSE)
    assert refusal.value.details["again_at"] == (NOON + PERIOD).isoformat()

    a_link(contact, email="other@example.org", earlier=links, now=NOON + PERIOD)


def test_an_open_space_is_not_created_again() -> None:
    contact = a_contact()
    contact.confirm(a_link(contact), now=NOON)

    with pytest.raises(SpaceAlreadyOpen):
        contact.require_not_open()


def test_another_address_takes_the_place_of_the_first_once_its_link_was_followed() -> None:
    contact = a_contact()
    first = a_link(contact, email="amelie@example.org")
    contact.confirm(first, now=NOON)

    other = a_link(contact, email="dubois@example.org", earlier=[first], now=NOON + PAUSE)
    assert (contact.email, contact.awaiting_email) == ("amelie@example.org", "dubois@example.org")
    contact.confirm(other, now=NOON + PAUSE)

    assert (contact.email, contact.awaiting_email) == ("dubois@example.org", None)
    assert (first.is_first, other.is_first) == (True, False)


def test_an_address_that_is_confirmed_is_not_asked_for_again() -> None:
    contact = a_contact()
    first = a_link(contact, email="amelie@example.org")
    contact.confirm(first, now=NOON)

    with pytest.raises(AddressUnchanged):
        contact.keep_address(earlier=[first], now=NOON + PERIOD)


def test_what_is_announced_names_the_person_the_space_and_its_version() -> None:
    contact = a_contact(contact_id=an_id(3))
    link = a_link(contact)
    requested = link.requested(space="citizen", language="nl", sealed=SEALED, by=HERSELF)
    contact.confirm(link, now=NOON)
    confirmed = contact.confirmed(language="nl", sealed=SEALED, by=HERSELF)

    assert (requested.version, requested.language, requested.expires_at) == (1, "nl", NOON + LINK_LASTS)
    assert (confirmed.contact_id, confirmed.space, confirmed.version) == (an_id(3), "citizen", 3)
    assert "amelie@example.org" not in f"{requested} {confirmed}"
