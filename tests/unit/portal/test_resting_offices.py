"""A mandate to an office that rests, for nobody confirmed it or the client wished so, as both sides see it."""

from __future__ import annotations

from datetime import date

import pytest

from contracts.delegation import EnterpriseMandateView, MandateEnded, Stop
from contracts.errors import InvalidRequest
from tests.unit.portal.access_builders import a_mandate
from tests.unit.portal.builders import ATELIERS, NOON, RecordingRpc, an_access
from tests.unit.portal.conftest import Browser, soup
from tests.unit.portal.test_offices import CHAIN, DAVID, HERE, LIST, a_chain, as_office


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_people_of": [],
        "list_stranded": [],
        "resume_enterprise_mandate": a_chain(),
        "suspend_enterprise_mandate": a_chain(state="suspended"),
    }
    return browser.rpc


def test_a_mandate_that_nobody_confirmed_is_resumed_by_the_client(browser: Browser, manager: RecordingRpc) -> None:
    unconfirmed = Stop(at=NOON, by="nobody", cause="unconfirmed")
    manager.answers["list_enterprise_mandates"] = [a_chain(state="suspended", stop=unconfirmed)]

    page = browser.get(HERE)
    answer = browser.press(f"{HERE}/retablir", on=HERE)

    assert "personne n’a confirmé" in page.text
    assert page.find("a", href=f"{HERE}/terminer")
    assert answer.status_code == 303
    assert manager.calls("resume_enterprise_mandate")[0].arguments["enterprise_mandate_id"] == CHAIN


def test_the_office_is_told_who_resumes_it_and_assigns_nobody(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [as_office(state="suspended")]

    page = browser.get(HERE)

    assert "Seul un gestionnaire d’accès du mandant, Fiduciaire d’Exemple, peut le rétablir" in page.text
    assert not page.select(f'form[action="{HERE}/retablir"], form[action="{HERE}/designer"]')


def test_one_that_has_ended_meanwhile_is_not_resumed(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state="suspended")]
    manager.answers["resume_enterprise_mandate"] = MandateEnded(state="revoked")

    answer = browser.press(f"{HERE}/retablir", on=HERE)

    assert "Ce mandat a pris fin entre-temps." in browser.get(answer.headers["Location"]).text


def test_the_client_is_led_to_where_it_is_confirmed(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(confirm_by=date(2025, 11, 14))]

    notice = browser.get(HERE).select_one("main .notice-warning")

    assert notice.a["href"] == f"/entreprises/{ATELIERS}/acces/confirmer"
    assert "à confirmer au plus tard le 14\xa0novembre 2025" in browser.get(LIST).text


def test_the_client_suspends_a_mandate_and_says_why(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain()]

    answer = browser.press(f"{HERE}/suspendre", on=HERE, reason=" Désaccord sur les honoraires. ")

    assert answer.headers["Location"] == HERE
    (asked,) = manager.calls("suspend_enterprise_mandate")
    assert (asked.arguments["enterprise_mandate_id"], asked.arguments["reason"]) == (
        CHAIN,
        "Désaccord sur les honoraires.",
    )


@pytest.mark.parametrize(
    ("reason", "refusal"), [(" ", None), ("Désaccord.", InvalidRequest(fields={"reason": ["a reason is required"]}))]
)
def test_without_a_reason_it_is_not_suspended(
    browser: Browser, manager: RecordingRpc, reason: str, refusal: Exception | None
) -> None:
    manager.answers |= {"list_enterprise_mandates": [a_chain()], "suspend_enterprise_mandate": refusal}

    answer = browser.press(f"{HERE}/suspendre", on=HERE, reason=reason)

    assert answer.status_code == 422
    assert soup(answer).select_one(".error-summary a")["href"] == "#reason"


def test_one_that_has_ended_meanwhile_is_not_suspended(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {
        "list_enterprise_mandates": [a_chain()],
        "suspend_enterprise_mandate": MandateEnded(state="revoked"),
    }

    answer = browser.press(f"{HERE}/suspendre", on=HERE, reason="Désaccord.")

    assert "Ce mandat a pris fin entre-temps." in browser.get(answer.headers["Location"]).text


def test_both_sides_see_that_the_client_suspended_it_and_since_when(browser: Browser, manager: RecordingRpc) -> None:
    for chain, doer in ((a_chain, "par un gestionnaire d’accès"), (as_office, "par le mandant")):
        manager.answers["list_enterprise_mandates"] = [chain(state="suspended", stop=Stop(at=NOON, by="enterprise"))]

        page = browser.get(HERE)

        assert f"Suspendu {doer} le 15 octobre 2024" in " ".join(page.text.replace("\u00a0", " ").split())
        assert not page.select(f'form[action="{HERE}/suspendre"]')


@pytest.mark.parametrize("chain", [as_office(), a_chain(state="revoked"), a_chain(office_state="struck_off")])
def test_only_what_the_client_gave_and_is_in_force_can_be_suspended(
    browser: Browser, manager: RecordingRpc, chain: EnterpriseMandateView
) -> None:
    manager.answers["list_enterprise_mandates"] = [chain]

    assert not browser.get(HERE).select(f'form[action="{HERE}/suspendre"]')


def test_whom_the_client_refuses_is_not_offered_and_named(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {
        "list_enterprise_mandates": [as_office(people=[], refused_ids=[DAVID])],
        "list_people_of": [a_mandate(person_id=DAVID, person_name="David Lambert")],
    }

    page = browser.get(HERE)

    assert not page.select(f'form[action="{HERE}/designer"]')
    assert "Vous ne pouvez pas désigner David Lambert" in page.text
    assert "déjà désignées" not in page.text


@pytest.mark.parametrize(("state", "shown"), [("suspended", "Suspendu"), ("revoked", "Retiré")])
def test_what_its_people_have_by_it_is_not_shown_as_going_on(
    browser: Browser, manager: RecordingRpc, state: str, shown: str
) -> None:
    manager.answers["list_enterprise_mandates"] = [a_chain(state=state, people=[a_mandate(person_id=DAVID)])]

    assert [mark.text for mark in browser.get(HERE).select("main .state")] == [shown]
