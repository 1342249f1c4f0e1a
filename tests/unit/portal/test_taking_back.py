"""Roles that end by the office that lent its people, and by who holds them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import LastAccessManager
from contracts.errors import InvalidRequest, Refusal
from tests.unit.portal.access_builders import MANDATE, a_mandate
from tests.unit.portal.builders import ATELIERS, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_offices import HERE, a_chain, as_office


@pytest.fixture
def office(browser: Browser) -> RecordingRpc:
    """Who sits at the browser manages the office."""
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["mandate.manage"])],
        "list_people_of": [],
        "list_stranded": [],
    }
    return browser.rpc


def test_the_office_takes_one_person_back(browser: Browser, office: RecordingRpc) -> None:
    one, gone = a_mandate(uuid4(), person_name="David Lambert"), a_mandate(uuid4(), state="revoked")
    office.answers |= {"list_enterprise_mandates": [as_office(people=[one, gone])], "revoke_mandate": one}
    retirer = f"{HERE}/personnes/{one.mandate_id}/retirer"

    offered = [link["href"] for link in browser.get(HERE).select("main a") if link["href"].endswith("/retirer")]
    answer = browser.press(retirer, reason=" Il change de service. ")

    assert (offered, answer.headers["Location"]) == ([retirer], HERE)
    (asked,) = office.calls("revoke_mandate")
    assert (asked.arguments["mandate_id"], asked.arguments["reason"]) == (one.mandate_id, "Il change de service.")


def test_nobody_is_taken_back_without_a_reason(browser: Browser, office: RecordingRpc) -> None:
    one = a_mandate(uuid4())
    office.answers["list_enterprise_mandates"] = [as_office(people=[one])]

    answer = browser.press(f"{HERE}/personnes/{one.mandate_id}/retirer", reason="")

    assert (answer.status_code, office.calls("revoke_mandate")) == (422, [])


def test_who_was_taken_back_already_is_told_so_without_a_form(browser: Browser, office: RecordingRpc) -> None:
    gone = a_mandate(uuid4(), person_name="David Lambert", state="revoked")
    office.answers["list_enterprise_mandates"] = [as_office(people=[gone])]

    page = browser.get(f"{HERE}/personnes/{gone.mandate_id}/retirer")

    assert "David Lambert n’agit déjà plus" in page.main.text
    assert not page.select("main form")


def test_nobody_else_is_taken_back_by_the_office(browser: Browser, office: RecordingRpc) -> None:
    of_client = a_mandate(uuid4())
    office.answers["list_enterprise_mandates"] = [a_chain(people=[of_client])]

    for mandate_id in (of_client.mandate_id, uuid4()):
        assert browser.client.get(f"{HERE}/personnes/{mandate_id}/retirer").status_code == 404
    assert "/retirer" not in str(browser.get(HERE).main)


HOME = f"/entreprises/{ATELIERS}"
RENOUNCE = f"{HOME}/roles/{MANDATE}/renoncer"


def holding(browser: Browser, *, manages: bool = False, **facts: Any) -> RecordingRpc:
    """Who sits at the browser has a role in the Ateliers."""
    browser.sign_in()
    permissions = ["dossier.read", *(["mandate.manage"] if manages else [])]
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=permissions, mandates=[a_mandate(**facts)])],
        "list_my_role_requests": [],
        "list_my_invitations": [],
        "list_role_requests": [],
        "list_dossiers": [],
        "revoke_mandate": a_mandate(state="revoked"),
    }
    return browser.rpc


def links(browser: Browser) -> list[str]:
    return [link["href"] for link in browser.get(HOME).select("main a") if "Renoncer" in link.text]


def test_who_holds_a_role_gives_it_up_with_a_reason(browser: Browser) -> None:
    rpc = holding(browser)

    assert links(browser) == [RENOUNCE]
    answer = browser.press(RENOUNCE, reason=" Je quitte l’entreprise. ")

    assert answer.headers["Location"] == "/entreprises"
    (asked,) = rpc.calls("revoke_mandate")
    assert (asked.arguments["mandate_id"], asked.arguments["reason"]) == (MANDATE, "Je quitte l’entreprise.")
    assert "Vous avez renoncé à ce rôle." in browser.get("/entreprises").text


def test_who_manages_gives_it_up_where_he_sees_what_he_leaves_behind(browser: Browser) -> None:
    holding(browser, manages=True)

    assert links(browser) == [f"{HOME}/acces/mandats/{MANDATE}/retirer"]


def test_what_csam_designates_somebody_for_is_not_given_up_here(browser: Browser) -> None:
    holding(browser, is_designated=True)

    assert links(browser) == []
    assert browser.client.get(RENOUNCE).status_code == 404


@pytest.mark.parametrize("reason", [" ", "\u200b"])
def test_without_a_reason_that_can_be_read_no_role_is_given_up(browser: Browser, reason: str) -> None:
    rpc = holding(browser)

    assert (browser.press(RENOUNCE, reason=reason).status_code, rpc.calls("revoke_mandate")) == (422, [])


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (LastAccessManager(), "Le dernier gestionnaire d’accès"),
        (InvalidRequest(fields={"reason": ["too long"]}), "raison"),
    ],
)
def test_what_cannot_be_given_up_is_told(browser: Browser, refusal: Refusal, sentence: str) -> None:
    holding(browser).answers["revoke_mandate"] = refusal

    answer = browser.press(RENOUNCE, reason="Départ.")

    assert answer.status_code == 422
    assert sentence in soup(answer).select_one(".error-summary").text


def test_who_presses_twice_learns_that_the_role_is_gone(browser: Browser) -> None:
    rpc = holding(browser)
    rpc.answers["list_my_enterprises"] = []

    answer = browser.client.post(RENOUNCE, data=browser.csrf() | {"reason": "Départ."})

    assert answer.headers["Location"] == "/entreprises"
    assert rpc.calls("revoke_mandate") == []
