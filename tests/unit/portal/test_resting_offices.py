"""A mandate to an office that nobody confirmed, as both sides see it."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.delegation import MandateEnded
from tests.unit.portal.builders import ATELIERS, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_offices import CHAIN, HERE, LIST, a_chain, as_office


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_people_of": [],
        "list_stranded": [],
        "resume_enterprise_mandate": a_chain(),
    }
    return browser.rpc


def test_a_mandate_that_nobody_confirmed_is_resumed_by_the_client(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state="suspended")]

    page = browser.get(HERE)
    answer = browser.press(f"{HERE}/retablir", on=HERE)

    assert "personne n’a confirmé" in page.text
    assert page.select(f'form[action="{HERE}/terminer"]')
    assert answer.status_code == 303
    assert manager.calls("resume_enterprise_mandate")[0].arguments["enterprise_mandate_id"] == CHAIN


def test_the_office_is_told_who_resumes_it_and_assigns_nobody(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office(state="suspended")]

    page = browser.get(HERE)

    assert "Seul un gestionnaire d’accès du mandant, Fiduciaire d’Exemple, peut le rétablir" in page.text
    assert not page.select(f'form[action="{HERE}/retablir"], form[action="{HERE}/designer"]')


def test_one_that_has_ended_meanwhile_is_not_resumed(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state="suspended")]
    manager.answers["resume_enterprise_mandate"] = MandateEnded(state="revoked")

    answer = browser.press(f"{HERE}/retablir", on=HERE)

    assert "Ce mandat a pris fin entre-temps." in browser.get(answer.headers["Location"]).text


def test_the_client_is_led_to_where_it_is_confirmed(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(confirm_by=date(2025, 11, 14))]

    notice = browser.get(HERE).select_one("main .notice-warning")

    assert notice.a["href"] == f"/entreprises/{ATELIERS}/acces/confirmer"
    assert "à confirmer au plus tard le 14\xa0novembre 2025" in browser.get(LIST).text
