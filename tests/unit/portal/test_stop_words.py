"""How a role or a mandate was ended or suspended, as the pages say it."""

from __future__ import annotations

from typing import Any, get_args, get_type_hints
from uuid import uuid4

import pytest
from flask import Flask

from contracts.delegation import MandateView, Stop, StopCause
from services.portal.pages.stop_words import CAUSES, DOERS, stopped
from tests.unit.portal.access_builders import CHAIN, MANDATE, OFFICE, a_chain, a_mandate, as_office
from tests.unit.portal.builders import ATELIERS, NOON, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser

ON = "le 15\u00a0octobre 2024 à\u00a014:00"
WORDS = Stop(at=NOON, by="enterprise", by_name="Chantal Simon", reason="A quitté l’atelier.")
SENTENCE = f"Retiré par Chantal Simon {ON}. Raison\u00a0: «\u00a0A quitté l’atelier.\u00a0»"


def told(app: Flask, stop: Stop | None, *, to_office: bool = False, state: Any = "revoked") -> str:
    with app.test_request_context():
        return stopped(a_mandate(state=state, stop=stop), to_office=to_office)


def test_every_cause_and_every_doer_has_its_words() -> None:
    assert set(CAUSES) == set(get_args(StopCause))
    assert set(DOERS) == set(get_args(get_type_hints(Stop)["by"]))


@pytest.mark.parametrize(
    ("stop", "state", "sentence"),
    [
        (None, "active", ""),
        (WORDS, "revoked", SENTENCE),
        (Stop(at=NOON, by="enterprise"), "suspended", f"Suspendu par un gestionnaire d’accès {ON}."),
        (Stop(at=NOON, by="holder"), "revoked", f"Retiré par la personne elle-même {ON}."),
        (
            Stop(at=NOON, by="nobody", cause="unconfirmed"),
            "suspended",
            f"Suspendu automatiquement {ON}\u00a0: personne n’a confirmé qu’il est encore nécessaire.",
        ),
        (
            Stop(at=NOON, by="registry", cause="designation_withdrawn"),
            "revoked",
            f"Retiré par l’administration {ON}\u00a0: la désignation dans le registre de CSAM a pris fin.",
        ),
    ],
)
def test_one_sentence_says_when_by_whom_and_why(app: Flask, stop: Stop | None, state: str, sentence: str) -> None:
    assert told(app, stop, state=state) == sentence


def test_of_the_two_sides_each_is_named_as_the_other_sees_it(app: Flask) -> None:
    by_client, by_office = Stop(at=NOON, by="enterprise"), Stop(at=NOON, by="office")

    assert [told(app, by_client, to_office=to) for to in (False, True)] == [
        f"Retiré par un gestionnaire d’accès {ON}.",
        f"Retiré par le mandant {ON}.",
    ]
    assert [told(app, by_office, to_office=to) for to in (False, True)] == [
        f"Retiré par le mandataire {ON}.",
        f"Retiré par un gestionnaire d’accès {ON}.",
    ]


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_people_of": [a_mandate(person_id=uuid4(), state="revoked", stop=WORDS)],
        "list_role_requests": [],
        "list_invitations": [],
        "list_stranded": [],
        "list_dossiers": [],
    }
    return browser.rpc


@pytest.mark.parametrize("address", ["", f"/mandats/{MANDATE}"])
def test_the_access_managers_see_it_in_the_console_and_on_the_roles_page(
    browser: Browser, manager: RecordingRpc, address: str
) -> None:
    assert SENTENCE in browser.get(f"/entreprises/{ATELIERS}/acces{address}").main.text


@pytest.mark.parametrize("address", ["", f"/{CHAIN}"])
def test_each_side_sees_how_a_mandate_to_an_office_ended(browser: Browser, manager: RecordingRpc, address: str) -> None:
    taken = a_mandate(uuid4(), state="revoked", stop=Stop(at=NOON, by="enterprise"))
    ended = {"state": "revoked", "stop": Stop(at=NOON, by="enterprise"), "people": [taken]}
    for chain, doer in ((a_chain(**ended), "par un gestionnaire d’accès"), (as_office(**ended), "par le mandant")):
        manager.answers["list_enterprise_mandates"] = [chain]

        page = browser.get(f"/entreprises/{ATELIERS}/acces/mandataires{address}")

        told, here = page.main.text.count("Retiré par"), page.main.text.count(f"Retiré {doer} {ON}.")
        assert told == here == (2 if address else 1)


def of_mine(**facts: Any) -> MandateView:
    stop = Stop(at=NOON, by="office")
    return a_mandate(uuid4(), **{"state": "revoked", "stop": stop, "via_bce_number": OFFICE} | facts)


def test_the_holder_sees_what_became_of_all_his_roles(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_my_mandates"] = [of_mine(), a_mandate(role="signatory")]

    page = browser.get("/entreprises/roles")

    assert f"Retiré par le mandataire {ON}." in page.main.text
    assert [row.text for row in page.select("main .state")] == ["En cours", "Retiré"]
    assert manager.calls("list_my_mandates")[0].arguments == {"ended": True}


@pytest.mark.parametrize("address", ["/entreprises", f"/entreprises/{ATELIERS}"])
def test_the_holder_sees_how_a_role_of_his_was_suspended(browser: Browser, manager: RecordingRpc, address: str) -> None:
    manager.answers |= {"list_my_role_requests": [], "list_my_invitations": []}
    manager.answers["list_my_mandates"] = [of_mine(state="suspended", suspended_at=NOON), a_mandate()]

    page = browser.get(address)

    assert f"Suspendu par le mandataire {ON}." in page.main.text
    assert "En cours" not in page.main.text


@pytest.mark.parametrize("address", ["/entreprises", f"/entreprises/{ATELIERS}"])
@pytest.mark.parametrize(
    ("cause", "who", "other"),
    [
        ("role_in_office_rests", "du mandataire", "de l’entreprise"),
        ("office_rests", "de l’entreprise", "du mandataire"),
    ],
)
def test_the_holder_is_sent_to_who_can_resume_it(
    browser: Browser, manager: RecordingRpc, address: str, cause: StopCause, who: str, other: str
) -> None:
    rests = of_mine(state="suspended", suspended_at=NOON, stop=Stop(at=NOON, by="nobody", cause=cause))
    manager.answers |= {"list_my_enterprises": [], "list_my_role_requests": [], "list_my_invitations": []}
    manager.answers["list_my_mandates"] = [rests]

    page = browser.get(address)

    assert f"principal (GAP) {who} de le rétablir" in page.main.text
    assert f"principal (GAP) {other} de le rétablir" not in page.main.text


def test_whose_role_has_ended_is_told_how_where_he_meets_it(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {"list_my_enterprises": [], "list_my_mandates": [of_mine()]}

    assert f"Retiré par le mandataire {ON}." in browser.get(f"/entreprises/{ATELIERS}").main.text


@pytest.mark.parametrize(
    ("stop", "helps"),
    [
        (Stop(at=NOON, by="office"), "(GAP) du mandataire de vous désigner à nouveau"),
        (Stop(at=NOON, by="nobody", cause="role_in_office_ended"), "(GAP) du mandataire de vous désigner à nouveau"),
        (
            Stop(at=NOON, by="nobody", cause="office_ended"),
            "adressez-vous à un gestionnaire d’accès principal (GAP) de",
        ),
        (Stop(at=NOON, by="enterprise"), "adressez-vous à un gestionnaire d’accès principal (GAP) de l’entreprise"),
    ],
)
def test_who_loses_what_an_office_gave_him_is_sent_to_who_can_give_it_back(
    browser: Browser, manager: RecordingRpc, stop: Stop, helps: str
) -> None:
    manager.answers |= {"list_my_enterprises": [], "list_my_mandates": [of_mine(stop=stop)]}

    assert helps in browser.get(f"/entreprises/{ATELIERS}").main.text
