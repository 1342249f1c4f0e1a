from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.identity import SignInUnknown
from services.identity.domain.sign_in import EXCHANGE_LASTS, LASTS, SignIn
from tests.unit.identity.builders import NOON, a_sign_in, an_id, hash_of


def come_back(sign_in: SignIn, *, code: str = "code", browser: str = "browser", after: timedelta = timedelta()) -> str:
    return sign_in.come_back(code_hash=hash_of(code), browser_secret_hash=hash_of(browser), now=NOON + after)


def test_a_code_is_exchanged_once() -> None:
    sign_in = a_sign_in()

    assert come_back(sign_in) == "exchange"
    assert come_back(sign_in) == "wait"

    sign_in.succeed(session_id=an_id(9))
    assert come_back(sign_in) == "done"


def test_another_browser_cannot_use_the_answer() -> None:
    with pytest.raises(SignInUnknown):
        come_back(a_sign_in(), browser="another")


def test_another_browser_does_not_use_up_the_sign_in() -> None:
    sign_in = a_sign_in()
    with pytest.raises(SignInUnknown):
        come_back(sign_in, browser="another")

    assert come_back(sign_in) == "exchange"


def test_a_state_does_not_take_a_second_code() -> None:
    sign_in = a_sign_in()
    come_back(sign_in)
    sign_in.succeed(session_id=an_id(9))

    with pytest.raises(SignInUnknown):
        come_back(sign_in, code="another")


def test_a_sign_in_holds_for_ten_minutes() -> None:
    assert come_back(a_sign_in(), after=LASTS - timedelta(seconds=1)) == "exchange"
    with pytest.raises(SignInUnknown):
        come_back(a_sign_in(), after=LASTS)


def test_a_sign_in_that_failed_is_used_up() -> None:
    sign_in = a_sign_in()
    come_back(sign_in)
    sign_in.fail(now=NOON)

    with pytest.raises(SignInUnknown):
        come_back(sign_in)


def test_when_the_provider_was_away_the_same_browser_may_come_back() -> None:
    sign_in = a_sign_in()
    come_back(sign_in)
    sign_in.pause()

    assert come_back(sign_in) == "exchange"


def test_an_exchange_that_died_does_not_block_for_ever() -> None:
    sign_in = a_sign_in()
    come_back(sign_in)

    assert come_back(sign_in, after=EXCHANGE_LASTS) == "exchange"


def test_each_turn_makes_a_new_version() -> None:
    sign_in = a_sign_in()
    versions = [sign_in.version]
    come_back(sign_in)
    versions.append(sign_in.version)
    sign_in.succeed(session_id=an_id(9))
    versions.append(sign_in.version)

    assert versions == [1, 2, 3]
