"""The end of a mandate to an office, by either side: on a page of its own, which says first what is left behind."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contracts.errors import Unavailable
from tests.unit.portal.access_builders import OFFICE, a_chain, a_mandate, as_office
from tests.unit.portal.builders import ATELIERS, RecordingRpc, a_dossier_summary, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_offices import HERE
from tests.unit.portal.test_pages import assert_proper

ENDING = f"{HERE}/terminer"


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_enterprise_mandates": [a_chain()],
        "end_enterprise_mandate": a_chain(state="revoked"),
        "list_stranded": [],
    }
    return browser.rpc


def test_the_client_ends_a_chain_and_chooses_nobody(browser: Browser, manager: RecordingRpc) -> None:
    page = browser.get(HERE)
    browser.press(ENDING, reason=" Nous changeons de comptable. ")

    assert "David Lambert" in page.text
    assert page.find("a", href=ENDING)
    assert not page.select(f'form[action="{HERE}/designer"]')
    assert manager.calls("end_enterprise_mandate")[0].arguments["reason"] == "Nous changeons de comptable."


@pytest.mark.parametrize("state", ["active", "suspended"])
def test_the_client_sees_first_what_each_person_would_leave_behind(
    browser: Browser, manager: RecordingRpc, state: str
) -> None:
    held = a_mandate(uuid4(), person_name="David Lambert", via_bce_number=OFFICE, state=state)
    manager.answers |= {
        "list_enterprise_mandates": [a_chain(state=state, people=[held, a_mandate(state="revoked")])],
        "list_stranded": [a_dossier_summary(bce_number=ATELIERS)],
    }

    browser.get(HERE)
    # One call for each person: only where it is asked for.
    assert manager.calls("list_stranded") == []
    page = assert_proper(browser, ENDING)

    (asked,) = manager.calls("list_stranded")
    assert asked.arguments == {"bce_number": ATELIERS, "person_id": held.person_id, "mandate_id": held.mandate_id}
    assert "Ce que suit David Lambert" in page.text
    assert "ME-2024-000123-45" in page.text
    assert page.find("a", href=f"/entreprises/{ATELIERS}/acces/mandats/{held.mandate_id}/dossiers") is not None


def test_a_chain_is_ended_though_dossiers_cannot_tell(browser: Browser, manager: RecordingRpc) -> None:
    people = [a_mandate(uuid4(), via_bce_number=OFFICE) for _ in range(3)]
    manager.answers |= {
        "list_enterprise_mandates": [a_chain(people=people)],
        "list_stranded": Unavailable(part="dossiers"),
    }

    assert "Nous ne pouvons pas dire" in browser.get(ENDING).text
    # Each would be waited for.
    assert len(manager.calls("list_stranded")) == 1
    browser.press(ENDING, reason="Départ.")
    assert len(manager.calls("end_enterprise_mandate")) == 1


def test_the_office_is_not_told_what_its_client_has(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office()]

    browser.press(ENDING, reason="Fin de la mission.")

    assert manager.calls("list_stranded") == []
    assert len(manager.calls("end_enterprise_mandate")) == 1


def test_no_chain_is_ended_without_a_reason(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(ENDING, reason=" ")

    assert (answer.status_code, manager.calls("end_enterprise_mandate")) == (422, [])
    assert soup(answer).select_one(".error-summary a")["href"] == "#reason"


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_a_chain_that_has_ended_already_is_not_ended_again(browser: Browser, manager: RecordingRpc, state: str) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state=state)]

    page = browser.get(ENDING)

    assert "Ce mandat a déjà pris fin." in page.text
    assert not page.select("main form")
