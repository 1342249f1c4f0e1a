"""The person's own pages: sessions, addresses, data, and the end of the account."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import DeadlinePassed
from contracts.exports import PersonExport
from contracts.identity import AddressUnchanged, AskedTooOften, ContactView
from tests.unit.portal.account_builders import a_session
from tests.unit.portal.builders import AMELIE, ATELIERS, NOON, an_access
from tests.unit.portal.conftest import Browser

# ---------------------------------------------------------------- sessions


def test_sessions_are_shown_as_a_person_knows_them_and_ended(browser: Browser) -> None:
    browser.sign_in()
    other = a_session(browser="something", means=None)
    browser.rpc.answers |= {"list_sessions": [a_session(is_this=True), other], "end_session": None}

    page = browser.get("/profil/sessions").text
    assert "Firefox, Windows" in page
    assert "Navigateur inconnu" in page
    assert "192.0.2.1" in page
    browser.press(f"/profil/sessions/{other.session_id}/terminer", on="/profil/sessions")

    (asked,) = browser.rpc.calls("end_session")
    assert asked.arguments["session_id"] == other.session_id


def test_signing_out_everywhere_signs_out_here_too(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_sessions": [a_session(is_this=True)],
        "sign_out_everywhere": None,
        "get_provider_sign_out": "https://csam.example.org/end?client_id=us",
    }

    answer = browser.press("/profil/sessions/terminer-toutes", on="/profil/sessions")

    assert answer.headers["Location"] == "/au-revoir"
    page = browser.get("/au-revoir")
    assert page.find("a", href="https://csam.example.org/end?client_id=us") is not None
    assert page.find(string="Me connecter") is not None


@pytest.mark.parametrize("answer", [None, DeadlinePassed(service="identity", method="x", seconds=5)])
def test_good_bye_is_said_also_where_the_provider_has_no_way_out(browser: Browser, answer: Any) -> None:
    browser.rpc.answers["get_provider_sign_out"] = answer

    assert "Me déconnecter aussi de CSAM" not in browser.get("/au-revoir").text


# ---------------------------------------------------------------- addresses


def test_each_space_has_its_address(browser: Browser) -> None:
    browser.sign_in()
    enterprise = an_access()
    browser.rpc.answers |= {
        "list_contacts": [
            ContactView(space="citizen", email="amelie@example.org", awaiting_email=None),
            ContactView(space=enterprise.bce_number, email=None, awaiting_email="office@example.org"),
        ],
        "list_my_enterprises": [enterprise],
        "give_email": ContactView(space="citizen", email="amelie@example.org", awaiting_email="new@example.org"),
    }
    page = browser.get("/profil/adresses").text
    assert "amelie@example.org" in page
    assert "office@example.org" in page

    browser.press("/profil/adresses/citizen", email="new@example.org")

    (asked,) = browser.rpc.calls("give_email")
    assert (asked.arguments["space"], asked.arguments["email"]) == ("citizen", "new@example.org")


def test_addresses_are_shown_while_the_enterprises_are_away(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_contacts": [
            ContactView(space="citizen", email="amelie@example.org", awaiting_email=None),
            ContactView(space=ATELIERS, email="office@example.org", awaiting_email=None),
        ],
        "list_my_enterprises": DeadlinePassed(service="delegation"),
    }

    answer = browser.client.get("/profil/adresses")

    assert answer.status_code == 200
    assert "amelie@example.org" in answer.text
    assert "office@example.org" in answer.text
    assert "n’ont pas pu être consultées" in answer.text
    # The menus are there as always.
    assert "Me déconnecter" in answer.text


def test_who_gives_her_confirmed_address_again_is_told_that_the_other_link_is_void(browser: Browser) -> None:
    browser.sign_in()
    kept = ContactView(space="citizen", email="amelie@example.org", awaiting_email=None)
    browser.rpc.answers |= {"list_contacts": [], "list_my_enterprises": [], "give_email": kept}

    browser.press("/profil/adresses/citizen", email="amelie@example.org")

    page = browser.get("/profil/adresses").text
    assert "ne vaut plus" in page
    assert "vient d’être envoyé" not in page


def test_an_address_that_is_confirmed_already_is_told_so(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"list_contacts": [], "give_email": AddressUnchanged()}

    answer = browser.press("/profil/adresses/citizen", email="amelie@example.org")

    assert answer.status_code == 422
    assert "déjà confirmée" in answer.text


def test_the_page_of_an_address_names_the_enterprise(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"list_contacts": [], "list_my_enterprises": [an_access()]}

    assert "Ateliers du Hainaut · 0403.019.261" in browser.get(f"/profil/adresses/{ATELIERS}").text


def test_an_address_for_which_she_may_act_no_more_can_be_changed(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["list_contacts"] = [ContactView(space=ATELIERS, email="a@example.org", awaiting_email=None)]

    page = browser.get(f"/profil/adresses/{ATELIERS}")

    assert "0403.019.261" in page.text
    assert page.find(id="email")["value"] == "a@example.org"


@pytest.mark.parametrize("space", ["anything", "0403.019.261", "0403019262", str(ATELIERS)])
def test_no_other_space_has_an_address(browser: Browser, space: str) -> None:
    browser.sign_in()
    browser.rpc.answers["list_contacts"] = []

    assert browser.client.get(f"/profil/adresses/{space}").status_code == 404


def test_who_asked_too_often_is_told_when_to_ask_again(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"list_contacts": [], "give_email": AskedTooOften(again_at=NOON.isoformat())}

    answer = browser.press("/profil/adresses/citizen", email="amelie@example.org")

    assert "Un lien a été demandé il y a peu" in answer.text
    assert "à partir du 15\u00a0octobre 2024 à\u00a014:00" in answer.text


# ---------------------------------------------------------------- her data


def test_all_services_contribute_to_the_export(browser: Browser) -> None:
    browser.sign_in()
    act = {"at": NOON.isoformat(), "action": "looked_at_dossier", "subject": "dossier:1", "actor": str(uuid4())}
    exports = [
        PersonExport(service=name, holds={"of": name}, acts=[act] if name == "dossiers" else [])
        for name in ("identity", "delegation", "dossiers", "notifications")
    ]
    browser.rpc.answers["export_person"] = [(export,) for export in exports]
    page = browser.get("/profil/mes-donnees").text
    assert "Dossier consulté" in page
    assert "un agent de l’administration" in page

    browser.rpc.answers["export_person"] = [(export,) for export in exports]
    answer = browser.client.get("/profil/mes-donnees.json")

    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.text)
    assert told.pop("missing") == []
    assert {name: part["holds"]["of"] for name, part in told.items()} == {name: name for name in told}
    assert len(told) == 4


def test_her_own_acts_are_told_apart_from_those_of_others(browser: Browser) -> None:
    browser.sign_in()
    acts = [
        {"at": NOON.isoformat(), "action": "save_draft", "actor": str(AMELIE)},
        {"at": NOON.isoformat(), "action": "looked_at_dossier", "actor": str(uuid4()), "enterprise": "0403019261"},
        {"at": NOON.isoformat(), "action": "person_erased", "service": "identity"},
    ]
    exports = [PersonExport(service="dossiers", holds={}, acts=acts), PersonExport(service="x", holds={}, acts=[])]
    browser.rpc.answers["export_person"] = [(export,) for export in exports]

    page = browser.get("/profil/mes-donnees")

    told = [
        [[cell.text for cell in row.select("td")][1:] for row in table.select("tbody tr")]
        for table in page.select("table")
    ]
    by_others = [["Dossier consulté", "un agent de l’administration"], ["Données effacées", "automatiquement"]]
    assert told == [by_others, [["Brouillon enregistré", "vous"]]]


def test_an_export_is_whole_however_many_acts_there_are(browser: Browser) -> None:
    browser.sign_in()
    acts = [{"at": NOON.isoformat(), "action": f"act_{number}"} for number in range(3)]
    more = uuid4()
    browser.rpc.answers["export_person"] = [
        (PersonExport(service="identity", holds={"of": "identity"}, acts=acts[:2], more_before=more),),
        (PersonExport(service="identity", holds={}, acts=acts[2:]),),
        *((PersonExport(service=name, holds={}, acts=[]),) for name in ("delegation", "dossiers", "notifications")),
    ]

    told = json.loads(browser.client.get("/profil/mes-donnees.json").text)

    assert told["identity"] == {"holds": {"of": "identity"}, "acts": acts}
    assert [call.arguments for call in browser.rpc.calls("export_person")][:2] == [{}, {"before": more}]


def test_an_export_names_the_part_that_is_missing(browser: Browser) -> None:
    browser.sign_in()
    here = (PersonExport(service="any", holds={"of": "any"}, acts=[]),)
    answers = [here, DeadlinePassed(service="delegation"), here, here]

    browser.rpc.answers["export_person"] = list(answers)
    assert "Il manque ici ce qui concerne\u00a0: les accès aux entreprises." in browser.get("/profil/mes-donnees").text
    browser.rpc.answers["export_person"] = list(answers)
    told = json.loads(browser.client.get("/profil/mes-donnees.json").text)

    assert told.pop("missing") == ["delegation"]
    assert sorted(told) == ["dossiers", "identity", "notifications"]
