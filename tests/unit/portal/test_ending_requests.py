"""Role requests and invitations that end without a mandate, on their pages."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import AlreadyDecided, InvitationForAnother, InvitationInvalid, ResentTooOften
from contracts.errors import Refusal
from tests.unit.portal.access_builders import an_invitation
from tests.unit.portal.builders import ATELIERS, NOON, RecordingRpc, a_role_request, an_access
from tests.unit.portal.conftest import Browser, soup

REQUEST = uuid4()
MINE = f"/entreprises/demandes/{REQUEST}"
CONSOLE = f"/entreprises/{ATELIERS}/acces"


@pytest.fixture
def delegation(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_my_role_requests": [a_role_request(role_request_id=REQUEST)],
        "list_my_invitations": [an_invitation(is_by_link=False)],
        "list_role_requests": [],
        "list_people_of": [],
        "list_invitations": [an_invitation(), an_invitation(state="declined"), an_invitation(state="expired")],
        "get_invitation": an_invitation(),
        "withdraw_role_request": a_role_request(state="withdrawn"),
        "resend_role_request": a_role_request(),
        "withdraw_invitation": an_invitation(state="withdrawn"),
        "resend_invitation": an_invitation(),
        "decline_invitation": an_invitation(state="declined"),
    }
    return browser.rpc


@pytest.mark.parametrize(
    ("verb", "method", "told"),
    [
        ("retirer", "withdraw_role_request", "La demande est retirée."),
        ("rappeler", "resend_role_request", "avertis à nouveau"),
    ],
)
def test_who_asked_withdraws_it_or_sends_it_again(
    browser: Browser, delegation: RecordingRpc, verb: str, method: str, told: str
) -> None:
    answer = browser.press(f"{MINE}/{verb}", on=MINE)

    assert (answer.status_code, answer.location) == (303, MINE)
    assert delegation.calls(method)[0].arguments["role_request_id"] == REQUEST
    assert told in browser.get(MINE).text


@pytest.mark.parametrize(
    ("refusal", "told"),
    [(ResentTooOften(again_at=None), "trois fois en tout"), (AlreadyDecided(state="accepted"), "déjà été prise")],
)
def test_why_it_is_not_sent_again_is_told(
    browser: Browser, delegation: RecordingRpc, refusal: Refusal, told: str
) -> None:
    delegation.answers["resend_role_request"] = refusal

    browser.press(f"{MINE}/rappeler", on=MINE)

    assert told in browser.get(MINE).text


def test_a_request_that_nobody_answered_is_told_as_such(browser: Browser, delegation: RecordingRpc) -> None:
    delegation.answers["list_my_role_requests"] = [
        a_role_request(role_request_id=REQUEST, state="expired", decided_at=NOON)
    ]

    page = browser.get(MINE)

    assert page.h1 is not None
    assert page.h1.text == "Votre demande a expiré"
    assert page.find("form", action=f"{MINE}/rappeler") is None


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"has_access_manager": False}, "représentants légaux doit en désigner un chez CSAM"),
        ({"enterprise_state": "struck_off"}, "personne ne peut y recevoir de rôle"),
        ({"enterprise_state": "struck_off", "has_access_manager": False}, "personne ne peut y recevoir de rôle"),
    ],
)
def test_no_answer_is_promised_where_nobody_can_give_one(
    browser: Browser, delegation: RecordingRpc, facts: dict[str, Any], told: str
) -> None:
    delegation.answers["list_my_role_requests"] = [a_role_request(role_request_id=REQUEST, **facts)]

    page = browser.get(MINE)

    assert told in page.text
    assert "La réponse vous parviendra" not in page.text
    assert [str(form["action"]) for form in page.select("main form")] == [f"{MINE}/retirer"]


@pytest.mark.parametrize(
    ("verb", "method", "told"),
    [
        ("retirer", "withdraw_invitation", "ne peut plus être acceptée"),
        ("renvoyer", "resend_invitation", "envoyée à nouveau"),
    ],
)
def test_an_access_manager_takes_an_invitation_back_or_sends_it_again(
    browser: Browser, delegation: RecordingRpc, verb: str, method: str, told: str
) -> None:
    page = browser.get(CONSOLE)
    forms = [str(form["action"]) for form in page.find_all("form") if str(form.get("action", "")).endswith(verb)]
    assert len(forms) == 2  # what was declined is over

    browser.press(forms[0], on=CONSOLE)

    assert len(delegation.calls(method)) == 1
    assert told in browser.get(CONSOLE).text


@pytest.mark.parametrize(
    "refusal", [AlreadyDecided(state="accepted"), InvitationInvalid(), ResentTooOften(again_at=NOON.isoformat())]
)
def test_why_an_invitation_is_not_sent_again_is_told(
    browser: Browser, delegation: RecordingRpc, refusal: Refusal
) -> None:
    delegation.answers["resend_invitation"] = refusal

    form = browser.get(CONSOLE).select_one("form[action$=renvoyer]")
    assert form is not None
    answer = browser.press(str(form["action"]), on=CONSOLE)

    assert answer.status_code == 303
    assert browser.get(CONSOLE).select_one(".notice-warning") is not None


def test_who_was_invited_declines(browser: Browser, delegation: RecordingRpc) -> None:
    listed = browser.get("/entreprises")
    (form,) = [str(f["action"]) for f in listed.find_all("form") if str(f.get("action", "")).endswith("/decliner")]
    browser.press(form, on="/entreprises")
    browser.press("/invitations/a-secret/decliner", on="/invitations/a-secret")

    by_list, by_link = delegation.calls("decline_invitation")
    assert (by_list.arguments["secret"], by_link.arguments["invitation_id"]) == (None, None)
    assert by_link.arguments["secret"] == "a-secret"


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired"])
def test_an_invitation_that_is_over_offers_nothing(browser: Browser, delegation: RecordingRpc, state: str) -> None:
    delegation.answers["get_invitation"] = an_invitation(state=state)

    page = browser.get("/invitations/a-secret")

    assert page.select("main form") == []


def test_one_for_another_address_says_what_to_do(browser: Browser, delegation: RecordingRpc) -> None:
    delegation.answers["accept_invitation"] = InvitationForAnother()

    answer = browser.press("/invitations/a-secret", on="/invitations/a-secret")

    assert answer.status_code == 403
    assert soup(answer).find("a", href="/profil/adresses") is not None
