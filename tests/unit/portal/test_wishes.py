"""What somebody came for survives until it is fulfilled, and never leads away from the portal."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.errors import Refusal, Unavailable
from contracts.identity import SessionUnknown, SignedIn, SignInBegun
from services.portal.wishes import local_path
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import AMELIE, ATELIERS, RecordingRpc, a_dossier, a_presence, a_procedure, an_access
from tests.unit.portal.conftest import Browser

PROCEDURE = "/demarches/prime-investissement"


@pytest.mark.parametrize("path", ["/", "/dossiers", "/dossiers?recherche=a%20b", "/a//b", "/a:b@c"])
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert local_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "dossiers",
        "//evil.example.org",
        "///evil.example.org",
        "/\\evil.example.org",
        "\\\\evil.example.org",
        "https://evil.example.org/",
        "javascript:alert(1)",
        "/\t/evil.example.org",
        "/\n/evil.example.org",
        " //evil.example.org",
        "/é",
        "/a#b",
    ],
)
def test_what_could_lead_away_is_no_path(path: str | None) -> None:
    assert local_path(path) is None


def test_a_stranger_comes_back_to_the_page_after_sign_in(browser: Browser) -> None:
    assert browser.client.get("/messages?x=1").headers["Location"] == "/connexion"
    browser.rpc.answers["present_session"] = a_presence()
    begin(browser)

    back = complete(browser)

    assert back.headers["Location"] == "/suite"
    assert browser.client.get("/suite").headers["Location"] == "/messages?x=1"
    assert browser.client.get("/suite").headers["Location"] == "/espaces"


@pytest.mark.parametrize(
    ("whoever", "lands_on"),
    [
        ({"person_id": AMELIE}, "/dossiers?recherche=divorce"),
        ({"person_id": uuid4()}, "/espaces"),
        (Unavailable(part="identity"), "/espaces"),
    ],
)
def test_a_wish_waits_for_its_own_person(browser: Browser, whoever: Any, lands_on: str) -> None:
    browser.rpc.answers["present_session"] = a_presence(person_id=AMELIE)
    begin(browser)
    complete(browser)
    browser.rpc.answers["present_session"] = SessionUnknown()
    assert browser.client.get("/dossiers?recherche=divorce").headers["Location"] == "/connexion"

    comes = whoever if isinstance(whoever, Refusal) else a_presence(**whoever)
    browser.rpc.answers["present_session"] = comes
    begin(browser)
    complete(browser)

    browser.rpc.answers["present_session"] = a_presence()
    assert browser.client.get("/suite").headers["Location"] == lands_on


def test_who_came_after_somebody_else_finds_what_he_came_for(browser: Browser) -> None:
    browser.rpc.answers["present_session"] = a_presence(person_id=AMELIE)
    begin(browser)
    complete(browser)
    browser.rpc.answers["present_session"] = SessionUnknown()
    browser.client.get("/messages")
    browser.client.get("/dossiers?recherche=immo")

    browser.rpc.answers["present_session"] = a_presence(person_id=uuid4())
    begin(browser)
    complete(browser)

    assert browser.client.get("/suite").headers["Location"] == "/dossiers?recherche=immo"


def test_a_press_on_remplir_survives_until_the_form(browser: Browser) -> None:
    """Sign-in, news, space creation, data protection, the choice of the enterprise: then the form."""
    rpc = browser.rpc
    access = an_access(mandates=[a_mandate(permissions=["dossier.draft"])])
    rpc.answers |= {"get_procedure": a_procedure(), "start_draft": a_dossier(), "list_my_enterprises": [access]}

    pressed = browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)
    assert pressed.headers["Location"] == f"{PROCEDURE}/commencer"
    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == "/connexion?niveau=350"

    rpc.answers["present_session"] = a_presence(citizen_space="absent", notices_to_show=["news:1"])
    begin(browser)
    complete(browser)
    assert browser.client.get("/suite").headers["Location"] == "/nouveautes"
    assert browser.press("/nouveautes").headers["Location"] == "/suite"
    assert browser.client.get("/suite").headers["Location"] == f"{PROCEDURE}/commencer"
    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == "/espace-citoyen/creation"

    rpc.answers["present_session"] = a_presence(citizen_space="awaiting", notices_to_show=["news:1"])
    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == "/espace-citoyen/confirmation"

    rpc.answers["present_session"] = a_presence(notices_to_show=["news:1", "data_protection:1"])
    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == "/espace-citoyen/protection-des-donnees"
    browser.press("/espace-citoyen/protection-des-donnees", never_again="1")
    assert rpc.calls("acknowledge_notice")[0].arguments["notice"] == "data_protection:1"
    assert browser.client.get("/suite").headers["Location"] == f"{PROCEDURE}/commencer"
    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == f"{PROCEDURE}/pour-qui"

    started = browser.press(f"{PROCEDURE}/pour-qui", applicant=str(ATELIERS))

    assert started.headers["Location"].endswith("/formulaire")
    (asked,) = rpc.calls("start_draft")
    assert asked.arguments["bce_number"] == ATELIERS
    assert asked.statements == {"actor": "actor-1", "person": "person-1"}
    assert browser.client.get("/suite").headers["Location"] == "/espaces"


def test_a_procedure_for_citizens_starts_without_a_choice(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_procedure": a_procedure(audiences=["citizen"]), "start_draft": a_dossier()}
    browser.rpc.answers["list_dossiers"] = []

    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)
    browser.client.get(f"{PROCEDURE}/commencer")

    (asked,) = browser.rpc.calls("start_draft")
    assert asked.arguments["bce_number"] is None


def test_calling_the_page_again_begins_no_second_dossier(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_procedure": a_procedure(audiences=["citizen"]), "list_dossiers": []}
    browser.rpc.answers["start_draft"] = [SessionUnknown(), (a_dossier(),)]
    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)

    browser.client.get(f"{PROCEDURE}/commencer")
    browser.sign_in()
    browser.client.get(f"{PROCEDURE}/commencer")

    first, second = browser.rpc.calls("start_draft")
    assert first.arguments["command_id"] == second.arguments["command_id"]


def test_without_a_press_on_remplir_the_link_begins_nothing(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["get_procedure"] = a_procedure(audiences=["citizen"])

    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == PROCEDURE
    assert browser.rpc.calls("start_draft") == []


def test_too_low_a_level_is_sent_to_a_stronger_means(browser: Browser) -> None:
    browser.sign_in(level=100)
    browser.rpc.answers["get_procedure"] = a_procedure(minimum_level=400)
    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)

    assert browser.client.get(f"{PROCEDURE}/commencer").headers["Location"] == "/connexion?niveau=400"
    page = browser.get("/connexion?niveau=400")

    assert "plus sûr" in page.text
    assert page.find("a", string="itsme") is not None
    assert page.find("a", string="Code de sécurité par e-mail") is None


def test_the_wish_to_fill_in_is_not_lost_on_the_way(browser: Browser) -> None:
    browser.sign_in(citizen_space="absent")
    browser.rpc.answers["get_procedure"] = a_procedure()
    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)

    browser.client.get("/entreprises/ajouter")

    with browser.client.session_transaction() as session:
        assert UUID(session["wish"]["id"])


def begin(browser: Browser) -> None:
    browser.rpc.answers["begin_sign_in"] = SignInBegun(
        authorization_url="https://csam.example.org/authorize?state=s", state="s", browser_secret="b"
    )
    answer = browser.client.get("/connexion/avec/itsme")
    assert answer.headers["Location"].startswith("https://csam.example.org/")


def complete(browser: Browser) -> object:
    rpc: RecordingRpc = browser.rpc
    rpc.answers["complete_sign_in"] = SignedIn(session_token="session-2", return_to="/suite")
    return browser.client.get("/connexion/retour?state=s&code=c")


@pytest.mark.parametrize(
    ("space", "way"),
    [("absent", "/espace-citoyen/creation"), ("awaiting", "/espace-citoyen/confirmation")],
)
def test_what_is_told_by_mail_waits_for_a_confirmed_address(browser: Browser, space: str, way: str) -> None:
    browser.sign_in(citizen_space=space)

    assert browser.client.get("/entreprises/ajouter").headers["Location"] == way
    with browser.client.session_transaction() as session:
        assert session["wish"] == {"path": "/entreprises/ajouter"}
    asked = {"bce_number": "0403.019.261", "role": "reader"}
    assert browser.client.post("/entreprises/ajouter", data=browser.csrf() | asked).headers["Location"] == way
    assert browser.rpc.calls("request_role") == []
