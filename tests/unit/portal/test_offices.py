"""Enterprises that act for others: the pages of both sides."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import (
    AlreadyHeld,
    ClientRefuses,
    EnterpriseUnknown,
    MandateEnded,
    NoAccessManager,
    NotOfTheOffice,
    TermTooLong,
)
from contracts.errors import InvalidRequest
from tests.unit.portal.access_builders import CHAIN, OFFICE, UNTIL, a_chain, a_mandate, as_office
from tests.unit.portal.builders import ATELIERS, RecordingRpc, a_procedure, an_access
from tests.unit.portal.conftest import Browser, soup

DAVID = uuid4()
LIST = f"/entreprises/{ATELIERS}/acces/mandataires"
HERE = f"{LIST}/{CHAIN}"


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_enterprise_mandates": [a_chain(), as_office(enterprise_mandate_id=uuid4())],
        "list_people_of": [a_mandate(person_id=DAVID, person_name="David Lambert"), a_mandate(state="revoked")],
        "search_procedures": [a_procedure(category="taxes")],
        "mandate_enterprise": a_chain(),
        "assign_person": a_mandate(),
        "renew_enterprise_mandate": a_chain(),
    }
    return browser.rpc


def test_both_directions_are_listed(browser: Browser, manager: RecordingRpc) -> None:
    given, received = browser.get(LIST).select("ul.rows")

    assert "Fiduciaire d’Exemple" in given.text
    assert "Fiscalité" in given.text
    assert "Fiduciaire d’Exemple" in received.text


def test_a_mandate_is_given_to_an_office_for_some_procedures(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(
        f"{LIST}/donner",
        office_bce_number="0206.731.645",
        role="signatory",
        valid_until="2027-12-31",
        procedure_categories=["taxes"],
    )

    assert answer.headers["Location"] == HERE
    given = manager.calls("mandate_enterprise")[0].arguments
    del given["command_id"]
    assert given == {
        "bce_number": ATELIERS,
        "office_bce_number": OFFICE,
        "role": "signatory",
        "valid_until": date(2027, 12, 31),
        "establishment_number": None,
        "procedure_categories": ["taxes"],
    }


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (AlreadyHeld(), "S’il est suspendu, rétablissez-le"),
        (EnterpriseUnknown(), "ne connaît pas d’entreprise active"),
        (TermTooLong(), "cinq ans au plus"),
        (NoAccessManager(), "n’a pas de gestionnaire d’accès"),
        (InvalidRequest(fields={"office_bce_number": ["itself"]}), "pas besoin de mandat pour elle-même"),
    ],
)
def test_what_cannot_be_given_is_told(
    browser: Browser, manager: RecordingRpc, refusal: Exception, sentence: str
) -> None:
    manager.answers["mandate_enterprise"] = refusal

    answer = browser.press(f"{LIST}/donner", office_bce_number=OFFICE, role="signatory", valid_until="")

    assert answer.status_code == 422
    assert sentence in soup(answer).select_one(".error-summary").text


@pytest.mark.parametrize("typed", [{"office_bce_number": "12"}, {"role": "access_manager"}, {"office_bce_number": ""}])
def test_what_is_no_number_or_decides_who_acts_is_not_sent(
    browser: Browser, manager: RecordingRpc, typed: dict[str, str]
) -> None:
    answer = browser.press(f"{LIST}/donner", **{"office_bce_number": OFFICE, "role": "reader"} | typed)

    assert (answer.status_code, manager.calls("mandate_enterprise")) == (422, [])


def test_the_office_assigns_one_of_its_people(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office()]

    offered = [option["value"] for option in browser.get(HERE).select("select[name=person_id] option")]
    browser.press(f"{HERE}/designer", on=HERE, person_id=str(DAVID))

    assert offered == [str(DAVID)]
    assert manager.calls("assign_person")[0].arguments["person_id"] == DAVID


@pytest.mark.parametrize("refusal", [AlreadyHeld(), NotOfTheOffice(), ClientRefuses()])
def test_who_cannot_be_assigned_is_told_on_the_form(
    browser: Browser, manager: RecordingRpc, refusal: Exception
) -> None:
    manager.answers |= {"list_enterprise_mandates": [as_office()], "assign_person": refusal}

    answer = browser.press(f"{HERE}/designer", on=HERE, person_id=str(DAVID))

    assert answer.status_code == 422
    assert soup(answer).select_one(".error-summary")


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (MandateEnded(state="revoked"), "Ce mandat a pris fin entre-temps."),
        (MandateEnded(state="suspended"), "Ce mandat a été suspendu entre-temps."),
        (EnterpriseUnknown(), "Ce mandat a pris fin entre-temps."),
    ],
)
def test_a_chain_that_ended_or_rests_meanwhile_is_told(
    browser: Browser, manager: RecordingRpc, refusal: Exception, sentence: str
) -> None:
    manager.answers |= {"list_enterprise_mandates": [as_office()], "assign_person": refusal}

    answer = browser.press(f"{HERE}/designer", on=HERE, person_id=str(DAVID))

    assert answer.headers["Location"] == HERE
    assert sentence in browser.get(HERE).text


def test_what_has_ended_offers_nothing_more(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office(state="revoked")]

    assert not browser.get(HERE).select(f'form[action^="{HERE}/"], a[href="{HERE}/terminer"]')


@pytest.mark.parametrize(
    ("state", "name"), [("enterprise_state", "Ateliers du Hainaut"), ("office_state", "Fiduciaire d’Exemple")]
)
def test_why_nobody_acts_by_a_chain_any_more_is_told_to_both(
    browser: Browser, manager: RecordingRpc, state: str, name: str
) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(**{state: "struck_off"})]

    assert f"{name} est radiée de la Banque-Carrefour" in browser.get(HERE).main.text
    manager.answers["list_enterprise_mandates"] = [a_chain()]
    assert "radiée" not in browser.get(HERE).main.text


def test_a_chain_by_which_nobody_acts_is_listed_as_such(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(people=[]), a_chain()]

    told = [row.text for row in browser.get(LIST).select("ul.rows li")]

    assert ["personne n’agit par lui" in row for row in told] == [True, False]
    assert "1 personne" in told[1]


def test_another_chain_does_not_exist(browser: Browser, manager: RecordingRpc) -> None:
    another = uuid4()
    manager.answers["list_enterprise_mandates"] = []

    assert browser.client.get(f"{LIST}/{another}").status_code == 404
    (asked,) = manager.calls("list_enterprise_mandates")
    assert asked.arguments == {"bce_number": ATELIERS, "enterprise_mandate_id": another}


def test_who_manages_nothing_sees_no_chain(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_my_enterprises"] = [an_access(permissions=["dossier.read"])]

    for address in (LIST, HERE, f"{LIST}/donner"):
        assert browser.client.get(address).status_code == 403
    assert manager.calls("list_enterprise_mandates") == []


def test_only_who_can_be_assigned_is_offered(browser: Browser, manager: RecordingRpc) -> None:
    free, assigned, resting, gone, lent = (uuid4() for _ in range(5))
    manager.answers |= {
        "list_enterprise_mandates": [
            as_office(
                people=[
                    a_mandate(person_id=assigned),
                    a_mandate(person_id=resting, state="suspended"),
                    a_mandate(person_id=gone, state="revoked"),
                ]
            )
        ],
        "list_people_of": [
            *(a_mandate(person_id=each, person_name="Une personne") for each in (free, assigned, resting, gone)),
            a_mandate(person_id=lent, person_name="Prêtée", via_bce_number=OFFICE),
        ],
    }

    offered = {option["value"] for option in browser.get(HERE).select("select[name=person_id] option")}

    assert offered == {str(free), str(gone)}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"enterprise_state": "struck_off"}, "plus personne ne peut être désigné"),
        ({"office_state": "struck_off"}, "plus personne ne peut être désigné"),
        ({"people": [a_mandate(person_id=DAVID)]}, "sont déjà désignées"),
    ],
)
def test_where_nobody_can_be_assigned_there_is_no_form(
    browser: Browser, manager: RecordingRpc, facts: dict[str, Any], sentence: str
) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office(**facts)]

    page = browser.get(HERE)

    assert sentence in page.text
    assert not page.select(f'form[action="{HERE}/designer"]')


def test_who_presses_twice_assigns_once(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office(people=[a_mandate(person_id=DAVID)])]

    answer = browser.client.post(f"{HERE}/designer", data=browser.csrf() | {"person_id": str(DAVID)})

    assert answer.headers["Location"] == HERE
    assert len(manager.calls("assign_person")) == 1


def test_the_client_renews_a_chain_and_the_office_does_not(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(f"{HERE}/prolonger", on=HERE, valid_until="2027-12-31")
    manager.answers["list_enterprise_mandates"] = [as_office()]

    assert answer.headers["Location"] == HERE
    assert manager.calls("renew_enterprise_mandate")[0].arguments["valid_until"] == date(2027, 12, 31)
    assert not browser.get(HERE).select(f'form[action="{HERE}/prolonger"]')


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (date(2027, 12, 31), "Le mandat est prolongé jusqu’au 31 décembre 2027."),
        (date(2025, 1, 1), "Le mandat est raccourci : il prend fin après le 1er janvier 2025."),
        (UNTIL, "Le mandat vaut jusqu’au 15 octobre 2025, comme avant."),
    ],
)
@pytest.mark.parametrize("state", ["active", "suspended"])
def test_another_last_day_of_a_chain_is_told_for_what_it_is(
    browser: Browser, manager: RecordingRpc, until: date, told: str, state: str
) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state=state)]
    manager.answers["renew_enterprise_mandate"] = a_chain(valid_until=until, state=state)

    assert ("ne le rétablit pas" in browser.get(HERE).text) == (state == "suspended")
    browser.press(f"{HERE}/prolonger", on=HERE, valid_until=until.isoformat())

    page = browser.get(HERE).text.replace("\u00a0", " ")
    assert told in page
    assert ("Il reste suspendu jusqu’à ce que vous le rétablissiez." in page) == (state == "suspended")
    assert ("Le mandataire en est averti." in page) == (until != UNTIL)


def test_a_wrong_day_for_a_chain_is_told_where_it_is_mended(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["renew_enterprise_mandate"] = TermTooLong()

    answer = browser.press(f"{HERE}/prolonger", on=HERE, valid_until="2999-12-31")

    assert answer.status_code == 422
    assert "cinq ans au plus" in soup(answer).select_one(".error-summary").text
