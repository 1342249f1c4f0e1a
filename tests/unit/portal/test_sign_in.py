"""The way to CSAM and back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import ConcurrentChange, DeadlinePassed, LevelTooLow, Refusal, TooManyAttempts, Unavailable
from contracts.identity import (
    MeansUnavailable,
    ProviderRefused,
    SessionUnknown,
    SignedIn,
    SignInBegun,
    SignInUnknown,
)
from tests.unit.portal.builders import AMELIE, a_presence, all_means
from tests.unit.portal.conftest import Browser, soup


def test_the_six_means_are_offered(browser: Browser) -> None:
    page = browser.get("/connexion")

    links = [link for link in page.select("main .tile a") if "/connexion/avec/" in str(link["href"])]
    assert len(links) == 6


def test_a_means_that_is_away_is_shown_as_such(browser: Browser) -> None:
    browser.rpc.answers["list_means"] = all_means(itsme=False)

    page = browser.get("/connexion")

    assert "Momentanément indisponible" in page.text
    assert page.find("a", string="itsme") is None


def test_sign_in_begins_with_the_service_statement_and_our_own_address(browser: Browser) -> None:
    browser.rpc.answers["begin_sign_in"] = SignInBegun(authorization_url="https://csam/", state="s", browser_secret="b")

    answer = browser.client.get("/connexion/avec/itsme?niveau=400")

    (asked,) = browser.rpc.calls("begin_sign_in")
    assert asked.statements == {"service": "service-1"}
    assert asked.arguments["callback_url"] == "http://portal.example.org/connexion/retour"
    assert asked.arguments["minimum_level"] == 400
    assert answer.headers["Location"] == "https://csam/"


def test_a_means_that_went_away_meanwhile_leads_back_to_the_choice(browser: Browser) -> None:
    browser.rpc.answers["begin_sign_in"] = MeansUnavailable()

    answer = browser.client.get("/connexion/avec/itsme")

    assert answer.status_code == 503
    assert "Choisissez-en un autre" in soup(answer).text


def test_only_the_browser_that_began_can_complete(browser: Browser) -> None:
    answer = browser.client.get("/connexion/retour?state=of-another&code=c")

    assert answer.status_code == 400
    assert "Recommencez ici" in soup(answer).text
    assert browser.rpc.calls("complete_sign_in") == []


def test_signing_in_replaces_the_session_before(browser: Browser) -> None:
    browser.sign_in()
    began(browser)
    with browser.client.session_transaction() as session:
        session["space"] = {"kind": "agent"}
    browser.rpc.answers["complete_sign_in"] = SignedIn(session_token="session-2", return_to="/suite")
    browser.rpc.answers["present_session"] = a_presence()

    browser.client.get("/connexion/retour?state=s&code=c")

    with browser.client.session_transaction() as session:
        assert session["session_token"] == "session-2"
        assert "space" not in session
        assert "sign_ins" not in session
    assert browser.rpc.calls("sign_out")[0].arguments["session_token"] == "session-1"


def test_a_form_left_open_serves_nobody_but_whose_it_is(browser: Browser) -> None:
    comes_in(browser, person_id=AMELIE)
    hidden = browser.csrf()

    comes_in(browser, person_id=uuid4())

    assert browser.client.post("/espace-citoyen/confirmation", data=hidden).status_code == 400
    assert browser.rpc.calls("resend_confirmation") == []


def test_a_form_left_open_does_not_outlive_an_ended_session_for_somebody_else(browser: Browser) -> None:
    comes_in(browser, person_id=AMELIE)
    hidden = browser.csrf()
    browser.rpc.answers["present_session"] = SessionUnknown()
    browser.get("/messages")

    comes_in(browser, person_id=uuid4())

    assert browser.client.post("/espace-citoyen/confirmation", data=hidden).status_code == 400


@pytest.mark.parametrize("ended", [True, False])
def test_who_signs_in_again_sends_the_form_that_was_open(browser: Browser, ended: bool) -> None:
    comes_in(browser, person_id=AMELIE)
    hidden = browser.csrf()
    if ended:
        browser.rpc.answers["present_session"] = SessionUnknown()
        browser.get("/messages")

    comes_in(browser, person_id=AMELIE)

    assert browser.client.post("/espace-citoyen/confirmation", data=hidden).status_code == 303


def test_a_form_opened_before_anybody_signed_in_stays_good(browser: Browser) -> None:
    hidden = browser.csrf()

    comes_in(browser, person_id=AMELIE)

    assert browser.client.post("/espace-citoyen/confirmation", data=hidden).status_code == 303


def test_no_open_form_is_believed_while_it_is_not_known_who_came(browser: Browser) -> None:
    comes_in(browser, person_id=AMELIE)
    hidden = browser.csrf()
    browser.rpc.answers["present_session"] = Unavailable(part="identity")

    began(browser)
    browser.client.get("/connexion/retour?state=s&code=c")

    assert browser.client.post("/espace-citoyen/confirmation", data=hidden).status_code == 400
    with browser.client.session_transaction() as session:
        assert session["session_token"] == "session-of-it"


def test_the_cookie_does_not_say_who_the_person_is(browser: Browser) -> None:
    comes_in(browser, person_id=AMELIE)

    with browser.client.session_transaction() as session:
        assert not {str(AMELIE), AMELIE.hex} & {str(value) for value in session.values()}


def test_the_provider_cannot_send_anybody_elsewhere(browser: Browser) -> None:
    began(browser)
    browser.rpc.answers["present_session"] = a_presence()
    browser.rpc.answers["complete_sign_in"] = SignedIn(session_token="s", return_to="//evil.example.org")

    assert browser.client.get("/connexion/retour?state=s&code=c").headers["Location"] == "/suite"


@pytest.mark.parametrize(
    ("query", "refusal", "status", "sentence"),
    [
        ("state=s&error=access_denied", None, 403, "interrompue ou refusée"),
        ("state=s&error=server_error", None, 502, "n’a pas pu être vérifiée"),
        ("state=s&code=c", SignInUnknown(), 400, "Elle a pris trop de temps"),
        ("state=s&code=c", ProviderRefused(reason="nonce"), 502, "n’a pas pu être vérifiée"),
        ("state=s&code=c", Unavailable(part="csam"), 503, "ne répond pas"),
        ("state=s&code=c", DeadlinePassed(), 503, "ne répond pas"),
        ("state=s&code=c", LevelTooLow(required=400, held=200), 403, "un moyen moins sûr que celui qui est demandé"),
        ("state=s&code=c", TooManyAttempts(again_at="2024-10-15T12:00:00+00:00"), 429, "trop d’essais"),
        ("state=s&code=c", ConcurrentChange(), 409, "au même moment"),
    ],
)
def test_every_failure_has_its_page(
    browser: Browser, query: str, refusal: Refusal | None, status: int, sentence: str
) -> None:
    began(browser)
    browser.rpc.answers["complete_sign_in"] = refusal

    answer = browser.client.get(f"/connexion/retour?{query}")

    assert answer.status_code == status
    assert sentence in soup(answer).text


def test_a_failure_that_nobody_here_set_out_for_is_not_told_as_ours(browser: Browser) -> None:
    answer = browser.client.get("/connexion/retour?error=access_denied&state=of-another")

    assert answer.status_code == 400
    assert "refusée chez CSAM" not in soup(answer).text


def test_signing_out_leaves_nothing_behind(browser: Browser) -> None:
    browser.sign_in()

    answer = browser.press("/deconnexion", on="/aide")

    assert answer.headers["Location"] == "/au-revoir"
    with browser.client.session_transaction() as session:
        assert "session_token" not in session


def began(browser: Browser) -> None:
    browser.rpc.answers["begin_sign_in"] = SignInBegun(authorization_url="https://csam/", state="s", browser_secret="b")
    browser.client.get("/connexion/avec/itsme")


def comes_in(browser: Browser, **facts: Any) -> None:
    began(browser)
    browser.rpc.answers |= {
        "complete_sign_in": SignedIn(session_token="session-of-it", return_to="/suite"),
        "present_session": a_presence(**facts),
    }
    assert browser.client.get("/connexion/retour?state=s&code=c").status_code == 303
