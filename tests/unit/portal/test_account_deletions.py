"""The end of an account: who asks for it, and the agents who decide; the education staff."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.errors import DeadlinePassed, InvalidRequest
from contracts.identity import AccountDeletionCase, EducationStaffStays, NoAddress
from tests.unit.portal.account_builders import a_deletion, a_deletion_case, an_outlook
from tests.unit.portal.builders import NOON, an_access
from tests.unit.portal.conftest import Browser, soup


def test_without_open_dossiers_one_press_is_enough(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "get_account_deletion": an_outlook(),
        "list_managed_alone": [],
        "request_account_deletion": a_deletion(state="accepted", erases_at=NOON + timedelta(days=30)),
    }

    browser.press("/profil/suppression")

    (asked,) = browser.rpc.calls("request_account_deletion")
    assert asked.arguments["reason"] == ""


def test_with_open_dossiers_a_reason_is_asked_for(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {
        "get_account_deletion": an_outlook(open_dossiers=2),
        "list_managed_alone": [],
        "request_account_deletion": a_deletion(),
    }
    assert "2 dossiers ouverts" in browser.get("/profil/suppression").text

    assert browser.press("/profil/suppression", reason=" ").status_code == 422
    assert browser.rpc.calls("request_account_deletion") == []
    browser.press("/profil/suppression", reason="Je pars.")

    assert browser.rpc.calls("request_account_deletion")[0].arguments["reason"] == "Je pars."


def test_too_long_a_reason_is_told_as_such(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_account_deletion": an_outlook(open_dossiers=1), "list_managed_alone": []}

    answer = browser.press("/profil/suppression", reason="a" * 2001)

    assert answer.status_code == 422
    assert "2000 caractères au plus" in answer.text
    assert "Donnez une raison" not in answer.text
    assert browser.rpc.calls("request_account_deletion") == []


def test_the_last_access_manager_is_told_what_it_means(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_account_deletion": an_outlook(), "list_managed_alone": [an_access()]}

    assert "dernier gestionnaire d’accès principal" in browser.get("/profil/suppression").text


def test_that_it_could_not_be_looked_up_is_told(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_account_deletion": an_outlook(), "list_managed_alone": DeadlinePassed()}

    page = browser.get("/profil/suppression")

    assert "Nous n’avons pas pu vérifier" in page.text
    assert page.find("button", class_="btn-danger") is not None


def test_education_staff_is_told_that_it_cannot(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers["get_account_deletion"] = an_outlook(is_education_staff=True)
    page = browser.get("/profil/suppression")

    assert "personnels de l’Enseignement" in page.text
    assert page.find("button", class_="btn-danger") is None


def test_what_was_asked_can_be_cancelled_whoever_else_is_away(browser: Browser) -> None:
    browser.sign_in()
    current = a_deletion(state="accepted", erases_at=NOON + timedelta(days=30))
    browser.rpc.answers |= {
        "get_account_deletion": an_outlook(current=current),
        "list_managed_alone": DeadlinePassed(service="delegation"),
        "cancel_account_deletion": a_deletion(state="cancelled"),
    }

    browser.press("/profil/suppression/annuler", on="/profil/suppression")

    assert len(browser.rpc.calls("cancel_account_deletion")) == 1
    assert browser.rpc.calls("list_managed_alone") == []


def test_until_the_account_is_erased_every_page_tells_how_to_keep_it(browser: Browser) -> None:
    browser.sign_in(erases_at=NOON + timedelta(days=30))
    browser.rpc.answers |= {
        "list_messages": [],
        "get_account_deletion": an_outlook(current=a_deletion(state="accepted", erases_at=NOON + timedelta(days=30))),
    }

    for address in ("/messages", "/aide", "/nowhere"):
        page = browser.get(address)
        assert "Votre compte sera supprimé le 14\u00a0novembre 2024" in page.text
        assert page.main.find("a", string="Annuler la suppression")["href"] == "/profil/suppression"
    assert browser.get("/profil/suppression").main.text.count("Votre compte sera supprimé") == 1


def test_drafts_are_named_among_what_goes(browser: Browser) -> None:
    browser.sign_in()
    browser.rpc.answers |= {"get_account_deletion": an_outlook(), "list_managed_alone": []}

    assert "vos brouillons" in browser.get("/profil/suppression").text


# ---------------------------------------------------------------- the agent


@pytest.fixture
def case(browser: Browser) -> AccountDeletionCase:
    browser.sign_in(roles=["agent"])
    case = a_deletion_case()
    browser.rpc.answers |= {"list_account_deletions": [case], "get_account_deletion_case": case}
    return case


def test_an_agent_sees_before_he_decides_that_education_staff_stays(browser: Browser) -> None:
    browser.sign_in(roles=["agent"])
    case = a_deletion_case(is_education_staff=True)
    browser.rpc.answers["get_account_deletion_case"] = case

    assert "ne peut pas être supprimé" in browser.get(f"/agents/suppressions/{case.deletion.deletion_id}").text


@pytest.mark.parametrize(("open_dossiers", "is_said"), [(0, False), (1, True)])
def test_who_waits_for_an_agent_reads_of_open_dossiers_only_where_there_are(
    browser: Browser, open_dossiers: int, is_said: bool
) -> None:
    browser.sign_in()
    current = a_deletion(state="to_decide", open_dossiers=open_dossiers)
    browser.rpc.answers["get_account_deletion"] = an_outlook(current=current)

    page = browser.get("/profil/suppression").text

    assert "Un agent vous contactera" in page
    assert ("Des dossiers sont encore ouverts" in page) == is_said


def test_what_an_agent_said_is_read_also_where_he_accepted(browser: Browser) -> None:
    browser.sign_in()
    current = a_deletion(state="accepted", erases_at=NOON, decision_reason="Vos dossiers suivent leur cours.")
    browser.rpc.answers["get_account_deletion"] = an_outlook(current=current)

    assert "Vos dossiers suivent leur cours." in browser.get("/profil/suppression").text


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
