"""What did not work is told, with what to do next; what was typed is kept and can be sent again as it was."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from structlog.testing import capture_logs

from contracts.delegation import AlreadyDecided
from contracts.errors import (
    DeadlinePassed,
    InternalError,
    LevelTooLow,
    NotFound,
    PermissionMissing,
    Refusal,
    SessionIsRevoked,
    StatementExpired,
    StatementInvalid,
    StatementMissing,
    Unavailable,
    UnknownService,
)
from contracts.identity import SessionUnknown
from tests.unit.portal.builders import a_presence, a_role_request, an_access
from tests.unit.portal.conftest import Browser, soup

ADD = "/entreprises/ajouter"
TYPED = {"bce_number": "0403.019.261", "role": "signatory", "message": "Deux\r\nlignes « à » <b>"}


@pytest.mark.parametrize(
    ("away", "part"),
    [
        (DeadlinePassed(service="delegation"), "les accès aux entreprises"),
        (Unavailable(part="broker"), "la liaison entre les services"),
        (Unavailable(part="database"), "les accès aux entreprises"),
        (UnknownService(service="delegation"), "les accès aux entreprises"),
    ],
)
def test_a_part_that_is_away_is_named_and_the_form_kept(browser: Browser, away: Refusal, part: str) -> None:
    browser.sign_in()
    browser.rpc.answers["request_role"] = away

    answer = browser.press(ADD, **TYPED)

    page = soup(answer)
    assert answer.status_code == 503
    assert part in page.text
    assert kept(page) | TYPED == kept(page)


def test_the_kept_form_is_sent_again_with_the_same_command_id(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["request_role"] = Unavailable(part="database")
    page = soup(browser.press(ADD, **TYPED))
    browser.rpc.answers["request_role"] = a_role_request()

    answer = browser.client.post(ADD, data=kept(page))

    assert answer.status_code == 303
    ids = {asked.arguments["command_id"] for asked in browser.rpc.calls("request_role")}
    messages = {asked.arguments["message"] for asked in browser.rpc.calls("request_role")}
    assert len(ids) == len(messages) == 1


def test_a_page_that_only_shows_is_offered_again(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["list_messages"] = DeadlinePassed()

    answer = browser.client.get("/messages")

    assert answer.status_code == 503
    assert soup(answer).find("a", href="/messages", string="Réessayer") is not None
    assert len(browser.rpc.calls("list_messages")) == 1


def test_an_ended_session_keeps_what_was_typed(browser: Browser) -> None:
    browser.sign_in()
    page = browser.get(ADD)
    token = page.select_one('form[method=post] input[name="csrf_token"]')
    assert token is not None
    browser.rpc.answers["present_session"] = SessionUnknown()

    answer = browser.client.post(ADD, data=TYPED | {"csrf_token": token["value"], "command_id": COMMAND_ID})

    page = soup(answer)
    assert answer.status_code == 401
    assert page.find("a", href="/connexion", target="_blank") is not None
    browser.sign_in()
    browser.rpc.answers["request_role"] = a_role_request()
    assert browser.client.post(ADD, data=kept(page)).status_code == 303
    assert str(browser.rpc.calls("request_role")[0].arguments["command_id"]) == COMMAND_ID


@pytest.mark.parametrize("header", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_a_form_of_ours_whose_cookie_is_gone_keeps_what_was_typed(browser: Browser, header: dict[str, str]) -> None:
    answer = browser.client.post(ADD, data=TYPED | {"command_id": COMMAND_ID}, headers=header)

    page = soup(answer)
    assert answer.status_code == 401
    browser.sign_in()
    browser.rpc.answers["request_role"] = a_role_request()
    assert browser.client.post(ADD, data=kept(page)).status_code == 303


@pytest.mark.parametrize(
    "header",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Origin": "http://evil.example.org"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_is_not_offered_again(browser: Browser, header: dict[str, str]) -> None:
    answer = browser.client.post(ADD, data=TYPED | {"command_id": COMMAND_ID}, headers=header)

    assert answer.status_code == 400
    assert soup(answer).main.find("form") is None
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("ended", [SessionUnknown(), SessionIsRevoked()])
def test_an_ended_session_leads_to_sign_in_and_back(browser: Browser, ended: Refusal) -> None:
    browser.sign_in()
    browser.rpc.answers["present_session"] = ended

    assert browser.client.get("/messages").headers["Location"] == "/connexion"
    with browser.client.session_transaction() as session:
        assert "session_token" not in session
        assert session["wish"] == {"path": "/messages"}


def test_too_low_a_level_steps_up_and_comes_back(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["list_messages"] = LevelTooLow(required=400, held=200)

    assert browser.client.get("/messages").headers["Location"] == "/connexion?niveau=400"


def test_too_low_a_level_for_a_form_keeps_the_form(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["request_role"] = LevelTooLow(required=400, held=200)

    answer = browser.press(ADD, **TYPED)

    assert answer.status_code == 403
    assert soup(answer).find("a", href="/connexion?niveau=400") is not None
    assert kept(soup(answer))["message"] == TYPED["message"]


def test_an_expired_statement_is_replaced_and_the_call_repeated(browser: Browser) -> None:
    browser.sign_in()
    first, second = a_presence(actor_statement="actor-1"), a_presence(actor_statement="actor-2")
    browser.rpc.answers["present_session"] = [(first,), (second,)]
    browser.rpc.answers["list_messages"] = [StatementExpired(kind="actor"), ([],)]

    assert browser.client.get("/messages").status_code == 200
    assert [asked.statements["actor"] for asked in browser.rpc.calls("list_messages")] == ["actor-1", "actor-2"]


@pytest.mark.parametrize("refusal", [StatementExpired, StatementInvalid, StatementMissing])
@pytest.mark.parametrize("address", ["/messages", "/connexion"])
def test_a_statement_of_the_portal_that_is_not_believed_is_a_fault_of_ours(
    browser: Browser, refusal: type[Refusal], address: str
) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"present_session": refusal(kind="service"), "list_means": refusal(kind="service")}

    with capture_logs() as told:
        answer = browser.client.get(address)

    assert answer.status_code == 500
    assert "Une erreur s’est produite chez nous" in soup(answer).text
    assert [line["log_level"] for line in told if line["event"] == "page_failed"] == ["error"]
    with browser.client.session_transaction() as session:
        assert session["session_token"] == "session-1"


def test_a_command_without_an_answer_is_repeated_once_with_the_same_id(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["request_role"] = [DeadlinePassed(), (a_role_request(),)]

    assert browser.press(ADD, **TYPED).status_code == 303
    first, second = browser.rpc.calls("request_role")
    assert first.arguments == second.arguments


@pytest.mark.parametrize("refusal", [NotFound()])
def test_what_is_anothers_is_as_if_it_did_not_exist(browser: Browser, refusal: Refusal) -> None:
    browser.sign_in()
    browser.rpc.answers["get_dossier"] = refusal

    theirs = browser.client.get("/dossiers/00000000-0000-7000-8000-000000000001")
    nothing = browser.client.get("/nowhere/at/all")

    assert theirs.status_code == nothing.status_code == 404
    assert soup(theirs).main == soup(nothing).main


def test_the_agents_console_does_not_exist_for_others(browser: Browser) -> None:
    browser.sign_in()

    assert browser.client.get("/agents").status_code == 404


def test_the_console_of_an_enterprise_is_for_its_access_managers(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["list_my_enterprises"] = [an_access()]

    answer = browser.client.get("/entreprises/0403019261/acces")

    assert answer.status_code == 403
    assert "Votre rôle dans cette entreprise" in soup(answer).text


def test_other_refusals_have_their_sentence(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["request_role"] = PermissionMissing()

    assert "Demandez un autre rôle" in soup(browser.press(ADD, **TYPED)).text


def test_a_decision_made_already_leads_back_to_the_console(browser: Browser) -> None:
    browser.sign_in()
    asked = a_role_request(person_id=a_presence().session_id)
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_role_requests": [asked],
        "accept_role_request": AlreadyDecided(),
        "list_people_of": [],
        "list_invitations": [],
    }
    console = "/entreprises/0403019261/acces"
    decide = f"{console}/demandes/{asked.role_request_id}"

    assert browser.press(f"{decide}/accepter", on=decide).headers["Location"] == console
    assert "Une décision a déjà été prise" in browser.get(console).text


def test_an_error_of_ours_gives_a_number_for_the_helpdesk(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["list_messages"] = InternalError(incident="4bf92f3577b34da6")

    answer = browser.client.get("/messages")

    assert answer.status_code == 500
    assert "4bf92f3577b34da6" in soup(answer).text


def test_an_error_page_that_fails_too_still_tells_the_number_and_logs_no_address(
    app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(name: str) -> None:
        raise RuntimeError("nothing can be rendered")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.jinja_env.globals, "asset", fail)

    with capture_logs() as told:
        answer = browser.client.get("/confirmer/very-secret-secret?also=very-secret-query")

    (failed,) = [line for line in told if line["event"] == "failure_page_failed"]
    assert answer.status_code == 500
    assert "Numéro d’incident" in answer.get_data(as_text=True)
    assert failed["page"] == "citizen.show_confirmation"
    assert str(failed["exc_info"][1]) == "nothing can be rendered"
    assert "very-secret" not in str(told) + caplog.text


def test_public_pages_do_without_identity(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["present_session"] = Unavailable(part="database")

    assert browser.client.get("/aide").status_code == 200


COMMAND_ID = "7f0c3c1e-6c0e-4d49-8f0e-1b6b8f0b1a11"


def kept(page: BeautifulSoup) -> dict[str, str]:
    """What the button « Envoyer à nouveau » sends; a browser ends lines in a form with CR LF."""
    form = next(form for form in page.find_all("form") if "Envoyer à nouveau" in form.text)
    hidden = {field["name"]: field["value"] for field in form.select("input[type=hidden]")}
    texts = {field["name"]: field.text.replace("\r\n", "\n").replace("\n", "\r\n") for field in form.select("textarea")}
    return hidden | texts
