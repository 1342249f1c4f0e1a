"""Asking for a role in an enterprise of which one knows the name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from contracts.delegation import Address, Coded, EnterpriseMatch
from contracts.errors import TooManyAttempts
from tests.unit.portal.builders import ATELIERS, RecordingRpc, a_role_request
from tests.unit.portal.conftest import Browser, soup

ADD = "/entreprises/ajouter"


def a_match(**facts: Any) -> EnterpriseMatch:
    return EnterpriseMatch(
        **{
            "bce_number": ATELIERS,
            "name": "Ateliers du Hainaut",
            "state": "active",
            "struck_off_on": None,
            "abbreviation": "ADH",
            "seat": Address(zipcode="7000", municipality_fr="Mons"),
            "juridical_form": Coded(code="014", labels={"fr": "Société anonyme", "nl": "Naamloze vennootschap"}),
        }
        | facts
    )


@pytest.fixture
def delegation(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {"search_enterprises": [a_match()], "request_role": a_role_request()}
    return browser.rpc


def test_a_name_shows_the_enterprises_to_choose_from(browser: Browser, delegation: RecordingRpc) -> None:
    answer = browser.press(ADD, bce_number=" ateliers hainot ", role="reader", message="Bonjour.")

    assert answer.status_code == 200
    assert delegation.calls("search_enterprises")[0].arguments == {"query": "ateliers hainot"}
    assert delegation.calls("request_role") == []
    page = soup(answer)
    (shown,) = page.select('input[name="chosen"]')
    label = page.find("label", attrs={"for": shown["id"]})
    assert label is not None
    assert " ".join(label.get_text(" ").split()) == "Ateliers du Hainaut, société anonyme 0403.019.261 · 7000 Mons"
    assert page.find(id="message").text.strip() == "Bonjour."


def test_the_one_that_is_chosen_is_asked(browser: Browser, delegation: RecordingRpc) -> None:
    typed = {"bce_number": "ateliers", "sought": "ateliers", "chosen": str(ATELIERS), "role": "reader"}

    assert browser.press(ADD, **typed).status_code == 303
    assert delegation.calls("request_role")[0].arguments["bce_number"] == ATELIERS


def test_another_name_is_looked_for_whatever_was_chosen(browser: Browser, delegation: RecordingRpc) -> None:
    browser.press(ADD, bce_number="boulangerie", sought="ateliers", chosen=str(ATELIERS), role="reader")

    assert delegation.calls("search_enterprises")[0].arguments == {"query": "boulangerie"}
    assert delegation.calls("request_role") == []


def test_who_chooses_none_is_told_so(browser: Browser, delegation: RecordingRpc) -> None:
    answer = browser.press(ADD, bce_number="ateliers", sought="ateliers", role="reader")

    assert answer.status_code == 422
    assert "Choisissez l’entreprise dans la liste." in soup(answer).select_one(".error-summary").text
    assert soup(answer).select('input[name="chosen"]')


def test_an_enterprise_that_was_struck_off_is_shown_and_not_to_be_chosen(
    browser: Browser, delegation: RecordingRpc
) -> None:
    gone = a_match(state="struck_off", struck_off_on=date(2024, 10, 5), seat=None, juridical_form=None)
    delegation.answers["search_enterprises"] = [gone]

    page = soup(browser.press(ADD, bce_number="ateliers", role="reader"))

    assert page.select_one('input[name="chosen"]').has_attr("disabled")
    assert "radiée le 5\xa0octobre 2024" in page.text


def test_a_name_that_nobody_has_is_told_at_its_field(browser: Browser, delegation: RecordingRpc) -> None:
    delegation.answers["search_enterprises"] = []

    answer = browser.press(ADD, bce_number="xyzzy", role="reader")

    assert answer.status_code == 422
    assert "Aucune entreprise ne porte ce nom" in soup(answer).find(id="bce_number-error").text


def test_who_looks_too_often_keeps_what_he_typed(browser: Browser, delegation: RecordingRpc) -> None:
    delegation.answers["search_enterprises"] = TooManyAttempts(again_at="2024-10-15T14:00:00+00:00")

    answer = browser.press(ADD, bce_number="ateliers", role="reader", message="Bonjour.")

    assert answer.status_code == 422
    assert "trop d’essais" in soup(answer).select_one(".error-summary").text
    assert soup(answer).find(id="message").text.strip() == "Bonjour."


def test_who_asks_too_often_keeps_what_he_typed(browser: Browser, delegation: RecordingRpc) -> None:
    delegation.answers["request_role"] = TooManyAttempts(again_at="2024-10-15T14:00:00+00:00")

    answer = browser.press(ADD, bce_number="0403.019.261", role="reader", message="Bonjour.")

    assert answer.status_code == 422
    assert "trop d’essais" in soup(answer).select_one(".error-summary").text
    assert soup(answer).find(id="message").text.strip() == "Bonjour."


@pytest.mark.parametrize("typed", ["a", "0403.019.262", "BE 0403019262", "x" * 101])
def test_what_is_neither_number_nor_name_is_not_looked_for(
    browser: Browser, delegation: RecordingRpc, typed: str
) -> None:
    answer = browser.press(ADD, bce_number=typed, role="reader")

    assert answer.status_code == 422
    assert soup(answer).find(id="bce_number")["aria-invalid"] == "true"
    assert delegation.calls("search_enterprises") == []
