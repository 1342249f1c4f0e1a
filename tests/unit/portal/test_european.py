"""European identities: the number that is asked for the first time, and the agent who decides about two claims."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from contracts.errors import NotFound, Refusal, TooManyAttempts
from contracts.identity import (
    EuropeanConflict,
    LinkingUnknown,
    LinkingView,
    NoConflict,
    NumberLinkedAlready,
    NumberNotHers,
    OwnConflict,
    SignedIn,
)
from tests.unit.portal.account_builders import a_conflict
from tests.unit.portal.builders import NOON, a_presence
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_pages import assert_proper

EUROPE = "/connexion/europe"
TYPED = {"national_number": "85.07.30-033.28", "email": "hanna@example.org", "telephone": "+43 1 234567"}


def asked_for_her_number(browser: Browser, **facts: Any) -> None:
    linking: dict[str, Any] = {
        "given_name": "Hanna",
        "surname": "Hoffmann",
        "birth_on": date(1984, 3, 12),
        "country": "AT",
        "email": None,
        "state": "unlinked",
    }
    browser.rpc.answers["get_linking"] = LinkingView(**(linking | facts))
    with browser.client.session_transaction() as session:
        session["linking_token"] = "linking-1"


@pytest.mark.parametrize("state", ["unlinked", "contested"])
def test_she_sees_whom_her_country_vouched_for(browser: Browser, state: str) -> None:
    asked_for_her_number(browser, state=state)

    page = assert_proper(browser, EUROPE)

    assert "Autriche" in page.text
    assert ("Un agent examine votre situation" in page.text) == (state == "contested")


def test_her_number_signs_her_in(browser: Browser) -> None:
    asked_for_her_number(browser)
    browser.rpc.answers |= {
        "link_european_identity": SignedIn(session_token="session-1", return_to="/suite"),
        "present_session": a_presence(),
    }

    answer = browser.press(EUROPE, **TYPED)

    assert answer.headers["Location"] == "/suite"
    assert browser.rpc.calls("link_european_identity")[0].arguments["linking_token"] == "linking-1"
    with browser.client.session_transaction() as session:
        assert session["session_token"] == "session-1"


@pytest.mark.parametrize(
    ("refusal", "status", "sentence"),
    [
        (NumberNotHers(), 422, "ne vous connaît pas sous ce numéro"),
        (TooManyAttempts(again_at=NOON.isoformat()), 422, "Réessayez à partir du"),
        (NumberLinkedAlready(), 409, "Un agent doit examiner"),
        (LinkingUnknown(), 400, "a pris trop de temps"),
    ],
)
def test_a_number_that_is_refused_is_told_why(browser: Browser, refusal: Refusal, status: int, sentence: str) -> None:
    asked_for_her_number(browser)
    browser.rpc.answers["link_european_identity"] = refusal

    answer = browser.press(EUROPE, **TYPED)

    assert answer.status_code == status
    assert sentence in answer.text


def test_nobody_is_asked_for_a_number_out_of_the_blue(browser: Browser) -> None:
    assert browser.client.get(EUROPE).status_code == 400


# ---------------------------------------------------------------- the agent


@pytest.fixture
def conflict(browser: Browser) -> EuropeanConflict:
    browser.sign_in(roles=["agent"])
    conflict = a_conflict()
    browser.rpc.answers |= {
        "list_european_conflicts": [conflict],
        "get_european_conflict": conflict,
        "decide_european_conflict": None,
    }
    return conflict


@pytest.mark.parametrize(("outcome", "accept"), [("accept", True), ("refuse", False)])
def test_an_agent_decides_whose_number_it_is(
    browser: Browser, conflict: EuropeanConflict, outcome: str, accept: bool
) -> None:
    page = f"/agents/eidas/{conflict.identity_id}"

    assert browser.press(page, outcome=outcome, reason=" ").status_code == 422
    browser.press(page, outcome=outcome, reason="Deux sœurs.")

    (asked,) = browser.rpc.calls("decide_european_conflict")
    assert (asked.arguments["accept"], asked.arguments["reason"]) == (accept, "Deux sœurs.")
    # Of whom the agent read, and not who may have been linked since.
    assert asked.arguments["person_id"] == str(conflict.person_id)


@pytest.mark.parametrize("refusal", [NoConflict(), OwnConflict()])
def test_a_decision_that_cannot_be_made_leads_back_to_the_list(
    browser: Browser, conflict: EuropeanConflict, refusal: Refusal
) -> None:
    browser.rpc.answers["decide_european_conflict"] = refusal

    answer = browser.press(f"/agents/eidas/{conflict.identity_id}", outcome="accept", reason="Deux sœurs.")

    assert answer.headers["Location"] == "/agents/eidas"
    assert browser.get("/agents/eidas").select_one(".notice-warning") is not None


@pytest.mark.parametrize(("roles", "address"), [([], "/agents/eidas"), (["agent"], f"/agents/eidas/{uuid4()}")])
def test_what_is_not_there_for_him_is_not_found(browser: Browser, roles: list[str], address: str) -> None:
    browser.sign_in(roles=roles)
    browser.rpc.answers |= {"list_european_conflicts": [], "get_european_conflict": NotFound()}

    assert browser.client.get(address).status_code == 404
