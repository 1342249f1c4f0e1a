"""Begun for the whole enterprise or for one of its establishments: asked where there is a choice, and shown since."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import (
    AT_MONS,
    AT_TOURNAI,
    ATELIERS,
    DOSSIER,
    RecordingRpc,
    a_dossier,
    a_dossier_summary,
    a_procedure,
    a_submitted_dossier,
    an_access,
    an_establishment,
)
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_pages import assert_proper

PROCEDURE = "/demarches/prime-investissement"
FOR_WHOM = f"{PROCEDURE}/pour-qui"
FOR_WHICH = f"{FOR_WHOM}/{ATELIERS}"
CLOSED = an_establishment(AT_TOURNAI, state="closed")
BOTH = [an_establishment(), an_establishment(AT_TOURNAI, name="", address=None)]
DRAFTS = ["dossier.read", "dossier.draft"]


def wishing(browser: Browser, *mandates: dict[str, Any], establishments: Any = BOTH) -> RecordingRpc:
    """Amélie has pressed « Remplir »; her mandates in the Ateliers, one for the whole without any."""
    browser.sign_in()
    held = [a_mandate(mandate_id=uuid4(), permissions=DRAFTS, **facts) for facts in mandates or [{}]]
    browser.rpc.answers |= {
        "get_procedure": a_procedure(),
        "start_draft": a_dossier(),
        "issue_decision": "decision-1",
        "list_my_enterprises": [an_access(mandates=held)],
        "list_establishments": establishments,
    }
    browser.press(f"{PROCEDURE}/remplir", on=PROCEDURE)
    return browser.rpc


def choose_enterprise(browser: Browser) -> TestResponse:
    return browser.press(FOR_WHOM, applicant=str(ATELIERS))


def choose(browser: Browser, number: str) -> TestResponse:
    return browser.press(FOR_WHICH, establishment_number=number)


def test_who_acts_for_the_whole_chooses_it_or_an_open_establishment(browser: Browser) -> None:
    wishing(browser)

    assert choose_enterprise(browser).headers["Location"] == FOR_WHICH
    page = assert_proper(browser, FOR_WHICH)

    options = {option["value"]: option.text for option in page.select("#establishment_number option")}
    assert list(options) == ["", AT_MONS, AT_TOURNAI]
    assert options[""] == "Toute l’entreprise"
    assert options[AT_MONS] == "Atelier de Mons – Rue de la Clé 1 Mons – 2.134.567.845"
    assert "Ateliers du Hainaut" in page.text


def test_what_is_begun_for_an_establishment_has_delegations_decision_on_it(browser: Browser) -> None:
    rpc = wishing(browser)

    begun = choose(browser, AT_MONS)

    assert begun.headers["Location"] == f"/dossiers/{DOSSIER}/formulaire"
    (asked,), (decision,) = rpc.calls("start_draft"), rpc.calls("issue_decision")
    assert (asked.arguments["bce_number"], asked.arguments["establishment_number"]) == (ATELIERS, AT_MONS)
    assert asked.statements == {"actor": "actor-1", "person": "person-1", "decision": "decision-1"}
    assert decision.arguments == {
        "bce_number": ATELIERS,
        "permission": "dossier.draft",
        "procedure": "economy",
        "establishment": AT_MONS,
    }


def test_what_is_begun_for_the_whole_needs_no_decision(browser: Browser) -> None:
    rpc = wishing(browser)

    choose(browser, "")

    (asked,) = rpc.calls("start_draft")
    assert asked.arguments["establishment_number"] is None
    assert rpc.calls("issue_decision") == []


@pytest.mark.parametrize(
    ("mandates", "establishments", "begun_for"),
    [
        ([{}], [], None),
        ([{}], [CLOSED], None),
        ([{"establishment_number": AT_MONS}], BOTH, AT_MONS),
        ([{"establishment_number": AT_MONS, "procedure_categories": ["economy"]}], BOTH, AT_MONS),
        (
            [
                {"establishment_number": AT_MONS, "procedure_categories": ["taxes"]},
                {"establishment_number": AT_TOURNAI},
            ],
            BOTH,
            AT_TOURNAI,
        ),
        ([{"procedure_categories": ["taxes"]}, {"establishment_number": AT_TOURNAI}], BOTH, AT_TOURNAI),
        ([{"establishment_number": AT_MONS}, {"establishment_number": AT_TOURNAI}], [BOTH[0], CLOSED], AT_MONS),
    ],
)
def test_where_one_thing_is_possible_there_is_no_question(
    browser: Browser, mandates: list[dict[str, Any]], establishments: Any, begun_for: str | None
) -> None:
    rpc = wishing(browser, *mandates, establishments=establishments)

    assert choose_enterprise(browser).headers["Location"].endswith("/formulaire")

    (asked,) = rpc.calls("start_draft")
    assert asked.arguments["establishment_number"] == begun_for


def test_who_acts_for_two_establishments_chooses_between_them(browser: Browser) -> None:
    wishing(browser, {"establishment_number": AT_TOURNAI}, {"establishment_number": AT_MONS})

    assert choose_enterprise(browser).headers["Location"] == FOR_WHICH
    options = browser.get(FOR_WHICH).select("#establishment_number option")

    assert [option["value"] for option in options] == [AT_MONS, AT_TOURNAI]


def test_whose_role_is_limited_is_asked_about_by_number_for_the_list_may_not_reach_so_far(browser: Browser) -> None:
    rpc = wishing(browser, {"establishment_number": AT_TOURNAI})
    choose_enterprise(browser)
    wishing(browser, {"establishment_number": AT_TOURNAI}, {})
    choose_enterprise(browser)

    assert [asked.arguments["numbers"] for asked in rpc.calls("list_establishments")] == [[AT_TOURNAI], None]


def test_what_was_not_offered_begins_nothing(browser: Browser) -> None:
    rpc = wishing(browser, {"establishment_number": AT_MONS})

    for number in ("", AT_TOURNAI, "x"):
        answer = choose(browser, number)
        assert answer.status_code == 422
        assert soup(answer).select_one(".error-summary") is not None
    assert rpc.calls("start_draft") == []


@pytest.mark.parametrize("establishments", [[BOTH[0], CLOSED], [CLOSED], []], ids=["closed", "the last", "none"])
@pytest.mark.parametrize("mandate", [{"establishment_number": AT_TOURNAI}, {"procedure_categories": ["taxes"]}])
def test_where_nothing_is_possible_it_is_said_why(
    browser: Browser, mandate: dict[str, Any], establishments: Any
) -> None:
    rpc = wishing(browser, mandate, establishments=establishments)

    chosen = browser.client.post(FOR_WHOM, data=browser.csrf() | {"applicant": ATELIERS})

    assert chosen.headers["Location"] == FOR_WHOM
    assert "n’y est plus ouvert" in browser.get(FOR_WHOM).text
    assert rpc.calls("start_draft") == []


def test_two_choices_on_one_page_are_two_dossiers(browser: Browser) -> None:
    rpc = wishing(browser)
    page = browser.get(FOR_WHICH)
    hidden = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}

    for number in (AT_MONS, AT_TOURNAI, AT_MONS):
        browser.client.post(FOR_WHICH, data=hidden | {"establishment_number": number})

    commands = [asked.arguments["command_id"] for asked in rpc.calls("start_draft")]
    assert commands[0] == commands[2] != commands[1]


def test_without_a_wish_or_without_a_role_there_the_page_asks_nothing(browser: Browser) -> None:
    rpc = wishing(browser)
    rpc.answers["list_my_enterprises"] = []
    assert browser.client.get(FOR_WHICH).status_code == 404
    assert browser.client.post(FOR_WHOM, data=browser.csrf() | {"applicant": ATELIERS}).status_code == 404

    choose_nothing = browser.client
    with choose_nothing.session_transaction() as session:
        del session["wish"]
    assert choose_nothing.get(FOR_WHICH).headers["Location"] == PROCEDURE


@pytest.mark.parametrize("page", [f"/dossiers/{DOSSIER}", f"/agents/dossiers/{DOSSIER}"])
def test_the_dossier_names_its_establishment(browser: Browser, page: str) -> None:
    browser.sign_in(roles=["agent"])
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access()],
        "get_dossier": a_submitted_dossier(bce_number=ATELIERS, establishment_number=AT_MONS),
    }

    assert "établissement 2.134.567.845" in assert_proper(browser, page).text


@pytest.mark.parametrize("page", [f"/entreprises/{ATELIERS}", f"/entreprises/{ATELIERS}/dossiers"])
def test_whose_roles_are_limited_is_not_told_that_the_enterprise_has_no_dossier(browser: Browser, page: str) -> None:
    limited = [a_mandate(establishment_number=AT_MONS), a_mandate(procedure_categories=["taxes"])]
    browser.sign_in()
    browser.rpc.answers |= {"list_my_enterprises": [an_access(mandates=limited)], "list_dossiers": []}

    assert "auquel votre rôle, qui est limité, donne accès" in browser.get(page).main.text
    browser.rpc.answers["list_my_enterprises"] = [an_access(mandates=[*limited, a_mandate()])]
    assert "L’entreprise n’a pas encore de dossier." in browser.get(page).main.text


def test_so_does_the_form_while_it_is_filled_in(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access()],
        "get_dossier": a_dossier(bce_number=ATELIERS, establishment_number=AT_MONS),
    }

    assert "établissement 2.134.567.845" in browser.get(f"/dossiers/{DOSSIER}/formulaire/one").text


def test_the_list_names_it_where_a_dossier_is_one_establishments(browser: Browser) -> None:
    browser.sign_in()
    whole, limited = (
        a_dossier_summary(bce_number=ATELIERS, **facts) for facts in ({}, {"establishment_number": AT_MONS})
    )
    browser.rpc.answers |= {"list_my_enterprises": [an_access()], "list_dossiers": [whole, limited]}

    rows = assert_proper(browser, f"/entreprises/{ATELIERS}/dossiers").select(".rows li")

    assert ["établissement 2.134.567.845" in row.text for row in rows] == [False, True]
