"""The agents' console: what is asked of dossiers."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.dossiers import AlreadyClaimed
from tests.unit.portal.builders import DOSSIER, a_dossier_summary, a_submitted_dossier
from tests.unit.portal.conftest import Browser


def test_an_agent_decides_in_the_words_of_the_procedure(browser: Browser) -> None:
    browser.sign_in(roles=["agent"])
    browser.rpc.answers |= {"get_dossier": a_submitted_dossier(may=["decide"]), "decide_dossier": None}
    address = f"/agents/dossiers/{DOSSIER}/decider"

    assert browser.press(address, outcome="granted", motivation="").status_code == 422
    browser.press(address, outcome="granted", motivation="Tout est en ordre.")

    (asked,) = browser.rpc.calls("decide_dossier")
    assert asked.arguments["outcome"] == "granted"


@pytest.mark.parametrize("address", [f"/dossiers/{DOSSIER}", f"/agents/dossiers/{DOSSIER}"])
def test_what_was_decided_and_why_is_shown_to_both(browser: Browser, address: str) -> None:
    browser.sign_in(roles=["agent"])
    decided = a_submitted_dossier(state="decided", outcome="granted", motivation="Tout est en ordre.")
    browser.rpc.answers |= {"get_dossier": decided, "list_my_enterprises": []}

    (panel,) = (title.parent for title in browser.get(address).find_all("h2", string="Décision"))

    assert "Prime accordée" in panel.text
    assert "Tout est en ordre." in panel.text


def test_an_agent_asks_for_elements_one_on_each_line(browser: Browser) -> None:
    browser.sign_in(roles=["agent"])
    browser.rpc.answers |= {"get_dossier": a_submitted_dossier(), "request_complement": None}

    browser.press(
        f"/agents/dossiers/{DOSSIER}/demander-un-complement",
        elements="Le devis\r\n\r\n Le plan ",
        message="Il manque ceci.",
        due_on="2024-10-25",
    )

    (asked,) = browser.rpc.calls("request_complement")
    assert asked.arguments["elements"] == ["Le devis", "Le plan"]
    assert asked.arguments["due_on"] == date(2024, 10, 25)


def test_the_queue_of_one_procedure_is_asked_whole(browser: Browser) -> None:
    """Of all procedures together dossiers shows the longest waiting only."""
    browser.sign_in(roles=["agent"])
    grant, complaint = a_dossier_summary(), a_dossier_summary(procedure="complaint", reference="ME-2024-000999-01")
    browser.rpc.answers["list_queue"] = [([grant, a_dossier_summary(procedure="other")],), ([complaint],)]

    page = browser.get("/agents?demarche=complaint")

    assert browser.rpc.calls("list_queue")[-1].arguments == {"procedure": "complaint"}
    assert "ME-2024-000999-01" in page.text


def test_a_dossier_claimed_by_another_agent_is_told_so(browser: Browser) -> None:
    browser.sign_in(roles=["agent"])
    browser.rpc.answers |= {"get_dossier": a_submitted_dossier(may=["claim"]), "claim_dossier": AlreadyClaimed()}
    page = f"/agents/dossiers/{DOSSIER}"

    browser.press(f"{page}/prendre-en-charge", on=page)

    assert "Un autre agent traite déjà ce dossier." in browser.get(page).text
