"""The agents' console: deletions of accounts that wait for a decision, and the education staff."""

from __future__ import annotations

import pytest

from contracts.errors import InvalidRequest
from contracts.identity import AccountDeletionCase, EducationStaffStays, NoAddress
from tests.unit.portal.account_builders import a_deletion, a_deletion_case
from tests.unit.portal.conftest import Browser, soup


@pytest.fixture
def case(browser: Browser) -> AccountDeletionCase:
    browser.sign_in(roles=["agent"])
    case = a_deletion_case()
    browser.rpc.answers["list_account_deletions"] = [case]
    return case


def test_an_agent_decides_with_a_reason(browser: Browser, case: AccountDeletionCase) -> None:
    page = f"/agents/suppressions/{case.deletion.deletion_id}"
    browser.rpc.answers["decide_account_deletion"] = a_deletion(state="refused")
    assert "Je pars à l’étranger." in browser.get(page).text

    assert browser.press(f"{page}/decider", on=page, outcome="refuse", reason="").status_code == 422
    browser.press(f"{page}/decider", on=page, outcome="refuse", reason="Un recours est en cours.")

    (asked,) = browser.rpc.calls("decide_account_deletion")
    assert (asked.arguments["accept"], asked.arguments["reason"]) == (False, "Un recours est en cours.")


def test_an_agent_writes_to_the_person(browser: Browser, case: AccountDeletionCase) -> None:
    page = f"/agents/suppressions/{case.deletion.deletion_id}"
    browser.rpc.answers["write_about_deletion"] = [(None,), NoAddress()]

    for _ in range(2):
        browser.press(f"{page}/ecrire", on=page, message="Pouvons-nous vous appeler ?")

    assert browser.rpc.calls("write_about_deletion")[0].arguments["message"] == "Pouvons-nous vous appeler ?"
    assert "aucune adresse e-mail" in browser.get("/agents/suppressions").text


def test_an_agent_names_the_education_staff(browser: Browser, case: AccountDeletionCase) -> None:
    browser.rpc.answers["set_education_staff"] = None
    page = "/agents/suppressions"

    wrong = browser.press(f"{page}/personnel-enseignant", on=page, national_number="85073003329", is_staff="yes")
    browser.press(f"{page}/personnel-enseignant", on=page, national_number="85.07.30-033.28", is_staff="yes")

    assert wrong.status_code == 422
    (asked,) = browser.rpc.calls("set_education_staff")
    assert (asked.arguments["national_number"], asked.arguments["is_staff"]) == ("85073003328", True)


def test_to_others_the_list_does_not_exist(browser: Browser) -> None:
    browser.sign_in()

    assert browser.client.get("/agents/suppressions").status_code == 404


def test_an_agent_who_cannot_let_education_staff_go_keeps_what_he_wrote(
    browser: Browser, case: AccountDeletionCase
) -> None:
    browser.rpc.answers["decide_account_deletion"] = EducationStaffStays()
    page = f"/agents/suppressions/{case.deletion.deletion_id}"

    answer = browser.press(f"{page}/decider", on=page, outcome="accept", reason="Plus aucun recours.")

    assert answer.status_code == 422
    assert "Cette personne est membre des personnels de l’Enseignement" in answer.text
    assert "Plus aucun recours." in answer.text


def test_a_number_that_identity_refuses_is_told_at_its_field(browser: Browser, case: AccountDeletionCase) -> None:
    browser.rpc.answers["set_education_staff"] = InvalidRequest(fields={"national_number": ["of nobody"]})
    page = "/agents/suppressions"

    answer = browser.press(f"{page}/personnel-enseignant", on=page, national_number="85073003328", is_staff="no")

    assert answer.status_code == 422
    assert soup(answer).find(id="national_number-error") is not None
