"""What a revocation would leave behind: shown first, then the role is taken away, then it is given to who is chosen."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from contracts.delegation import LastAccessManager
from contracts.dossiers import MOST_REASSIGNED, LookedAfterByAnother, MayNotTakeOver, WrongState
from contracts.errors import NotFound, Refusal, Unavailable
from tests.unit.portal.access_builders import MANDATE, a_mandate
from tests.unit.portal.builders import AMELIE, AT_TOURNAI, ATELIERS, DOSSIER, RecordingRpc, a_dossier_summary, an_access
from tests.unit.portal.conftest import Browser, soup

REVOKE = f"/entreprises/{ATELIERS}/acces/mandats/{MANDATE}/retirer"
REASSIGN = f"/entreprises/{ATELIERS}/acces/mandats/{MANDATE}/dossiers"
BRUNO, CARLA, DRAFT = uuid4(), uuid4(), uuid4()
DRAFTS = ["dossier.read", "dossier.draft"]


@pytest.fixture
def rpc(rpc: RecordingRpc) -> RecordingRpc:
    """Bruno's mandate is to be revoked; who sits at the browser, Amélie, manages."""
    rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=[*DRAFTS, "mandate.manage"])],
        "list_people_of": [
            a_mandate(person_id=BRUNO, person_name="Bruno Lambert", permissions=DRAFTS),
            a_mandate(mandate_id=uuid4(), role="access_manager", permissions=[*DRAFTS, "mandate.manage"]),
            another(CARLA, "Carla Rossi"),
            another(CARLA, "Carla Rossi", role="signatory"),
            another(uuid4(), "Denis Lecteur", permissions=["dossier.read"]),
            another(uuid4(), "Émile Parti", state="revoked"),
            another(uuid4(), "Farid Tournai", establishment_number=AT_TOURNAI),
            another(BRUNO, "Bruno Lambert", role="contributor"),
        ],
        "list_stranded": [
            a_dossier_summary(bce_number=ATELIERS, must_act=True),
            a_dossier_summary(bce_number=ATELIERS, dossier_id=DRAFT, reference=None, state="draft"),
        ],
        "reassign_dossiers": [],
        "revoke_mandate": a_mandate(state="revoked"),
    }
    return rpc


@pytest.fixture
def manager(browser: Browser) -> Browser:
    browser.sign_in()
    return browser


def another(person_id: UUID, name: str, **facts: Any) -> Any:
    return a_mandate(
        mandate_id=uuid4(), **({"person_id": person_id, "person_name": name, "permissions": DRAFTS} | facts)
    )


def press(manager: Browser, *, to: UUID | None = CARLA, **typed: str) -> TestResponse:
    return manager.press(REVOKE, to_person_id=str(to or ""), **({"reason": "Départ"} | typed))


def asked(rpc: RecordingRpc) -> list[str]:
    return [call.method for call in rpc.asked if call.method in ("reassign_dossiers", "revoke_mandate")]


def choices(page: BeautifulSoup) -> dict[str, str]:
    return {str(option["value"]): option.text for option in page.select("#to_person_id option")}


def test_what_would_be_stranded_is_shown_with_its_state(manager: Browser, rpc: RecordingRpc) -> None:
    page = manager.get(REVOKE)

    filed, draft = page.select(".rows li")
    assert "ME-2024-000123-45" in filed.text
    assert "Action requise" in filed.text
    assert "Soumis" in filed.text
    assert "Brouillon" in draft.text
    (call,) = rpc.calls("list_stranded")
    assert call.arguments == {"bce_number": ATELIERS, "person_id": BRUNO, "mandate_id": MANDATE}


@pytest.mark.parametrize("page", [REVOKE, REASSIGN])
def test_a_list_that_is_cut_says_so(manager: Browser, rpc: RecordingRpc, page: str) -> None:
    rpc.answers["list_stranded"] = [a_dossier_summary(bce_number=ATELIERS)] * (MOST_REASSIGNED - 1)
    whole = manager.get(page).text
    rpc.answers["list_stranded"].append(a_dossier_summary(bce_number=ATELIERS))
    cut = manager.get(page).text

    assert "Cette liste s’arrête à 500 dossiers" not in whole
    assert "Cette liste s’arrête à 500 dossiers" in cut


def test_where_others_lose_their_roles_too_their_dossiers_are_said_not_to_be_listed(
    manager: Browser, rpc: RecordingRpc
) -> None:
    rpc.answers["list_people_of"][0] = a_mandate(person_id=BRUNO, permissions=[*DRAFTS, "mandate.manage"])

    box = manager.get(REVOKE).find(id="cascade")

    assert "ne sont pas dans la liste" in box.find_next(id=box["aria-describedby"]).text


def test_each_other_person_who_may_fill_in_dossiers_is_offered_once(manager: Browser) -> None:
    offered = choices(manager.get(REVOKE))

    assert list(offered) == ["", str(AMELIE), str(CARLA)]
    assert offered[str(AMELIE)] == "Amélie Dubois (vous)"
    assert offered[str(CARLA)].startswith("Carla Rossi")


def test_what_was_an_establishments_is_offered_to_who_acts_for_it_too(manager: Browser, rpc: RecordingRpc) -> None:
    farid = rpc.answers["list_people_of"][-2].person_id
    rpc.answers["list_people_of"][0] = a_mandate(person_id=BRUNO, permissions=DRAFTS, establishment_number=AT_TOURNAI)

    assert str(farid) in choices(manager.get(REVOKE))


def test_they_are_given_away_once_the_role_is_revoked(manager: Browser, rpc: RecordingRpc) -> None:
    answer = press(manager)

    assert answer.status_code == 303
    assert asked(rpc) == ["revoke_mandate", "reassign_dossiers"]
    (given,), (revoked,) = rpc.calls("reassign_dossiers"), rpc.calls("revoke_mandate")
    assert {name: value for name, value in given.arguments.items() if name != "command_id"} == {
        "bce_number": ATELIERS,
        "dossier_ids": [DOSSIER, DRAFT],
        "from_person_id": BRUNO,
        "to_person_id": CARLA,
    }
    assert given.arguments["command_id"] != revoked.arguments["command_id"]
    told = soup(manager.client.get(f"/entreprises/{ATELIERS}/acces")).text
    assert "Les dossiers sont confiés à Carla Rossi" in told
    assert "Le rôle est retiré." in told


def test_to_nobody_they_are_left_as_they_are(manager: Browser, rpc: RecordingRpc) -> None:
    assert press(manager, to=None).status_code == 303

    assert asked(rpc) == ["revoke_mandate"]


def test_where_nothing_is_stranded_the_page_says_so(manager: Browser, rpc: RecordingRpc) -> None:
    rpc.answers["list_stranded"] = []

    page = manager.get(REVOKE)

    assert "Aucun brouillon ni dossier ouvert ne reste en suspens." in page.text
    assert page.find(id="to_person_id") is None
    assert manager.press(REVOKE, reason="Départ").status_code == 303
    assert asked(rpc) == ["revoke_mandate"]


def test_where_nobody_could_take_over_the_page_says_so(manager: Browser, rpc: RecordingRpc) -> None:
    rpc.answers["list_people_of"] = [a_mandate(person_id=BRUNO, permissions=DRAFTS)]

    page = manager.get(REVOKE)

    assert "Personne d’autre dans l’entreprise" in page.text
    assert page.find(id="to_person_id") is None


@pytest.mark.parametrize("refusal", [Unavailable(part="dossiers"), NotFound()])
def test_a_role_is_revoked_though_dossiers_cannot_tell(manager: Browser, rpc: RecordingRpc, refusal: Refusal) -> None:
    rpc.answers["list_stranded"] = refusal

    assert "Nous ne pouvons pas dire" in manager.get(REVOKE).text
    assert manager.press(REVOKE, reason="Départ").status_code == 303
    assert asked(rpc) == ["revoke_mandate"]


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (MayNotTakeOver(dossier_id=str(DRAFT)), "Choisissez"),
        (LookedAfterByAnother(), "ont changé entre-temps"),
        (WrongState(state="decided"), "ont changé entre-temps"),
        (NotFound(), "ont changé entre-temps"),
        (Unavailable(part="dossiers"), "momentanément indisponible"),
    ],
)
def test_a_role_that_is_gone_leads_to_where_what_stayed_is_given_away(
    manager: Browser, rpc: RecordingRpc, refusal: Refusal, sentence: str
) -> None:
    rpc.answers["reassign_dossiers"] = refusal

    answer = press(manager)

    assert answer.headers["Location"] == REASSIGN
    told = manager.get(REASSIGN).text
    assert "Le rôle est retiré." in told
    assert "Les dossiers n’ont pas été confiés." in told
    assert sentence in told


def test_what_an_ended_role_left_behind_is_given_away(manager: Browser, rpc: RecordingRpc) -> None:
    rpc.answers["list_people_of"][0] = a_mandate(person_id=BRUNO, permissions=DRAFTS, state="revoked")

    assert REASSIGN in [link["href"] for link in manager.get(REASSIGN.removesuffix("/dossiers")).select("main a")]
    answer = manager.press(REASSIGN, to_person_id=str(CARLA))

    assert answer.headers["Location"] == REASSIGN
    assert asked(rpc) == ["reassign_dossiers"]
    (given,) = rpc.calls("reassign_dossiers")
    assert (given.arguments["dossier_ids"], given.arguments["from_person_id"]) == ([DOSSIER, DRAFT], BRUNO)
    assert "Les dossiers sont confiés à Carla Rossi" in manager.get(REASSIGN).text


def test_who_may_not_take_over_is_told_at_the_choice(manager: Browser, rpc: RecordingRpc) -> None:
    rpc.answers["reassign_dossiers"] = MayNotTakeOver(dossier_id=str(DRAFT))

    answer = manager.press(REASSIGN, to_person_id=str(CARLA))

    assert answer.status_code == 422
    page = soup(answer)
    assert page.find(id="to_person_id")["aria-invalid"] == "true"
    assert page.select_one("#to_person_id option[selected]")["value"] == str(CARLA)


@pytest.mark.parametrize("stranded", [[], Unavailable(part="dossiers")])
def test_where_nothing_can_be_given_away_there_is_no_form(manager: Browser, rpc: RecordingRpc, stranded: Any) -> None:
    rpc.answers["list_stranded"] = stranded

    assert manager.get(REASSIGN).find(id="to_person_id") is None


def test_of_a_role_that_the_enterprise_does_not_have_nothing_is_given_away(manager: Browser) -> None:
    assert manager.client.get(f"/entreprises/{ATELIERS}/acces/mandats/{uuid4()}/dossiers").status_code == 404


def test_without_a_reason_nothing_is_given_away(manager: Browser, rpc: RecordingRpc) -> None:
    assert press(manager, reason="").status_code == 422

    assert asked(rpc) == []


def test_a_role_that_stays_leaves_everything_as_it_was(manager: Browser, rpc: RecordingRpc) -> None:
    own = a_mandate(person_id=AMELIE, permissions=[*DRAFTS, "mandate.manage"])
    left = another(uuid4(), "Émile Parti", state="revoked", permissions=[*DRAFTS, "mandate.manage"])
    rpc.answers |= {"list_people_of": [own, another(CARLA, "Carla Rossi"), left], "revoke_mandate": LastAccessManager()}

    answer = press(manager)

    assert answer.status_code == 422
    assert "ne peut pas être retiré" in soup(answer).text
    assert asked(rpc) == ["revoke_mandate"]


def test_who_gives_up_his_own_role_gives_his_dossiers_away_first(manager: Browser, rpc: RecordingRpc) -> None:
    rpc.answers["list_people_of"][0] = a_mandate(person_id=AMELIE, permissions=[*DRAFTS, "mandate.manage"])

    answer = press(manager)

    assert answer.headers["Location"] == "/entreprises"
    assert asked(rpc) == ["reassign_dossiers", "revoke_mandate"]


def test_pressed_twice_the_same_commands_are_asked_again(manager: Browser, rpc: RecordingRpc) -> None:
    command_id = str(uuid4())

    for _ in range(2):
        press(manager, command_id=command_id)

    for method in ("reassign_dossiers", "revoke_mandate"):
        first, second = rpc.calls(method)
        assert first.arguments == second.arguments


@pytest.mark.parametrize("typed", [{"to": uuid4()}, {"dossier_ids": "7"}])
def test_what_the_page_did_not_offer_is_not_asked_for(
    manager: Browser, rpc: RecordingRpc, typed: dict[str, Any]
) -> None:
    assert press(manager, **typed).status_code in (400, 422)

    assert asked(rpc) == []
