"""What every answer tells the browser, and what the portal takes from it."""

from __future__ import annotations

import dataclasses
import secrets
from pathlib import Path

import pytest
from flask import Flask

from chassis.clock import Clock
from chassis.metrics import exposition
from services.portal.app import create_app
from services.portal.layout import COOKIE_NOTICE
from services.portal.security import POLICY
from services.portal.settings import PortalSettings
from tests.unit.portal.builders import NOON, RecordingRpc, a_procedure
from tests.unit.portal.conftest import Browser, soup


@pytest.mark.parametrize("address", ["/", "/nowhere", "/static/theme.css", "/bootstrap/static/css/bootstrap.min.css"])
def test_every_answer_is_strict(browser: Browser, address: str) -> None:
    headers = browser.client.get(address).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_nothing_may_come_from_another_origin() -> None:
    assert set(POLICY.values()) <= {"'none'", "'self'"}


def test_pages_are_not_kept_and_files_are(browser: Browser) -> None:
    page = browser.get("/aide")
    style = page.select_one('link[rel="stylesheet"][href*="theme"]')
    assert style is not None

    assert browser.client.get("/aide").headers["Cache-Control"] == "no-store"
    assert "max-age=31536000" in browser.client.get(str(style["href"])).headers["Cache-Control"]
    assert "v=" in str(style["href"])


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.client.get("/aide").headers["Set-Cookie"]

    assert cookie.startswith("mon-espace=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_in_production_another_host_is_not_answered(settings: PortalSettings, rpc: RecordingRpc) -> None:
    production = create_app(dataclasses.replace(settings, environment="production"), rpc, Clock(NOON)).test_client()

    assert production.get("/static//x", base_url="https://evil.example.org").status_code == 400
    assert production.get("/aide", base_url="https://portal.example.org").status_code == 200


def test_the_notice_of_cookies_goes_once_it_was_read(browser: Browser) -> None:
    assert browser.get("/aide").select_one(".cookie-notice") is not None

    answer = browser.press("/cookies", on="/aide?x=1")

    assert answer.headers["Location"] == "/aide?x=1"
    assert browser.get("/aide").select_one(".cookie-notice") is None


def test_the_page_on_cookies_names_those_there_are(settings: PortalSettings, rpc: RecordingRpc) -> None:
    for environment in ("development", "production"):
        app = create_app(dataclasses.replace(settings, environment=environment), rpc, Clock(NOON))
        told = app.test_client().get("/cookies", base_url="https://portal.example.org")

        named = {name.text for name in soup(told).select("main dt")}
        assert named == {app.config["SESSION_COOKIE_NAME"], COOKIE_NOTICE}


def test_in_production_the_cookie_only_travels_encrypted(settings: PortalSettings, rpc: RecordingRpc) -> None:
    production = create_app(dataclasses.replace(settings, environment="production"), rpc, Clock(NOON))

    answer = production.test_client().get("/aide", base_url="https://portal.example.org")

    assert answer.headers["Set-Cookie"].startswith("__Host-mon-espace=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Domain" not in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_cookie_signed_with_the_key_before_is_still_believed(
    settings: PortalSettings, rpc: RecordingRpc, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    changed = dataclasses.replace(settings, secret_key_file=keys)
    keys.write_text("old key\n")
    before = create_app(changed, rpc, Clock(NOON)).test_client()
    before.get("/aide")
    cookie = before.get_cookie("mon-espace")
    assert cookie is not None
    keys.write_text("new key\nold key\n")
    after = create_app(changed, rpc, Clock(NOON)).test_client()
    after.set_cookie("mon-espace", cookie.value)

    with after.session_transaction() as session:
        assert "csrf_token" in session


def test_the_cookie_never_grows_beyond_what_browsers_take(browser: Browser) -> None:
    browser.sign_in()
    with browser.client.session_transaction() as session:
        session["answer"] = ["an-id", secrets.token_urlsafe(3000)]
        session["errors"] = ["an-id", {secrets.token_hex(20): ["required"] for _ in range(25)}]
    browser.rpc.answers["get_procedure"] = a_procedure()

    answer = browser.press("/demarches/prime-investissement/remplir", on="/demarches/prime-investissement")

    cookie = next(value for name, value in answer.headers if name == "Set-Cookie")
    assert len(cookie) < 4096
    with browser.client.session_transaction() as session:
        assert session["session_token"] == "session-1"
        assert "answer" not in session
        assert session["wish"]["fill_in"] == "prime-investissement"


def test_a_form_from_elsewhere_does_nothing_and_signs_nobody_out(browser: Browser) -> None:
    answer = browser.client.post("/deconnexion", data={"command_id": "00000000-0000-4000-8000-000000000000"})

    assert answer.status_code == 400
    assert "Ce formulaire n’est plus valable" in soup(answer).text
    assert "Set-Cookie" not in answer.headers
    assert browser.rpc.asked == []


def test_a_form_without_a_command_id_is_refused(browser: Browser) -> None:
    browser.rpc.answers["get_procedure"] = a_procedure()
    hidden = browser.csrf() | {"command_id": "not an id"}

    assert browser.client.post("/demarches/prime-investissement/remplir", data=hidden).status_code == 400


def test_what_is_too_large_is_told_so(app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 10)

    answer = browser.client.post("/deconnexion", data={"command_id": "a" * 100})

    assert answer.status_code == 413
    assert "trop volumineux" in soup(answer).text


def test_the_log_names_pages_and_never_addresses(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    browser.client.get("/confirmer/very-secret-secret")

    told = capsys.readouterr().out
    assert "show_confirmation" in told
    assert "very-secret-secret" not in told


def test_a_visitor_cannot_put_words_of_his_own_into_the_metrics(browser: Browser) -> None:
    browser.client.open("/aide", method="MADE-UP")

    told = exposition()[0].decode()
    assert "MADE-UP" not in told
    assert 'method="other",page="none",status="405"' in told
