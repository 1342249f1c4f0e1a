"""Somebody who shares the browser, took a copy of its cookie, or has planted one in it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from contracts.errors import Unavailable
from contracts.identity import LinkingView, SessionUnknown, SignedIn, SignInBegun, SignInUnknown
from tests.cast import JOHANNA
from tests.support.counting import counts
from tests.unit.portal.builders import RecordingRpc, a_presence
from tests.unit.portal.conftest import Browser

COOKIE = "mon-espace"
LINKING = LinkingView(
    given_name="Johanna", surname="Hoffmann", birth_on=date(1980, 1, 1), country="DE", email=None, state="unlinked"
)


@pytest.fixture
def browser(app: Flask, rpc: RecordingRpc) -> Browser:
    """Not inside ``with``, as the usual one is: what Flask then keeps of one browser's request, others would see."""
    return Browser(app.test_client(), rpc)


def cookie_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie(COOKIE)
    assert cookie is not None
    return cookie.value


def with_cookie(app: Flask, browser: Browser, cookie: str) -> Browser:
    """Another browser, with a cookie that it took, or was given."""
    other = app.test_client()
    other.set_cookie(COOKIE, cookie)
    return Browser(other, browser.rpc)


def session_of(browser: Browser) -> dict[str, Any]:
    with browser.client.session_transaction() as session:
        return dict(session)


def begin(browser: Browser, *, state: str = "s") -> None:
    browser.rpc.answers["begin_sign_in"] = SignInBegun(
        authorization_url="https://csam/", state=state, browser_secret=f"secret of {state}"
    )
    browser.client.get("/connexion/avec/itsme")


def come_back(browser: Browser, token: str, *, state: str = "s", **facts: Any) -> None:
    browser.rpc.answers |= {
        "complete_sign_in": SignedIn(session_token=token, return_to="/suite"),
        "present_session": a_presence(**facts),
    }
    assert browser.client.get(f"/connexion/retour?state={state}&code=c").status_code == 303


def test_a_cookie_from_before_sign_in_does_not_become_the_victims(app: Flask, browser: Browser) -> None:
    """The attacker begins, plants his cookie in her browser, and has her sign in on the way he began."""
    attacker = with_cookie(app, browser, "")
    begin(attacker, state="planted")
    planted = cookie_of(attacker)
    victim = with_cookie(app, browser, planted)

    come_back(victim, "hers", state="planted")

    assert session_of(victim)["session_token"] == "hers"
    assert cookie_of(victim) != planted
    for copy in (attacker, with_cookie(app, browser, planted)):
        assert "session_token" not in session_of(copy)
        assert copy.client.get("/messages").headers["Location"] == "/connexion"


def test_the_attacker_who_comes_back_by_her_state_has_neither_her_code_nor_her_session(
    app: Flask, browser: Browser
) -> None:
    begin(browser, state="planted")
    planted = cookie_of(browser)
    come_back(browser, "hers", state="planted")
    attacker = with_cookie(app, browser, planted)
    browser.rpc.answers["complete_sign_in"] = SignInUnknown()

    with counts(1, "portal_pages_total", page="sign_in.complete_sign_in", status="400"):
        assert attacker.client.get("/connexion/retour?state=planted&code=guessed").status_code == 400
    assert browser.rpc.calls("complete_sign_in")[-1].arguments["browser_secret"] == "secret of planted"
    assert "session_token" not in session_of(attacker)


def test_what_was_planted_beside_a_sign_in_is_gone_after_it(browser: Browser) -> None:
    begin(browser)
    with browser.client.session_transaction() as session:
        session.update(
            space={"kind": "agent"},
            seen=["news:1", "data_protection:1"],
            linking_token="the attacker's",
            answer=["x", "y"],
            csrf_token="known to the attacker",
            person="somebody else's mark",
        )

    come_back(browser, "hers")

    left = session_of(browser)
    assert {"space", "seen", "linking_token", "answer", "sign_ins"} & set(left) == set()
    # A form that the attacker prepared is not taken for hers.
    assert left.get("csrf_token") != "known to the attacker"


def test_a_step_up_ends_the_weaker_session_and_its_cookie_is_worth_nothing(app: Flask, browser: Browser) -> None:
    begin(browser)
    come_back(browser, "weak", level=100)
    stolen = cookie_of(browser)
    begin(browser)

    come_back(browser, "strong", level=500)

    assert session_of(browser)["session_token"] == "strong"
    (ended,) = browser.rpc.calls("sign_out")
    assert ended.arguments["session_token"] == "weak"
    thief = with_cookie(app, browser, stolen)
    assert session_of(thief)["session_token"] == "weak"
    browser.rpc.answers["present_session"] = SessionUnknown()
    assert thief.client.get("/messages").headers["Location"] == "/connexion"


def comes_by_eidas(browser: Browser) -> None:
    begin(browser)
    browser.rpc.answers |= {
        "complete_sign_in": SignedIn(session_token=None, linking_token="linking", return_to="/suite"),
        "get_linking": LINKING,
        "link_european_identity": SignedIn(session_token="linked", return_to="/suite"),
        "present_session": a_presence(),
    }
    answer = browser.client.get("/connexion/retour?state=s&code=c")
    assert answer.headers["Location"] == "/connexion/europe"


def gives_number(browser: Browser) -> str | None:
    typed = {
        "national_number": str(JOHANNA.national_number),
        "email": "johanna@example.org",
        "telephone": "+4915123456789",
    }
    return browser.press("/connexion/europe", **typed).headers.get("Location")


def test_at_linking_she_gets_a_session_that_no_cookie_from_before_has(app: Flask, browser: Browser) -> None:
    attacker = with_cookie(app, browser, "")
    begin(attacker)
    planted = cookie_of(attacker)
    browser.client.set_cookie(COOKIE, planted)
    comes_by_eidas(browser)

    assert gives_number(browser) == "/suite"

    left = session_of(browser)
    assert left["session_token"] == "linked"
    assert {"linking_token", "sign_ins"} & set(left) == set()
    for copy in (attacker, with_cookie(app, browser, planted)):
        assert {"session_token", "linking_token"} & set(session_of(copy)) == set()
        assert copy.client.get("/connexion/europe").status_code == 400


@pytest.mark.parametrize("answer", [None, Unavailable(part="identity")])
def test_at_linking_the_session_before_is_ended(browser: Browser, answer: Any) -> None:
    """Of whoever used the browser before: it must not live on where her own has taken its place."""
    begin(browser)
    come_back(browser, "before")
    comes_by_eidas(browser)
    browser.rpc.answers["sign_out"] = answer

    assert gives_number(browser) == "/suite"

    assert session_of(browser)["session_token"] == "linked"
    assert {ended.arguments["session_token"] for ended in browser.rpc.calls("sign_out")} == {"before"}


def test_the_cookie_cannot_be_made_up_or_altered(app: Flask, browser: Browser) -> None:
    begin(browser)
    come_back(browser, "hers")
    good = cookie_of(browser)
    payload, _, signature = good.rpartition(".")
    for forged in (payload, f"{payload}.", f"A{payload[1:]}.{signature}", f"x{good}", good[:-1], "e30.x.y", ""):
        assert "session_token" not in session_of(with_cookie(app, browser, forged))
