"""Once a year access managers say which roles are still needed, on one page."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.delegation import MandateEnded, MandateView
from contracts.errors import InvalidRequest
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import AMELIE, ATELIERS, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_offices import a_chain

CONSOLE = f"/entreprises/{ATELIERS}/acces"
HERE = f"{CONSOLE}/confirmer"
DAVIDS, ELODIES, CHANTALS = uuid4(), uuid4(), uuid4()


def waiting(mandate_id: UUID, name: str, **facts: Any) -> MandateView:
    given = {"person_id": uuid4(), "person_name": name, "confirm_by": date(2025, 11, 14)}
    return a_mandate(mandate_id, **given | {"valid_until": date(2029, 10, 15)} | facts)


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    mandates = [
        waiting(DAVIDS, "David Lambert"),
        waiting(ELODIES, "Élodie Petit", role="signatory", procedure_categories=["taxes"]),
        waiting(CHANTALS, "Chantal Martin"),
    ]
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_role_requests": [],
        "list_invitations": [],
        "list_people_of": mandates,
        "list_to_confirm": mandates,
        "confirm_mandates": [],
        "revoke_mandate": a_mandate(state="revoked"),
    }
    return browser.rpc


def answers(**by_whom: str) -> dict[str, str]:
    names = {"davids": DAVIDS, "elodies": ELODIES, "chantals": CHANTALS}
    return {f"answer_{names[whose].hex}": answer for whose, answer in by_whom.items()}


def test_the_console_leads_to_the_page_where_something_is_to_confirm(browser: Browser, manager: RecordingRpc) -> None:
    notice = browser.get(CONSOLE).select_one(".notice-warning")
    assert "3 rôles sont à confirmer, au plus tard le 14\xa0novembre 2025" in notice.text
    assert notice.a["href"] == HERE

    resting, own = waiting(DAVIDS, "David Lambert", state="suspended"), waiting(ELODIES, "Amélie", person_id=AMELIE)
    manager.answers["list_people_of"] = [a_mandate(), resting, own]
    assert browser.get(CONSOLE).select(".notice-warning") == []


def test_the_console_counts_the_mandates_of_offices_with_the_roles(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates_to_confirm"] = [a_chain(people=[], confirm_by=date(2025, 11, 7))]
    both = browser.get(CONSOLE).select_one(".notice-warning").text
    manager.answers["list_people_of"] = []
    alone = browser.get(CONSOLE).select_one(".notice-warning").text

    assert "4 rôles sont à confirmer, au plus tard le 7\xa0novembre 2025 pour le premier" in both
    assert "Un rôle est à confirmer au plus tard le 7\xa0novembre 2025" in alone


def test_each_role_has_its_choice_and_nothing_is_chosen_beforehand(browser: Browser, manager: RecordingRpc) -> None:
    page = browser.get(HERE)

    legends = [legend.text for legend in page.select("main fieldset legend")]
    assert legends == ["David Lambert – Lecteur", "Élodie Petit – Signataire", "Chantal Martin – Lecteur"]
    assert {field["value"] for field in page.select("main input[type=radio][checked]")} == {"later"}
    assert "Fiscalité" in page.select("main fieldset")[1].text
    assert page.find("a", href=f"{CONSOLE}/mandats/{DAVIDS}/retirer")


def test_what_is_confirmed_goes_with_one_command_and_the_rest_one_by_one(
    browser: Browser, manager: RecordingRpc
) -> None:
    typed = answers(davids="confirm", elodies="revoke", chantals="confirm")

    answer = browser.press(HERE, reason=" Partie. ", **typed)

    assert (answer.status_code, answer.headers["Location"]) == (303, CONSOLE)
    (confirmed,) = manager.calls("confirm_mandates")
    assert confirmed.arguments["mandate_ids"] == [DAVIDS, CHANTALS]
    (revoked,) = manager.calls("revoke_mandate")
    assert (revoked.arguments["mandate_id"], revoked.arguments["reason"]) == (ELODIES, "Partie.")
    assert revoked.arguments["command_id"] != confirmed.arguments["command_id"]
    told = [notice.text.strip() for notice in browser.get(CONSOLE).select(".notice-success")]
    assert told == ["2 rôles sont confirmés.", "Un rôle est retiré."]


def test_to_take_away_needs_a_reason_and_nothing_is_done_without(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(HERE, reason=" ", **answers(davids="confirm", elodies="revoke"))

    page = soup(answer)
    assert (answer.status_code, page.find(id="reason")["aria-invalid"]) == (422, "true")
    chosen = page.find("input", attrs={"name": f"answer_{ELODIES.hex}", "checked": True})
    assert chosen["value"] == "revoke"
    assert manager.calls("confirm_mandates") + manager.calls("revoke_mandate") == []


@pytest.mark.parametrize("reason", ["confirm", "revoke"])
def test_a_reason_in_the_words_of_an_answer_is_none(browser: Browser, manager: RecordingRpc, reason: str) -> None:
    answer = browser.press(HERE, reason=reason, **answers(davids="confirm", elodies="revoke"))

    assert answer.status_code == 303
    assert manager.calls("confirm_mandates")[0].arguments["mandate_ids"] == [DAVIDS]
    assert manager.calls("revoke_mandate")[0].arguments["reason"] == reason


def test_later_changes_nothing_and_needs_no_reason(browser: Browser, manager: RecordingRpc) -> None:
    answer = browser.press(HERE, reason="", **answers(davids="later"))

    assert answer.status_code == 303
    assert manager.calls("confirm_mandates") + manager.calls("revoke_mandate") == []
    assert "restent à confirmer" in browser.get(CONSOLE).text


def test_what_is_no_choice_or_nobodys_mandate_is_not_sent_on(browser: Browser, manager: RecordingRpc) -> None:
    wrong = browser.press(HERE, **answers(davids="perhaps"))
    unknown = browser.press(HERE, **{f"answer_{uuid4().hex}": "confirm"})

    assert (wrong.status_code, unknown.status_code) == (422, 303)
    assert manager.calls("confirm_mandates") == []


@pytest.mark.parametrize("refusal", [InvalidRequest(fields={"mandate_ids": ["suspended"]}), MandateEnded()])
def test_what_changed_meanwhile_is_told_and_nothing_is_taken_away(
    browser: Browser, manager: RecordingRpc, refusal: Exception
) -> None:
    manager.answers["confirm_mandates"] = refusal

    answer = browser.press(HERE, reason="Partie.", **answers(davids="confirm", elodies="revoke"))

    assert answer.status_code == 422
    assert soup(answer).select_one(".error-summary")
    assert manager.calls("revoke_mandate") == []


def test_ones_own_role_is_for_another_to_confirm(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_to_confirm"] = [waiting(DAVIDS, "Amélie Dubois", person_id=AMELIE)]

    page = browser.get(HERE)

    assert "un autre gestionnaire d’accès doit s’en charger" in page.text
    assert page.select("main fieldset, main button") == []


def test_who_manages_nothing_confirms_nothing(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_my_enterprises"] = [an_access(permissions=["dossier.read"])]

    assert browser.client.get(HERE).status_code == 403
    assert browser.client.post(HERE, data=browser.csrf()).status_code == 403
    assert manager.calls("confirm_mandates") == []


def test_the_mandate_of_an_office_is_confirmed_or_ended_beside_the_roles(
    browser: Browser, manager: RecordingRpc
) -> None:
    kept, ended, asked = uuid4(), uuid4(), {"confirm_by": date(2025, 11, 14)}
    manager.answers |= {
        "list_enterprise_mandates_to_confirm": [
            a_chain(enterprise_mandate_id=kept, **asked),
            a_chain(enterprise_mandate_id=ended, office_name="Autre bureau", **asked),
        ],
        "confirm_enterprise_mandate": a_chain(),
        "end_enterprise_mandate": a_chain(state="revoked"),
    }

    legends = [legend.text for legend in browser.get(HERE).select("main fieldset legend")]
    typed = {f"answer_{kept.hex}": "confirm", f"answer_{ended.hex}": "revoke"} | answers(davids="confirm")
    browser.press(HERE, reason=" Inutile. ", **typed)

    assert legends[3:] == ["Fiduciaire d’Exemple – Signataire", "Autre bureau – Signataire"]
    assert manager.calls("confirm_mandates")[0].arguments["mandate_ids"] == [DAVIDS]
    (confirmed,) = manager.calls("confirm_enterprise_mandate")
    assert confirmed.arguments["enterprise_mandate_id"] == kept
    (over,) = manager.calls("end_enterprise_mandate")
    assert (over.arguments["enterprise_mandate_id"], over.arguments["reason"]) == (ended, "Inutile.")
    assert manager.calls("revoke_mandate") == []
