"""One person's role, as its access managers change it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import LastAccessManager, MandateEnded, OwnMandate, TermTooLong
from contracts.errors import InvalidRequest
from tests.unit.portal.access_builders import MANDATE, a_mandate
from tests.unit.portal.builders import AMELIE, ATELIERS, NOON, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser, soup

HERE = f"/entreprises/{ATELIERS}/acces/mandats/{MANDATE}"
UNTIL = date(2025, 10, 15)
# What the console shows besides.
NOTHING_ELSE = {"list_role_requests": [], "list_invitations": []}


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "renew_mandate": a_mandate(),
        "suspend_mandate": a_mandate(),
        "resume_mandate": a_mandate(),
        "narrow_mandate": a_mandate(),
    }
    return browser.rpc


def show(rpc: RecordingRpc, **facts: Any) -> None:
    rpc.answers["list_people_of"] = [a_mandate(**{"person_id": uuid4(), "valid_until": UNTIL} | facts)]


def acts(page: Any) -> set[str]:
    return {form["action"].removeprefix(f"{HERE}/") for form in page.select(f'form[action^="{HERE}/"]')}


def test_a_role_is_renewed_until_a_day(browser: Browser, manager: RecordingRpc) -> None:
    show(manager)

    answer = browser.press(f"{HERE}/prolonger", on=HERE, valid_until="2027-12-31")

    assert answer.status_code == 303
    given = manager.calls("renew_mandate")[0].arguments
    assert (given["mandate_id"], given["valid_until"]) == (MANDATE, date(2027, 12, 31))


@pytest.mark.parametrize(
    ("until", "state", "told"),
    [
        (date(2027, 12, 31), "active", "Le rôle est prolongé jusqu’au 31 décembre 2027. La personne en est avertie."),
        (date(2025, 1, 1), "active", "Le rôle est raccourci : il prend fin après le 1er janvier 2025."),
        (UNTIL, "active", "Le rôle vaut jusqu’au 15 octobre 2025, comme avant."),
        (date(2027, 12, 31), "suspended", "Il reste suspendu jusqu’à ce que vous le rétablissiez."),
    ],
)
def test_another_last_day_is_told_for_what_it_is(
    browser: Browser, manager: RecordingRpc, until: date, state: str, told: str
) -> None:
    show(manager, state=state, suspended_at=NOON)
    manager.answers |= {"renew_mandate": a_mandate(valid_until=until, state=state)} | NOTHING_ELSE

    assert "ne le rétablit pas" in browser.get(HERE).text or state == "active"
    answer = browser.press(f"{HERE}/prolonger", on=HERE, valid_until=until.isoformat())

    page = browser.get(answer.headers["Location"]).text.replace("\u00a0", " ")
    assert told in page
    assert ("La personne en est avertie." in page) == (state == "active" and until != UNTIL)


@pytest.mark.parametrize(
    ("facts", "others", "helps"),
    [
        ({"valid_until": UNTIL}, [], "invitez d’abord quelqu’un comme gestionnaire d’accès"),
        ({"valid_until": UNTIL}, [{"state": "suspended"}], "invitez d’abord quelqu’un comme gestionnaire d’accès"),
        ({"valid_until": UNTIL}, [{}], "un autre gestionnaire d’accès peut le prolonger ou le suspendre"),
        ({"is_designated": True}, [{}], "un autre gestionnaire d’accès peut le suspendre"),
        ({"is_designated": True}, [], "n’a pas d’autre gestionnaire d’accès."),
    ],
)
def test_who_looks_at_his_own_role_learns_who_can_renew_it(
    browser: Browser, manager: RecordingRpc, facts: dict[str, Any], others: list[dict[str, Any]], helps: str
) -> None:
    managing = {"role": "access_manager", "permissions": ["mandate.manage"]}
    own = a_mandate(**managing | facts)
    others = [a_mandate(uuid4(), **managing | {"person_id": uuid4()} | other) for other in others]
    manager.answers["list_people_of"] = [own, *others]

    notice = browser.get(HERE).select_one("main .notice")

    assert helps in notice.text
    assert bool(notice.find("a", href="https://www.csam.be/fr/gestion-gestionnaires-acces.html")) == (
        "invitez" in helps
    )


def test_a_role_is_suspended_with_a_reason_and_resumed(browser: Browser, manager: RecordingRpc) -> None:
    show(manager)
    without = browser.press(f"{HERE}/suspendre", on=HERE, reason=" ")
    browser.press(f"{HERE}/suspendre", on=HERE, reason=" Absence. ")
    show(manager, state="suspended", suspended_at=NOON)
    browser.press(f"{HERE}/retablir", on=HERE)

    assert (without.status_code, soup(without).find(id="reason")["aria-invalid"]) == (422, "true")
    assert [call.arguments["reason"] for call in manager.calls("suspend_mandate")] == ["Absence."]
    assert manager.calls("resume_mandate")[0].arguments["mandate_id"] == MANDATE


def test_a_role_that_rests_with_the_office_is_suspended_here_and_not_resumed(
    browser: Browser, manager: RecordingRpc
) -> None:
    show(manager, state="suspended", suspended_at=NOON, via_bce_number=ATELIERS, rests_with_office=True)

    page = browser.get(HERE)

    assert "suspendre" in acts(page)
    assert "retablir" not in acts(page)
    assert "revient avec lui, sauf si vous le suspendez vous-même" in page.text


def test_one_category_is_taken_away(browser: Browser, manager: RecordingRpc) -> None:
    show(manager, procedure_categories=["economy", "taxes"])

    browser.press(f"{HERE}/reduire/taxes", on=HERE)

    assert manager.calls("narrow_mandate")[0].arguments["category"] == "taxes"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (a_mandate(procedure_categories=["economy"]), "Le rôle ne valait déjà plus pour ces démarches."),
        (InvalidRequest(fields={"category": ["it is the only one"]}), "pour la retirer aussi, retirez le rôle"),
    ],
)
def test_what_another_tab_took_away_before_is_told(
    browser: Browser, manager: RecordingRpc, answer: Any, told: str
) -> None:
    show(manager, procedure_categories=["economy"])
    manager.answers |= {"narrow_mandate": answer} | NOTHING_ELSE

    pressed = browser.client.post(f"{HERE}/reduire/taxes", data=browser.csrf())

    assert told in browser.get(pressed.headers["Location"]).text


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({}, {"prolonger", "suspendre"}),
        ({"state": "suspended", "suspended_at": NOON}, {"prolonger", "retablir"}),
        ({"is_designated": True}, {"suspendre"}),
        ({"via_bce_number": ATELIERS}, {"suspendre"}),
        ({"procedure_categories": ["taxes"]}, {"prolonger", "suspendre"}),
        (
            {"procedure_categories": ["economy", "taxes"]},
            {"prolonger", "suspendre", "reduire/economy", "reduire/taxes"},
        ),
        ({"state": "revoked"}, set()),
        ({"state": "expired"}, set()),
        ({"person_id": AMELIE}, set()),
    ],
)
def test_what_can_be_done_is_offered_and_nothing_else(
    browser: Browser, manager: RecordingRpc, facts: dict[str, Any], offered: set[str]
) -> None:
    show(manager, **facts)

    assert acts(browser.get(HERE)) == offered


def test_of_a_struck_off_enterprise_no_role_is_renewed(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_my_enterprises"] = [an_access(permissions=["mandate.manage"], state="struck_off")]
    show(manager)

    assert acts(browser.get(HERE)) == {"suspendre"}


@pytest.mark.parametrize("refusal", [TermTooLong(), InvalidRequest(fields={"valid_until": ["past"]})])
def test_a_wrong_day_is_told_where_it_is_mended(browser: Browser, manager: RecordingRpc, refusal: Exception) -> None:
    show(manager)
    manager.answers["renew_mandate"] = refusal

    answer = browser.press(f"{HERE}/prolonger", on=HERE, valid_until="2999-12-31")

    assert answer.status_code == 422
    assert "cinq ans" in soup(answer).select_one(".error-summary").text


@pytest.mark.parametrize("refusal", [OwnMandate(), MandateEnded(), LastAccessManager()])
def test_what_changed_meanwhile_is_told(browser: Browser, manager: RecordingRpc, refusal: Exception) -> None:
    show(manager, state="suspended", suspended_at=NOON)
    manager.answers["resume_mandate"] = refusal

    answer = browser.press(f"{HERE}/retablir", on=HERE)

    assert answer.headers["Location"] == f"/entreprises/{ATELIERS}/acces"
    manager.answers |= NOTHING_ELSE
    assert browser.get(answer.headers["Location"]).select(".notice-warning")


def test_another_enterprises_role_does_not_exist(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_people_of"] = [a_mandate(mandate_id=uuid4())]

    assert browser.client.get(HERE).status_code == 404


def test_who_manages_nothing_changes_nothing(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_my_enterprises"] = [an_access(permissions=["dossier.read"])]

    assert browser.client.get(HERE).status_code == 403
    assert browser.client.post(f"{HERE}/retablir", data=browser.csrf()).status_code == 403
    assert manager.calls("resume_mandate") == []
