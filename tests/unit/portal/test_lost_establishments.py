"""A role whose establishment closed, or is another enterprise's now: what its holder and the access managers read."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import InvalidRequest, Unavailable
from tests.unit.portal.access_builders import CHAIN, MANDATE, a_chain, a_mandate, an_invitation, as_office
from tests.unit.portal.builders import AT_MONS, ATELIERS, DOSSIER, RecordingRpc, a_dossier, an_access, an_establishment
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


def test_nobody_is_assigned_by_it_from_an_old_page(browser: Browser, manager: RecordingRpc) -> None:
    lost = as_office(establishment_number=AT_MONS, establishment_lost="closed", people=[])
    person = a_mandate(person_id=uuid4())
    manager.answers |= {
        "list_enterprise_mandates": [lost],
        "list_people_of": [person],
        "assign_person": InvalidRequest(fields={"enterprise_mandate_id": ["lost"]}),
    }

    browser.client.post(f"{OFFICES}/{CHAIN}/designer", data=browser.csrf() | {"person_id": str(person.person_id)})

    page = browser.get(f"{OFFICES}/{CHAIN}")
    assert "La personne n’a pas pu être désignée." in page.main.text
    assert BECAME["closed"][1] in page.main.text


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
    assert ("ce brouillon ne peut plus être soumis" in page.text) != is_told
    assert page.find("a", href=f"{DRAFT}/soumettre") is None


@pytest.mark.parametrize(
    ("became", "sentence"),
    [
        ("closed", "est fermé : elle ne peut pas être acceptée"),
        ("moved", "à une autre entreprise : elle ne peut pas être acceptée"),
    ],
)
def test_an_invitation_that_nobody_can_take_says_so(
    browser: Browser, holder: RecordingRpc, became: str, sentence: str
) -> None:
    invitation = an_invitation(establishment_number=AT_MONS, establishment_lost=became)
    holder.answers |= {"get_invitation": invitation, "list_my_invitations": [invitation], "list_my_enterprises": []}

    for page in (browser.get("/invitations/secret"), browser.get("/entreprises")):
        assert sentence in page.main.text.replace("\xa0", " ")
        assert "de vous inviter pour toute l’entreprise" in page.main.text
        assert [button.text for button in page.main.select("button") if "Accepter" in button.text] == []


def test_who_takes_it_all_the_same_is_shown_why_he_cannot(browser: Browser, holder: RecordingRpc) -> None:
    holder.answers |= {
        "get_invitation": an_invitation(establishment_number=AT_MONS, establishment_lost="closed"),
        "accept_invitation": InvalidRequest(fields={"establishment_number": ["the enterprise has it no more"]}),
    }

    answer = browser.client.post("/invitations/secret", data=browser.csrf())

    assert answer.headers["Location"].endswith("/invitations/secret")
    assert "n’a pas pu être acceptée" in browser.get("/invitations/secret").main.text


def test_who_invited_reads_that_it_cannot_be_taken(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_invitations"] = [an_invitation(establishment_number=AT_MONS, establishment_lost="closed")]

    page = browser.get(CONSOLE)

    assert "Établissement fermé" in page.main.text
    assert "Retirez-la, et invitez la personne pour toute l’entreprise" in page.main.text
    assert page.select('form[action$="/renvoyer"]') == []


def test_it_is_not_sent_again_from_an_old_page(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["resend_invitation"] = InvalidRequest(
        fields={"establishment_number": ["the enterprise has it no more"]}
    )

    browser.client.post(f"{CONSOLE}/invitations/{uuid4()}/renvoyer", data=browser.csrf())

    assert "n’a pas pu être envoyée à nouveau" in browser.get(CONSOLE).main.text


@pytest.mark.parametrize(
    ("establishments", "is_lost"),
    [
        ([], True),
        ([an_establishment(state="closed")], True),
        ([an_establishment()], False),
        (Unavailable(part="delegation"), False),
    ],
)
def test_of_a_draft_it_is_told_before_the_form_is_filled_in_and_validated(
    browser: Browser, holder: RecordingRpc, establishments: Any, is_lost: bool
) -> None:
    holder.answers |= {
        "get_dossier": a_dossier(bce_number=ATELIERS, establishment_number=AT_MONS),
        "list_establishments": establishments,
        "list_my_enterprises": [an_access()],
    }

    for page in (browser.get(f"/dossiers/{DOSSIER}"), browser.get(f"/dossiers/{DOSSIER}/validation")):
        assert ("ce brouillon ne peut plus être soumis" in page.text) == is_lost
