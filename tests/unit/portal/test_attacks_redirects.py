"""Nobody is led from the portal to another site, whatever is asked of it, written in its forms or answered to it."""

from __future__ import annotations

from urllib.parse import quote, unquote, unquote_to_bytes
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings

from contracts.identity import SignedIn, SignInBegun
from services.portal.wishes import local_path
from tests.support.addresses import PORTAL, addresses, origin_as_browsers_resolve
from tests.unit.portal.builders import a_presence
from tests.unit.portal.conftest import Browser

many = settings(max_examples=40, derandomize=True, deadline=None)
few = settings(many, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


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


@few
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


@few
@given(addresses)
@example("//evil.example.org/")
def test_whatever_identity_answers_nobody_is_sent_elsewhere(browser: Browser, address: str) -> None:
    browser.rpc.answers["begin_sign_in"] = SignInBegun(authorization_url="https://csam/", state="s", browser_secret="b")
    browser.client.get("/connexion/avec/itsme")
    browser.rpc.answers |= {
        "complete_sign_in": SignedIn(session_token="s", return_to=address),
        "present_session": a_presence(person_id=uuid4()),
    }

    answer = browser.client.get("/connexion/retour?state=s&code=c")

    assert origin_as_browsers_resolve(answer.headers["Location"]) == PORTAL


@few
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
            "/",
            environ_overrides={"PATH_INFO": unquote_to_bytes(raw).decode("latin1"), "RAW_URI": raw, "REQUEST_URI": raw},
        )
        # Of Werkzeug's own redirections the host is that which was asked for.
        assert origin_as_browsers_resolve(answer.headers.get("Location", "/")) in {PORTAL, "http://localhost"}
