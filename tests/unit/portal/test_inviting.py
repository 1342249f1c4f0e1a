"""Whom an access manager invites, to what, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from contracts.delegation import AlreadyInvited
from contracts.errors import InvalidRequest
from tests.unit.portal.access_builders import an_invitation
from tests.unit.portal.builders import (
    AMELIE,
    AT_MONS,
    AT_TOURNAI,
    ATELIERS,
    RecordingRpc,
    a_procedure,
    an_access,
    an_establishment,
)
from tests.unit.portal.conftest import Browser, soup

CONSOLE = f"/entreprises/{ATELIERS}/acces"
INVITE = f"{CONSOLE}/inviter"


@pytest.fixture
def manager(browser: Browser) -> RecordingRpc:
    browser.sign_in()
    browser.rpc.answers |= {
        "list_my_enterprises": [an_access(permissions=["dossier.read", "mandate.manage"])],
        "list_role_requests": [],
        "list_people_of": [],
        "list_invitations": [],
        "list_establishments": [an_establishment(), an_establishment(AT_TOURNAI, state="closed")],
        "search_procedures": [a_procedure(), a_procedure(slug="taxe", category="taxes")],
        "invite_person": an_invitation(),
    }
    return browser.rpc


def test_an_invitation_by_e_mail(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(INVITE, by="email", email="elodie@example.org", role="reader")

    (asked,) = manager.calls("invite_person")
    assert (asked.arguments["email"], asked.arguments["person_id"]) == ("elodie@example.org", None)


def test_the_console_tells_invitations_apart_by_what_is_left_of_the_address(
    browser: Browser, manager: RecordingRpc
) -> None:
    manager.answers["list_invitations"] = [
        an_invitation(address_hint="k•••@example.org"),
        an_invitation(),
        an_invitation(is_by_link=False),
    ]

    by_address, forgotten, by_number = browser.get(CONSOLE).select(".rows li")

    assert "Par e-mail, à k•••@example.org" in by_address.text
    assert all("k•••@example.org" in told.text for told in by_address.select(".visually-hidden"))
    assert "Par e-mail ·" in forgotten.text
    assert "Par numéro de registre national" in by_number.text


def test_an_invitation_is_written_in_the_language_of_who_invites(browser: Browser, manager: RecordingRpc) -> None:
    browser.sign_in(language="de")

    browser.press(INVITE, by="email", email="elodie@example.org", role="reader")

    assert manager.calls("invite_person")[0].arguments["language"] == "de"


def test_an_invitation_by_national_number_goes_through_identity(browser: Browser, manager: RecordingRpc) -> None:
    person_id = uuid4()
    manager.answers["refer_to"] = person_id

    browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader", email="left@over")

    (asked,) = manager.calls("invite_person")
    assert (asked.arguments["email"], asked.arguments["person_id"]) == (None, person_id)
    assert "national_number" not in asked.arguments
    assert not {"85.07.30-033.28", "85073003328"} & {str(argument) for argument in asked.arguments.values()}


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"by": "email", "email": ""}, "email"),
        ({"by": "email", "email": "pas une adresse"}, "email"),
        ({"by": "national_number", "national_number": "85.07.30-033.29"}, "national_number"),
        ({"by": "national_number", "national_number": ""}, "national_number"),
    ],
)
def test_a_wrong_address_or_number_is_told_at_its_field(
    browser: Browser, manager: RecordingRpc, typed: dict[str, str], field: str
) -> None:
    answer = browser.press(INVITE, role="reader", **typed)

    assert answer.status_code == 422
    assert soup(answer).find(id=field)["aria-invalid"] == "true"
    assert manager.calls("invite_person") == []


def test_who_invites_himself_by_his_number_is_told_so(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {
        "refer_to": AMELIE,
        "invite_person": InvalidRequest(fields={"person_id": ["nobody invites himself"]}),
    }

    answer = browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader")

    assert answer.status_code == 422
    assert "on ne s’invite pas soi-même" in soup(answer).select_one(".error-summary").text


def test_who_is_invited_already_is_told_with_the_way_to_send_it_again(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {"refer_to": uuid4(), "invite_person": AlreadyInvited()}

    answer = browser.press(INVITE, by="national_number", national_number="85.07.30-033.28", role="reader")

    assert answer.status_code == 422
    assert "vous pouvez la renvoyer" in soup(answer).select_one(".error-summary").text
    assert soup(answer).find("a", href=CONSOLE) is not None


def test_without_a_choice_a_role_is_for_all(browser: Browser, manager: RecordingRpc) -> None:
    browser.press(INVITE, by="email", email="e@example.org", role="reader", valid_until="", establishment_number="")

    given = manager.calls("invite_person")[0].arguments
    assert (given["procedure_categories"], given["establishment_number"]) == ([], None)


def test_what_there_is_to_choose_from_is_the_enterprises_and_the_catalogues(
    browser: Browser, manager: RecordingRpc
) -> None:
    page = browser.get(INVITE)

    assert [box["value"] for box in page.select("[name=procedure_categories]")] == ["economy", "taxes"]
    assert [option["value"] for option in page.select("[name=establishment_number] option")] == ["", AT_MONS]
    answer = browser.press(INVITE, by="email", email="e@example.org", role="reader", procedure_categories=["elections"])
    assert (answer.status_code, manager.calls("invite_person")) == (422, [])


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"valid_until": "31/12/2027"}, "Cette date n’est pas valable."),
        ({"role": "king"}, "Ce choix n’est pas, ou n’est plus, parmi ceux qui sont proposés."),
        ({"procedure_categories": ["elections"]}, "Ce choix n’est pas, ou n’est plus, parmi ceux qui sont proposés."),
    ],
)
def test_an_answer_that_is_none_is_told_in_our_own_words(
    browser: Browser, manager: RecordingRpc, typed: dict[str, Any], sentence: str
) -> None:
    answer = browser.press(INVITE, **{"by": "email", "email": "e@example.org", "role": "reader"} | typed)

    assert (answer.status_code, manager.calls("invite_person")) == (422, [])
    assert sentence in soup(answer).select_one(".error-summary").text


def test_where_there_is_no_choice_none_is_offered(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers |= {"list_establishments": [], "search_procedures": []}

    page = browser.get(INVITE)

    assert page.select("[name=procedure_categories], [name=establishment_number]") == []


def test_invitations_tell_how_they_went_out_and_who_took_them(browser: Browser, manager: RecordingRpc) -> None:
    manager.answers["list_invitations"] = [
        an_invitation(),
        an_invitation(is_by_link=False),
        an_invitation(state="accepted", accepted_by_name="Élodie Petit"),
        an_invitation(procedure_categories=["taxes"], establishment_number=AT_MONS),
    ]

    told = [row.text for row in browser.get(CONSOLE).find("h2", string="Invitations").find_next("ul").find_all("li")]

    assert ["Par e-mail" in row for row in told] == [True, False, True, True]
    assert ["Élodie Petit" in row for row in told] == [False, False, True, False]
    assert ["limité à\u00a0: Fiscalité, établissement 2.134.567.845" in row for row in told] == [False] * 3 + [True]
