"""Somebody who shares the browser, or has planted a cookie in it; and somebody who would lead people elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contracts.errors import Unavailable
from contracts.identity import LinkingView, SessionUnknown, SignedIn, SignInBegun, SignInUnknown
from services.portal.wishes import local_path
from tests.cast import JOHANNA
from tests.unit.portal.builders import a_presence
from tests.unit.portal.conftest import Browser

PORTAL = "http://portal.example.org"
COOKIE = "mon-espace"
LINKING = LinkingView(
    given_name="Johanna", surname="Hoffmann", birth_on=date(1980, 1, 1), country="DE", email=None, state="unlinked"
)
many = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

# ---------------------------------------------------------------- session fixation


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
    assert [ended.arguments["session_token"] for ended in browser.rpc.calls("sign_out")] == ["before"]


def test_the_cookie_cannot_be_made_up_or_altered(app: Flask, browser: Browser) -> None:
    begin(browser)
    come_back(browser, "hers")
    good = cookie_of(browser)
    payload, _, signature = good.rpartition(".")
    for forged in (payload, f"{payload}.", f"{payload[:-1]}A.{signature}", f"x{good}", good[:-1], "e30.x.y", ""):
        assert "session_token" not in session_of(with_cookie(app, browser, forged))


# ---------------------------------------------------------------- open redirects

# What browsers skip, take for a slash, or read as the end of a host's name; and how that may be hidden.
PIECES = [
    *("/", "\\", "//", "/\\", "\t", "\n", "\r", "\0", " ", "\u00a0", "\u2028", "\ufeff", "\uff0f", "\u2215", "\u3002"),
    *("%2f", "%2F%2F", "%5c", "%09", "%0d%0a", "%00", "%252f", "..", "/..", "/.", ";", ":", "@", "?", "#", "&", "="),
    *(
        "http:",
        "https:",
        "https://",
        "javascript:",
        "data:text/html,",
        "JaVaScRiPt:",
        "evil.example.org",
        "127.1",
        "[::1]",
    ),
    *("user@evil.example.org", "portal.example.org", "portal.example.org@evil.example.org", "dossiers", "é", "ｅvil"),
]
addresses = st.lists(st.sampled_from(PIECES), max_size=7).map("".join) | st.text(max_size=12)


def origin_as_browsers_resolve(address: str) -> str:
    """WHATWG's URL: blanks and controls around it go, tabs and line ends within, and a backslash is a slash."""
    text = address.strip("".join(map(chr, range(33)))).translate({9: None, 10: None, 13: None})
    path, mark, rest = text.partition("?")
    if not path.lower().startswith(("javascript:", "data:")):
        path = path.replace("\\", "/")
    while path.startswith("///"):
        # Any number of slashes before the host is two.
        path = path[1:]
    parts = urlsplit(urljoin(f"{PORTAL}/connexion/retour", path + mark + rest))
    return f"{parts.scheme}://{parts.netloc}"


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("//evil.example.org", "http://evil.example.org"),
        ("/\\evil.example.org", "http://evil.example.org"),
        ("\\\\\\evil.example.org", "http://evil.example.org"),
        ("/\t/evil.example.org", "http://evil.example.org"),
        (" https://evil.example.org", "https://evil.example.org"),
        ("//portal.example.org@evil.example.org", "http://portal.example.org@evil.example.org"),
        ("javascript:alert(1)", "javascript://"),
        ("/dossiers?a=//evil.example.org", PORTAL),
        ("/..//evil.example.org", PORTAL),
    ],
)
def test_the_judge_of_what_follows_sees_what_browsers_do(address: str, origin: str) -> None:
    assert origin_as_browsers_resolve(address) == origin


@many
@given(addresses)
@example("/\\/evil.example.org")
@example("/%09/evil.example.org")
@example("/@evil.example.org")
def test_no_path_that_is_kept_leads_elsewhere_however_it_is_written(address: str) -> None:
    for text in (
        address,
        "/" + address,
        unquote(address),
        "/" + unquote(address),
        quote(address),
        "/" + quote(address),
    ):
        kept = local_path(text)
        assert kept is None or origin_as_browsers_resolve(kept) == PORTAL


@many
@given(addresses)
@example("//evil.example.org")
@example("/a\r\nSet-Cookie: mon-espace=planted")
def test_no_form_that_says_where_to_go_back_leads_elsewhere(browser: Browser, address: str) -> None:
    hidden = browser.csrf()
    for page, typed in (("/langue", {"language": "fr"}), ("/cookies", {})):
        answer = browser.client.post(page, data=hidden | typed | {"back": address})
        assert answer.status_code == 303
        assert origin_as_browsers_resolve(answer.headers["Location"]) == PORTAL
        assert "planted" not in str(answer.headers)


@many
@given(addresses)
@example("//evil.example.org/")
def test_whatever_identity_answers_nobody_is_sent_elsewhere(browser: Browser, address: str) -> None:
    begin(browser)
    browser.rpc.answers |= {
        "complete_sign_in": SignedIn(session_token="s", return_to=address),
        "present_session": a_presence(person_id=uuid4()),
    }

    answer = browser.client.get("/connexion/retour?state=s&code=c")

    assert origin_as_browsers_resolve(answer.headers["Location"]) == PORTAL


@many
@given(addresses)
@example("//evil.example.org/%2e%2e")
@example("/evil.example.org/..")
@example("/\\evil.example.org")
def test_no_page_asked_for_leads_elsewhere(browser: Browser, address: str) -> None:
    """What the address itself says, and every parameter that elsewhere on the web says where to go next."""
    names = ("next", "return_to", "url", "redirect", "back", "continue", "callback_url")
    asked = "&".join(f"{name}={quote(address, safe='')}" for name in names)
    path = quote(address, safe="/%\\@:;=")
    for page in ("/connexion", "/connexion/avec/fax", "/messages", "/au-revoir"):
        answer = browser.client.get(f"{page}?{asked}")
        assert origin_as_browsers_resolve(answer.headers.get("Location", "/")) == PORTAL
    for raw in (f"/{path}", f"/messages/{path}", f"/connexion/avec/{path}"):
        answer = browser.client.get(
            "/", environ_overrides={"PATH_INFO": unquote(raw), "RAW_URI": raw, "REQUEST_URI": raw}
        )
        assert origin_as_browsers_resolve(answer.headers.get("Location", "/").removeprefix(PORTAL)) == PORTAL
