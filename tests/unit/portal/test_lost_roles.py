"""Who had a role in an enterprise is told that it is suspended or has ended; whoever never had one finds nothing."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import MandateView, Stop
from contracts.errors import NotFound, PermissionMissing, Refusal, Unavailable
from contracts.identifiers import BceNumber
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import ATELIERS, DOSSIER, NOON, RecordingRpc, a_dossier, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_failures import kept

SECTION = f"/dossiers/{DOSSIER}/formulaire/one"
SPACE = f"/entreprises/{ATELIERS}"
ELSEWHERE = BceNumber("0206.731.645")


def a_role(**facts: Any) -> MandateView:
    drafting: dict[str, Any] = {"role": "contributor", "permissions": ["dossier.read", "dossier.draft"]}
    return a_mandate(uuid4(), **drafting | {"enterprise_name": "Ateliers du Hainaut"} | facts)


def a_suspended_role(**facts: Any) -> MandateView:
    return a_role(state="suspended", suspended_at=NOON, **facts)


@pytest.fixture
def filling_in(browser: Browser) -> RecordingRpc:
    """A dossier of the enterprise, in its form."""
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access()],
        "list_my_mandates": [a_role()],
        "get_dossier": a_dossier(bce_number=ATELIERS),
        "list_dossiers": [],
    }
    return browser.rpc


def lose(rpc: RecordingRpc, *mandates: MandateView, refusal: Refusal | None = None) -> None:
    rpc.answers |= {"list_my_enterprises": [], "list_my_mandates": list(mandates)}
    rpc.answers["get_dossier"] = refusal or NotFound()


def test_whose_role_is_suspended_while_he_types_is_told_so_and_keeps_what_he_typed(
    browser: Browser, filling_in: RecordingRpc
) -> None:
    page = browser.get(SECTION)
    hidden = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    # In another tab he was elsewhere since.
    filling_in.answers["list_my_enterprises"] = [an_access(bce_number=ELSEWHERE)]
    browser.get(f"/entreprises/{ELSEWHERE}")
    lose(filling_in, a_suspended_role())

    answer = browser.client.post(SECTION, data=hidden | {"asked": "name", "name": "Une presse", "go": "next"})

    told = soup(answer)
    assert (answer.status_code, told.h1.text) == (404, "Votre rôle est suspendu")
    assert "Ateliers du Hainaut" in told.main.text
    assert "ses brouillons gardent ce qui y a été enregistré" in told.text
    assert kept(told)["name"] == "Une presse"
    assert filling_in.calls("list_my_mandates")[-1].arguments == {"bce_number": ATELIERS}


@pytest.mark.parametrize("address", [SECTION, f"/dossiers/{DOSSIER}"])
def test_whose_role_has_ended_is_told_so_in_the_space_that_he_was_in(
    browser: Browser, filling_in: RecordingRpc, address: str
) -> None:
    browser.get(SECTION)
    lose(filling_in, a_role(state="revoked"), a_role(state="expired", role="reader"))

    answer = browser.client.get(address)

    assert (answer.status_code, soup(answer).h1.text) == (404, "Votre rôle a pris fin")
    assert "Contributeur" in soup(answer).main.text
    # What became of his roles elsewhere is not asked.
    assert filling_in.calls("list_my_mandates")[-1].arguments == {"bce_number": ATELIERS}


def test_who_acted_by_an_office_is_sent_back_to_the_office(browser: Browser, filling_in: RecordingRpc) -> None:
    lose(filling_in, a_role(state="revoked", via_bce_number=ELSEWHERE))

    told = browser.get(SPACE).main

    assert "par le mandataire 0206.731.645" in told.text
    assert told.find("a", href="/entreprises/ajouter") is None


def test_who_keeps_another_role_there_is_told_which_one_is_suspended(
    browser: Browser, filling_in: RecordingRpc
) -> None:
    filling_in.answers |= {
        "list_my_mandates": [a_role(permissions=["dossier.read"]), a_suspended_role()],
        "save_draft": PermissionMissing(permission="dossier.draft"),
    }

    answer = browser.press(SECTION, asked="name", name="Une presse")

    assert (answer.status_code, soup(answer).h1.text) == (403, "Votre rôle est suspendu")
    assert kept(soup(answer))["name"] == "Une presse"


def test_who_keeps_a_role_for_other_procedures_is_told_which_one_is_suspended(
    browser: Browser, filling_in: RecordingRpc
) -> None:
    browser.get(SECTION)
    lose(filling_in, a_role(procedure_categories=["taxes"]), a_suspended_role())

    answer = browser.client.get(SECTION)

    assert (answer.status_code, soup(answer).h1.text) == (404, "Votre rôle est suspendu")


def test_who_may_not_for_want_of_a_role_is_told_that_as_before(browser: Browser, filling_in: RecordingRpc) -> None:
    filling_in.answers |= {
        "list_my_mandates": [a_role(permissions=["dossier.read"]), a_suspended_role(permissions=["dossier.read"])],
        "save_draft": PermissionMissing(permission="dossier.draft"),
    }

    answer = browser.press(SECTION, asked="name", name="Une presse")

    assert (answer.status_code, soup(answer).h1.text) == (403, "Ce n’est pas possible")


@pytest.mark.parametrize("address", [SPACE, f"{SPACE}/dossiers", f"{SPACE}/acces"])
def test_a_page_of_the_enterprise_says_that_the_role_there_is_suspended(browser: Browser, address: str) -> None:
    browser.sign_in()
    browser.rpc.answers["list_my_mandates"] = [a_suspended_role()]

    page = soup(browser.client.get(address))

    assert page.h1.text == "Votre rôle est suspendu"
    assert page.main.find("a", href=address, string="Réessayer")


@pytest.mark.parametrize(
    "mine",
    [
        pytest.param([], id="none"),
        pytest.param(Unavailable(part="delegation"), id="nobody knows"),
    ],
)
@pytest.mark.parametrize("address", [SPACE, f"{SPACE}/acces", SECTION])
def test_whoever_never_had_a_role_there_finds_what_is_not_there(browser: Browser, address: str, mine: Any) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"list_my_mandates": mine, "get_dossier": NotFound()}

    theirs, nothing = browser.client.get(address), browser.client.get("/nowhere/at/all")

    assert theirs.status_code == nothing.status_code == 404
    assert soup(theirs).main == soup(nothing).main


def test_a_page_that_is_not_there_is_not_the_fault_of_a_role_that_has_ended(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["mandate.manage"])],
        "list_my_mandates": [a_role(permissions=["mandate.manage"]), a_role(state="revoked"), a_suspended_role()],
        "list_people_of": [],
    }

    answer = browser.client.get(f"{SPACE}/acces/mandats/{uuid4()}")

    assert (answer.status_code, soup(answer).h1.text) == (404, "Page introuvable")


def test_who_is_only_suspended_finds_it_among_his_enterprises(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_mandates": [a_suspended_role(), a_role(state="revoked", enterprise_name="Boulangerie")],
        "list_my_role_requests": [],
        "list_my_invitations": [],
    }

    page = browser.get("/entreprises")

    assert "Aucune entreprise ne vous a encore autorisé" not in page.text
    assert [row.text for row in page.select("main .rows .row-title")] == ["Ateliers du Hainaut"]
    assert "Demandez à un gestionnaire d’accès principal (GAP) de l’entreprise de le rétablir." in page.main.text


@pytest.mark.parametrize("address", [SPACE, "/entreprises"])
def test_what_rests_with_an_office_is_for_the_office_to_bring_back(browser: Browser, address: str) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_mandates": [
            a_suspended_role(
                via_bce_number=ELSEWHERE,
                rests_with_office=True,
                stop=Stop(at=NOON, by="nobody", cause="role_in_office_rests"),
            )
        ],
        "list_my_role_requests": [],
        "list_my_invitations": [],
    }

    told = soup(browser.client.get(address)).main.text

    assert "chez le mandataire 0206.731.645 est suspendu" in told
    assert "gestionnaire d’accès principal (GAP) de l’entreprise" not in told


def test_whose_enterprise_is_lost_leaves_its_space_for_the_citizens(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(mandates=[a_mandate()])],
        "list_my_role_requests": [],
        "list_my_invitations": [],
        "list_dossiers": [],
    }
    browser.get(SPACE)
    assert "Ateliers du Hainaut" in browser.get("/entreprises").select_one(".space-name").text

    browser.rpc.answers["list_my_enterprises"] = []

    assert browser.get("/entreprises").select_one(".space-name").text.strip() == "Espace citoyen"
