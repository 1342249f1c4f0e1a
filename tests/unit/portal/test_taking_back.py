"""Roles that end by the office that lent its people, and by who holds them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.unit.portal.builders import RecordingRpc, an_access
from tests.unit.portal.conftest import Browser
from tests.unit.portal.test_offices import HERE, a_chain, as_office
from tests.unit.portal.test_pages import a_mandate


@pytest.fixture
def office(browser: Browser) -> RecordingRpc:
    """Who sits at the browser manages the office."""
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["mandate.manage"])],
        "list_people_of": [],
        "list_stranded": [],
    }
    return browser.rpc


def test_the_office_takes_one_person_back(browser: Browser, office: RecordingRpc) -> None:
    one, gone = a_mandate(uuid4(), person_name="David Lambert"), a_mandate(uuid4(), state="revoked")
    office.answers |= {"list_enterprise_mandates": [as_office(people=[one, gone])], "revoke_mandate": one}
    retirer = f"{HERE}/personnes/{one.mandate_id}/retirer"

    offered = [link["href"] for link in browser.get(HERE).select("main a") if link["href"].endswith("/retirer")]
    answer = browser.press(retirer, reason=" Il change de service. ")

    assert (offered, answer.headers["Location"]) == ([retirer], HERE)
    (asked,) = office.calls("revoke_mandate")
    assert (asked.arguments["mandate_id"], asked.arguments["reason"]) == (one.mandate_id, "Il change de service.")


def test_nobody_is_taken_back_without_a_reason(browser: Browser, office: RecordingRpc) -> None:
    one = a_mandate(uuid4())
    office.answers["list_enterprise_mandates"] = [as_office(people=[one])]

    answer = browser.press(f"{HERE}/personnes/{one.mandate_id}/retirer", reason="")

    assert (answer.status_code, office.calls("revoke_mandate")) == (422, [])


def test_nobody_else_is_taken_back_by_the_office(browser: Browser, office: RecordingRpc) -> None:
    of_client = a_mandate(uuid4())
    office.answers["list_enterprise_mandates"] = [a_chain(people=[of_client])]

    for mandate_id in (of_client.mandate_id, uuid4()):
        assert browser.client.get(f"{HERE}/personnes/{mandate_id}/retirer").status_code == 404
    assert "/retirer" not in str(browser.get(HERE).main)
