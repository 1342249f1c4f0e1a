"""A role whose establishment closed, or is another enterprise's now: what its holder and the access managers read."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from tests.unit.portal.access_builders import CHAIN, MANDATE, a_chain, a_mandate, as_office
from tests.unit.portal.builders import AT_MONS, ATELIERS, RecordingRpc, an_access, an_establishment
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_drafts import HERE as DRAFT
from tests.unit.portal.test_drafts import validated, with_draft

SPACE = f"/entreprises/{ATELIERS}"
CONSOLE = f"{SPACE}/acces"
OFFICES = f"{CONSOLE}/mandataires"
BECAME = {
    "closed": ("Établissement fermé", "Limité à un établissement qui est fermé"),
    "moved": ("Établissement d’une autre entreprise", "qui appartient désormais à une autre entreprise"),
}


def limited(became: str | None, **facts: Any) -> Any:
    lost = {"establishment_number": AT_MONS, "establishment_lost": became, "valid_until": date(2025, 10, 15)}
    return a_mandate(**lost | {"permissions": ["dossier.read"]} | facts)


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_people_of": [],
        "list_role_requests": [],
        "list_invitations": [],
        "list_stranded": [],
    }
    return browser.rpc


@pytest.fixture
def holder(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_mandates": [],
        "list_my_role_requests": [],
        "list_my_invitations": [],
        "list_dossiers": [],
    }
    return browser.rpc


@pytest.mark.parametrize("became", ["closed", "moved"])
def test_the_holder_reads_what_became_of_it_and_who_helps(browser: Browser, holder: RecordingRpc, became: str) -> None:
    state, sentence = BECAME[became]
    holder.answers["list_my_enterprises"] = [an_access(permissions=["dossier.read"], mandates=[limited(became)])]

    home, listed = browser.get(SPACE), browser.get("/entreprises")

    assert (state in home.main.text, state in listed.main.text) == (True, True)
    assert sentence in home.main.text
    assert "peut en donner un pour toute l’entreprise ou pour un autre établissement" in home.main.text
    assert "Entamer une nouvelle démarche" not in home.main.text


@pytest.mark.parametrize("facts", [{"state": "struck_off"}, {"has_access_manager": False}])
def test_where_nobody_gives_roles_the_holder_is_sent_to_nobody(
    browser: Browser, holder: RecordingRpc, facts: dict[str, Any]
) -> None:
    access = an_access(permissions=["dossier.read"], mandates=[limited("closed")], **facts)
    holder.answers["list_my_enterprises"] = [access]

    home = browser.get(SPACE)

    assert "Limité à un établissement qui est fermé" in home.main.text
    assert "peut en donner un" not in home.main.text


@pytest.mark.parametrize("became", ["closed", "moved"])
def test_access_managers_read_it_in_place_of_a_role_that_goes_on(
    browser: Browser, manager: RecordingRpc, became: str
) -> None:
    state, sentence = BECAME[became]
    manager.answers["list_people_of"] = [limited(became, person_id=uuid4())]

    for page in (browser.get(CONSOLE), browser.get(f"{CONSOLE}/mandats/{MANDATE}")):
        assert state in page.main.text
        assert sentence in page.main.text
        assert "Donnez à cette personne un rôle pour toute l’entreprise" in page.main.text
        assert "En cours" not in page.main.text


@pytest.mark.parametrize(
    ("chain", "helps"),
    [(a_chain, "Donnez-en un pour toute l’entreprise"), (as_office, "Un gestionnaire d’accès de l’entreprise peut")],
    ids=["client", "office"],
)
def test_both_sides_of_an_offices_mandate_read_it(
    browser: Browser, manager: RecordingRpc, chain: Any, helps: str
) -> None:
    lost = {"establishment_number": AT_MONS, "establishment_lost": "closed"}
    manager.answers["list_enterprise_mandates"] = [chain(**lost, people=[limited("closed")])]

    page, listed = browser.get(f"{OFFICES}/{CHAIN}"), browser.get(OFFICES)

    assert helps in page.main.text
    assert page.select(f'form[action$="{CHAIN}/designer"]') == []
    for shown in (page, listed):
        assert "Établissement fermé" in shown.main.text
        assert "En cours" not in shown.main.text


def test_a_role_that_rests_or_has_ended_is_shown_as_such(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_people_of"] = [limited("closed", person_id=uuid4(), state="suspended")]
    assert "Suspendu" in browser.get(CONSOLE).main.text
    assert "Établissement fermé" not in browser.get(CONSOLE).main.text


@pytest.mark.parametrize(("state", "is_told"), [("closed", False), ("open", True)])
def test_nobody_is_said_to_submit_what_is_for_an_establishment_that_is_lost(
    browser: Browser, state: str, is_told: bool
) -> None:
    rpc = with_draft(browser, **validated(bce_number=ATELIERS, establishment_number=AT_MONS))
    rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read"])],
        "list_establishments": [an_establishment(state=state)],
    }

    page = browser.get(f"{DRAFT}/soumission")

    assert ("une personne qui a le rôle de signataire" in page.text) == is_told
    assert ("n’est plus ouvert dans cette entreprise" in page.text) != is_told
    assert page.find("a", href=f"{DRAFT}/soumettre") is None
