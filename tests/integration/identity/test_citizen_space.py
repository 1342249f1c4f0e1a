"""The citizen space opens when the link that was sent to its address is followed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
import sqlalchemy as sa

from chassis.seals import SealBroken
from contracts.errors import ConcurrentChange, NotFound
from contracts.identity import AskedTooOften, LinkInvalid, SpaceAlreadyOpen
from deploy.embedded.ports import wait_until
from services.identity import commands
from tests.cast import AMELIE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House

ADDRESS = "amelie.privee@example.org"


def test_creating_a_space_sends_a_link_that_only_notifications_can_read(house: House, amelie: UUID) -> None:
    space = house.create_space(amelie, ADDRESS)

    assert (space.state, space.email) == ("awaiting", ADDRESS)
    (told,) = house.announced("email_confirmation_requested")
    mail = house.unseal(told.body)
    assert mail["email"] == ADDRESS
    assert ADDRESS not in str(told.body)
    assert mail["secret"] not in house.everything_at_rest()
    with pytest.raises(SealBroken):
        house.unseal(told.body | {"sealed": told.body["sealed"][:-8] + "AAAAAAA="})


def test_following_the_link_opens_the_space(house: House, sign_in: SignIn) -> None:
    token = sign_in(AMELIE)
    person_id = house.present(token).person_id
    house.create_space(person_id, ADDRESS)
    assert house.present(token).citizen_space == "awaiting"
    assert house.profile(person_id).awaiting_email == ADDRESS

    space = house.confirm(house.mail()["secret"])

    assert (space.state, space.email, space.link_expires_at) == ("open", ADDRESS, None)
    presence = house.present(token)
    assert presence.citizen_space == "open"
    assert "data_protection:1" in presence.notices_to_show
    assert house.profile(person_id).private_email == ADDRESS


def test_her_confirmed_address_is_announced_sealed(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    house.confirm(house.mail()["secret"])

    (told,) = house.announced("email_confirmed")
    assert (told.body["space"], told.body["person_id"], told.body["language"]) == ("citizen", str(amelie), "fr")
    assert house.unseal(told.body) == {"email": ADDRESS}
    (act,) = [act for act in house.acts(amelie) if act["action"] == "email_confirmed"]
    assert act["actor"] == str(amelie)


def test_a_link_is_followed_once(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    secret = house.mail()["secret"]
    house.confirm(secret)

    with pytest.raises(LinkInvalid):
        house.confirm(secret)
    assert len(house.announced("email_confirmed")) == 1


def test_a_link_followed_by_many_at_once_is_followed_once(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    secret = house.mail()["secret"]

    with ThreadPoolExecutor(8) as clicks:
        answers = [clicks.submit(house.confirm, secret) for _ in range(8)]
    refusals = [answer.exception() for answer in answers if answer.exception()]

    assert [type(refusal) for refusal in refusals] == [LinkInvalid] * 7
    assert len(house.announced("email_confirmed")) == 1


def test_who_waits_behind_another_click_finds_the_link_used(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    secret = house.mail()["secret"]
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )

    def waits() -> bool:
        with house.runtime.engine.connect() as connection:
            return second.done() or bool(connection.execute(waiting).scalar_one())

    with ThreadPoolExecutor(1) as other:
        with house.work() as first:
            commands.confirm_email(first, secret=secret, sealer=house.gateways.sealer, now=house.now)
            second = other.submit(house.confirm, secret)
            wait_until(waits, seconds=20, what="the second click to wait")
        refusal = second.exception()

    assert type(refusal) is LinkInvalid


def test_a_link_is_void_after_a_day(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    house.later(hours=24)

    with pytest.raises(LinkInvalid):
        house.confirm(house.mail()["secret"])


def test_a_guessed_link_is_refused(house: House) -> None:
    with pytest.raises(LinkInvalid):
        house.confirm("guessed")


def test_a_new_link_makes_the_old_one_void(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    old = house.mail()["secret"]
    house.later(minutes=1)
    house.resend(amelie)

    with pytest.raises(LinkInvalid):
        house.confirm(old)
    assert house.confirm(house.mail()["secret"]).state == "open"


def test_a_mistyped_address_can_be_mended_at_once(house: House, amelie: UUID) -> None:
    house.create_space(amelie, "amelie@exmaple.org")
    old = house.mail()["secret"]

    assert house.create_space(amelie, ADDRESS).email == ADDRESS

    with pytest.raises(LinkInvalid):
        house.confirm(old)
    assert house.confirm(house.mail()["secret"]).email == ADDRESS


def test_asking_again_at_once_is_refused(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)

    with pytest.raises(AskedTooOften):
        house.resend(amelie)
    assert len(house.announced("email_confirmation_requested")) == 1


def test_many_who_ask_again_at_once_get_one_link(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    house.later(minutes=2)

    with ThreadPoolExecutor(6) as clicks:
        answers = [clicks.submit(house.resend, amelie) for _ in range(6)]
    refusals = [answer.exception() for answer in answers if answer.exception()]

    assert [type(refusal) for refusal in refusals] == [AskedTooOften] * 5
    assert len(house.announced("email_confirmation_requested")) == 2


def test_two_browsers_do_not_create_two_spaces(house: House, amelie: UUID) -> None:
    with ThreadPoolExecutor(6) as browsers:
        answers = [browsers.submit(house.create_space, amelie, ADDRESS) for _ in range(6)]
    refusals = [answer.exception() for answer in answers if answer.exception()]

    assert len(refusals) == 5
    assert {type(refusal) for refusal in refusals} <= {ConcurrentChange, AskedTooOften}
    assert len(house.announced("email_confirmation_requested")) == 1


def test_confirming_and_asking_again_at_once_do_not_block_each_other(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    secret = house.mail()["secret"]
    house.later(minutes=2)

    with ThreadPoolExecutor(2) as clicks:
        confirmed, asked = clicks.submit(house.confirm, secret), clicks.submit(house.resend, amelie)
    refusals = {type(answer.exception()) for answer in (confirmed, asked) if answer.exception()}

    # Whoever comes first: either the space is open already, or the old link is void.
    assert refusals in ({SpaceAlreadyOpen}, {LinkInvalid})


def test_an_open_space_is_not_created_again(house: House, amelie: UUID) -> None:
    house.create_space(amelie, ADDRESS)
    house.confirm(house.mail()["secret"])
    house.later(hours=2)

    with pytest.raises(SpaceAlreadyOpen):
        house.create_space(amelie, "other@example.org")
    with pytest.raises(SpaceAlreadyOpen):
        house.resend(amelie)


def test_there_is_nothing_to_send_again_before_a_space_was_created(house: House, amelie: UUID) -> None:
    with pytest.raises(NotFound):
        house.resend(amelie)
