"""Filling in: each step is saved, errors are at their field, nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.dossiers import AnswersInvalid, DraftSaved, LateFilingNotConfirmed, NotADraft, NotValidated
from contracts.errors import CommandIdReused, PermissionMissing
from tests.unit.portal.builders import (
    AT_MONS,
    ATELIERS,
    DOSSIER,
    NOON,
    RecordingRpc,
    a_dossier,
    a_file,
    a_submitted_dossier,
    an_access,
    an_establishment,
)
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.form_builders import a_field, a_form, a_heading, a_section

HERE = f"/dossiers/{DOSSIER}"
ONE = f"{HERE}/formulaire/one"


def a_two_page_form() -> dict[str, object]:
    first = a_section("one", a_field("name", required=True), a_field("box", "checkbox"))
    return a_form(first, a_section("two", a_field("more")), attachments=[a_heading("quote")])


def saved(**errors: list[str]) -> DraftSaved:
    return DraftSaved(dossier_id=DOSSIER, saved_at=NOON, errors=errors)


def with_draft(browser: Browser, **facts: object) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "get_dossier": a_dossier(**({"form": a_two_page_form()} | facts)),
        "save_draft": saved(),
    }
    return browser.rpc


def test_a_step_is_saved_and_leads_to_the_next(browser: Browser) -> None:
    rpc = with_draft(browser)

    answer = browser.press(ONE, name="Dubois", go="next")

    assert answer.headers["Location"] == f"{HERE}/formulaire/two"
    assert rpc.calls("save_draft")[0].arguments["answers"] == {"name": "Dubois", "box": False}


def test_the_last_step_leads_to_the_files_and_then_to_validation(browser: Browser) -> None:
    rpc = with_draft(browser)
    assert browser.press(f"{HERE}/formulaire/two").headers["Location"] == f"{HERE}/pieces"

    rpc.answers["get_dossier"] = a_dossier(form=a_form())
    assert browser.press(ONE).headers["Location"] == f"{HERE}/validation"


def test_an_error_is_shown_at_its_field_with_what_was_typed(browser: Browser) -> None:
    rpc = with_draft(browser, answers={"name": "trop long"})
    rpc.answers["save_draft"] = saved(name=["too_long"])

    answer = browser.press(ONE, name="trop long")

    page = soup(answer)
    field = page.find(id="f-name")
    assert answer.status_code == 422
    assert field["value"] == "trop long"
    assert field["aria-invalid"] == "true"
    assert "trop longue" in page.find(id="f-name-error").text
    assert page.select_one('.error-summary a[href="#f-name"]') is not None
    assert page.title.text.startswith("Erreur")


def test_going_back_saves_and_does_not_insist(browser: Browser) -> None:
    rpc = with_draft(browser)
    rpc.answers["save_draft"] = saved(more=["required"])

    answer = browser.press(f"{HERE}/formulaire/two", go="previous")

    assert answer.headers["Location"] == ONE


def test_leaving_keeps_the_draft(browser: Browser) -> None:
    with_draft(browser)

    assert browser.press(ONE, go="later").headers["Location"] == HERE
    assert "Votre brouillon est enregistré" in browser.get(HERE).text


def test_questions_that_appear_are_asked_before_the_next_step(browser: Browser) -> None:
    """Without JavaScript a field that depends on another one comes after saving."""
    rpc = with_draft(browser)
    before = a_section("one", a_field("kind"), a_field("which", applies=False, when={"field": "kind", "equals": ["x"]}))
    after = a_section("one", a_field("kind"), a_field("which", when={"field": "kind", "equals": ["x"]}))
    # Shown; read to save; read again once it is saved.
    rpc.answers["get_dossier"] = [
        (a_dossier(form=a_form(before)),),
        (a_dossier(form=a_form(before)),),
        (a_dossier(form=a_form(after)),),
    ]

    answer = browser.press(ONE, kind="x")

    assert answer.headers["Location"] == f"{ONE}#f-which"
    assert "de nouvelles questions" in browser.get(ONE).text


def test_saving_as_one_types_answers_in_a_sentence(browser: Browser) -> None:
    with_draft(browser)

    answer = browser.press(ONE, name="D", go="autosave")

    assert answer.get_json()["saved"].startswith("Enregistré le 15")


def test_a_page_gone_back_to_and_changed_is_saved_again(browser: Browser) -> None:
    rpc = with_draft(browser)
    rpc.answers["save_draft"] = [CommandIdReused(), (saved(),)]

    assert browser.press(ONE, name="autre").status_code == 303
    first, second = rpc.calls("save_draft")
    assert first.arguments["command_id"] != second.arguments["command_id"]


def test_who_may_not_edit_is_shown_the_dossier(browser: Browser) -> None:
    with_draft(browser, may=[])

    for page in ("formulaire", "formulaire/one", "pieces", "validation", "soumission"):
        assert browser.client.get(f"{HERE}/{page}").headers["Location"] == HERE


def test_where_no_file_was_added_the_review_says_so_outside_a_list(browser: Browser) -> None:
    with_draft(browser)

    page = browser.get(f"{HERE}/validation")

    assert page.find("p", string="Aucun fichier") is not None
    assert page.select("ul.file-list") == []


def test_validating_an_incomplete_form_leads_to_each_field(browser: Browser) -> None:
    rpc = with_draft(browser)
    rpc.answers["validate_draft"] = AnswersInvalid(fields={"more": ["required"], "quote": ["required"]})

    answer = browser.press(f"{HERE}/validation")

    page = soup(answer)
    assert answer.status_code == 422
    links = [link["href"] for link in page.select(".error-summary a")]
    assert links == [f"{HERE}/formulaire/two#f-more", f"{HERE}/pieces#f-quote"]
    assert "Remplissez ce champ" in browser.get(f"{HERE}/formulaire/two").find(id="f-more-error").text


def test_a_section_mended_shows_its_error_no_more(browser: Browser) -> None:
    rpc = with_draft(browser)
    rpc.answers["validate_draft"] = AnswersInvalid(fields={"more": ["required"]})
    browser.press(f"{HERE}/validation")

    browser.press(f"{HERE}/formulaire/two", more="x")

    assert browser.get(f"{HERE}/formulaire/two").find(id="f-more-error") is None


def test_a_valid_form_leads_to_its_declaration(browser: Browser) -> None:
    rpc = with_draft(browser)
    rpc.answers["validate_draft"] = a_dossier()

    assert browser.press(f"{HERE}/validation").headers["Location"] == f"{HERE}/soumission"


def test_a_missing_file_is_told_before_confirming(browser: Browser) -> None:
    with_draft(browser, **validated(form=a_form(attachments=[a_heading("claim", step="submission")])))

    answer = browser.client.get(f"{HERE}/soumettre")

    page = soup(answer)
    assert answer.status_code == 422
    assert "cette pièce est obligatoire" in page.find(id="f-claim-error").text


def test_submitting_for_an_enterprise_rests_on_a_decision_of_that_moment(browser: Browser) -> None:
    rpc = with_draft(browser, **validated(bce_number=ATELIERS, establishment_number=AT_MONS))
    rpc.answers |= {
        "issue_decision": "decision-1",
        "submit_dossier": a_submitted_dossier(),
        "list_my_enterprises": [an_access()],
    }

    answer = browser.press(f"{HERE}/soumettre")

    assert answer.headers["Location"] == f"{HERE}/accuse-de-reception"
    assert rpc.calls("submit_dossier")[0].statements == {"actor": "actor-1", "decision": "decision-1"}
    assert rpc.calls("issue_decision")[0].arguments == {
        "bce_number": ATELIERS,
        "permission": "dossier.submit",
        "procedure": "economy",
        "establishment": AT_MONS,
    }


@pytest.mark.parametrize(
    ("establishments", "status"), [([], 303), ([an_establishment(state="closed")], 303), ([an_establishment()], 403)]
)
def test_whose_establishment_closed_or_moved_is_told_that_this_draft_goes_nowhere(
    browser: Browser, establishments: list[Any], status: int
) -> None:
    rpc = with_draft(browser, **validated(bce_number=ATELIERS, establishment_number=AT_MONS))
    rpc.answers |= {
        "issue_decision": PermissionMissing(permission="dossier.submit", missing="no such establishment"),
        "list_establishments": establishments,
        "list_my_enterprises": [an_access()],
    }

    answer = browser.press(f"{HERE}/soumettre")

    assert answer.status_code == status
    assert ("n’est plus ouvert dans cette entreprise" in browser.get(HERE).text) == (status == 303)
    assert rpc.calls("list_establishments")[0].arguments["numbers"] == [AT_MONS]


def test_submitting_in_ones_own_name_needs_no_decision(browser: Browser) -> None:
    rpc = with_draft(browser, **validated())
    rpc.answers["submit_dossier"] = a_submitted_dossier()

    browser.press(f"{HERE}/soumettre")

    assert rpc.calls("submit_dossier")[0].statements == {"actor": "actor-1"}


def test_filing_late_must_be_confirmed_by_its_own_box(browser: Browser) -> None:
    rpc = with_draft(browser, **validated(late=True, late_since=NOON))
    rpc.answers["submit_dossier"] = [LateFilingNotConfirmed(), (a_submitted_dossier(),)]

    answer = browser.press(f"{HERE}/soumettre")
    assert answer.status_code == 422
    assert soup(answer).select_one('.error-summary a[href="#late_confirmed"]') is not None
    browser.press(f"{HERE}/soumettre", late_confirmed="1")

    assert [asked.arguments["late_confirmed"] for asked in rpc.calls("submit_dossier")] == [False, True]


def test_a_form_changed_since_is_validated_again(browser: Browser) -> None:
    rpc = with_draft(browser, **validated())
    rpc.answers["submit_dossier"] = NotValidated()

    assert browser.press(f"{HERE}/soumettre").headers["Location"] == f"{HERE}/validation"


def test_a_second_press_after_the_submission_shows_the_dossier(browser: Browser) -> None:
    rpc = with_draft(browser, **validated())
    rpc.answers["submit_dossier"] = NotADraft()

    assert browser.press(f"{HERE}/soumettre").headers["Location"] == HERE


def test_who_only_prepares_is_told_who_may_submit(browser: Browser) -> None:
    rpc = with_draft(browser, **validated(bce_number=ATELIERS))
    rpc.answers["list_my_enterprises"] = [an_access(permissions=["dossier.read", "dossier.draft"])]

    page = browser.get(f"{HERE}/soumission")

    assert "une personne qui a le rôle de signataire" in page.text
    assert page.find("a", href=f"{HERE}/soumettre") is None


def validated(**facts: object) -> dict[str, object]:
    declaration = a_file("declaration")
    return {
        "form": a_form(),
        "attachments": [declaration],
        "declaration_id": declaration.attachment_id,
        "may": ["edit", "validate", "submit"],
    } | facts


def test_a_button_that_the_page_did_not_have_leads_on_as_the_others(browser: Browser) -> None:
    with_draft(browser)

    answer = browser.press(ONE, name="Dubois", go="more:\r\nSet-Cookie: a=b")

    assert answer.headers["Location"] == f"{HERE}/formulaire/two"
